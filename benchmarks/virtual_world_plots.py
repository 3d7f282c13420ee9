"""Draw ternary sections through the film world into docs/images.

    python -m benchmarks.virtual_world_plots [FOLDER]

Every triangle is a section of the tetrahedron of recipes at one content of montmorillonite; its corners are cellulose
nanofibres, gelatin and glycerol as shares of the rest.
"""

import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm, Normalize
from matplotlib.lines import Line2D
from matplotlib.ticker import NullLocator

from lab import library
from lab.arrays import Array, Mask
from lab.grades import Grade
from lab.simplex import Fractions
from lab.virtual.film_world import FilmWorld
from lab.virtual.grade_field import LETTERS

SECTIONS = (0.0, 0.2, 0.4, 0.6)
GRADE_COLOURS = {Grade.A: "#2a9d5c", Grade.B: "#8ecae6", Grade.C: "#f4b942", Grade.D: "#c8553d"}
SHOWN = (
    ("transmittance_vis", "transmittance\nat 550 nm", Normalize(0.2, 0.9), None),
    ("residual_ratio", "residual ratio", Normalize(0, 1), None),
    ("youngs_modulus", "Young's modulus\nMPa", LogNorm(100, 12_000), (100, 300, 1000, 3000, 10_000)),
    ("tensile_strength", "tensile strength\nMPa", Normalize(0, 95), None),
    ("fracture_strain", "strain at fracture", LogNorm(0.005, 0.8), (0.01, 0.03, 0.1, 0.3)),
    ("toughness", "toughness\nMJ/m³", LogNorm(0.1, 6), (0.1, 0.3, 1, 3)),
)
"""Property, label, colour scale and its ticks."""

_TOP = np.sqrt(3) / 2
_EXTENT = (0.0, 1.0, 0.0, _TOP)
_PIXELS = 400


def section(clay: float) -> tuple[Mask, Fractions]:
    """Return which pixels of the triangle's box lie inside it, and the compositions of those, shape ``(n, 4)``."""
    x, y = np.meshgrid(np.linspace(0, 1, _PIXELS), np.linspace(0, _TOP, _PIXELS))
    glycerol = y / _TOP
    cnf = x - glycerol / 2
    gelatin = 1 - cnf - glycerol
    inside = (cnf >= 0) & (gelatin >= 0)
    rest = (1 - clay) * np.stack([cnf, gelatin, glycerol])[:, inside]
    return inside, np.column_stack([rest[0], np.full(rest.shape[1], clay), rest[1], rest[2]])


def picture(inside: Mask, values: Array) -> Array:
    """Return values as an image of the triangle's box, NaN outside the triangle."""
    image = np.full(inside.shape, np.nan)
    image[inside] = values
    return image


def _frame(axes: Axes, labels: bool) -> None:
    axes.plot([0, 1, 0.5, 0], [0, 0, _TOP, 0], color="0.25", linewidth=0.8)
    axes.set_aspect("equal")
    axes.set_axis_off()
    axes.set_xlim(-0.12, 1.12)
    axes.set_ylim(-0.12 if labels else -0.02, _TOP + (0.1 if labels else 0.02))
    if labels:
        for x, y, text in ((0, -0.09, "gelatin"), (1, -0.09, "CNF"), (0.5, _TOP + 0.03, "glycerol")):
            axes.text(x, y, text, ha="center", fontsize=8, color="0.25")


def _dots(axes: Axes, clay: float) -> None:
    for composition, grade in library.published_grades():
        if abs(composition["MMT"] - clay) < 1e-6:
            glycerol = composition["glycerol"] / (1 - clay)
            x, y = composition["CNF"] / (1 - clay) + glycerol / 2, _TOP * glycerol
            axes.scatter(x, y, s=24, color=GRADE_COLOURS[grade], edgecolor="black", linewidth=0.6, zorder=3)


def draw_grades(world: FilmWorld, path: Path) -> None:
    """Draw the grades of sections, with the published grades as dots."""
    figure, grid = plt.subplots(2, 4, figsize=(13, 6.4), layout="constrained")
    colours = ListedColormap([GRADE_COLOURS[letter] for letter in LETTERS])
    for axes, clay in zip(grid.flat, np.arange(8) / 10, strict=True):
        inside, compositions = section(clay)
        numbers = np.array([LETTERS.index(grade) for grade in world.grades(compositions)], dtype=float)
        axes.imshow(
            picture(inside, numbers),
            extent=_EXTENT,
            origin="lower",
            cmap=colours,
            vmin=-0.5,
            vmax=3.5,
            alpha=0.6,
            interpolation="nearest",
        )
        _dots(axes, clay)
        _frame(axes, labels=True)
        axes.set_title(f"{clay:.0%} MMT", fontsize=10)
    handles = [
        Line2D([], [], marker="o", linestyle="", color=GRADE_COLOURS[g], markeredgecolor="black", label=f"grade {g}")
        for g in LETTERS
    ]
    figure.legend(handles=handles, loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle("Grades of the film world (simulated); dots: published grades, Chen et al. 2024", fontsize=11)
    figure.savefig(path, dpi=90)
    plt.close(figure)


def draw_properties(world: FilmWorld, path: Path) -> None:
    """Draw properties of sections, with the edge of the usable region."""
    figure, grid = plt.subplots(len(SHOWN), len(SECTIONS), figsize=(11, 12.5), layout="constrained")
    for column, clay in enumerate(SECTIONS):
        inside, compositions = section(clay)
        truth, usable = world.truth(compositions), picture(inside, world.usable_field(compositions))
        for row, (name, _, norm, _) in enumerate(SHOWN):
            axes = grid[row, column]
            axes.imshow(picture(inside, truth[name]), extent=_EXTENT, origin="lower", norm=norm, cmap="viridis")
            axes.contour(usable, levels=[0.5], extent=_EXTENT, origin="lower", colors="white", linewidths=1.2)
            _frame(axes, labels=row == 0)
            if row == 0:
                axes.set_title(f"{clay:.0%} MMT", fontsize=10)
    for row, (_, label, norm, ticks) in enumerate(SHOWN):
        bar = figure.colorbar(ScalarMappable(norm, "viridis"), ax=grid[row, :], shrink=0.85, aspect=12)
        bar.set_label(label, fontsize=9)
        if ticks:
            bar.ax.yaxis.set_minor_locator(NullLocator())
            bar.set_ticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    figure.suptitle("Properties of the film world (simulated); white line: edge of grade A", fontsize=11)
    figure.savefig(path, dpi=80)
    plt.close(figure)


def main() -> None:
    """Draw both figures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "docs" / "images"
    folder.mkdir(parents=True, exist_ok=True)
    world = FilmWorld()
    draw_grades(world, folder / "virtual-grades.png")
    draw_properties(world, folder / "virtual-properties.png")
    print(f"wrote virtual-grades.png and virtual-properties.png to {folder}")


if __name__ == "__main__":
    main()
