"""Montmorillonite: 2:1 sheets of pyrophyllite with magnesium in place of aluminium and sodium between the sheets.

Coordinates are those of pyrophyllite (`data/pyrophyllite.json`); types and charges come from `clay_types`.
"""

import attrs
import numpy as np

from lab.errors import InvalidInputError
from lab.seeds import generator
from md_sim.arrays import Floats, Integers
from md_sim.clay_types import BOND_REACH, Atoms, typed
from md_sim.forcefields import data_file
from md_sim.neighbours import near_pairs, nearest_vectors
from md_sim.systems import System

#: Length of the O-H bond that ClayFF wants, angstrom.
HYDROXYL_LENGTH = 1.0
#: Distance between the middles of dry sodium montmorillonite's sheets, angstrom (Ferrage et al., American Mineralogist
#: 90, 1358 (2005): 9.6-9.7 at zero water layers).
DRY_SPACING = 9.6
#: Magnesium ions keep this distance in the octahedral sheet, angstrom: no two on neighbouring sites (3.0-3.1).
MAGNESIUM_DISTANCE = 5.0


@attrs.frozen(eq=False)
class SheetCell:
    """The unit cell of one 2:1 sheet, made rectangular in its plane, sheet at z = 0."""

    a: float
    b: float
    elements: tuple[str, ...]
    """"Al", "Si", "O" or "OH" (the oxygen of a hydroxyl) of every atom."""
    positions: Floats
    """(n, 3), angstrom."""


def sheet_cell() -> SheetCell:
    """Return the cell of a pyrophyllite sheet, Al4 Si8 O20 (OH)4 without its hydrogens.

    The angle gamma of 89.64 degrees is straightened to 90 degrees by a shear in the plane.
    """
    raw = data_file("pyrophyllite.json")
    a, b, c = raw["a"], raw["b"], raw["c"]
    cos_alpha, cos_beta, cos_gamma = (np.cos(np.radians(raw[name])) for name in ("alpha", "beta", "gamma"))
    sin_gamma = np.sqrt(1 - cos_gamma**2)
    c_y = c * (cos_alpha - cos_beta * cos_gamma) / sin_gamma
    cell = np.array(
        [
            [a, 0.0, 0.0],
            [b * cos_gamma, b * sin_gamma, 0.0],
            [c * cos_beta, c_y, np.sqrt(c**2 - (c * cos_beta) ** 2 - c_y**2)],
        ]
    )
    names, rows = [], []
    for element, *fraction in raw["atoms"]:
        for sign, shift_x, shift_y in raw["symmetry"]:
            names.append(element)
            rows.append(sign * np.array(fraction) + [shift_x, shift_y, 0.0])
    positions = np.array(rows) @ cell
    positions[:, 0] -= positions[:, 1] * cos_gamma / sin_gamma
    return SheetCell(a=a, b=float(b * sin_gamma), elements=tuple(names), positions=positions)


def sheet(cells: tuple[int, int], magnesium: int, *, seed: int, spacing: float = DRY_SPACING) -> System:
    """Build one periodic sheet with its sodium ions above it.

    Args:
        cells: Number of unit cells along a (on x) and b (on y).
        magnesium: Number of aluminium ions replaced by magnesium, and of sodium ions; at random places that keep
            `MAGNESIUM_DISTANCE`.
        seed: Seed of the places.
        spacing: Height of the cell, angstrom.

    Returns:
        Sheet in the plane z = 0, sodium at z = spacing / 2; molecule 1 is the sheet, 2, 3, ... are the ions.

    Raises:
        InvalidInputError: If there are no cells or more magnesium ions than fit.
    """
    if min(cells) < 1:
        raise InvalidInputError("montmorillonite", [f"{cells[0]} x {cells[1]} unit cells are no sheet"])
    unit = sheet_cell()
    box = np.array([unit.a * cells[0], unit.b * cells[1], spacing])
    steps = np.array([[i * unit.a, j * unit.b, 0.0] for i in range(cells[0]) for j in range(cells[1])])
    positions = (steps[:, None, :] + unit.positions[None]).reshape(-1, 3)
    elements = np.array(unit.elements * len(steps))
    aluminium = np.flatnonzero(elements == "Al")
    replaced = aluminium[_spread(positions[aluminium], magnesium, box, seed)]
    elements[replaced] = "Mg"
    hydroxyls = positions[elements == "OH"]
    elements[elements == "OH"] = "O"
    hydrogens = _hydrogens(hydroxyls, positions[np.isin(elements, ["Al", "Mg"])], box)
    sodium = _sodium(positions[replaced], hydroxyls, box)
    return typed(
        Atoms(
            elements=(*elements.tolist(), *["H"] * len(hydrogens), *["Na"] * len(sodium)),
            positions=np.concatenate([positions, hydrogens, sodium]),
            box=box,
        )
    )


def _spread(places: Floats, count: int, box: Floats, seed: int) -> Integers:
    """Choose `count` of the places (n, 3) at random, no two closer than `MAGNESIUM_DISTANCE` in the plane."""
    rng = generator(seed, "montmorillonite", "magnesium")
    best: list[int] = []
    for _ in range(200):
        chosen: list[int] = []
        for place in rng.permutation(len(places)):
            if len(chosen) == count:
                break
            apart = nearest_vectors(places[chosen] - places[place], np.diag(box))[:, :2]
            if np.all(np.linalg.norm(apart, axis=1) >= MAGNESIUM_DISTANCE):
                chosen.append(int(place))
        best = max(best, chosen, key=len)
        if len(best) == count:
            return np.array(sorted(best), dtype=np.int64)
    raise InvalidInputError(
        "montmorillonite",
        [f"{count} magnesium ions do not fit on {len(places)} sites; {len(best)} did"],
        hint="choose a smaller layer charge",
    )


def _hydrogens(hydroxyls: Floats, cations: Floats, box: Floats) -> Floats:
    """Place a hydrogen (h, 3) on each hydroxyl oxygen (h, 3), away from the octahedral cations bonded to it."""
    pairs, bonds = near_pairs(hydroxyls, cations, np.diag(box), BOND_REACH["clayff:ao"])
    directions = np.zeros_like(hydroxyls)
    np.add.at(directions, pairs[:, 0], -bonds / np.linalg.norm(bonds, axis=1)[:, None])
    return np.asarray(hydroxyls + HYDROXYL_LENGTH * directions / np.linalg.norm(directions, axis=1)[:, None])


def _sodium(magnesium: Floats, hydroxyls: Floats, box: Floats) -> Floats:
    """Place an ion (m, 3) for each magnesium, over the nearest free ditrigonal cavity, halfway to the next sheet.

    A cavity of the tetrahedral sheet lies over a hydroxyl group.
    """
    cavities = hydroxyls[hydroxyls[:, 2] > 0]
    free = list(range(len(cavities)))
    placed = []
    for ion in magnesium:
        apart = nearest_vectors(cavities[free] - ion, np.diag(box))[:, :2]
        nearest = free.pop(int(np.argmin(np.linalg.norm(apart, axis=1))))
        placed.append([cavities[nearest, 0], cavities[nearest, 1], box[2] / 2])
    return np.array(placed).reshape(-1, 3)
