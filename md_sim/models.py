"""The atomic models that the films are explained with, by name and size."""

from collections.abc import Callable
from functools import partial

import attrs

from lab.errors import UnknownNameError
from md_sim.cellulose import chains_of, endless, experimental_lattice, staggered
from md_sim.checks import check_system
from md_sim.forcefields import ForceField, combined, force_field
from md_sim.laminates import REPEAT_X, REPEAT_Y, brick_wall, laminate
from md_sim.montmorillonite import DRY_SPACING, HALF_SHEET, sheet, sheet_cell
from md_sim.systems import System

#: Magnesium ions a unit cell of the sheet, and elementary charges: the lower end of smectites (0.4 to 1.2 e a cell).
LAYER_CHARGE = 0.5


@attrs.frozen
class Repeat:
    """A length of a crystal that repeats along an edge of the cell, to be compared after relaxation."""

    name: str
    axis: int
    """0, 1, 2 for x, y, z."""
    count: int
    """How often it repeats along the edge."""
    measured: float
    """The crystal's, angstrom."""


@attrs.frozen
class Model:
    """An atomic model."""

    name: str
    meaning: str
    build: Callable[[bool, int], System]
    """Called with whether it shall have its full size, and the seed."""
    field: Callable[[], ForceField]
    repeats: Callable[[bool], tuple[Repeat, ...]] = lambda _: ()
    """Called with whether it has its full size."""

    def system(self, *, large: bool, seed: int) -> System:
        """Build the model and check it.

        Raises:
            InvalidInputError: If it cannot be simulated.
        """
        system = self.build(large, seed)
        check_system(system)
        return system


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


def _montmorillonite(large: bool, seed: int) -> System:
    cells = _sheet_cells(large)
    # The whole sheet below, its ions above it.
    return sheet(cells, _magnesium(cells[0] * cells[1]), seed=seed).moved([0.0, 0.0, HALF_SHEET + 0.9])


def _crystal(large: bool, _: int) -> System:
    cells = _crystal_cells(large)
    return chains_of(cells, endless(cells))


def _fibrils(large: bool, _: int) -> System:
    cells = _fibril_cells(large)
    return chains_of(cells, staggered(cells))


def _laminate(large: bool, seed: int) -> System:
    repeats, slab = _laminate_cells(large)
    cells = REPEAT_X[1] * repeats[0] * REPEAT_Y[1] * repeats[1]
    return laminate(repeats, slab, _magnesium(cells), seed=seed)


def _bricks(slab: int, large: bool, seed: int) -> System:
    repeats = (2, 1) if large else (1, 1)
    brick = REPEAT_X[1] * repeats[0] - 1
    return brick_wall(repeats, brick, slab, _magnesium(brick * REPEAT_Y[1] * repeats[1]), seed=seed)


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


def _clay() -> ForceField:
    return force_field("clayff")


def _cellulose() -> ForceField:
    return force_field("glycam06j")


def _both() -> ForceField:
    return combined((_cellulose(), _clay()))


MODELS = {
    model.name: model
    for model in (
        Model(
            "mmt",
            "a periodic stack of dry sodium montmorillonite sheets without end",
            _montmorillonite,
            _clay,
            _clay_repeats,
        ),
        Model(
            "cnf",
            "finite, capped chains of cellulose I-beta, staggered by half their length",
            _fibrils,
            _cellulose,
            _fibril_repeats,
        ),
        Model(
            "cnf-crystal",
            "cellulose I-beta of chains without end, for its stiffness only: harmonic bonds never break",
            _crystal,
            _cellulose,
            _crystal_repeats,
        ),
        Model(
            "mmt-cnf",
            "a montmorillonite sheet without end between slabs of finite, staggered cellulose chains",
            _laminate,
            _both,
            _laminate_repeats,
        ),
        Model(
            "mmt-bricks",
            "two layers of finite montmorillonite platelets with hydroxylated edges, shifted by half a period",
            partial(_bricks, 0),
            _clay,
        ),
        Model(
            "mmt-cnf-bricks",
            "such platelets with slabs of finite, staggered cellulose chains between the layers",
            partial(_bricks, 1),
            _both,
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
        raise UnknownNameError(f"no model {name!r}", hint=f"choose one of {', '.join(MODELS)}") from error
