"""Drawing triangles of three materials."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from lab.export.figures import FAINT
from lab.export.geometry import TRIANGLE

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def draw_corners(axes: "Axes", names: Sequence[str]) -> None:
    """Draw the sides of a triangle (top, left, right) and name its corners; nothing else is left on the axes."""
    outline = np.vstack([TRIANGLE, TRIANGLE[:1]])
    axes.plot(*outline.T, color=FAINT, linewidth=0.8, zorder=0)
    (top, left, right) = TRIANGLE
    axes.annotate(names[0], top, (0, 3), textcoords="offset points", ha="center", va="bottom", fontsize=7)
    axes.annotate(names[1], left, (0, -3), textcoords="offset points", ha="center", va="top", fontsize=7)
    axes.annotate(names[2], right, (0, -3), textcoords="offset points", ha="center", va="top", fontsize=7)
    axes.set_aspect("equal")
    axes.set_xlim(-0.12, 1.12)
    axes.set_ylim(-0.14, 1.02)
    axes.axis("off")
