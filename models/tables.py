"""Checks the values of tables for the models: all faults in one report, each with row and column."""

from collections.abc import Sequence

import attrs
import numpy as np

from lab.arrays import Array, Integers, Mask
from lab.errors import InvalidInputError
from models.findings import Finding, Severity, of_severity
from models.folds import equal_inputs
from models.text_tables import TextTable

SUM_TOLERANCE = 0.02
"""Rows of fractions that sum to 1 within it count as rounded; beyond it a material is missing or a unit is wrong."""
_ROUNDED = 1e-3


@attrs.frozen(eq=False)
class Checked:
    """Values that passed, and what was found."""

    values: Array
    usable: Mask
    """Which rows can be used, shape ``(n,)``."""
    findings: tuple[Finding, ...]


def check_fractions_of(table: TextTable, columns: Sequence[str], *, normalise: bool = False) -> Checked:
    """Return the weight fractions in some columns, shape ``(n, k)``.

    An empty cell, text or a negative number leaves the row out, as does a sum away from 1. A table that is in
    percent as a whole is a fault.

    Args:
        table: The table.
        columns: Columns that hold the fractions of one composition.
        normalise: Whether rows are divided by their sum, whatever it is.
    """
    findings: list[Finding] = []
    parts = []
    usable = np.ones(len(table), dtype=bool)
    for column in columns:
        values, text = table.numbers(column)
        for bad, what in (
            (text, "text where a fraction is needed"),
            (np.isnan(values) & ~text, "no value"),
            (values < 0, "a negative fraction"),
        ):
            findings += _left_out(column, bad, what)
            usable &= ~bad
        parts.append(values)
    fractions = np.stack(parts, axis=1)
    sums = fractions.sum(axis=1)
    more, closed, usable = _check_sums(", ".join(columns), fractions, sums, usable, normalise=normalise)
    return Checked(closed, usable, (*findings, *more))


def _check_sums(
    columns: str, fractions: Array, sums: Array, usable: Mask, *, normalise: bool
) -> tuple[list[Finding], Array, Mask]:
    empty = usable & (sums <= 0)
    findings = _left_out(columns, empty, "all fractions are 0")
    usable = usable & ~empty
    if normalise:
        divided = usable & (np.abs(sums - 1) > _ROUNDED)
        findings += _note(columns, divided, "divided by their sum, as asked")
        return findings, np.where(usable[:, None], fractions / np.where(usable, sums, 1.0)[:, None], np.nan), usable
    percent = usable & (np.abs(sums - 100) <= 100 * SUM_TOLERANCE)
    if percent.sum() > usable.sum() / 2:
        what = "these sum to 100: percent, where weight fractions that sum to 1 are needed"
        return [*findings, Finding(Severity.FAULT, columns, what)], fractions, usable & ~percent
    findings += _left_out(columns, percent, "sum to 100: percent among fractions")
    off = usable & ~percent & (np.abs(sums - 1) > SUM_TOLERANCE)
    if off.any():
        worst = sums[off][np.argmax(np.abs(sums[off] - 1))]
        findings += _left_out(columns, off, f"do not sum to 1 (the worst to {worst:.4g})")
    usable = usable & ~percent & ~off
    findings += _note(columns, usable & (np.abs(sums - 1) > _ROUNDED), f"sum to 1 only within {SUM_TOLERANCE:g}; used")
    return findings, fractions, usable


def check_numbers_of(table: TextTable, column: str) -> Checked:
    """Return a column of numbers that are no fractions; rows without a number are left out. Shape ``(n,)``."""
    values, text = table.numbers(column)
    empty = np.isnan(values) & ~text
    findings = [] if not text.any() else _left_out(column, text, table.no_number(column, text))
    findings += _left_out(column, empty, "no value")
    return Checked(values, ~np.isnan(values), tuple(findings))


def check_weights(table: TextTable, column: str | None) -> Checked:
    """Return how much each row counts, shape ``(n,)``; 1 without a column. Only positive weights can be used."""
    if column is None:
        return Checked(np.ones(len(table)), np.ones(len(table), dtype=bool), ())
    checked = check_numbers_of(table, column)
    bad = checked.usable & (checked.values <= 0)
    findings = (*checked.findings, *_left_out(column, bad, "a weight that is not positive"))
    return Checked(checked.values, checked.usable & ~bad, findings)


def groups_of(inputs: Array, usable: Mask) -> Integers:
    """Return a number for equal inputs of usable rows, shape ``(n, d)`` to ``(n,)``, and -1 for the others."""
    groups = np.full(len(inputs), -1, dtype=np.int64)
    if usable.any():
        groups[usable] = equal_inputs(inputs[usable])
    return groups


def check_repeats(groups: Integers, values: Array, column: str, usable: Mask) -> list[Finding]:
    """Return a note for rows of one group of equal inputs whose labels disagree by more than all labels' SD."""
    rows = np.flatnonzero(usable & ~np.isnan(values))
    if len(rows) < 3:
        return []
    group = groups[rows]
    sizes = np.bincount(group)
    if sizes.max() < 2:
        return []
    low, high = np.full(len(sizes), np.inf), np.full(len(sizes), -np.inf)
    np.minimum.at(low, group, values[rows])
    np.maximum.at(high, group, values[rows])
    apart = (high - low > values[rows].std()) & (sizes > 1)
    mask = np.zeros(len(values), dtype=bool)
    mask[rows[apart[group]]] = True
    return _note(column, mask, "equal inputs with labels that disagree; all are used")


def _left_out(column: str, rows: Mask, what: str) -> list[Finding]:
    return [Finding(Severity.LEFT_OUT, column, what, np.flatnonzero(rows) + 1)] if rows.any() else []


def _note(column: str, rows: Mask, what: str) -> list[Finding]:
    return [Finding(Severity.NOTE, column, what, np.flatnonzero(rows) + 1)] if rows.any() else []


def raise_faults(table: TextTable, findings: Sequence[Finding], hint: str = "") -> None:
    """Raise one error that lists every finding, if any of them is a fault.

    Raises:
        InvalidInputError: With faults first, then what would have been left out, then notes.
    """
    if of_severity(findings, Severity.FAULT):
        listed = [_told(finding) for severity in Severity for finding in of_severity(findings, severity)]
        raise InvalidInputError(table.name, listed, hint=hint)


def _told(finding: Finding) -> str:
    return str(finding) if finding.severity is Severity.FAULT else f"({finding.severity}) {finding}"
