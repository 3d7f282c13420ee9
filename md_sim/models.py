"""The atomic models that the films are explained with, by name and size."""

from collections.abc import Callable
from functools import partial

from lab.errors import UnknownNameError
from lab.names import known_hint
from md_sim.atomic_model import Model, Repeat
from md_sim.cellulose import chains_of, endless, experimental_lattice, staggered
from md_sim.field_sets import FIELD_SETS, FieldSet
from md_sim.fillers import Filler
from md_sim.gelatin import gelatin
from md_sim.laminates import REPEAT_X, REPEAT_Y, brick_wall, laminate
from md_sim.molecules import glycerol, water
from md_sim.montmorillonite import DRY_SPACING, HALF_SHEET, sheet, sheet_cell
from md_sim.systems import System

LAYER_CHARGE = 0.5
"""Magnesium ions a unit cell of the sheet, and elementary charges: the lower end of smectites (0.4 to 1.2 e a cell)."""


def _magnesium(cells: int) -> int:
    return round(LAYER_CHARGE * cells)


def _sheet_cells(large: bool) -> tuple[int, int]:
    return (6, 4) if large else (4, 3)


def _crystal_cells(large: bool) -> tuple[int, int, int]:
    return (4, 3, 2) if large else (2, 2, 2)


def _fibril_cells(large: bool) -> tuple[int, int, int]:
    return (8, 2, 2) if large else (3, 2, 2)


def _laminate_cells(large: bool) -> tuple[tuple[int, int], int]:
    """Repeats of the smallest laminate, and unit cells of cellulose across the slab."""
    return ((1, 2), 2) if large else ((1, 1), 1)


def _montmorillonite(large: bool, seed: int, fields: FieldSet) -> System:
    cells = _sheet_cells(large)
    layer = sheet(cells, _magnesium(cells[0] * cells[1]), seed=seed, field=fields.clay)
    # The whole sheet below, its ions above it.
    return layer.moved([0.0, 0.0, HALF_SHEET + 0.9])


def _crystal(large: bool, _: int, fields: FieldSet) -> System:
    cells = _crystal_cells(large)
    return chains_of(cells, endless(cells), field=fields.organic)


def _fibrils(large: bool, _: int, fields: FieldSet) -> System:
    cells = _fibril_cells(large)
    return chains_of(cells, staggered(cells), field=fields.organic)


def _laminate(large: bool, seed: int, fields: FieldSet, filler: Callable[[int], Filler] | None = None) -> System:
    repeats, slab = _laminate_cells(large)
    area = repeats[0] * repeats[1]
    magnesium = _magnesium(REPEAT_X[1] * REPEAT_Y[1] * area)
    return laminate(repeats, slab, magnesium, seed=seed, fields=fields, filler=filler(area) if filler else None)


# Molecules for the two interfaces of each of the smallest laminates, and how much they keep sheet and slab apart,
# angstrom: the thickness of the molecules, of which about half a layer is put in.
WATER, WATER_LAYER = 48, 3.0
GLYCEROL, GLYCEROL_LAYER = 16, 4.5
GELATIN, GELATIN_LAYER = 2, 7.0


def _water_layers(area: int) -> Filler:
    return Filler(water(), WATER * area, WATER_LAYER)


def _glycerol_layers(area: int) -> Filler:
    return Filler(glycerol(), GLYCEROL * area, GLYCEROL_LAYER)


def _bricks(slab: int, large: bool, seed: int, fields: FieldSet) -> System:
    repeats = (2, 1) if large else (1, 1)
    brick = REPEAT_X[1] * repeats[0] - 1
    magnesium = _magnesium(brick * REPEAT_Y[1] * repeats[1])
    return brick_wall(repeats, brick, slab, magnesium, seed=seed, field=fields.organic)


def _gelatin_layers(area: int) -> Filler:
    return Filler(gelatin(), GELATIN * area, GELATIN_LAYER, lying=True)


