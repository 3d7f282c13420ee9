"""Quality models for any CSV table: what `filmlab model fit-quality` and `filmlab model predict-quality` do."""

from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from lab.arrays import Array, Mask
from lab.files import check_apart, make_folder
from models.classifier import Classifier, fit_classifier
from models.findings import Finding, Severity
from models.input_columns import InputColumns, choose_columns
from models.model_folders import read_folder, write_folder
from models.quality import QualityModel
from models.registry import StoredModelError, pack, unpack
from models.table_forms import columns_json, findings_markdown, table_file
from models.table_models import FitReport, PredictReport, rows_to_predict, write_predictions
from models.tables import Checked, check_repeats, check_weights, groups_of, raise_faults
from models.text_tables import TextTable, read_table
from models.training_table import HINT, check_request, constant_columns, rows_to_learn

_TRUE = ("true", "yes", "y")
_FALSE = ("false", "no", "n")
_GRADES = frozenset("ABCD")


def fit_quality_table(
    path: Path,
    *,
    inputs: Sequence[str],
    label: str,
    out: Path,
    positive: str | None = None,
    composition: Sequence[str] | None = None,
    weight: str | None = None,
    normalise: bool = False,
    seed: int = 0,
    device: str = "cpu",
) -> FitReport:
    """Learn from a CSV table when a film is good, and store the model in a folder.

    Args:
        path: The table.
        inputs: Input columns: fractions, numbers or text (categories).
        label: Column that says how good a film is: grades A to D, 0 and 1, true and false, shares, or any text.
        out: Folder for the model.
        positive: The label that counts as good; by default A of grades, true of true and false, and exactly 1 of
            numbers between 0 and 1.
        composition: Input columns that are weight fractions of one composition; None to find out.
        weight: Column that says how much each film counts in learning, as the number of its graders; None if all count
            the same.
        normalise: Whether compositions are divided by their sum.
        seed: Seed of everything random.
        device: Where networks are trained, ``cpu`` or ``cuda``.

    Raises:
        InvalidInputError: With every finding, if the table cannot be used as it is.
        WorkspaceError: If the folder cannot be written.
    """
    check_request(path.name, inputs, [label] if weight is None else [label, weight], composition, {})
    table = read_table(path, [*inputs, label] if weight is None else [*inputs, label, weight])
    weights = check_weights(table, weight)
    graded = _read_graded(table, inputs, read_label(table, label, positive), weights, composition, normalise=normalise)
    make_folder(out)
    rows, found = rows_to_learn(graded.used, seed)
    findings = (*graded.findings, *found)
    values = graded.inputs[rows]
    model = fit_classifier(
        values,
        graded.label.good[rows],
        scale=graded.columns.scale(values),
        fractions=np.arange(values.shape[1]) < len(graded.columns.composition),
        seed=seed,
        device=device,
        weights=weights.values[rows],
    )
    remembered = columns_json(graded.columns.having_learned(values), findings) | {
        "label": label,
        "positive": graded.label.meaning,
        "weight": weight,
    }
    learned = f"`{path.name}`: {len(rows)} of {len(table)} rows were learned from; good if {graded.label.meaning}."
    if weight is not None:
        learned += f" Each counts by its {weight}; calibration and figures count every row once."
    card_part = f"\n## Table\n\n{learned}{findings_markdown(findings)}"
    files = pack(model, card_part=card_part, added=table_file(remembered))
    sha256 = write_folder(out, files)
    return FitReport(out, sha256, len(table), len(rows), model.metrics, findings)


