"""Predictions against measurements, for films that the model had not seen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from lab.arrays import Array
from lab.campaigns import CampaignDefinition
from lab.export.figures import ACCENT, INK, Plot, as_svg, log_ticks, new_figure, panel_grid
from lab.export.wording import name_text, unit_text
from lab.intervals import NORMAL_95
from lab.properties import Property, Transform

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_WIDEST_TITLE = 34
"""Letters of a title that fit over one of four panels."""


@attrs.frozen
class CrossValidationRow:
    """A film's property as measured, and as predicted by a model that had not seen the film."""

    film: str
    property_name: str
    measured: float
    predicted: float
    predicted_sd: float


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


def _title(prop: Property) -> str:
    name, unit = name_text(prop.name), unit_text(prop.unit)
    # Centred over its panel, a longer line would begin left of the picture.
    between = ",\n" if len(name) + len(unit) > _WIDEST_TITLE else ", "
    return f"{name}{between}{unit}" if unit else name


def _draw_parity(axes: "Axes", prop: Property, rows: Sequence[CrossValidationRow]) -> None:
    measured = np.array([row.measured for row in rows])
    predicted = np.array([row.predicted for row in rows])
    spread = NORMAL_95 * np.array([row.predicted_sd for row in rows])
    log = prop.transform is Transform.LOG and bool((measured > 0).all() and (predicted > 0).all())
    lower = np.minimum(spread, 0.9 * np.abs(predicted)) if log else spread
    axes.errorbar(
        measured, predicted, yerr=[lower, spread], fmt="o", markersize=3, color=ACCENT, ecolor="#C9DDEA", elinewidth=0.8
    )
    ends = np.array([min(measured.min(), predicted.min()), max(measured.max(), predicted.max())])
    if log:
        axes.set_xscale("log")
        axes.set_yscale("log")
        ends *= [0.8, 1.25]
    else:
        ends += 0.05 * (ends[1] - ends[0] or 1.0) * np.array([-1, 1])
    axes.plot(ends, ends, color=INK, linewidth=0.8)
    axes.set_xlim(*ends)
    axes.set_ylim(*ends)
    if log:
        log_ticks(axes.xaxis, ends[1] / ends[0])
        log_ticks(axes.yaxis, ends[1] / ends[0])
    axes.set_box_aspect(1)
    axes.set_title(_title(prop), fontsize=8.5)
    axes.set_xlabel("measured", fontsize=8)
    axes.set_ylabel("predicted", fontsize=8)
    axes.text(0.04, 0.96, _note(measured, predicted), transform=axes.transAxes, va="top", fontsize=7.5)


def _note(measured: Array, predicted: Array) -> str:
    """Say how large the mean relative error is, as the models' metrics do: a value of zero has none."""
    known = measured != 0
    counted = f"n = {len(measured)}"
    if not known.any():
        return counted
    error = np.mean(np.abs(predicted[known] / measured[known] - 1))
    return f"MRE {error:.0%}\n{counted}"
