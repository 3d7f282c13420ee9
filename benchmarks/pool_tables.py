"""Tables of finished experiments as pools: every row is a film that can be made, and tells its values when it is."""

import csv
import math
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from lab.errors import InvalidInputError
from lab.properties import Property, Test, Transform
from models.scaling import InputScale

Array = NDArray[np.float64]


@attrs.frozen(eq=False)
class PoolTable:
    """A table of experiments."""

    name: str
    inputs: Array
    """Shape ``(n, d)``: fractions that sum to 1 where the columns have a constant sum, else columns from 0 to 1."""
    targets: Array
    """Shape ``(n, p)``, NaN where missing."""
    properties: tuple[Property, ...]
    minimise: tuple[bool, ...]
    """Of which targets a low value is the good one, where a goal is looked for."""
    input_scale: InputScale
    """How the committee scales the inputs: fixed, so that it does not depend on the films chosen so far."""
    dropped: int
    """Rows without any target."""

    @property
    def on_model_scale(self) -> Array:
        """Targets as errors are counted: logarithms where a property is learned so."""
        logs = [prop.transform is Transform.LOG for prop in self.properties]
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(logs, np.log(self.targets), self.targets)


def read_pool(path: Path, inputs: Sequence[str], targets: Sequence[str]) -> PoolTable:
    """Read a CSV table.

    Args:
        path: The file.
        inputs: Names of the input columns.
        targets: Names of the target columns; ``name:log`` learns a positive one on the logarithm, ``name:min`` says
            that low values are good, ``name:log:min`` both.

    Raises:
        InvalidInputError: If the file or a column is missing, an input is no number, or no row has a target.
    """
    if not path.is_file():
        raise InvalidInputError(str(path), ["there is no such file"])
    with path.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    names = [target.partition(":")[0] for target in targets]
    missing = [name for name in (*inputs, *names) if not rows or name not in rows[0]]
    if missing:
        raise InvalidInputError(path.name, [f"there is no column {name!r}" for name in missing])
    x = np.array([[_number(row[name]) for name in inputs] for row in rows])
    y = np.array([[_number(row[name]) for name in names] for row in rows])
    faults = [f"row {row + 1} has an input that is no number" for row in np.flatnonzero(~np.isfinite(x).all(axis=1))]
    if faults:
        raise InvalidInputError(path.name, faults)
    properties = tuple(_property(target) for target in targets)
    for column, prop in enumerate(properties):
        if prop.transform is Transform.LOG:
            y[y[:, column] <= 0, column] = np.nan
    known = np.isfinite(y).any(axis=1)
    if not known.any():
        raise InvalidInputError(path.name, ["no row has a value of a target"])
    scaled, scale = _scaled(x[known])
    minimise = tuple("min" in target.split(":")[1:] for target in targets)
    return PoolTable(path.stem, scaled, y[known], properties, minimise, scale, int((~known).sum()))


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _property(target: str) -> Property:
    name, *options = target.split(":")
    unknown = set(options) - {"log", "min"}
    if unknown:
        raise InvalidInputError("targets", [f"{target!r}: {', '.join(sorted(unknown))} is neither log nor min"])
    transform = Transform.LOG if "log" in options else Transform.IDENTITY
    return Property(name, name, name, "fraction", transform, -math.inf, math.inf, Test.OPTICAL, "table")


def _scaled(x: Array) -> tuple[Array, InputScale]:
    sums = x.sum(axis=1)
    if (x >= 0).all() and np.ptp(sums) < 0.05 * sums.mean():
        return x / sums[:, None], InputScale.for_fractions(x.shape[1])
    width = np.ptp(x, axis=0)
    unit = (x - x.min(axis=0)) / np.where(width > 0, width, 1.0)
    spread = unit.std(axis=0)
    return unit, InputScale(unit.mean(axis=0), np.where(spread > 0, spread, 1.0))
