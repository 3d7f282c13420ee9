"""Pictures of what was learned: beeswarm, dependence, waterfall of one film, maps on triangles."""

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

import numpy as np

from active_learning.asking.explaining import QUALITY, Explained, predictor
from lab.export.figures import ACCENT, CONTRAST, FAINT, INK, Plot, as_png, new_figure
from lab.export.geometry import section_plan, triangle_points
from lab.export.triangles import draw_corners
from lab.export.wording import PERCENT, name_text, number, scale
from lab.simplex import Fractions, lattice
from models.explain_plot import swarm

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from active_learning.asking.oracle import Oracle
    from lab.campaigns import CampaignDefinition

_LEVELS = (0.0, 0.2, 0.4, 0.6)
_MAP_STEP = 0.025
_DOT = 13.0
_PANELS = 4
"""Panels side by side, at most."""


def beeswarm(found: Explained, output: str) -> Plot:
    """Return every film as a dot in the row of each player, coloured by the fraction of the material."""
    order, percent = found.ranking(output), 100 * found.recipes
    column, materials = found.outputs.index(output), found.recipes.shape[1]
    factor, _ = scale(found.units[column], PERCENT)
    values = factor * found.values[:, :, column]
    with new_figure(5.0, 0.7 + 0.42 * len(order)) as figure:
        axes = figure.add_subplot()
        axes.axvline(0.0, color=FAINT, linewidth=0.8)
        dots = None
        for row, player in enumerate(order):
            place = found.players.index(player)
            heights = row + swarm(values[:, place], float(np.ptp(values)))
            shade = percent[:, place] if place < materials else np.full(len(values), np.nan)
            colour: dict[str, Any] = {"c": shade, "cmap": "viridis", "vmin": 0.0, "vmax": float(percent.max())}
            drawn = axes.scatter(values[:, place], heights, s=8, linewidths=0, **colour, plotnonfinite=True)
            dots = drawn if place < materials else dots
        axes.set_yticks(range(len(order)), order)
        axes.set_ylim(len(order) - 0.4, -0.6)
        axes.set_xlabel(_effect(found, column))
        axes.grid(visible=False, axis="y")
        if dots is not None:
            figure.colorbar(dots, ax=axes, pad=0.02, aspect=25).set_label("wt%", fontsize=8)
        title = name_text(output)
        which = found.drawn or "all films"
        return Plot(f"{title}: Shapley values of {which}, the most important material on top.", as_png(figure))


def dependence(found: Explained, output: str) -> Plot:
    """Return Shapley values against fractions, one panel a material, coloured by the partner it interacts with most."""
    column, materials = found.outputs.index(output), found.recipes.shape[1]
    factor, _ = scale(found.units[column], PERCENT)
    rows = ceil(materials / _PANELS)
    columns = ceil(materials / rows)
    with new_figure(2.35 * columns + 0.4, 2.4 * rows) as figure:
        axes = figure.subplots(rows, columns, sharey=True, squeeze=False)
        for left in axes[:, 0]:
            left.set_ylabel(_effect(found, column))
        panels: Sequence[Axes] = axes.ravel().tolist()[:materials]
        for free in axes.ravel()[materials:]:
            free.remove()
        for place, panel in enumerate(panels):
            other = _partner(found, place, column)
            panel.axhline(0.0, color=FAINT, linewidth=0.8)
            drawn = panel.scatter(
                100 * found.recipes[:, place],
                factor * found.values[:, place, column],
                c=100 * found.recipes[:, other],
                cmap="cividis",
                s=10,
                linewidths=0,
            )
            panel.set_xlabel(f"{found.players[place]} (wt%)")
            bar = figure.colorbar(drawn, ax=panel, orientation="horizontal", location="top", aspect=22, pad=0.03)
            bar.set_label(f"{found.players[other]} (wt%)", fontsize=7)
            bar.ax.tick_params(labelsize=6)
        partner = "the next one" if found.interactions is None else "the material that it interacts with most"
        return Plot(
            f"{name_text(output)}: what a material does, by how much of it is there; coloured by {partner}.",
            as_png(figure),
        )


