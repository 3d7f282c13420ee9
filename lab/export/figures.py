"""How plots look and how they get into a file: calm, colour-blind safe, the same bytes for the same data."""

import base64
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

import attrs

from lab.export.wording import number

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

GRADE_COLOURS = {"A": "#0072B2", "B": "#56B4E9", "C": "#E69F00", "D": "#D55E00"}
"""Colour of each grade, from the palette of Okabe and Ito (2008), which colour-blind readers can tell apart."""
GRADE_MARKERS = {"A": "o", "B": "^", "C": "s", "D": "X"}
"""Marker of each grade (matplotlib), so that a map can be read without colours."""
PLANNED_COLOUR = "#B0B7BF"
INK = "#24303B"
FAINT = "#8A949E"
ACCENT = "#0072B2"
CONTRAST = "#D55E00"
GOOD = "#009E73"

_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9.5,
    "axes.titleweight": "bold",
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E6E9EC",
    "grid.linewidth": 0.7,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "lines.linewidth": 1.8,
    "figure.constrained_layout.use": True,
    # Without a salt, matplotlib draws the ids in an SVG at random.
    "svg.hashsalt": "filmlab",
}


@attrs.frozen
class Plot:
    """A finished plot."""

    caption: str
    """What it shows and how to read it."""
    uri: str
    """The image as a data URI."""

    def _repr_html_(self) -> str:
        image = f'<img src="{self.uri}" alt="" style="max-width: 100%">'
        return f"<figure>{image}<figcaption>{escape(self.caption)}</figcaption></figure>"


@contextmanager
def new_figure(width: float, height: float) -> Iterator["Figure"]:
    """Yield an empty figure, width and height in inches, in the style of the house.

    The figure belongs to no window and no global state, so it needs no closing.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context(_STYLE):
        yield Figure(figsize=(width, height))


def as_svg(figure: "Figure") -> str:
    """Return the figure as an SVG data URI. Call it inside `new_figure`, as the style holds there only."""
    out = io.BytesIO()
    figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return data_uri(out.getvalue(), "image/svg+xml")


def as_png(figure: "Figure") -> str:
    """Return the figure as a PNG data URI, smaller than SVG where there are many dots. Call it inside `new_figure`."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=130, metadata={"Software": None})
    return data_uri(out.getvalue(), "image/png")


def data_uri(content: bytes, media_type: str) -> str:
    """Return bytes as a data URI. An image shown this way runs no script and loads nothing."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def panel_grid(figure: "Figure", panels: int, columns: int) -> "list[Axes]":
    """Return axes for a number of panels in rows of `columns`; no axes are made for the places left over."""
    rows = -(-panels // columns)
    grid = figure.add_gridspec(rows, columns)
    return [figure.add_subplot(grid[index // columns, index % columns]) for index in range(panels)]


def log_ticks(axis: "Axis", span: float, write: Callable[[float], str] | None = None) -> None:
    """Give a logarithmic axis few ticks at round values.

    Args:
        axis: The axis.
        span: Its largest value over its smallest.
        write: How a tick's value is written; as `number` does where it is left out.
    """
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

    text = write or number
    # Over more than a decade and a half, labels at 1, 2 and 5 would touch each other in a small panel.
    steps = (1.0, 3.0) if span > 30 else (1.0, 2.0, 5.0)
    axis.set_major_locator(LogLocator(subs=steps, numticks=9) if span > 8 else MaxNLocator(4))
    axis.set_major_formatter(FuncFormatter(lambda value, _: text(value)))
    axis.set_minor_locator(NullLocator())
    axis.set_minor_formatter(NullFormatter())
