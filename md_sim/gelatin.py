"""A peptide of gelatin: Ac-(Gly-Pro-Hyp)2-NHMe, the repeat of collagen, as a polyproline II helix.

Coordinates are built from internal ones: CHARMM36's lengths, and the backbone angles of polyproline II (phi -75, psi
150, omega 180 degrees; Adzhubei et al., J. Mol. Biol. 425, 2100 (2013)). Minimisation does the rest.
"""

from functools import cache

import numpy as np

from lab.arrays import Array
from md_sim.molecules import molecule, placed, unit
from md_sim.systems import System

PHI, PSI, OMEGA = -75.0, 150.0, 180.0
SEQUENCE = ("GLY", "PRO", "HYP", "GLY", "PRO", "HYP")
"""The residues; GLY has no side chain, the others have proline's ring."""
PUCKER = {"PRO": 25.0, "HYP": -25.0}
"""Ring torsion N-CA-CB-CG: proline in the middle of the repeat is puckered down, hydroxyproline up."""
# Lengths, angstrom, of bonds from carbon, nitrogen and oxygen to hydrogen.
_HYDROGEN = 1.09
_TETRAHEDRAL = 109.5

Row = tuple[str, str, str, str, float, float, float]


@cache
def gelatin() -> System:
    """Return the peptide, its long axis on x and its middle at the origin."""
    heavy = placed(tuple(_backbone() + _sides()))
    places = {**heavy, **_hydrogens(heavy)}
    built = molecule("gelatin", places)
    axes = np.linalg.svd(built.positions, full_matrices=False)[2]
    turned = built.positions @ (axes * np.sign(np.linalg.det(axes))).T
    return built.moved(turned - built.positions)


def _names(place: int) -> tuple[str, str, str]:
    return f"{place}N", f"{place}CA", f"{place}C"


def _backbone() -> list[Row]:
    """Caps, backbone and oxygens: every atom from the three before it."""
    rows: list[Row] = [
        ("1CAY", "", "", "", 0.0, 0.0, 0.0),
        ("1CY", "1CAY", "", "", 1.49, 0.0, 0.0),
        ("1OY", "1CY", "1CAY", "", 1.23, 121.0, 0.0),
    ]
    before = ("1CAY", "1CY")
    for place in range(1, len(SEQUENCE) + 1):
        n, alpha, c = _names(place)
        # The first nitrogen lies opposite to the oxygen of the cap, the others at psi.
        ahead, turn = (f"{place - 1}N", PSI) if place > 1 else ("1OY", 180.0)
        rows.append((n, before[1], before[0], ahead, 1.34, 117.0, turn))
        rows.append((alpha, n, before[1], before[0], 1.46, 121.0, OMEGA))
        rows.append((c, alpha, n, before[1], 1.52, 111.0, PHI))
        rows.append((f"{place}O", c, alpha, n, 1.23, 120.5, PSI + 180.0))
        before = (alpha, c)
    last = len(SEQUENCE)
    n, alpha, c = _names(last)
    rows.append((f"{last}NT", c, alpha, n, 1.34, 117.0, PSI))
    rows.append((f"{last}CAT", f"{last}NT", c, alpha, 1.45, 121.0, OMEGA))
    return rows


def _sides() -> list[Row]:
    """The rings: C-delta in the plane of the peptide bond, C-beta as in L-amino acids, C-gamma between them."""
    rows: list[Row] = []
    for place, name in enumerate(SEQUENCE, start=1):
        if name == "GLY":
            continue
        n, alpha, _ = _names(place)
        rows += [
            (f"{place}CD", n, f"{place - 1}C", f"{place - 1}CA", 1.46, 125.0, 0.0),
            (f"{place}CB", alpha, n, f"{place - 1}C", 1.53, 103.0, PHI - 120.0),
            (f"{place}CG", f"{place}CB", alpha, n, 1.52, 104.0, PUCKER[name]),
        ]
    return rows


