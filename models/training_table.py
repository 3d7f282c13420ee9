"""The table that a property committee learns from: read, checked, and encoded."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from lab.arrays import Array, Integers, Mask
from lab.counting import counted
from lab.errors import InvalidInputError
from lab.properties import Property
from lab.seeds import generator
from models.findings import Finding, Severity
from models.input_columns import InputColumns, choose_columns
from models.tables import check_repeats, groups_of, raise_faults
from models.target_choice import in_percent, property_for
from models.text_tables import TextTable, read_table

MOST_ROWS = 10_000
"""Of longer tables a random part is learned from."""
_FEW_ROWS = 10
_SEVERAL, _SLIPS = 3, 0.25
"""So many impossible values, and more than this share of all, are no slips: they are in another unit."""
HINT = "mend the table, or divide compositions by their sum with --normalise; nothing was written"


@attrs.frozen(eq=False)
class TrainingTable:
    """A table that passed its checks: what a model of properties learns from."""

    columns: InputColumns
    properties: tuple[Property, ...]
    inputs: Array
    """Shape ``(n, d)``, the rows that are used."""
    targets: Array
    """Shape ``(n, p)``, NaN where missing."""
    target_sd: Array
    """Shape ``(n, p)``, NaN where unknown."""
    rows: int
    """Rows of the whole table."""
    findings: tuple[Finding, ...]


def read_training_table(
    path: Path,
    *,
    inputs: Sequence[str],
    targets: Sequence[str],
    sd: Mapping[str, str] | None = None,
    composition: Sequence[str] | None = None,
    normalise: bool = False,
    seed: int = 0,
) -> TrainingTable:
    """Read and check a table of measured films; arguments and errors as in `models.table_models.fit_table`."""
    sd = dict(sd or {})
    check_request(path.name, inputs, targets, composition, sd)
    table = read_table(path, [*inputs, *targets, *sd.values()])
    columns, findings = choose_columns(table, inputs, composition)
    raise_faults(table, findings, HINT)
    encoded = columns.encode(table, normalise=normalise)
    findings += [*encoded.findings, *constant_columns(columns, encoded.values, encoded.usable)]
    groups = groups_of(encoded.values, encoded.usable)
    labels, sds, properties = [], [], []
    for target in targets:
        values, found = _labels(table, target)
        prop = property_for(target, values[encoded.usable], encoded.values[encoded.usable])
        values, more = _possible(prop, values, encoded.usable)
        findings += [*found, *more, *check_repeats(groups, values, target, encoded.usable)]
        spreads, found = _sds(table, sd.get(target))
        findings += found
        labels.append(values)
        sds.append(spreads)
        properties.append(prop)
    targets_table, sd_table = np.stack(labels, axis=1), np.stack(sds, axis=1)
    used = encoded.usable & np.isfinite(targets_table).any(axis=1)
    findings += _counts(targets, targets_table, encoded.usable, used)
    raise_faults(table, findings, HINT)
    chosen, found = rows_to_learn(used, seed)
    return TrainingTable(
        columns=columns.having_learned(encoded.values[chosen]),
        properties=tuple(properties),
        inputs=encoded.values[chosen],
        targets=targets_table[chosen],
        target_sd=np.where(np.isfinite(targets_table), sd_table, np.nan)[chosen],
        rows=len(table),
        findings=(*findings, *found),
    )


def check_request(
    name: str,
    inputs: Sequence[str],
    targets: Sequence[str],
    composition: Sequence[str] | None,
    sd: Mapping[str, str],
) -> None:
    """Check that the columns asked for fit each other.

    Raises:
        InvalidInputError: With every fault.
    """
    faults = []
    if not inputs:
        faults.append("no input columns are named")
    if not targets:
        faults.append("no target columns are named")
    strangers = [column for column in composition or () if column not in inputs]
    for what, columns in (("inputs", inputs), ("targets", targets)):
        twice = sorted({column for column in columns if columns.count(column) > 1})
        faults += [f"{column!r} is named twice among the {what}" for column in twice]
    faults += [f"{column!r} is both an input and a target" for column in targets if column in inputs]
    faults += [f"{column!r} of the composition is not among the inputs" for column in strangers]
    faults += [f"an SD is given for {column!r}, which is no target" for column in sd if column not in targets]
    if faults:
        raise InvalidInputError(name, faults, hint="name every column once, by the option for what it is")


def constant_columns(columns: InputColumns, values: Array, usable: Mask) -> list[Finding]:
    """Return a note for each fraction or number that is the same in all usable rows."""
    rows = values[usable]
    return [
        Finding(Severity.NOTE, name, f"is {rows[0, i]:g} in every row, so nothing can be learned about it")
        for i, name in enumerate(columns.amounts)
        if len(rows) > 1 and np.ptp(rows[:, i]) == 0
    ]


def rows_to_learn(used: Mask, seed: int) -> tuple[Integers, list[Finding]]:
    """Return the indices of the rows to learn from: all that can be used, or a random part of very many."""
    rows = np.flatnonzero(used)
    if len(rows) <= MOST_ROWS:
        return rows, []
    chosen = np.sort(generator(seed, "table", "rows").choice(rows, MOST_ROWS, replace=False))
    return chosen, [Finding(Severity.NOTE, "", f"a random {MOST_ROWS:,} of {len(rows):,} usable rows are learned from")]


def _labels(table: TextTable, target: str) -> tuple[Array, list[Finding]]:
    values, text = table.numbers(target)
    if text.any():
        return values, [Finding(Severity.LEFT_OUT, target, table.no_number(target, text), np.flatnonzero(text) + 1)]
    return values, []


def _possible(prop: Property, values: Array, usable: Mask) -> tuple[Array, list[Finding]]:
    """Return labels without those outside the physical range, which may come from the labels of usable rows."""
    if in_percent(prop, values):
        what = f"looks like percent; {prop.name} is a fraction between {prop.lower:g} and {prop.upper:g}"
        return values, [Finding(Severity.FAULT, prop.name, what)]
    bad = usable & np.isfinite(values) & ((values < prop.lower) | (values > prop.upper))
    if not bad.any():
        return values, []
    worst = values[bad][np.argmax(np.abs(values[bad]))]
    labels = int((usable & np.isfinite(values)).sum())
    if bad.sum() >= _SEVERAL and bad.sum() > _SLIPS * labels:
        what = f"{bad.sum()} of {counted(labels, 'value')} (as {worst:g}) lie outside {prop.lower:g} to {prop.upper:g}"
        mend = f"give {prop.name} as a {prop.unit}" if prop.unit == "fraction" else f"give {prop.name} in {prop.unit}"
        return values, [Finding(Severity.FAULT, prop.name, f"{what}: {mend}, or give the column another name")]
    what = f"impossible values (as {worst:g}), outside {prop.lower:g} to {prop.upper:g}"
    return np.where(bad, np.nan, values), [Finding(Severity.LEFT_OUT, prop.name, what, np.flatnonzero(bad) + 1)]


def _sds(table: TextTable, column: str | None) -> tuple[Array, list[Finding]]:
    if column is None:
        return np.full(len(table), np.nan), []
    values, text = table.numbers(column)
    findings = [
        Finding(Severity.NOTE, column, what, np.flatnonzero(bad) + 1)
        for bad, what in ((text, "no number, so taken as unknown"), (values < 0, "a negative SD, so taken as unknown"))
        if bad.any()
    ]
    return np.where(values < 0, np.nan, values), findings


def _counts(targets: Sequence[str], labels: Array, usable: Mask, used: Mask) -> list[Finding]:
    findings = []
    if not used.any():
        findings.append(Finding(Severity.FAULT, "", "no row has usable inputs and a label"))
    elif used.sum() < _FEW_ROWS:
        findings.append(
            Finding(
                Severity.NOTE, "", f"only {counted(int(used.sum()), 'row')} can be learned from; intervals are wide"
            )
        )
    unlabelled = usable & ~used
    if unlabelled.any():
        findings.append(Finding(Severity.LEFT_OUT, "", "no label at all", np.flatnonzero(unlabelled) + 1))
    for i, target in enumerate(targets):
        known = labels[used, i][np.isfinite(labels[used, i])]
        if used.any() and len(known) == 0:
            findings.append(Finding(Severity.NOTE, target, "was never measured; its predictions will be empty"))
        elif len(known) > 1 and np.ptp(known) == 0:
            findings.append(Finding(Severity.NOTE, target, f"is {known[0]:g} in every row"))
    return findings
