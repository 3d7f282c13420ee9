"""Plots of learning: error by loop, suggestions against grades, predictions against measurements, promises kept."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from lab.campaigns import CampaignDefinition
from lab.export.figures import (
    ACCENT,
    CONTRAST,
    FAINT,
    GOOD,
    INK,
    Plot,
    as_svg,
    new_figure,
    number,
    panel_grid,
    unit_text,
    wish_text,
)
from lab.export.promises import PromiseCheck
from lab.export.summary import LoopSummary
from lab.properties import Property, Transform
from lab.records import Model

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOMINAL_COVERAGE = 0.9
"""What a 90 % interval should cover."""
_NORMAL_95 = 1.6448536269514722
"""The standard normal's 95th percentile: a 90 % interval is the mean plus and minus this many standard deviations."""


@attrs.frozen
class CrossValidationRow:
    """A film's property as measured, and as predicted by a model that had not seen the film."""

    film: str
    property_name: str
    measured: float
    predicted: float
    predicted_sd: float


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
            _draw_metric(axes, models, f"{name}.mre", name, colour=FAINT)
        for axes in grid[-columns:]:
            axes.set_xlabel("loop")
        return Plot(
            "Cross-validated mean relative error (MRE) after each loop, and the share of measurements that fall into "
            "their predicted 90 % interval (dashed: what it should be).",
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
    axes.set_ylim(0, 1.05 if target is not None else max([1.25 * value for _, value in known], default=1.0))
    axes.set_xlim(0.5, max(3.0, max((loop for loop, _ in known), default=0) * 1.22 + 0.5))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))


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
        )
        axes.plot(
            numbers, [loop.quality for loop in loops], "D", color=CONTRAST, markersize=5, label="quality predicted"
        )
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


def parity(definition: CampaignDefinition, rows: Sequence[CrossValidationRow]) -> Plot:
    """Return predictions against measurements, a panel a property, with 90 % intervals.

    Args:
        definition: The campaign's definition.
        rows: Cross-validated predictions, at least one.
    """
    found = {prop.name: [row for row in rows if row.property_name == prop.name] for prop in definition.properties}
    shown = [prop for prop in definition.properties if found[prop.name]]
    columns = min(4, len(shown))
    with new_figure(10.0, 2.55 * -(-len(shown) // columns)) as figure:
        for axes, prop in zip(panel_grid(figure, len(shown), columns), shown, strict=True):
            _draw_parity(axes, prop, found[prop.name])
        return Plot(
            "Every film predicted by models that had not seen it, against its measurement; bars are 90 % intervals, "
            "the line is equality. Properties that span decades have logarithmic axes.",
            as_svg(figure),
        )


def _draw_parity(axes: "Axes", prop: Property, rows: Sequence[CrossValidationRow]) -> None:
    measured = np.array([row.measured for row in rows])
    predicted = np.array([row.predicted for row in rows])
    spread = _NORMAL_95 * np.array([row.predicted_sd for row in rows])
    log = prop.transform is Transform.LOG and bool((measured > 0).all() and (predicted > 0).all())
    lower = np.minimum(spread, 0.9 * np.abs(predicted)) if log else spread
    axes.errorbar(
        measured, predicted, yerr=[lower, spread], fmt="o", markersize=3, color=ACCENT, ecolor="#C9DDEA", elinewidth=0.8
    )
    ends = np.array([min(measured.min(), predicted.min()), max(measured.max(), predicted.max())])
    if log:
        _log_axes(axes)
        ends *= [0.8, 1.25]
    else:
        ends += 0.05 * (ends[1] - ends[0] or 1.0) * np.array([-1, 1])
    axes.plot(ends, ends, color=INK, linewidth=0.8)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    axes.set_box_aspect(1)
    relative = np.abs(predicted - measured) / np.maximum(np.abs(measured), 1e-12)
    unit = unit_text(prop.unit)
    axes.set_title(f"{prop.name}, {unit}" if unit else prop.name, fontsize=8.5)
    axes.set_xlabel("measured", fontsize=8)
    axes.set_ylabel("predicted", fontsize=8)
    note = f"MRE {relative.mean():.0%}\nn = {len(rows)}"
    axes.text(0.04, 0.96, note, transform=axes.transAxes, va="top", fontsize=7.5)


def _log_axes(axes: "Axes") -> None:
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    axes.set_xscale("log")
    axes.set_yscale("log")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=9))
        axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
        axis.set_minor_formatter(NullFormatter())


def promises_plot(checks: Sequence[PromiseCheck]) -> Plot | None:
    """Return promised intervals against measured values, or None where no promise is about a property."""
    shown = [check for check in checks if check.prediction is not None]
    if not shown:
        return None
    with new_figure(9.0, 0.42 * len(shown) + 1.0) as figure:
        axes = figure.add_subplot()
        for row, check in enumerate(shown):
            _draw_promise(axes, row, check)
        axes.set_yticks(range(len(shown)), [_promise_label(check) for check in shown])
        axes.set_ylim(len(shown) - 0.4, -0.6)
        axes.axvline(1.0, color=INK, linewidth=1)
        axes.set_xlabel("value over the required value")
        axes.grid(visible=False, axis="y")
        return Plot(
            "Promises and what became of them, over the required value (line at 1). Bar: predicted 90 % interval; "
            "tick: predicted mean; dot: measured, green where the requirement is met.",
            as_svg(figure),
        )


def _promise_label(check: PromiseCheck) -> str:
    return f"{check.film or check.design.label}: {wish_text(check.requirement.text)}"


def _draw_promise(axes: "Axes", row: int, check: PromiseCheck) -> None:
    if check.prediction is None:
        return
    bounds = [bound for bound in (check.requirement.lower, check.requirement.upper) if math.isfinite(bound)]
    scale = bounds[0] or 1.0
    low, high = check.prediction.p05 / scale, check.prediction.p95 / scale
    axes.barh(row, high - low, left=low, height=0.45, color="#C9DDEA")
    axes.plot([check.prediction.mean / scale] * 2, [row - 0.22, row + 0.22], color=ACCENT)
    if len(bounds) == 2:
        axes.plot([bounds[1] / scale] * 2, [row - 0.35, row + 0.35], color=INK, linewidth=1)
    if check.measured is not None:
        error = None if check.measured_sd is None else check.measured_sd / abs(scale)
        colour = GOOD if check.met else CONTRAST
        axes.errorbar(
            check.measured / scale, row, xerr=error, fmt="o" if check.met else "X", color=colour, markersize=6
        )
        axes.annotate(
            number(check.measured),
            (check.measured / scale, row),
            (0, 6),
            textcoords="offset points",
            ha="center",
            fontsize=7,
        )
