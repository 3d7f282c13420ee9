"""An atomic model: how it is built, which force fields it can have, and how far a test of it makes sense."""

import math
from collections.abc import Callable

import attrs

from lab.errors import UnknownNameError
from md_sim.checks import check_system
from md_sim.field_sets import FIELD_SETS, FieldSet
from md_sim.forcefields import ForceField, combined, force_field
from md_sim.systems import System

SPRINGS_FURTHEST = 0.1
"""Strain beyond which tension says nothing about a sheet that is held together by springs, which never break: that at
which ClayFF's sheet does (docs/reference/md.md).
"""


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
    build: Callable[[bool, int, FieldSet], System]
    """Called with whether it shall have its full size, the seed, and the force fields."""
    fields: tuple[str, ...] = tuple(FIELD_SETS)
    """Names of the sets of force fields that it can have, the default first."""
    organic: bool = True
    """Whether there is anything but clay in it."""
    clay: bool = True
    """Whether there is clay in it."""
    repeats: Callable[[bool], tuple[Repeat, ...]] = lambda _: ()
    """Called with whether it has its full size."""
    furthest: float = math.inf
    """Strain beyond which a test says nothing about it."""

    def system(self, *, large: bool, seed: int, field: str | None = None) -> System:
        """Build the model and check it.

        Args:
            large: Whether it shall have its full size.
            seed: Seed of everything that is left to chance.
            field: Set of force fields; the default if left out.

        Raises:
            InvalidInputError: If it cannot be simulated.
            UnknownNameError: If it cannot have these force fields.
        """
        system = self.build(large, seed, self.fields_named(field))
        check_system(system)
        return system

    def fields_named(self, name: str | None) -> FieldSet:
        """Return a set of force fields; the default if left out.

        Raises:
            UnknownNameError: If the model cannot have it.
        """
        if name is not None and name not in self.fields:
            raise UnknownNameError(
                f"the model {self.name} is not made with the force field {name!r}",
                hint=f"choose one of {', '.join(self.fields)}",
            )
        return FIELD_SETS[name or self.fields[0]]

    def parts(self, name: str | None = None) -> tuple[str, ...]:
        """Return the names of the force fields that act in it.

        Raises:
            UnknownNameError: If the model cannot have them.
        """
        chosen = self.fields_named(name)
        return (*((chosen.organic,) if self.organic else ()), *((chosen.clay,) if self.clay else ()))

    def force_field(self, name: str | None = None) -> ForceField:
        """Return the force field of the whole model.

        Raises:
            UnknownNameError: If the model cannot have it.
        """
        fields = [force_field(part) for part in self.parts(name)]
        return combined(fields) if len(fields) > 1 else fields[0]

    def furthest_in(self, test: str, name: str | None = None) -> float:
        """Return the strain beyond which a test says nothing about the model with a set of force fields."""
        springs = self.clay and self.fields_named(name).springs and test == "tension"
        return min(self.furthest, SPRINGS_FURTHEST) if springs else self.furthest
