"""Compositions of four materials as points in a tetrahedron: grades of the library, and where the loops went."""

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING, cast

import numpy as np

from lab.arrays import Array
from lab.campaigns import CampaignDefinition
from lab.export.figures import FAINT, GRADE_COLOURS, GRADE_MARKERS, INK, PLANNED_COLOUR, Plot, as_svg, new_figure
from lab.export.geometry import tetrahedron_points, tetrahedron_vertices
from lab.export.maps import composition_array, grades_of
from lab.records import Film, Records

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from mpl_toolkits.mplot3d import Axes3D


def shown_materials(definition: CampaignDefinition) -> tuple[int, ...]:
    """Return the four materials that a tetrahedron shows: all of four; of more, the four that come first.

    Returns:
        Indices of the materials; empty where there are fewer than four.
    """
    return (0, 1, 2, 3) if len(definition.ranges) >= 4 else ()


def tetrahedra(definition: CampaignDefinition, films: Sequence[Film], records: Records) -> Plot | None:
    """Return tetrahedra of the library's grades and of the loops' films, or None with fewer than four materials."""
    chosen = shown_materials(definition)
    if not chosen:
        return None
    names = [definition.material_names[index] for index in chosen]
    library = [film for film in films if film.loop is None]
    looped = [film for film in films if film.loop is not None]
    with new_figure(10.0, 4.6) as figure:
        left = _tetrahedron(figure, 121, names)
        _draw_grades(left, _places(definition, library, chosen), grades_of(library, records))
        left.set_title("Library, by grade", y=1.04)
        right = _tetrahedron(figure, 122, names)
        if looped:
            _draw_loops(right, _places(definition, looped, chosen), [film.loop or 0 for film in looped])
            right.set_title("Films of the loops, by loop", y=1.04)
        else:
            right.set_title("No film chosen by a loop yet", y=1.04)
        uri = as_svg(figure)
    caption = f"The space of {', '.join(names)}: every corner is a pure material, every point a film."
    if len(definition.ranges) > 4:
        others = ", ".join(definition.material_names[4:])
        caption += f" Films are projected along {others}: what is shown are the four materials scaled to 1."
    return Plot(caption, uri)


def _places(definition: CampaignDefinition, films: Sequence[Film], chosen: Sequence[int]) -> Array:
    return tetrahedron_points(composition_array(films, definition)[:, chosen])


def _tetrahedron(figure: "Figure", place: int, names: Sequence[str]) -> "Axes3D":
    axes = cast("Axes3D", figure.add_subplot(place, projection="3d"))
    corners = tetrahedron_vertices()
    for first, second in combinations(corners, 2):
        axes.plot(*np.array([first, second]).T, color=FAINT, linewidth=0.8)
    middle = corners.mean(axis=0)
    for name, corner in zip(names, corners, strict=True):
        x, y, z = corner + 0.2 * (corner - middle)
        axes.text(x, y, z, name, ha="center", va="center", fontsize=8.5, color=INK)
    axes.set_axis_off()
    axes.view_init(elev=22, azim=104)
    axes.set_box_aspect((1, np.sqrt(3) / 2, np.sqrt(2 / 3)), zoom=1.2)
    return axes


def _draw_grades(axes: "Axes3D", places: Array, grades: Sequence[str]) -> None:
    letters = np.array(grades)
    for letter in ("", *GRADE_COLOURS):
        x, y, z = places[letters == letter].T
        marker, colour = GRADE_MARKERS.get(letter, "."), GRADE_COLOURS.get(letter, PLANNED_COLOUR)
        axes.scatter(
            x, y, z, s=20, marker=marker, color=colour, linewidth=0, depthshade=False, label=letter or "not graded"
        )
    handles, labels = axes.get_legend_handles_labels()
    shown = [(h, text) for h, text in zip(handles, labels, strict=True) if text in letters or text == "not graded"]
    if not (letters == "").any():
        shown = [entry for entry in shown if entry[1] != "not graded"]
    if shown:
        axes.legend(*zip(*shown, strict=True), loc="upper left", title="Grade")


def _draw_loops(axes: "Axes3D", places: Array, loops: Sequence[int]) -> None:
    x, y, z = places.T
    drawn = axes.scatter(x, y, z, c=loops, cmap="cividis", s=28, linewidth=0.4, edgecolor="white", depthshade=False)
    figure = axes.get_figure(root=True)
    if figure is not None:
        bar = figure.colorbar(drawn, ax=axes, shrink=0.55, pad=0.08, label="loop")
        bar.ax.yaxis.get_major_locator().set_params(integer=True)