def predict_quality_table(folder: Path, path: Path, *, out: Path, normalise: bool = False) -> PredictReport:
    """Predict the probability of a good film for every row of a CSV table.

    The result has the column ``probability``, one row a row of the table, in its order; empty where a row cannot be
    predicted, which is reported.

    Args:
        folder: The model's folder.
        path: The table; it needs the input columns only.
        out: CSV file to write.
        normalise: Whether compositions are divided by their sum.

    Raises:
        StoredModelError: If the folder is no stored model of quality, or was changed.
        InvalidInputError: If the table cannot be used as it is.
        WorkspaceError: If the result cannot be written, or would take the table's place.
    """
    check_apart(path, out)
    files, expected = read_folder(folder)
    model = unpack(files, expected)
    if not isinstance(model, Classifier | QualityModel):
        raise StoredModelError(f"{folder} does not predict a probability", hint="use predict")
    rows = rows_to_predict(files, path, normalise=normalise)
    return write_predictions(out, rows, {"probability": model.predict(rows.values[rows.usable])})


@attrs.frozen(eq=False)
class Label:
    """A column that says how good films are, read as good or not."""

    column: str
    there: Mask
    """Which rows have a label, shape ``(n,)``."""
    good: Mask
    """Which rows are good, shape ``(n,)``."""
    meaning: str
    """What counts as good, in words."""
    findings: tuple[Finding, ...] = ()


def read_label(table: TextTable, column: str, positive: str | None) -> Label:
    """Read a label; a finding is a fault where it cannot be told which label is the good one."""
    texts = table.texts(column)
    there = (texts != "").to_numpy()
    findings = [] if there.all() else [Finding(Severity.LEFT_OUT, column, "no label", np.flatnonzero(~there) + 1)]
    good, meaning = _good(table, column, positive)
    if meaning is None:
        found = ", ".join(sorted(set(texts[there]))[:8])
        question = "which label is the good one?" if positive is None else f"no label is {positive!r};"
        findings.append(Finding(Severity.FAULT, column, f"{question} there are {found or 'none'}"))
    return Label(column, there, good, f"{column} is {meaning}", tuple(findings))


def _good(table: TextTable, column: str, positive: str | None) -> tuple[Mask, str | None]:
    """Return which rows are good and what counts as good; None where that cannot be told."""
    texts = table.texts(column).str.lower()
    there = (texts != "").to_numpy()
    numbers, text = table.numbers(column)
    numeric = bool(there.any() and not text.any())
    if positive is not None:
        good = (texts == positive.strip().lower()).to_numpy()
        if numeric and _number(positive) is not None:
            good = numbers == _number(positive)
        return good, positive.strip() if good.any() else None
    kinds = set(texts[there])
    if numeric and (numbers[there] >= 0).all() and (numbers[there] <= 1).all():
        return numbers == 1.0, "exactly 1"
    if kinds and kinds <= {*_TRUE, *_FALSE}:
        return texts.isin(_TRUE).to_numpy(), "true"
    if kinds and {kind.upper() for kind in kinds} <= _GRADES:
        return (texts == "a").to_numpy(), "A"
    return there, None


@attrs.frozen(eq=False)
class _Graded:
    """A table of graded films that passed its checks."""

    columns: InputColumns
    inputs: Array
    """Shape ``(n, d)``."""
    label: Label
    used: Mask
    findings: tuple[Finding, ...]


def _read_graded(
    table: TextTable,
    inputs: Sequence[str],
    label: Label,
    weights: Checked,
    composition: Sequence[str] | None,
    *,
    normalise: bool,
) -> _Graded:
    columns, findings = choose_columns(table, inputs, composition)
    findings += [*label.findings, *weights.findings]
    raise_faults(table, findings, "mend the table, or name the good label with --positive")
    encoded = columns.encode(table, normalise=normalise)
    findings += [*encoded.findings, *constant_columns(columns, encoded.values, encoded.usable)]
    used = encoded.usable & label.there & weights.usable
    findings += check_repeats(groups_of(encoded.values, used), label.good.astype(float), label.column, used)
    if not used.any():
        findings.append(Finding(Severity.FAULT, "", "no row has usable inputs and a label"))
    elif label.good[used].all() or not label.good[used].any():
        kind = "good" if label.good[used].all() else "not good"
        findings.append(Finding(Severity.NOTE, label.column, f"all are {kind}; every recipe gets the same answer"))
    raise_faults(table, findings, HINT)
    return _Graded(columns, encoded.values, label, used, tuple(findings))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
