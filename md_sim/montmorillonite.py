"""Montmorillonite: 2:1 sheets of pyrophyllite with magnesium in place of aluminium and sodium between the sheets.

Coordinates are those of pyrophyllite (`data/pyrophyllite.json`); types and charges come from `clay_types`.
"""

from collections.abc import Sequence

import attrs
import numpy as np

from lab.arrays import Array, Integers
from lab.errors import InvalidInputError
from lab.seeds import generator
from md_sim.clay_atoms import BOND_REACH, Atoms, bonded_oxygens
from md_sim.clay_types import typed
from md_sim.forcefields import data_file
from md_sim.neighbours import near_pairs, nearest_vectors
from md_sim.systems import System

HYDROXYL_LENGTH = 1.0
"""Length of the O-H bond that ClayFF wants, angstrom."""
DRY_SPACING = 9.6
"""Distance between the middles of dry sodium montmorillonite's sheets, angstrom (Ferrage et al., American Mineralogist
90, 1358 (2005): 9.6-9.7 at zero water layers).
"""
HALF_SHEET = 3.3
"""Half the thickness of the sheet between the outermost oxygen nuclei, angstrom."""
MAGNESIUM_DISTANCE = 5.0
"""Magnesium ions keep this distance in the octahedral sheet, angstrom: no two on neighbouring sites (3.0-3.1)."""


@attrs.frozen(eq=False)
class SheetCell:
    """The unit cell of one 2:1 sheet, made rectangular in its plane, sheet at z = 0."""

    a: float
    b: float
    elements: tuple[str, ...]
    """"Al", "Si", "O" or "OH" (the oxygen of a hydroxyl) of every atom."""
    sites: tuple[str, ...]
    """Place in the asymmetric unit of every atom, and "-" where a centre of symmetry has moved it, otherwise "+"."""
    positions: Array
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
    names, sites, rows = [], [], []
    for element, site, *fraction in raw["atoms"]:
        for sign, shift_x, shift_y in raw["symmetry"]:
            names.append(element)
            sites.append(f"{site}{'+' if sign > 0 else '-'}")
            rows.append(sign * np.array(fraction) + [shift_x, shift_y, 0.0])
    positions = np.array(rows) @ cell
    positions[:, 0] -= positions[:, 1] * cos_gamma / sin_gamma
    return SheetCell(a=a, b=float(b * sin_gamma), elements=tuple(names), sites=tuple(sites), positions=positions)


def pyrophyllite(cells: tuple[int, int], spacing: float = DRY_SPACING) -> Atoms:
    """Build one periodic sheet without substitutions, in the plane z = 0.

    Args:
        cells: Number of unit cells along a (on x) and b (on y).
        spacing: Height of the cell, angstrom.

    Raises:
        InvalidInputError: If there are no cells.
    """
    if min(cells) < 1:
        raise InvalidInputError("montmorillonite", [f"{cells[0]} x {cells[1]} unit cells are no sheet"])
    unit = sheet_cell()
    box = np.array([unit.a * cells[0], unit.b * cells[1], spacing])
    steps = np.array([[i * unit.a, j * unit.b, 0.0] for i in range(cells[0]) for j in range(cells[1])])
    positions = (steps[:, None, :] + unit.positions[None]).reshape(-1, 3)
    elements = np.array(unit.elements * len(steps))
    sites = unit.sites * len(steps)
    hydroxyls = np.flatnonzero(elements == "OH")
    hydrogens = _hydrogens(positions[hydroxyls], positions[elements == "Al"], box)
    elements[hydroxyls] = "O"
    return Atoms(
        elements=(*elements.tolist(), *["H"] * len(hydrogens)),
        positions=np.concatenate([positions, hydrogens]),
        box=box,
        sites=(*sites, *(sites[n] for n in hydroxyls)),
    )


def quarter_turn(atoms: Atoms) -> Atoms:
    """Turn a sheet in its plane: b comes to lie on x, a on -y."""
    x, y, z = atoms.positions.T
    turned = np.column_stack([y, atoms.box[0] - x, z])
    return attrs.evolve(atoms, positions=turned, box=atoms.box[[1, 0, 2]])