def _hydrogens(heavy: dict[str, Array]) -> dict[str, Array]:
    """Hydrogens, and hydroxyproline's hydroxyl, in the directions that the bonds between the heavy atoms leave free."""
    found: dict[str, Array] = {}
    for place, name in enumerate(SEQUENCE, start=1):
        n, alpha, c = _names(place)
        previous = f"{place - 1}C" if place > 1 else "1CY"
        if name == "GLY":
            found[f"{place}HN"] = _opposite(heavy, n, (previous, alpha), 1.0)
            found[f"{place}HA1"], found[f"{place}HA2"] = _two(heavy, alpha, (n, c))
            continue
        beta, gamma, delta = (f"{place}C{greek}" for greek in "BGD")
        found[f"{place}HA"] = _opposite(heavy, alpha, (n, c, beta), _HYDROGEN)
        found[f"{place}HB1"], found[f"{place}HB2"] = _two(heavy, beta, (alpha, gamma))
        found[f"{place}HD1"], found[f"{place}HD2"] = _two(heavy, delta, (n, gamma))
        one, other = _two(heavy, gamma, (beta, delta))
        if name == "PRO":
            found[f"{place}HG1"], found[f"{place}HG2"] = one, other
            continue
        # (4R): seen with the hydrogen behind, hydroxyl group, C-delta and C-beta go round clockwise.
        around = np.cross(heavy[delta] - heavy[gamma], heavy[beta] - heavy[gamma])
        hydroxyl, hydrogen = (one, other) if (one - heavy[gamma]) @ around < 0 else (other, one)
        found[f"{place}HG"] = hydrogen
        oxygen = heavy[gamma] + 1.42 / _HYDROGEN * (hydroxyl - heavy[gamma])
        found[f"{place}OE"] = oxygen
        found[f"{place}HE"] = oxygen + 0.96 * unit(unit(oxygen - heavy[gamma]) + unit(oxygen - heavy[n]))
    last = len(SEQUENCE)
    found[f"{last}HNT"] = _opposite(heavy, f"{last}NT", (f"{last}C", f"{last}CAT"), 1.0)
    for centre, bonded, third, hydrogens in (
        ("1CAY", "1CY", "1OY", "HY"),
        (f"{last}CAT", f"{last}NT", f"{last}C", "HT"),
    ):
        for turn in range(3):
            found[f"{centre[0]}{hydrogens}{turn + 1}"] = _methyl(heavy, centre, (bonded, third), 60.0 + 120.0 * turn)
    return found


def _opposite(places: dict[str, Array], centre: str, bonded: tuple[str, ...], length: float) -> Array:
    """The place opposite to the mean of an atom's bonds."""
    bonds = sum(unit(places[name] - places[centre]) for name in bonded)
    return np.asarray(places[centre] - length * unit(np.asarray(bonds)))


def _two(places: dict[str, Array], centre: str, bonded: tuple[str, str]) -> tuple[Array, Array]:
    """The two places that complete a tetrahedron."""
    first, second = (unit(places[name] - places[centre]) for name in bonded)
    away, across = -unit(first + second), unit(np.cross(first, second))
    half = np.radians(_TETRAHEDRAL / 2)
    one, other = (_HYDROGEN * (np.cos(half) * away + sign * np.sin(half) * across) for sign in (1, -1))
    return places[centre] + one, places[centre] + other


def _methyl(places: dict[str, Array], centre: str, bonded: tuple[str, str], turn: float) -> Array:
    along = unit(places[centre] - places[bonded[0]])
    normal = unit(np.cross(places[bonded[0]] - places[bonded[1]], along))
    bend, angle = np.radians(_TETRAHEDRAL), np.radians(turn)
    across = np.cos(angle) * np.cross(normal, along) + np.sin(angle) * normal
    return np.asarray(places[centre] + _HYDROGEN * (np.sin(bend) * across - np.cos(bend) * along))
