"""Plots of learning: error and coverage by loop, and suggestions against what came of them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.campaigns import CampaignDefinition
from lab.export.figures import ACCENT, CONTRAST, FAINT, Plot, as_svg, log_ticks, new_figure, panel_grid
from lab.export.summary import LoopSummary
from lab.export.wording import name_text, number
from lab.intervals import NOMINAL_COVERAGE
from lab.records import Model

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def learning_curve(definition: CampaignDefinition, models: Sequence[Model]) -> Plot:
    """Return error and coverage of the properties models, loop by loop, overall and a property.

    Args:
        definition: The campaign's definition.
        models: Properties models in the order of their loops, at least one.
    """
    names = [name for name in definition.property_names if any(f"{name}.mre" in model.metrics for model in models)]
    columns = 4
    panels = 2 + len(names)
    with new_figure(10.0, 1.9 * -(-panels // columns)) as figure:
        grid = panel_grid(figure, panels, columns)
        _draw_metric(grid[0], models, "mre", "All: relative error")
        _draw_metric(grid[1], models, "coverage_90", "All: coverage of 90 % intervals", target=NOMINAL_COVERAGE)
        for axes, name in zip(grid[2:], names, strict=True):
            _draw_metric(axes, models, f"{name}.mre", name_text(name), colour=FAINT)
        for axes in grid[-columns:]:
            axes.set_xlabel("loop")
        return Plot(
            "Cross-validated mean relative error (MRE, logarithmic axes) after each loop, and the share of "
            "measurements that fall into their predicted 90 % interval (dashed: what it should be).",
            as_svg(figure),
        )


def _draw_metric(
    axes: "Axes", models: Sequence[Model], key: str, title: str, *, target: float | None = None, colour: str = ACCENT
) -> None:
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    known = [(model.loop, model.metrics[key]) for model in models if key in model.metrics]
    axes.set_title(title, fontsize=8.5)
    if known:
        loops, values = zip(*known, strict=True)
        axes.plot(loops, values, marker="o", markersize=3.5, color=colour)
        below = target is not None
        axes.annotate(
            f"{values[-1]:.0%}",
            (loops[-1], values[-1]),
            (5, -3 if below else 0),
            textcoords="offset points",
            va="top" if below else "center",
        )
    else:
        axes.text(0.5, 0.5, "not recorded", transform=axes.transAxes, ha="center", color=FAINT)
    if target is not None:
        axes.axhline(target, color=CONTRAST, linewidth=1, linestyle="--")
    if target is not None:
        axes.set_ylim(0, 1.05)
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    else:
        _error_axis(axes, [value for _, value in known])
    axes.set_xlim(0.5, max(3.0, max((loop for loop, _ in known), default=0) * 1.22 + 0.5))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))


def _error_axis(axes: "Axes", errors: Sequence[float]) -> None:
    """Errors fall by orders of magnitude in the first loops: a linear axis would hide what follows."""
    shown = [error for error in errors if error > 0] or [0.1, 1.0]
    lower, upper = 0.6 * min(shown), 1.6 * max(shown)
    axes.set_yscale("log")
    axes.set_ylim(lower, upper)
    log_ticks(axes.yaxis, upper / lower, lambda value: f"{number(100 * value)}%")


def suggestions_against_grades(loops: Sequence[LoopSummary]) -> Plot:
    """Return the quality that the loops' suggestions promised, against the share that turned out usable."""
    numbers = [loop.loop for loop in loops]
    known = [loop for loop in loops if loop.graded]
    with new_figure(7.0, 2.6) as figure:
        from matplotlib.ticker import MaxNLocator, PercentFormatter

        axes = figure.add_subplot()
        shares = [loop.usable / loop.graded for loop in known]
        spans = np.array([wilson_interval(loop.usable, loop.graded) for loop in known]).reshape(-1, 2)
        off = np.abs(spans.T - np.array(shares)) if known else np.empty((2, 0))
        axes.errorbar(
            [loop.loop for loop in known],
            shares,
            yerr=off,
            fmt="o",
            color=ACCENT,
            ecolor="#9CC3DE",
            label="usable films found (95 % interval)",
            clip_on=False,
        )
        promised = [loop.quality for loop in loops]
        axes.plot(numbers, promised, "D", color=CONTRAST, markersize=5, label="quality predicted", clip_on=False)
        axes.set_ylim(0, 1.05)
        axes.set_xlabel("loop")
        axes.set_ylabel("share of usable films")
        axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(loc="lower left", ncols=2)
        return Plot(
            "Mean predicted quality of each loop's films, and the share of them that was usable.", as_svg(figure)
        )


def wilson_interval(hits: int, n: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""
    z = 1.959963984540054
    centre = (hits + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(hits * (n - hits) / n + z * z / 4)
    return max(0.0, centre - half), min(1.0, centre + half)
