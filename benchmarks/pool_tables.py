"""Tables of finished experiments as pools: every row is a film that can be made, and tells its values when it is."""

import math
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from lab.errors import InvalidInputError
from lab.properties import Property, Test, Transform
from models.findings import Finding, Severity
from models.scaling import InputScale
from models.tables import raise_faults
from models.text_tables import TextTable, read_table
from models.training_table import check_request

Array = NDArray[np.float64]

_HINT = "mend or delete these rows; where a target was not measured its cell is empty"


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
    findings: tuple[Finding, ...]
    """What was left out."""

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
        InvalidInputError: If the file or a column is missing, an input is no number, a target is text, or no row has a
            target; with all of these faults, row by row.
    """
    properties = tuple(_property(target) for target in targets)
    check_request(path.name, inputs, [prop.name for prop in properties], None, {})
    table = read_table(path, [*inputs, *(prop.name for prop in properties)])
    known_inputs = [_input(table, name) for name in inputs]
    known_targets = [_target(table, prop) for prop in properties]
    findings = [finding for _, found in (*known_inputs, *known_targets) for finding in found]
    x, y = (np.stack([values for values, _ in known], axis=1) for known in (known_inputs, known_targets))
    told = np.isfinite(y).any(axis=1)
    if not told.any():
        findings.append(Finding(Severity.FAULT, "", "no row has a value of a target"))
    elif not told.all():
        findings.append(Finding(Severity.LEFT_OUT, "", "no value of a target", np.flatnonzero(~told) + 1))
    raise_faults(table, findings, _HINT)
    scaled, scale = _scaled(x[told])
    minimise = tuple("min" in target.split(":")[1:] for target in targets)
    return PoolTable(path.stem, scaled, y[told], properties, minimise, scale, tuple(findings))


def _input(table: TextTable, name: str) -> tuple[Array, list[Finding]]:
    values, _ = table.numbers(name)
    bad = np.isnan(values)
    return values, [Finding(Severity.FAULT, name, "no number", np.flatnonzero(bad) + 1)] if bad.any() else []


def _target(table: TextTable, prop: Property) -> tuple[Array, list[Finding]]:
    values, text = table.numbers(prop.name)
    findings = []
    if text.any():
        what = "neither a finite number nor empty"
        findings.append(Finding(Severity.FAULT, prop.name, what, np.flatnonzero(text) + 1))
    if prop.transform is Transform.LOG and (values <= 0).any():
        what = "not above 0, so without a logarithm"
        findings.append(Finding(Severity.LEFT_OUT, prop.name, what, np.flatnonzero(values <= 0) + 1))
        values = np.where(values > 0, values, np.nan)
    return values, findings


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
