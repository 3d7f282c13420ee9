"""Promises and what became of them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lab.export.figures import ACCENT, CONTRAST, GOOD, INK, Plot, as_svg, new_figure
from lab.export.promises import PromiseCheck
from lab.export.wording import value_text, wish_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


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
        axes.use_sticky_edges = False
        axes.axvline(1.0, color=INK, linewidth=1)
        axes.set_xlabel("value over the required value")
        axes.grid(visible=False, axis="y")
        return Plot(
            "Promises and what became of them, over the required value (line at 1). Bar: predicted 90 % interval; "
            "tick: predicted mean; dot and number: measured, green where the requirement is met, a cross where it "
            "is not; an arrow: the value lies beyond the instrument's range, so that is open.",
            as_svg(figure),
        )


def _promise_label(check: PromiseCheck) -> str:
    return f"{check.film or check.design.label}: {wish_text(check.requirement.text)}"


def _draw_promise(axes: "Axes", row: int, check: PromiseCheck) -> None:
    if check.prediction is None:
        return
    bounds = [bound for bound in (check.requirement.lower, check.requirement.upper) if math.isfinite(bound)]
    scale = check.yardstick
    low, high = check.prediction.p05 / scale, check.prediction.p95 / scale
    axes.barh(row, high - low, left=low, height=0.45, color="#C9DDEA")
    axes.plot([check.prediction.mean / scale] * 2, [row - 0.22, row + 0.22], color=ACCENT)
    if len(bounds) == 2:
        axes.plot([bounds[1] / scale] * 2, [row - 0.35, row + 0.35], color=INK, linewidth=1)
    if check.measured is not None:
        error = None if check.measured_sd is None else check.measured_sd / abs(scale)
        # A bound that leaves it open whether the requirement is met points to where the value lies.
        marker, colour = {True: ("o", GOOD), False: ("X", CONTRAST), None: (">", INK)}[check.met]
        axes.errorbar(check.measured / scale, row, xerr=error, fmt=marker, color=colour, markersize=6)
        right = max(high, (check.measured + (check.measured_sd or 0.0)) / scale)
        axes.annotate(
            "≥ " * check.censored + value_text(check.measured, check.unit, check.requirement.text),
            (right, row),
            (6, 0),
            textcoords="offset points",
            va="center",
            fontsize=7,
        )
