"""The table that a committee learns from: inputs, targets, their SDs, and what the targets are."""

from collections.abc import Sequence
from functools import cached_property

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array, Integers
from lab.errors import InvalidInputError
from lab.hashing import sha256_of_bytes
from lab.properties import Property
from models.folds import recipe_numbers
from models.transforms import TargetScale, fit_target_scale

_ROWS_NAMED = 10


def _table(values: ArrayLike) -> Array:
    return np.array(values, dtype=float)


def _properties(properties: Sequence[Property]) -> tuple[Property, ...]:
    return tuple(properties)


@attrs.frozen(eq=False)
class FilmTable:
    """Measured films, one a row.

    Raises:
        InvalidInputError: With every fault: shapes that do not fit, inputs that are no numbers, infinite targets,
            negative SDs.
    """

    inputs: Array = attrs.field(converter=_table)
    """Shape ``(n, d)``."""
    targets: Array = attrs.field(converter=_table)
    """Measured values in the properties' units, shape ``(n, p)``, NaN where missing."""
    target_sd: Array = attrs.field(converter=_table)
    """SD of the readings behind each value, shape ``(n, p)``, NaN where unknown."""
    properties: tuple[Property, ...] = attrs.field(converter=_properties)
    """The p properties."""

    def __attrs_post_init__(self) -> None:
        faults = [*_input_faults(self.inputs), *_target_faults(self)]
        if faults:
            raise InvalidInputError("films to learn from", faults)

    @property
    def labelled(self) -> tuple[int, ...]:
        """Indices of the properties with at least one label."""
        return tuple(int(i) for i in np.flatnonzero(np.isfinite(self.targets).any(axis=0)))

    def recipe_numbers(self, rows: Sequence[int] | Integers) -> Integers:
        """Return a number for the recipe of each of the given rows; replicates of one recipe share it."""
        return np.unique(self._recipes[rows], return_inverse=True)[1].ravel().astype(np.int64)

    @cached_property
    def _recipes(self) -> Integers:
        return recipe_numbers(self.inputs)

    def labelled_recipes(self, column: int) -> int:
        """Return how many recipes have a label of one property."""
        rows = np.flatnonzero(np.isfinite(self.targets[:, column]))
        return int(self.recipe_numbers(rows).max()) + 1 if len(rows) else 0

    def target_scales(self) -> tuple[TargetScale, ...]:
        """Return the scale on which each property is learned."""
        return tuple(
            fit_target_scale(prop, labels, one_recipe=self.labelled_recipes(column) == 1)
            for column, (prop, labels) in enumerate(zip(self.properties, self.targets.T, strict=True))
        )

    def sha256(self) -> str:
        """Return the hash of the whole table."""
        names = "\x1f".join(prop.name for prop in self.properties)
        tables = (self.inputs, self.targets, self.target_sd)
        shapes = "".join(str(table.shape) for table in tables)
        return sha256_of_bytes(b"\x1e".join([names.encode(), shapes.encode(), *(t.tobytes() for t in tables)]))


def _input_faults(inputs: Array) -> list[str]:
    if inputs.ndim != 2 or 0 in inputs.shape:
        return [f"inputs of shape {inputs.shape}, where (films, inputs) is needed, with at least one film"]
    rows = np.flatnonzero(~np.isfinite(inputs).all(axis=1))
    named = ", ".join(map(str, rows[:_ROWS_NAMED])) + (", ..." if len(rows) > _ROWS_NAMED else "")
    return [f"inputs that are no numbers in rows {named}"] if len(rows) else []


def _target_faults(table: FilmTable) -> list[str]:
    wanted = (len(table.inputs), len(table.properties))
    faults = [
        f"{name} of shape {values.shape}, where {wanted} is needed"
        for name, values in (("targets", table.targets), ("target_sd", table.target_sd))
        if values.shape != wanted
    ]
    if np.isinf(table.targets).any():
        faults.append("a target is infinite")
    if (table.target_sd < 0).any() or np.isinf(table.target_sd).any():
        faults.append("a target's SD is negative or infinite")
    return faults
