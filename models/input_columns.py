"""From columns of a table to the inputs of a model: fractions of a composition, numbers, categories."""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from lab.arrays import Array
from models.findings import Finding, Severity
from models.scaling import InputScale
from models.tables import SUM_TOLERANCE, Checked, check_fractions_of, check_numbers_of
from models.text_tables import TextTable

CATEGORY_SCALE = 0.5
"""A category's 0 or 1 is divided by this, whatever its frequency: a rare one must not weigh more."""
_MOSTLY = 0.5
_MOST_LEVELS = 30


@attrs.frozen
class InputColumns:
    """Which columns are inputs, and how each is encoded."""

    names: tuple[str, ...]
    """All input columns, as they were named."""
    composition: tuple[str, ...]
    """Those that are weight fractions of one composition."""
    categories: Mapping[str, tuple[str, ...]]
    """Those that are text, with their levels in order."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Those that are numbers but no fractions."""
        return tuple(name for name in self.names if name not in self.composition and name not in self.categories)

    def encode(self, table: TextTable, *, normalise: bool = False) -> Checked:
        """Return the model's inputs, shape ``(n, d)``: fractions, then numbers, then a 0 or 1 for each level.

        Args:
            table: A table with all the columns.
            normalise: Whether fractions are divided by their sum.
        """
        parts: list[Checked] = []
        if self.composition:
            parts.append(check_fractions_of(table, self.composition, normalise=normalise))
        parts += [check_numbers_of(table, column) for column in self.numbers]
        parts += [_encode_category(table, column, levels) for column, levels in self.categories.items()]
        return Checked(
            values=np.column_stack([part.values for part in parts]),
            usable=np.logical_and.reduce([part.usable for part in parts]),
            findings=tuple(finding for part in parts for finding in part.findings),
        )

    def scale(self, inputs: Array) -> InputScale:
        """Return the scale for encoded inputs, from the training rows ``(n, d)``."""
        fractions, numbers = len(self.composition), len(self.numbers)
        found = InputScale.for_columns(inputs, np.arange(inputs.shape[1]) < fractions)
        levels = np.arange(inputs.shape[1]) >= fractions + numbers
        return InputScale(np.where(levels, 0.0, found.centre), np.where(levels, CATEGORY_SCALE, found.scale))


def choose_columns(
    table: TextTable, names: Sequence[str], composition: Sequence[str] | None
) -> tuple[InputColumns, list[Finding]]:
    """Decide how each input column is encoded.

    Columns that hold mostly text are categories. Without a stated composition, all other inputs together are one if
    most rows sum to 1, or to 100, which is then reported as percent; or else those of them that are mostly between 0
    and 1, so that a temperature beside the fractions does not hide them.

    Args:
        table: The training table.
        names: The input columns.
        composition: Those of them that are a composition; None to find out, empty for none.
    """
    findings = []
    categories = {}
    for name in names:
        if name in (composition or ()):
            continue
        levels = _levels(table, name)
        if levels is not None:
            categories[name] = levels
            if len(levels) > _MOST_LEVELS:
                what = f"{len(levels)} different texts; a category has at most {_MOST_LEVELS}"
                findings.append(Finding(Severity.FAULT, name, what))
    if composition is None:
        rest = [name for name in names if name not in categories]
        shares = [name for name in rest if _is_share(table, name)]
        composition = next((names for names in (rest, shares) if _is_composition(table, names)), [])
        if composition:
            what = "most rows are shares of a whole, so these are taken as weight fractions of one composition"
            findings.append(Finding(Severity.NOTE, ", ".join(composition), what))
    return InputColumns(tuple(names), tuple(composition), categories), findings


def _levels(table: TextTable, name: str) -> tuple[str, ...] | None:
    """Return the levels of a column that is mostly text, else None."""
    values, text = table.numbers(name)
    filled = text.sum() + np.isfinite(values).sum()
    if filled == 0 or text.sum() <= _MOSTLY * filled:
        return None
    texts = table.texts(name)
    return tuple(sorted(set(texts[texts != ""])))


def _is_share(table: TextTable, name: str) -> bool:
    values, _ = table.numbers(name)
    return float(np.mean((values >= 0) & (values <= 1))) > _MOSTLY


def _is_composition(table: TextTable, names: Sequence[str]) -> bool:
    """Return whether most rows sum to 1, or to 100; the others are then reported."""
    if len(names) < 2:
        return False
    fractions = np.stack([table.numbers(name)[0] for name in names], axis=1)
    known = np.isfinite(fractions).all(axis=1)
    if not known.any():
        return False
    sums = fractions[known].sum(axis=1)
    whole = [np.abs(sums - total) <= SUM_TOLERANCE * total for total in (1.0, 100.0)]
    possible = (fractions[known] >= 0).all(axis=1)
    return max(float(np.mean(possible & closed)) for closed in whole) > _MOSTLY


def _encode_category(table: TextTable, column: str, levels: Sequence[str]) -> Checked:
    texts = table.texts(column).to_numpy()
    values = (texts[:, None] == np.array(levels, dtype=object)).astype(float)
    usable = values.any(axis=1)
    findings = []
    for bad, what in (
        (texts == "", "no value"),
        (~usable & (texts != ""), f"a category that the model does not know (it knows {', '.join(levels[:8])})"),
    ):
        if bad.any():
            findings.append(Finding(Severity.LEFT_OUT, column, what, np.flatnonzero(bad) + 1))
    return Checked(values, usable, tuple(findings))
