"""Laminates of a montmorillonite sheet and a slab of cellulose, periodic in all directions.

The chains and the sheet's b lie on x. Five repeats of the chain and six of the sheet's b nearly agree, four of the
cellulose's a and six of the sheet's a as well, at the lengths to which the force fields relax them (see the reference
page), so that neither part is strained by more than one per cent.
"""

import numpy as np

from lab.errors import InvalidInputError
from md_sim.cellulose import Chain, chains_of
from md_sim.montmorillonite import sheet
from md_sim.systems import System, joined

#: Unit cells of cellulose along c and a, and of the sheet along b and a, in the smallest laminate.
REPEAT_X = (5, 6)
REPEAT_Y = (2, 3)
#: Half the thickness of the sheet between the outermost oxygen nuclei, angstrom.
HALF_SHEET = 3.3
#: Height of the sodium ions over the outermost oxygens: they sit in the cavities, angstrom.
SODIUM_HEIGHT = 0.8
#: Distance between the outermost nuclei of sheet and slab before relaxation, angstrom.
INTERFACE = 2.7


def laminate(
    repeats: tuple[int, int], chains: tuple[Chain, ...], slab: tuple[int, int, int], magnesium: int, *, seed: int
) -> System:
    """Build a laminate.

    Args:
        repeats: Repeats of the smallest laminate along x and y.
        chains: Chains of the slab.
        slab: Unit cells of the slab along c, a and b; the first two have to fit the repeats.
        magnesium: Magnesium and sodium ions; half of the sodium on each face of the sheet.
        seed: Seed of the magnesium's places.

    Raises:
        InvalidInputError: If the slab does not fit the sheet.
    """
    fitting = (REPEAT_X[0] * repeats[0], REPEAT_Y[0] * repeats[1])
    if slab[:2] != fitting:
        raise InvalidInputError(
            "the laminate", [f"a slab of {slab[0]} x {slab[1]} cells does not fit; {fitting[0]} x {fitting[1]} does"]
        )
    clay = _quarter_turn(sheet((REPEAT_Y[1] * repeats[1], REPEAT_X[1] * repeats[0]), magnesium, seed=seed))
    clay = _sodium_on_faces(clay)
    cellulose = chains_of(slab, chains)
    low, high = cellulose.positions[:, 2].min(), cellulose.positions[:, 2].max()
    height = 2 * HALF_SHEET + 2 * INTERFACE + float(high - low)
    cell = np.diag([clay.cell[0, 0], clay.cell[1, 1], height])
    # The slab is stretched to the sheet's lengths in the plane, where both are near their relaxed ones.
    stretch = np.array([cell[0, 0] / cellulose.cell[0, 0], cell[1, 1] / cellulose.cell[1, 1], 1.0])
    lifted = cellulose.positions * stretch + [0.0, 0.0, HALF_SHEET + INTERFACE - float(low)]
    return joined([clay, _at(cellulose, lifted)], cell)


def _at(system: System, positions: np.ndarray) -> System:
    return system.moved(positions - system.positions)


def _quarter_turn(clay: System) -> System:
    """Turn a sheet in its plane: b comes to lie on x, a on -y."""
    x, y, z = clay.positions.T
    turned = np.column_stack([y, clay.cell[0, 0] - x, z])
    lengths = np.diag(clay.cell)
    return _at(clay, turned).in_cell(np.diag([lengths[1], lengths[0], lengths[2]]))


def _sodium_on_faces(clay: System) -> System:
    """Move every other sodium ion to the lower face of the sheet, all of them down to its oxygens."""
    positions = clay.positions.copy()
    ions = np.flatnonzero(clay.in_phase("ion"))
    positions[ions, 2] = HALF_SHEET + SODIUM_HEIGHT
    positions[ions[1::2], 2] *= -1
    return _at(clay, positions)