def _clay_repeats(large: bool) -> tuple[Repeat, ...]:
    cells, unit = _sheet_cells(large), sheet_cell()
    return (
        Repeat("clay a", 0, cells[0], unit.a),
        Repeat("clay b", 1, cells[1], unit.b),
        Repeat("clay spacing, dry", 2, 1, DRY_SPACING),
    )


def _across_chains(cells: tuple[int, int, int]) -> tuple[Repeat, ...]:
    lattice = experimental_lattice()
    return (
        Repeat("cellulose a", 1, cells[1], lattice.a),
        Repeat("cellulose b sin γ", 2, cells[2], float(lattice.vectors[1, 2])),
    )


def _crystal_repeats(large: bool) -> tuple[Repeat, ...]:
    cells = _crystal_cells(large)
    return (Repeat("cellulose c", 0, cells[0], experimental_lattice().c), *_across_chains(cells))


def _fibril_repeats(large: bool) -> tuple[Repeat, ...]:
    return _across_chains(_fibril_cells(large))


def _laminate_repeats(large: bool) -> tuple[Repeat, ...]:
    (times_x, times_y), _ = _laminate_cells(large)
    unit, lattice = sheet_cell(), experimental_lattice()
    return (
        Repeat("clay b", 0, REPEAT_X[1] * times_x, unit.b),
        Repeat("clay a", 1, REPEAT_Y[1] * times_y, unit.a),
        Repeat("cellulose a", 1, REPEAT_Y[0] * times_y, lattice.a),
    )


# Sets that have parameters for water, glycerol and peptides, and for the edges of platelets.
WITH_PEPTIDES = tuple(name for name, fields in FIELD_SETS.items() if fields.organic == "charmm36")
WITH_EDGES = tuple(name for name, fields in FIELD_SETS.items() if fields.clay == "clayff")

MODELS = {
    model.name: model
    for model in (
        Model(
            "mmt",
            "a periodic stack of dry sodium montmorillonite sheets without end",
            _montmorillonite,
            organic=False,
            repeats=_clay_repeats,
        ),
        Model(
            "cnf",
            "finite, capped chains of cellulose I-beta, staggered by half their length",
            _fibrils,
            clay=False,
            repeats=_fibril_repeats,
        ),
        Model(
            "cnf-crystal",
            "cellulose I-beta of chains without end, for its stiffness only: harmonic bonds never break",
            _crystal,
            clay=False,
            repeats=_crystal_repeats,
            furthest=0.05,
        ),
        Model(
            "mmt-cnf",
            "a montmorillonite sheet without end between slabs of finite, staggered cellulose chains",
            _laminate,
            repeats=_laminate_repeats,
        ),
        Model(
            "mmt-cnf-water",
            "a montmorillonite sheet with water between it and slabs of finite, staggered cellulose chains",
            partial(_laminate, filler=_water_layers),
            fields=WITH_PEPTIDES,
            repeats=_laminate_repeats,
        ),
        Model(
            "mmt-cnf-glycerol",
            "a montmorillonite sheet with glycerol between it and slabs of finite, staggered cellulose chains",
            partial(_laminate, filler=_glycerol_layers),
            fields=WITH_PEPTIDES,
            repeats=_laminate_repeats,
        ),
        Model(
            "mmt-cnf-gelatin",
            "a montmorillonite sheet with gelatin peptides between it and slabs of finite, staggered cellulose chains",
            partial(_laminate, filler=_gelatin_layers),
            fields=WITH_PEPTIDES,
            repeats=_laminate_repeats,
        ),
        Model(
            "mmt-bricks",
            "two layers of finite montmorillonite platelets with hydroxylated edges, shifted by half a period",
            partial(_bricks, 0),
            fields=WITH_EDGES,
            organic=False,
        ),
        Model(
            "mmt-cnf-bricks",
            "such platelets with slabs of finite, staggered cellulose chains between the layers",
            partial(_bricks, 1),
            fields=WITH_EDGES,
        ),
    )
}


def model_named(name: str) -> Model:
    """Return a model.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    try:
        return MODELS[name]
    except KeyError as error:
        raise UnknownNameError(f"no model {name!r}", hint=known_hint(name, MODELS)) from error