def waterfall(found: Explained, film: str, output: str) -> Plot:
    """Return the way from the mean of all films to one film's prediction.

    Raises:
        UnknownNameError: If the film was not explained.
    """
    row, column = found.row_of(film), found.outputs.index(output)
    factor, unit = scale(found.units[column], PERCENT)
    values = factor * found.values[row, :, column]
    order = np.argsort(-np.abs(values), kind="stable")
    # All as exact as the largest with three digits: they are added up.
    decimals = max(0, 2 - int(np.floor(np.log10(np.abs(values).max() or 1.0))))
    with new_figure(5.0, 0.9 + 0.38 * len(order)) as figure:
        axes = figure.add_subplot()
        base, labels = factor * float(found.base[column]), []
        at = base
        axes.axvline(at, color=FAINT, linewidth=0.8, linestyle=":")
        for line, place in enumerate(order):
            value = float(values[place])
            axes.barh(line, value, left=at, height=0.6, color=ACCENT if value >= 0 else CONTRAST)
            text_at = max(at, at + value)
            # On white, so that the line at the prediction does not run through it.
            white = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
            axes.annotate(
                f"{value:+,.{decimals}f}",
                (text_at, line),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
                bbox=white,
            )
            name = found.players[place]
            held = f" {100 * found.recipes[row, place]:.0f} %" if place < found.recipes.shape[1] else ""
            labels.append(f"{name}{held}")
            at += value
        axes.axvline(at, color=INK, linewidth=1)
        axes.set_yticks(range(len(order)), labels)
        axes.set_ylim(len(order) - 0.4, -0.6)
        # Bars stick to the axes' edge by default; the first begins at the base, which must be seen.
        axes.use_sticky_edges = False
        axes.margins(x=0.15)
        axes.set_xlabel(f"{name_text(output)} {f'({unit})' if unit else ''}".strip())
        axes.grid(visible=False, axis="y")
        prediction = f"{number(at)} {unit}".strip()
        return Plot(
            f"Film {film}: from the mean of all films, {number(base)}, to its prediction, {prediction}.",
            as_png(figure),
        )


def ternary_maps(oracle: "Oracle", output: str) -> Plot | None:
    """Return the predicted value on triangles, one at each level of the densest material.

    Recipes of too low a predicted quality (the campaign's loop threshold) are faint. None below three materials, above
    four, and where the bounds leave nothing of the triangles.
    """
    definition = oracle.definition
    cuts = sections(definition)
    if not cuts:
        return None
    plan, names = section_plan(definition), definition.material_names
    learned = [definition.property_names[index] for index in oracle.knowledge.committee.learned]
    outputs = (*learned, QUALITY)
    asked = predictor(oracle)
    levels, grids = zip(*cuts, strict=True)
    factor, unit = scale(definition.units[output], PERCENT)
    answers = [factor * asked(recipes)[:, outputs.index(output)] for recipes in grids]
    usable = [oracle.space.quality(recipes) >= definition.quality.loop_threshold for recipes in grids]
    everything = np.concatenate(answers)
    with new_figure(2.3 * len(levels) + 0.9, 2.5) as figure:
        panels: Sequence[Axes] = figure.subplots(1, len(levels), squeeze=False)[0]
        drawn = None
        for panel, level, recipes, values, good in zip(panels, levels, grids, answers, usable, strict=True):
            places = triangle_points(recipes[:, list(plan.corners)])
            for chosen, alpha in ((~good, 0.25), (good, 1.0)):
                drawn = panel.scatter(
                    places[chosen, 0],
                    places[chosen, 1],
                    c=values[chosen],
                    s=_DOT,
                    marker="h",
                    linewidths=0,
                    alpha=alpha,
                    cmap="viridis",
                    vmin=float(everything.min()),
                    vmax=float(everything.max()),
                )
            draw_corners(panel, [names[corner] for corner in plan.corners])
            if plan.fixed:
                panel.set_title(f"{100 * level:.0f} % {names[plan.fixed[0]]}", fontsize=9)
        if drawn is not None:
            bar = figure.colorbar(drawn, ax=list(panels), aspect=22, pad=0.01)
            bar.set_label(f"{name_text(output)} {f'({unit})' if unit else ''}".strip(), fontsize=8)
        return Plot(
            f"Predicted {name_text(output)}; corners are the proportions of the other materials. Faint: recipes "
            "that are unlikely to give a usable film.",
            as_png(figure),
        )


def sections(definition: "CampaignDefinition") -> list[tuple[float, Fractions]]:
    """Return levels of the densest material, each with the recipes of a fine lattice of its triangle, ``(n, k)``.

    All recipes lie within the bounds; where few of the usual levels do, the levels are spread over the bounds. None of
    three materials is at a level: there is one triangle.
    """
    plan = section_plan(definition)
    if len(plan.corners) < 3 or len(plan.fixed) > 1:
        return []
    levels: tuple[float, ...] = (0.0,)
    if plan.fixed:
        bounds = definition.ranges[plan.fixed[0]]
        usual = tuple(level for level in _LEVELS if bounds.lower <= level <= bounds.upper)
        levels = usual if len(usual) > 1 else tuple(np.linspace(bounds.lower, bounds.upper, 3).tolist())
    found = []
    for level in levels:
        parts = lattice(3, _MAP_STEP) * (1.0 - level)
        recipes = np.zeros((len(parts), len(definition.ranges)))
        recipes[:, list(plan.corners)] = parts
        recipes[:, list(plan.fixed)] = level
        found.append((level, recipes[definition.within_bounds(recipes)]))
    return [(level, recipes) for level, recipes in found if len(recipes)]


def _partner(found: Explained, place: int, column: int) -> int:
    """Return the other material with which one interacts most; the next one where interactions are not known."""
    materials = found.recipes.shape[1]
    if found.interactions is None:
        return (place + 1) % materials
    strength = np.abs(found.interactions[:, place, :materials, column]).mean(axis=0)
    strength[place] = -1.0
    return int(strength.argmax())


def _effect(found: Explained, column: int) -> str:
    _, unit = scale(found.units[column], PERCENT)
    return f"effect ({unit})" if unit else "effect"
