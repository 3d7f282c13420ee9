"""Maps of grades: ternary sections for any number of materials, and the usable share along each material."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lab.arrays import Array, Mask
from lab.campaigns import CampaignDefinition
from lab.export.figures import (
    CONTRAST,
    FAINT,
    GRADE_COLOURS,
    GRADE_MARKERS,
    PLANNED_COLOUR,
    Plot,
    as_svg,
    new_figure,
    panel_grid,
)
from lab.export.geometry import TRIANGLE, SectionPlan, at_level, barycentric, section_levels, section_plan
from lab.records import Film, Records
from lab.simplex import Fractions

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def composition_array(films: Sequence[Film], definition: CampaignDefinition) -> Fractions:
    """Return the recipes of films as asked, shape ``(n, k)``."""
    if not films:
        return np.empty((0, len(definition.ranges)))
    return np.array([film.asked.vector(definition.material_names) for film in films])


def grades_of(films: Sequence[Film], records: Records) -> list[str]:
    """Return the grade of each film, "" where it has none yet."""
    return [records.grades[film.label].grade.value if film.label in records.grades else "" for film in films]


def grade_sections(definition: CampaignDefinition, films: Sequence[Film], records: Records) -> Plot:
    """Return the map of grades as ternary sections.

    Args:
        definition: The campaign's definition.
        films: Films of the library, at least one.
        records: The campaign's records.
    """
    plan = section_plan(definition)
    recipes = composition_array(films, definition)
    grades = np.array(grades_of(films, records))
    names = definition.material_names
    draw = _section_table if len(plan.fixed) == 2 else _section_row
    uri = draw(definition, plan, recipes, grades)
    shown = ", ".join(names[index] for index in plan.corners)
    caption = f"Grades of {len(films)} library films in the plane of {shown}"
    if len(plan.fixed) == 2:
        caption += " (top, left, right)"
    if plan.fixed:
        caption += f", at fixed {' and '.join(names[index] for index in plan.fixed)} (wt%)"
        caption += ". Each triangle shows the rest of the film, scaled to 100 %"
    if plan.omitted:
        caption += f". Left out of the plane: {', '.join(names[index] for index in plan.omitted)}"
    return Plot(caption + ".", uri)


def _section_row(
    definition: CampaignDefinition, plan: SectionPlan, recipes: Fractions, grades: NDArray[np.str_]
) -> str:
    step = definition.library_step
    levels = section_levels(recipes[:, plan.fixed[0]], step) if plan.fixed else np.zeros(1)
    columns = min(4, len(levels)) if len(levels) > 1 else 1
    rows = -(-len(levels) // columns)
    width = 10.0 if columns > 1 else 5.2
    with new_figure(width, rows * width / columns * 0.95 + 0.4) as figure:
        for axes, level in zip(panel_grid(figure, len(levels), columns), levels, strict=True):
            inside = _at(recipes, plan.fixed, [level] if plan.fixed else [], step)
            _triangle(axes, definition, plan, recipes[inside], grades[inside], label=True)
            if plan.fixed:
                axes.set_title(f"{definition.material_names[plan.fixed[0]]} {100 * level:.3g} wt%", pad=10)
        _grade_legend(figure, grades)
        return as_svg(figure)


def _section_table(
    definition: CampaignDefinition, plan: SectionPlan, recipes: Fractions, grades: NDArray[np.str_]
) -> str:
    step = definition.library_step
    across, down = (section_levels(recipes[:, index], step) for index in plan.fixed)
    size = min(1.15, 10.0 / len(across))
    names = definition.material_names
    with new_figure(size * len(across) + 0.6, size * len(down) + 0.8) as figure:
        grid = figure.add_gridspec(len(down), len(across))
        for row, lower in enumerate(down):
            for column, upper in enumerate(across):
                inside = _at(recipes, plan.fixed, (upper, lower), step)
                if not inside.any():
                    continue
                axes = figure.add_subplot(grid[row, column])
                _triangle(axes, definition, plan, recipes[inside], grades[inside], label=False)
                if row == 0:
                    axes.set_title(f"{names[plan.fixed[0]]} {100 * upper:.3g}")
                if column == 0:
                    axes.text(
                        -0.25, 0.4, f"{names[plan.fixed[1]]} {100 * lower:.3g}", rotation=90, va="center", ha="right"
                    )
        _grade_legend(figure, grades)
        return as_svg(figure)


def _at(recipes: Fractions, fixed: Sequence[int], levels: Sequence[float], step: float) -> Mask:
    near: Mask = np.ones(len(recipes), dtype=bool)
    for index, level in zip(fixed, levels, strict=True):
        near &= at_level(recipes[:, index], level, step)
    return near


def _triangle(
    axes: "Axes",
    definition: CampaignDefinition,
    plan: SectionPlan,
    recipes: Fractions,
    grades: NDArray[np.str_],
    *,
    label: bool,
) -> None:
    corners = TRIANGLE if len(plan.corners) == 3 else TRIANGLE[1:]
    places = barycentric(recipes[:, plan.corners], corners)
    axes.fill(*corners.T, facecolor="none", edgecolor=FAINT, linewidth=0.8)
    size = _marker_size(axes, places)
    for letter in ("", *GRADE_COLOURS):
        chosen = grades == letter
        axes.scatter(
            places[chosen, 0],
            places[chosen, 1],
            s=size,
            marker=GRADE_MARKERS.get(letter, "."),
            color=GRADE_COLOURS.get(letter, PLANNED_COLOUR),
            linewidth=0,
            clip_on=False,
        )
    if label:
        names = [definition.material_names[index] for index in plan.corners]
        offsets = [(0, 7), (-2, -8), (2, -8)][-len(names) :]
        aligned = [("center", "bottom"), ("center", "top"), ("center", "top")][-len(names) :]
        for name, corner, offset, (across, up) in zip(names, corners, offsets, aligned, strict=True):
            axes.annotate(name, corner, offset, textcoords="offset points", ha=across, va=up, fontsize=7.5, color=FAINT)
    axes.set_aspect("equal")
    axes.set_xlim(-0.08, 1.08)
    axes.set_ylim(-0.14, 0.98)
    axes.set_axis_off()


def _marker_size(axes: "Axes", places: Array) -> float:
    """Area of markers in points squared, such that those of a full lattice nearly touch."""
    figure = axes.get_figure(root=True)
    if figure is None:
        return 20.0
    columns = axes.get_subplotspec().get_gridspec().ncols  # type: ignore[union-attr]
    side = 72 * figure.get_figwidth() / columns * 0.8
    across = max(np.sqrt(2 * len(places)), 6)
    return float(min((0.55 * side / across) ** 2, 90.0))


def _grade_legend(figure: "object", grades: NDArray[np.str_]) -> None:
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    if not isinstance(figure, Figure):
        return
    entries = [("", "not graded")] if (grades == "").any() else []
    entries = [(letter, letter) for letter in GRADE_COLOURS] + entries
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=GRADE_MARKERS.get(letter, "."),
            color=GRADE_COLOURS.get(letter, PLANNED_COLOUR),
            markersize=7,
            label=f"{text} ({int((grades == letter).sum())})",
        )
        for letter, text in entries
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles), title="Grade (films)")


def usable_share(definition: CampaignDefinition, films: Sequence[Film], records: Records) -> Plot:
    """Return the share of usable films along every material, among those that have a grade.

    Args:
        definition: The campaign's definition.
        films: Films of the library, at least one of them graded.
        records: The campaign's records.
    """
    films = [film for film in films if film.label in records.grades]
    recipes = composition_array(films, definition)
    letters = [grade.value for grade in definition.quality.usable]
    usable = np.isin(grades_of(films, records), letters)
    count = len(definition.ranges)
    columns = min(count, 5)
    rows = -(-count // columns)
    with new_figure(10.0, 2.5 * rows) as figure:
        for index, axes in enumerate(panel_grid(figure, count, columns)):
            levels = section_levels(recipes[:, index], definition.library_step)
            inside = [at_level(recipes[:, index], level, definition.library_step) for level in levels]
            shares = [usable[chosen].mean() for chosen in inside]
            axes.bar(100 * levels, shares, width=80 * definition.library_step, color=GRADE_COLOURS["A"])
            axes.axhline(usable.mean(), color=CONTRAST, linewidth=1, linestyle="--")
            axes.set_ylim(0, 1)
            axes.set_xlabel(f"{definition.material_names[index]} (wt%)")
            axes.grid(visible=False, axis="x")
            if index % columns == 0:
                axes.set_ylabel("share of usable films")
        uri = as_svg(figure)
    grades = " or ".join(letters)
    return Plot(
        f"Share of usable films (grade {grades}) along each material; the dashed line is all of the library that is "
        f"graded, {usable.sum()} of {len(films)}.",
        uri,
    )
