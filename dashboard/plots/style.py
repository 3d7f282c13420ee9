"""Shared looks of the interactive plots; colours come from the report's, so that both read alike."""

from typing import Any

import plotly.graph_objects as go

from dashboard.texts import text
from lab.export.figures import GRADE_COLOURS, PLANNED_COLOUR
from lab.export.wording import name_text

PLOTLY_MARKERS = {"A": "circle", "B": "triangle-up", "C": "square", "D": "x", "–": "circle-open"}
"""Marker of each grade, the same shapes as in the report."""
SPACE_MARKERS = PLOTLY_MARKERS | {"B": "diamond", "D": "diamond-open"}
"""Marker of each grade in 3-D, where plotly has no triangles, and draws its cross with a character that fonts lack."""
SERIES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
"""Colours of lines side by side, from the palette of Okabe and Ito (2008)."""
CONTINUOUS = "Cividis"
"""Colour scale for numbers; it reads the same with and without red-green blindness (Nunez et al. 2018)."""
UNDER_WORDS = ((0.0, "#F2F7FB"), (1.0, "#7BBFE8"))
"""Colour scale of cells with dark words in them, which are read on all of it, by night too."""

_ABOVE_LEGEND = 22
"""Pixels from a plot to the mark for simulated data: a narrow plot's legend is as wide as the plot."""


def grade_colour(grade: str) -> str:
    """Return the colour of a grade, grey where there is none yet."""
    return GRADE_COLOURS.get(grade, PLANNED_COLOUR)


def config(name: str, picture: str = "svg") -> dict[str, Any]:
    """Return plotly's settings for a plot that downloads as ``name.svg`` or ``name.png`` (of twice its size)."""
    return {
        "displaylogo": False,
        "toImageButtonOptions": {"format": picture, "filename": name, "scale": 2 if picture == "png" else 1},
        "modeBarButtonsToRemove": ["lasso2d", "select2d", "autoScale2d"],
    }


def calm(figure: go.Figure, height: int) -> go.Figure:
    """Give a figure its height and narrow margins, and return it."""
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 40, "b": 10},
        legend={"title_text": "", "orientation": "h", "y": 1, "yanchor": "bottom", "x": 0},
    )
    return figure


def mark_simulated(figure: go.Figure) -> go.Figure:
    """Write on a figure that the virtual lab made its data, and return it."""
    figure.add_annotation(
        text=text("app.simulated_short"),
        font={"size": 11, "color": "#C77700"},
        xref="paper",
        yref="paper",
        x=1,
        y=1,
        yshift=_ABOVE_LEGEND,
        xanchor="right",
        yanchor="bottom",
        showarrow=False,
    )
    return figure


def in_words(name: str) -> str:
    """Return a property's name as people write it, for a plot."""
    return escaped(name_text(name))


def escaped(words: str) -> str:
    """Return words so that plotly, which reads a few HTML tags, shows them as they are."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
