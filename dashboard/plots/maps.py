"""Interactive maps of the composition space: a ternary section, and a tetrahedron to turn."""

from collections.abc import Mapping
from itertools import combinations
from textwrap import wrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.plots.style import CONTINUOUS, PLOTLY_MARKERS, SPACE_MARKERS, calm, grade_colour
from lab.campaigns import CampaignDefinition
from lab.export.figures import FAINT, GRADE_COLOURS
from lab.export.geometry import SectionPlan, section_levels, tetrahedron_points, tetrahedron_vertices
from lab.export.tetrahedra import shown_materials
from lab.export.wording import number, unit_text

GRADE = "grade"
"""Choice of colour: the grade. Any property's name is the other choice."""
_TERNARY_HEIGHT = 520
_LINE = 16
"""Letters that a corner has room for."""


def levels(definition: CampaignDefinition, table: pd.DataFrame, plan: SectionPlan) -> dict[str, list[float]]:
    """Return, for each material that is held fixed, the weight fractions at which there are films.

    Args:
        definition: The campaign's definition.
        table: A film table (`dashboard.views.films.film_table`).
        plan: How the space is cut.
    """
    names = [definition.material_names[index] for index in plan.fixed]
    step = definition.library_step
    return {name: [round(float(x), 6) for x in section_levels(table[name].to_numpy() / 100, step)] for name in names}


def at_levels(definition: CampaignDefinition, table: pd.DataFrame, chosen: Mapping[str, float]) -> pd.DataFrame:
    """Return the films within half a library step of the chosen levels (weight fractions by material)."""
    keep = np.ones(len(table), dtype=bool)
    for name, level in chosen.items():
        # The upper end is open: a film half way between two levels is shown once.
        off = table[name].to_numpy() / 100 - level
        keep &= (off >= -definition.library_step / 2) & (off < definition.library_step / 2)
    return table[keep]


def ternary(definition: CampaignDefinition, table: pd.DataFrame, plan: SectionPlan, colour: str) -> go.Figure:
    """Return films in a triangle of three materials.

    Args:
        definition: The campaign's definition, of three materials at least.
        table: The films to show, see `at_levels`.
        plan: Which materials span the triangle.
        colour: `GRADE` or the name of a property.
    """
    corners = [definition.material_names[index] for index in plan.corners]
    figure = go.Figure()
    for part, marker, name in _groups(definition, table, colour, PLOTLY_MARKERS):
        a, b, c = (part[corner] for corner in corners)
        figure.add_scatterternary(
            a=a,
            b=b,
            c=c,
            mode="markers",
            marker=marker,
            name=name,
            text=_hover(definition, part),
            hoverinfo="text",
            cliponaxis=False,
        )
    axis = {"min": 0, "showticklabels": False, "ticks": "", "gridcolor": "rgba(128,128,128,0.25)"}
    figure.update_ternaries(
        sum=1,
        aaxis=axis | {"title": corners[0]},
        baxis=axis | {"title": _in_lines(corners[1])},
        caxis=axis | {"title": _in_lines(corners[2])},
        bgcolor="rgba(0,0,0,0)",
    )
    # The names of the corners need room.
    return calm(figure, _TERNARY_HEIGHT).update_layout(margin={"l": 60, "r": 60, "b": 45})


def tetrahedron(definition: CampaignDefinition, table: pd.DataFrame, colour: str) -> go.Figure:
    """Return films in a tetrahedron of four materials, as a 3-D plot.

    Args:
        definition: The campaign's definition, of four materials at least.
        table: A film table.
        colour: `GRADE` or the name of a property.
    """
    names = [definition.material_names[index] for index in shown_materials(definition)]
    figure = go.Figure()
    corners = tetrahedron_vertices()
    for first, second in combinations(corners, 2):
        x, y, z = np.array([first, second]).T
        figure.add_scatter3d(
            x=x, y=y, z=z, mode="lines", line={"color": FAINT, "width": 2}, hoverinfo="skip", showlegend=False
        )
    outside = corners + 0.08 * (corners - corners.mean(axis=0))
    x, y, z = outside.T
    figure.add_scatter3d(x=x, y=y, z=z, mode="text", text=[*map(_in_lines, names)], hoverinfo="skip", showlegend=False)
    for part, marker, name in _groups(definition, table, colour, SPACE_MARKERS):
        x, y, z = tetrahedron_points(part[names].to_numpy() / 100).T
        text = _hover(definition, part)
        small = marker | {"size": 4, "line": {"width": 0}}
        figure.add_scatter3d(x=x, y=y, z=z, mode="markers", marker=small, name=name, text=text, hoverinfo="text")
    hidden = {"visible": False}
    figure.update_scenes(
        xaxis=hidden,
        yaxis=hidden,
        zaxis=hidden,
        aspectmode="data",
        # It looks at the middle of what is drawn, from so far that a phone shows all corners with their names.
        camera={"eye": {"x": -0.52, "y": 1.5, "z": 0.59}, "center": {"x": -0.12, "y": -0.03, "z": -0.05}},
    )
    # Points in space are small, those of the legend need not be.
    return calm(figure, _TERNARY_HEIGHT).update_layout(legend_itemsizing="constant")


def _groups(
    definition: CampaignDefinition, table: pd.DataFrame, colour: str, symbols: Mapping[str, str]
) -> list[tuple[pd.DataFrame, dict[str, object], str]]:
    if colour == GRADE:
        return [
            (part, {"color": grade_colour(letter), "symbol": symbols[letter], "size": 9}, _grade_name(letter))
            for letter in (*GRADE_COLOURS, "–")
            if len(part := table[table["grade"] == letter])
        ]
    known = table[table[colour].notna()]
    prop = next(prop for prop in definition.properties if prop.name == colour)
    unit = unit_text(prop.unit)
    marker: dict[str, object] = {
        "color": known[colour],
        "colorscale": CONTINUOUS,
        "size": 9,
        "colorbar": {"title": {"text": f"{prop.symbol}, {unit}" if unit else prop.symbol}, "thickness": 12},
    }
    return [(known, marker, prop.title)] if len(known) else []


def _in_lines(name: str) -> str:
    """Return a material's name in lines that are short enough for a corner; its words hang together by _."""
    return "<br>".join(line.replace("_ ", "_") for line in wrap(name.replace("_", "_ "), _LINE))


def _grade_name(letter: str) -> str:
    return letter if letter in GRADE_COLOURS else "not graded"


def _hover(definition: CampaignDefinition, table: pd.DataFrame) -> list[str]:
    """Return a text a film; labels are escaped, as plotly reads a few HTML tags."""
    names = definition.material_names
    parts = table[list(names)].to_numpy()
    return [
        f"<b>{str(film).replace('&', '&amp;').replace('<', '&lt;')}</b>, grade {grade}<br>"
        + " · ".join(f"{name} {number(value)}" for name, value in zip(names, row, strict=True))
        + " wt%"
        for film, grade, row in zip(table["film"], table["grade"], parts, strict=True)
    ]
