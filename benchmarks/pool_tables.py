"""Tables of finished experiments as pools: every row is a film that can be made, and tells its values when it is."""

import math
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.properties import Property, Test, Transform
from models.findings import Finding, Severity
from models.input_columns import CATEGORY_SCALE, InputColumns, choose_columns
from models.scaling import InputScale
from models.tables import raise_faults
from models.text_tables import TextTable, read_table
from models.training_table import check_request

_HINT = "mend or delete these rows; where a target was not measured its cell is empty"

_LOOSE_SUM = 0.05
"""The sum of the shares of a whole varies by less than this part of itself; tables are rounded."""
_LOOSE_SHARES = 0.5
"""It also varies by less than this part of what the widest of the shares does."""


@attrs.frozen(eq=False)
class PoolTable:
    """A table of experiments."""

    name: str
    inputs: Array
    """Shape ``(n, d)``: fractions that sum to 1 where the columns of numbers are shares of a whole, else columns from 0
    to 1; then a 0 or 1 for each category."""
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


def add_table(parser: ArgumentParser) -> None:
    """Add the options that name a table and say how it is learned from."""
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--inputs", required=True, help="columns, separated by commas")
    parser.add_argument("--targets", required=True, help="columns, separated by commas; see name:log and name:min")
    parser.add_argument("--aside", type=float, default=0.0, help="share of rows only to test the map on; 0")


def asked_table(options: Namespace) -> PoolTable:
    """Read the table that these options name; see `read_pool`."""
    return read_pool(options.table, options.inputs.split(","), options.targets.split(","))


def read_pool(path: Path, inputs: Sequence[str], targets: Sequence[str]) -> PoolTable:
    """Read a CSV table.

    Args:
        path: The file.
        inputs: Names of the input columns; one that holds mostly texts is a category.
        targets: Names of the target columns; ``name:log`` learns a positive one on the logarithm, ``name:min`` says
            that low values are good, ``name:log:min`` both.

    Raises:
        InvalidInputError: If the file or a column is missing, an input is empty or a text among numbers, a target is
            text, or no row has a target; with all of these faults, row by row.
    """
    properties = tuple(_property(target) for target in targets)
    check_request(path.name, inputs, [prop.name for prop in properties], None, {})
    table = read_table(path, [*inputs, *(prop.name for prop in properties)])
    columns, findings = choose_columns(table, inputs, composition=())
    numbers = [_number(table, name) for name in columns.numbers]
    categories = [_category(table, name, levels) for name, levels in columns.categories.items()]
    known_targets = [_target(table, prop) for prop in properties]
    findings += [finding for _, found in (*numbers, *categories, *known_targets) for finding in found]
    y = np.stack([values for values, _ in known_targets], axis=1)
    told = np.isfinite(y).any(axis=1)
    if not told.any():
        findings.append(Finding(Severity.FAULT, "", "no row has a value of a target"))
    elif not told.all():
        findings.append(Finding(Severity.LEFT_OUT, "", "no value of a target", np.flatnonzero(~told) + 1))
    raise_faults(table, findings, _HINT)
    scaled, scale = _scaled(
        np.stack([values for values, _ in numbers], axis=1)[told] if numbers else np.empty((told.sum(), 0)),
        np.concatenate([values for values, _ in categories], axis=1)[told] if categories else np.empty((told.sum(), 0)),
    )
    minimise = tuple("min" in target.split(":")[1:] for target in targets)
    return PoolTable(path.stem, scaled, y[told], properties, minimise, scale, tuple(findings))


def _number(table: TextTable, name: str) -> tuple[Array, list[Finding]]:
    values, _ = table.numbers(name)
    bad = np.isnan(values)
    return values, [Finding(Severity.FAULT, name, "no number", np.flatnonzero(bad) + 1)] if bad.any() else []


def _category(table: TextTable, name: str, levels: Sequence[str]) -> tuple[Array, list[Finding]]:
    """Return a 0 or 1 for each level, ``(n, levels)``."""
    found = InputColumns((name,), (), {name: tuple(levels)}).encode(table)
    return found.values, [attrs.evolve(finding, severity=Severity.FAULT) for finding in found.findings]


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


def _scaled(numbers: Array, categories: Array) -> tuple[Array, InputScale]:
    """Return inputs, ``(n, d)``, and how models scale them."""
    if _is_composition(numbers):
        inputs, scale = numbers / numbers.sum(axis=1, keepdims=True), InputScale.for_fractions(numbers.shape[1])
    else:
        inputs = _from_0_to_1(numbers)
        scale = InputScale.for_columns(inputs, np.zeros(inputs.shape[1], dtype=bool))
    levels = categories.shape[1]
    centre = np.concatenate([scale.centre, np.zeros(levels)])
    width = np.concatenate([scale.scale, np.full(levels, CATEGORY_SCALE)])
    return np.concatenate([inputs, categories], axis=1), InputScale(centre, width)


def _is_composition(numbers: Array) -> bool:
    """Return whether columns, ``(n, d)``, are shares of a whole.

    Then more of one is less of others, so that their sum varies less than they do. A temperature of 300 to 310 K beside
    a fraction has a steady sum too, and is none.
    """
    if numbers.shape[1] < 2 or (numbers < 0).any():
        return False
    sums = numbers.sum(axis=1)
    widest = np.ptp(numbers, axis=0).max()
    return bool(np.ptp(sums) < min(_LOOSE_SUM * sums.mean(), _LOOSE_SHARES * widest))


def _from_0_to_1(numbers: Array) -> Array:
    width = np.ptp(numbers, axis=0)
    scaled: Array = (numbers - numbers.min(axis=0)) / np.where(width > 0, width, 1.0)
    return scaled
