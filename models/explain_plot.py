"""The Shapley summary plot: every film a dot, one row a material, one panel a property."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.arrays import Array
from lab.export.wording import PERCENT, name_text, scale
from lab.properties import Property
from models.explain import Explanation, ranking

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLUMNS = 3
_BINS = 60
"""Dots whose values fall into one of so many equal parts of the axis are set beside each other."""
_ROW_HALF_HEIGHT = 0.38


def shap_summary_plot(explanation: Explanation, materials: Sequence[str], properties: Sequence[Property]) -> "Figure":
    """Return a figure with one panel a property: Shapley values of all films, by material, coloured by fraction.

    Rows are sorted by mean absolute value, the most important material on top. Properties without values are left out.

    Args:
        explanation: Shapley values with p outputs.
        materials: Names of the k materials.
        properties: The p properties.
    """
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

    shown = [i for i in range(len(properties)) if np.isfinite(explanation.values[:, :, i]).all()]
    columns = min(_COLUMNS, max(1, len(shown)))
    rows = max(1, -(-len(shown) // columns))
    size = (0.9 + 3.6 * columns, 0.8 + (0.9 + 0.36 * len(materials)) * rows)
    figure = Figure(figsize=size, layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False)
    colours = ScalarMappable(Normalize(0.0, max(100 * float(explanation.recipes.max()), 1e-9)), cmap="viridis")
    for panel, index in zip(panels.flat, shown, strict=False):
        factor, unit = scale(properties[index].unit, PERCENT)
        _draw(panel, explanation, index, materials, colours, factor=factor)
        panel.set_title(name_text(properties[index].name), fontsize=9)
        panel.set_xlabel(f"effect, {unit}" if unit else "effect", fontsize=8)
    for panel in panels.flat[len(shown) :]:
        panel.set_visible(False)
    bar = figure.colorbar(colours, ax=panels, aspect=40, pad=0.01)
    bar.set_label("wt% of the material", fontsize=8)
    bar.ax.tick_params(labelsize=7)
    return figure


def _draw(
    panel: "Axes", explanation: Explanation, index: int, materials: Sequence[str], colours: object, *, factor: float
) -> None:
    from matplotlib.cm import ScalarMappable
    from matplotlib.ticker import MaxNLocator

    assert isinstance(colours, ScalarMappable)  # noqa: S101 - narrows a type that is imported late
    order = ranking(explanation, index)
    values = factor * explanation.values[:, :, index]
    panel.axvline(0.0, color="0.6", linewidth=0.8, zorder=0)
    for row, material in enumerate(reversed(order)):
        heights = row + swarm(values[:, material], float(np.ptp(values)))
        percent = 100 * explanation.recipes[:, material]
        panel.scatter(values[:, material], heights, c=colours.to_rgba(percent), s=9, linewidths=0)
    panel.set_yticks(range(len(order)), [materials[m] for m in reversed(order)], fontsize=8)
    panel.set_ylim(-0.6, len(order) - 0.4)
    panel.xaxis.set_major_locator(MaxNLocator(5))
    panel.tick_params(axis="x", labelsize=7)
    panel.tick_params(axis="y", length=0)
    for side in ("top", "right", "left"):
        panel.spines[side].set_visible(False)


def swarm(values: Array, span: float) -> Array:
    """Return heights that set dots of nearly equal value beside each other, shape ``(n,)``, within a row of height 1.

    Args:
        values: Shape ``(n,)``.
        span: Length of the axis, in the values' unit.
    """
    bins = np.floor((values - values.min()) / max(span, 1e-12) * _BINS).astype(int)
    heights = np.zeros(len(values))
    for number in np.unique(bins):
        inside = np.flatnonzero(bins == number)
        ranks = np.arange(len(inside))
        heights[inside] = np.where(ranks % 2 == 0, -(ranks // 2), ranks // 2 + 1)
    largest = np.abs(heights).max()
    step = min(0.06, _ROW_HALF_HEIGHT / largest) if largest > 0 else 0.0
    result: Array = heights * step
    return result