def substituted(atoms: Atoms, magnesium: int, *, seed: int, ends: float = 0.0) -> Atoms:
    """Put magnesium in place of aluminium at random places that keep `MAGNESIUM_DISTANCE`.

    Args:
        atoms: A sheet or platelet.
        magnesium: How many.
        seed: Seed of the places.
        ends: Distance that they keep from the ends of a platelet along x, angstrom.

    Raises:
        InvalidInputError: If they do not fit.
    """
    aluminium = atoms.indices("Al")
    x = atoms.positions[aluminium, 0]
    if ends:
        aluminium = aluminium[(x >= x.min() + ends) & (x <= x.max() - ends)]
    replaced = aluminium[_spread(atoms.positions[aluminium], magnesium, atoms.box, seed)]
    elements = np.array(atoms.elements)
    elements[replaced] = "Mg"
    return attrs.evolve(atoms, elements=tuple(elements.tolist()))


def with_sodium(atoms: Atoms, heights: Sequence[float]) -> Atoms:
    """Add a sodium ion for each magnesium ion, over the nearest free ditrigonal cavity.

    A cavity of the tetrahedral sheet lies over a hydroxyl group of the octahedral one.

    Args:
        atoms: A sheet or platelet around z = 0.
        heights: Heights of the ions, one after the other in turn, angstrom.
    """
    hydroxyls = _inner_hydroxyls(atoms)
    cavities = atoms.positions[hydroxyls[atoms.positions[hydroxyls, 2] > 0]]
    free = list(range(len(cavities)))
    placed = []
    for number, ion in enumerate(atoms.positions[atoms.indices("Mg")]):
        apart = nearest_vectors(cavities[free] - ion, np.diag(atoms.box))[:, :2]
        nearest = free.pop(int(np.argmin(np.linalg.norm(apart, axis=1))))
        placed.append([cavities[nearest, 0], cavities[nearest, 1], heights[number % len(heights)]])
    return atoms.plus("Na", np.array(placed).reshape(-1, 3))


def _inner_hydroxyls(atoms: Atoms) -> Integers:
    """Oxygens with one hydrogen and two octahedral cations: those under the cavities."""
    found = []
    for oxygen, near in bonded_oxygens(atoms).items():
        names = [atoms.elements[n] for n in near]
        if names.count("H") == 1 and len(names) == 3 and "Si" not in names:
            found.append(oxygen)
    return np.array(sorted(found), dtype=np.int64)


def sheet(
    cells: tuple[int, int], magnesium: int, *, seed: int, spacing: float = DRY_SPACING, field: str = "clayff"
) -> System:
    """Build one periodic sheet with its sodium ions above it.

    Args:
        cells: Number of unit cells along a (on x) and b (on y).
        magnesium: Number of aluminium ions replaced by magnesium, and of sodium ions.
        seed: Seed of their places.
        spacing: Height of the cell, angstrom.
        field: Force field of the clay, "clayff" or "interface".

    Returns:
        Sheet in the plane z = 0, sodium at z = spacing / 2; molecule 1 is the sheet, 2, 3, ... are the ions.

    Raises:
        InvalidInputError: If there are no cells or more magnesium ions than fit.
    """
    clay = substituted(pyrophyllite(cells, spacing), magnesium, seed=seed)
    return typed(with_sodium(clay, [spacing / 2]), field)


def _spread(places: Array, count: int, box: Array, seed: int) -> Integers:
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


def _hydrogens(hydroxyls: Array, cations: Array, box: Array) -> Array:
    """Place a hydrogen (h, 3) on each hydroxyl oxygen (h, 3), away from the octahedral cations bonded to it."""
    pairs, bonds = near_pairs(hydroxyls, cations, np.diag(box), BOND_REACH["Al"])
    directions = np.zeros_like(hydroxyls)
    np.add.at(directions, pairs[:, 0], -bonds / np.linalg.norm(bonds, axis=1)[:, None])
    return np.asarray(hydroxyls + HYDROXYL_LENGTH * directions / np.linalg.norm(directions, axis=1)[:, None])
