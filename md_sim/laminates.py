"""Montmorillonite and cellulose in layers, periodic in all directions: laminates and brick walls.

The chains and the sheet's b lie on x. Five repeats of the chain and six of the sheet's b nearly agree, four of the
cellulose's a and six of the sheet's a as well, at the lengths to which the force fields relax them (see the reference
page), so that neither part is strained by more than one per cent.
"""

import numpy as np

from lab.arrays import Array
from lab.seeds import derived_seed
from md_sim.cellulose import chains_of, staggered
from md_sim.clay_atoms import Atoms
from md_sim.clay_types import typed
from md_sim.field_sets import FieldSet, field_set_named
from md_sim.fillers import Filler, filled
from md_sim.montmorillonite import (
    DRY_SPACING,
    HALF_SHEET,
    pyrophyllite,
    quarter_turn,
    sheet_cell,
    substituted,
    with_sodium,
)
from md_sim.platelets import platelet
from md_sim.systems import System, joined

# Unit cells of cellulose along c and a, and of the sheet along b and a, in the smallest laminate.
REPEAT_X = (5, 6)
REPEAT_Y = (2, 3)
SODIUM_HEIGHTS = (HALF_SHEET + 0.8, -HALF_SHEET - 0.8)
"""Heights of the sodium ions on both faces of the sheet: they sit in the cavities, angstrom."""
# Distance between the outermost nuclei of sheet and slab before relaxation, angstrom.
INTERFACE = 2.7
USUAL = field_set_named("glycam06j")
EDGE = 4.0
"""Magnesium keeps this distance from the edges of a platelet, angstrom: where water is bonded to aluminium."""


def laminate(
    repeats: tuple[int, int],
    slab: int,
    magnesium: int,
    *,
    seed: int,
    fields: FieldSet = USUAL,
    filler: Filler | None = None,
) -> System:
    """Build an endless sheet between slabs of finite, staggered chains.

    Args:
        repeats: Repeats of the smallest laminate along x and y.
        slab: Unit cells of cellulose along b between two sheets.
        magnesium: Magnesium and sodium ions; half of the sodium on each face of the sheet.
        seed: Seed of the magnesium's places, and of the filler's.
        fields: Force fields of the cellulose and of the clay.
        filler: Molecules between sheet and slab, half of them at each interface.

    Raises:
        InvalidInputError: If there is no cellulose, or less magnesium or filler fits.
    """
    gap = INTERFACE + (filler.thickness if filler else 0.0)
    whole = pyrophyllite((REPEAT_Y[1] * repeats[1], REPEAT_X[1] * repeats[0]))
    clay = typed(with_sodium(quarter_turn(substituted(whole, magnesium, seed=seed)), SODIUM_HEIGHTS), fields.clay)
    cellulose = _slab(repeats, slab, np.diag(clay.cell), fields.organic)
    height = _period(cellulose, gap)
    parts = [clay, _on_top(cellulose, gap)]
    # Both parts whole in the cell: the sheet below, the slab above it.
    built = joined(parts, np.diag([*np.diag(clay.cell)[:2], height])).moved([0.0, 0.0, HALF_SHEET + gap / 2])
    if filler is None:
        return built
    return filled(built, filler, heights=(0.0, 2 * HALF_SHEET + gap), seed=seed)


def brick_wall(
    repeats: tuple[int, int], brick: int, slab: int, magnesium: int, *, seed: int, field: str = "glycam06j"
) -> System:
    """Build two layers of platelets, shifted by half a period, with or without cellulose between them.

    Args:
        repeats: Repeats of the smallest laminate along x and y.
        brick: Length of the platelets along x, in unit cells of the sheet; less than the period.
        slab: Unit cells of cellulose along b between two layers; 0 for none, with sodium alone between them.
        magnesium: Magnesium and sodium ions of each platelet.
        seed: Seed of the magnesium's places.
        field: Force field of the cellulose.

    Raises:
        InvalidInputError: If the platelets leave no gap, or less magnesium fits.
    """
    sheet = quarter_turn(pyrophyllite((REPEAT_Y[1] * repeats[1], REPEAT_X[1] * repeats[0])))
    cut = platelet(sheet, brick, sheet_cell().b)
    cellulose = _slab(repeats, slab, sheet.box, field) if slab else None
    height = _period(cellulose) if cellulose else DRY_SPACING
    parts = []
    for layer in range(2):
        shift = np.array([layer * sheet.box[0] / 2, 0.0, layer * height])
        parts.append(_brick(cut, magnesium, derived_seed(seed, "layer", layer), cellulose is not None).moved(shift))
        if cellulose is not None:
            parts.append(_on_top(cellulose).moved(shift))
    return joined(parts, np.diag([sheet.box[0], sheet.box[1], 2 * height])).moved(
        [0.0, 0.0, HALF_SHEET + INTERFACE / 2]
    )


def _brick(cut: Atoms, magnesium: int, seed: int, both_faces: bool) -> System:
    """A platelet with its ions: on both faces, or halfway to the next sheet."""
    heights = SODIUM_HEIGHTS if both_faces else (DRY_SPACING / 2,)
    return typed(with_sodium(substituted(cut, magnesium, seed=seed, ends=EDGE), heights))


def _slab(repeats: tuple[int, int], slab: int, box: Array, field: str) -> System:
    """Staggered cellulose, stretched to the sheet's lengths in the plane, where both are near their relaxed ones."""
    cells = (REPEAT_X[0] * repeats[0], REPEAT_Y[0] * repeats[1], slab)
    cellulose = chains_of(cells, staggered(cells), field=field)
    stretch = np.array([box[0] / cellulose.cell[0, 0], box[1] / cellulose.cell[1, 1], 1.0])
    return cellulose.moved(cellulose.positions * (stretch - 1))


def _on_top(cellulose: System, gap: float = INTERFACE) -> System:
    """The slab above a sheet at z = 0."""
    return cellulose.moved([0.0, 0.0, HALF_SHEET + gap - float(cellulose.positions[:, 2].min())])


def _period(cellulose: System, gap: float = INTERFACE) -> float:
    """Height of one sheet, one slab and the two interfaces between them, angstrom."""
    return 2 * HALF_SHEET + 2 * gap + float(np.ptp(cellulose.positions[:, 2]))
