"""From columns of a table to the inputs of a model: fractions of a composition, numbers, categories."""

import re
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from lab.arrays import Array, Mask
from lab.counting import counted
from lab.seeds import generator
from models.findings import Finding, Severity
from models.scaling import InputScale
from models.tables import SUM_TOLERANCE, Checked, check_fractions_of, check_numbers_of
from models.text_tables import TextTable

CATEGORY_SCALE = 0.5
"""A category's 0 or 1 is divided by this, whatever its frequency: a rare one must not weigh more."""
_MOSTLY = 0.5
_FEWEST_MATERIALS = 2
_RARELY = 0.1
"""Share of negative numbers up to which they may be slips in a column of fractions."""
_ROUNDING = 1e-9
_NEARER = 0.25
"""Columns belong to no composition if sums without them are by this factor nearer to 1."""
_NEARLY = 0.9
"""Likewise if sums are whole in fewer rows, by this factor, than without them."""
_LEVELS_OF_SETTINGS = 3
"""Columns of so few different numbers are rather settings: without them a composition is looked for once more."""
_WHOLES = np.array([[1.0], [100.0]])
"""What shares of a composition sum to: as fractions, and in percent."""
_CELLS_LOOKED_AT, _ROWS_LOOKED_AT = 400_000, 1000
"""So many cells, but at least so many rows, drawn at random, tell which columns of a larger table are a composition."""
_MANY_LEVELS, _MOST_LEVELS, _ROWS_A_LEVEL = 30, 100, 2
"""A category has so few different texts, or at most so many if there are so many rows to each: names of samples are
none."""
_DECADES, _HEAPED = 100.0, 0.1
"""Positive numbers that differ by such a factor are learned as logarithms if half lie in so low a part of the range."""
_BELOW = 0.1
"""A number that has no logarithm counts as this share of the least that was learned."""
_FAR_OUT = 0.5
"""Numbers that lie outside what was learned from by more than this part of its range are told."""
_LIKE_A_NUMBER = re.compile(r"[-+\u2212~<>]*\d[\d.,]*(e[-+]?\d+)?\s*([^-\d\s]\D{0,7})?", re.IGNORECASE)
"""As 20 °C, 0,5 or 12 %; not 2-propanol."""


@attrs.frozen
class InputColumns:
    """Which columns are inputs, and how each is encoded."""

    names: tuple[str, ...]
    """All input columns, as they were named."""
    composition: tuple[str, ...]
    """Those that are weight fractions of one composition."""
    categories: Mapping[str, tuple[str, ...]]
    """Those that are text, with their levels in order."""
    logarithms: Mapping[str, float] = attrs.field(factory=dict)
    """Those numbers that are learned as logarithms, with the least value that was there."""
    learned: Mapping[str, tuple[float, float]] = attrs.field(factory=dict)
    """Fractions and numbers with the least and the largest value that was learned from, as encoded."""

    @property
    def numbers(self) -> tuple[str, ...]:
        """Those that are numbers but no fractions."""
        return tuple(name for name in self.names if name not in self.composition and name not in self.categories)

    @property
    def amounts(self) -> tuple[str, ...]:
        """Fractions, then numbers: the columns that are encoded first, each as one input."""
        return (*self.composition, *self.numbers)

    def encode(self, table: TextTable, *, normalise: bool = False) -> Checked:
        """Return the model's inputs, shape ``(n, d)``: fractions, then numbers, then a 0 or 1 for each level.

        Args:
            table: A table with all the columns.
            normalise: Whether fractions are divided by their sum.
        """
        parts: list[Checked] = []
        if self.composition:
            parts.append(check_fractions_of(table, self.composition, normalise=normalise))
        parts += [self._number(table, column) for column in self.numbers]
        parts += [_encode_category(table, column, levels) for column, levels in self.categories.items()]
        values = np.column_stack([part.values for part in parts])
        usable = np.logical_and.reduce([part.usable for part in parts])
        findings = [finding for part in parts for finding in part.findings]
        return Checked(values, usable, (*findings, *self._far_out(values, usable)))

    def having_learned(self, inputs: Array) -> "InputColumns":
        """Return the columns of a model that learned from encoded rows, shape ``(n, d)``, at least one."""
        ends = zip(inputs.min(axis=0).tolist(), inputs.max(axis=0).tolist(), strict=True)
        return attrs.evolve(self, learned=dict(zip(self.amounts, ends, strict=False)))

    def _far_out(self, values: Array, usable: Mask) -> list[Finding]:
        """Return a note for each fraction or number that is far from all that was learned from."""
        findings = []
        for column, (least, largest) in self.learned.items():
            asked = values[:, self.amounts.index(column)]
            margin = _FAR_OUT * (largest - least) + _ROUNDING * max(abs(least), abs(largest))
            rows = np.flatnonzero(usable & ((asked < least - margin) | (asked > largest + margin)))
            if len(rows):
                ends = np.exp([least, largest]) if column in self.logarithms else (least, largest)
                what = f"far from all that was learned from, {ends[0]:.3g} to {ends[1]:.3g}, so the answer is a guess"
                findings.append(Finding(Severity.NOTE, column, what, rows + 1))
        return findings

    def _number(self, table: TextTable, column: str) -> Checked:
        checked = check_numbers_of(table, column)
        if column not in self.logarithms:
            return checked
        least = _BELOW * self.logarithms[column]
        low = checked.usable & (checked.values <= 0)
        what = f"not positive, where the logarithm was learned; taken as {least:.3g}"
        findings = [Finding(Severity.NOTE, column, what, np.flatnonzero(low) + 1)] if low.any() else []
        values = np.log(np.maximum(checked.values, least))
        return Checked(values, checked.usable, (*checked.findings, *findings))

    def scale(self, inputs: Array) -> InputScale:
        """Return the scale for encoded inputs, from the training rows ``(n, d)``."""
        found = InputScale.for_columns(inputs, np.arange(inputs.shape[1]) < len(self.composition))
        levels = np.arange(inputs.shape[1]) >= len(self.amounts)
        return InputScale(np.where(levels, 0.0, found.centre), np.where(levels, CATEGORY_SCALE, found.scale))


def choose_columns(
    table: TextTable, names: Sequence[str], composition: Sequence[str] | None
) -> tuple[InputColumns, list[Finding]]:
    """Decide how each input column is encoded.

    Columns that hold mostly text are categories. Numbers that span decades, as concentrations of a catalyst may, are
    learned as logarithms: as they are, nearly all of them would look the same. Without a stated composition, all other
    inputs together are one if most rows sum to 1, or to 100, which is then reported as percent. Those without which the
    sums are far nearer to it, as a temperature or a thickness, are none of them.

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
            findings += _category_findings(name, levels, len(table))
    if composition is None:
        composition = _composition_among(table, [name for name in names if name not in categories])
        if composition:
            what = "most rows are shares of a whole, so these are taken as weight fractions of one composition"
            findings.append(Finding(Severity.NOTE, ", ".join(composition), what))
    columns = InputColumns(tuple(names), tuple(composition), categories)
    logarithms = {name: least for name in columns.numbers if (least := _least_of_heap(table, name)) is not None}
    what = "spans decades, so it is learned as logarithm"
    findings += [Finding(Severity.NOTE, name, what) for name in logarithms]
    return attrs.evolve(columns, logarithms=logarithms), findings


def _least_of_heap(table: TextTable, name: str) -> float | None:
    """Return the least of positive numbers that span decades, most at the low end; None for others."""
    values, _ = table.numbers(name)
    known = values[np.isfinite(values)]
    least, largest = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    heaped = least > 0 and largest >= _DECADES * least and np.median(known) - least < _HEAPED * (largest - least)
    return least if heaped else None


def _category_findings(name: str, levels: Sequence[str], rows: int) -> list[Finding]:
    like = [level for level in levels if _LIKE_A_NUMBER.fullmatch(level)]
    if len(like) > _MOSTLY * len(levels):
        what = f"texts such as {max(like, key=len)!r} look like numbers with a unit or a decimal comma"
        mend = "write them as plain numbers with a decimal point"
        if len(levels) > _MANY_LEVELS:
            return [Finding(Severity.FAULT, name, f"{what}; {mend}")]
        return [Finding(Severity.NOTE, name, f"{what}, and are taken as categories; if they are numbers, {mend}")]
    most = min(max(_MANY_LEVELS, rows // _ROWS_A_LEVEL), _MOST_LEVELS)
    if len(levels) > most:
        what = f"{len(levels)} different texts; a category has at most {most} in {counted(rows, 'row')}"
        return [Finding(Severity.FAULT, name, what)]
    return []


def _levels(table: TextTable, name: str) -> tuple[str, ...] | None:
    """Return the levels of a column that is mostly text, else None."""
    values, text = table.numbers(name)
    filled = text.sum() + np.isfinite(values).sum()
    if filled == 0 or text.sum() <= _MOSTLY * filled:
        return None
    words = table.words(name)
    return tuple(sorted(set(words[words != ""])))


def _composition_among(table: TextTable, names: Sequence[str]) -> list[str]:
    """Return those columns that most rows have as shares of a whole; none if there are none."""
    columns = {name: numbers for name in names if np.isfinite(numbers := table.numbers(name)[0]).any()}
    possible = [name for name, numbers in columns.items() if np.mean(numbers < 0) < _RARELY]
    shares = [name for name in possible if np.mean((columns[name] >= 0) & (columns[name] <= 1)) > _MOSTLY]
    several = [
        name for name in shares if len(np.unique(columns[name][np.isfinite(columns[name])])) > _LEVELS_OF_SETTINGS
    ]
    most = max(_ROWS_LOOKED_AT, _CELLS_LOOKED_AT // max(len(columns), 1))
    if len(table) > most:
        rows = generator(0, "composition", "rows").choice(len(table), most, replace=False)
        columns = {name: numbers[rows] for name, numbers in columns.items()}
    # Each once only: among hundreds of columns it takes long.
    for among in dict.fromkeys(map(tuple, (possible, shares, several))):
        found = _without_strangers(columns, list(among))
        # Two settings that never change may sum to 100 by chance.
        vary = sum(bool(np.nanmin(columns[name]) < np.nanmax(columns[name])) for name in found)
        if found == list(names) or vary >= _FEWEST_MATERIALS:
            return found
    return []


def _closed(columns: Mapping[str, Array], names: Sequence[str]) -> float:
    """Return the share of rows that sum to 1, or to 100, if most do; the others are then reported. Else 0.

    Two settings of 0 or 1, or of 20 or 80, sum to a whole in half of the rows by chance. So rows must do it more often
    than rows whose numbers are drawn from each column on its own: they must be nearer to always than to that.
    """
    if len(names) < _FEWEST_MATERIALS:
        return 0.0
    rng = generator(0, "composition", *names)
    drawn = {name: rng.permutation(columns[name]) for name in names}
    share, by_chance = ((_apart(_sums(some, names)) <= SUM_TOLERANCE).mean(axis=1) for some in (columns, drawn))
    return float(np.where((share > _MOSTLY) & (share >= 0.5 * (1.0 + by_chance)), share, 0.0).max())


def _without_strangers(columns: Mapping[str, Array], names: list[str]) -> list[str]:
    """Return columns that may be fractions without those that are other numbers; none if these are no composition.

    A thickness in millimetres lies between 0 and 1 too, and one in metres hardly changes the sum. Columns are taken out
    one after the other, the one first without which sums are nearest to 1; where that comes clearly nearer than with
    all, or in clearly more rows, as few are left out as it takes.
    """
    steps = [names]
    while len(steps[-1]) > _FEWEST_MATERIALS:
        out = int(np.argmin(_distances_without(columns, steps[-1])))
        steps.append([name for name in steps[-1] if name != steps[-1][out]])
    closed = [_closed(columns, some) for some in steps]
    fullest = [some for some, share in zip(steps, closed, strict=True) if share > _NEARLY * max(closed)]
    distances = [(_distance(columns, some), some) for some in fullest]
    enough = max(min((far for far, _ in distances), default=0.0) / _NEARER, _ROUNDING)
    return next((some for far, some in distances if far <= enough), [])


def _distance(columns: Mapping[str, Array], names: Sequence[str]) -> float:
    """Return how far sums of filled rows typically are from 1 or from 100, as a share of these; the nearer of both."""
    return _typical(_sums(columns, names))


def _distances_without(columns: Mapping[str, Array], names: Sequence[str]) -> Array:
    """Return the `_distance` of the other columns without each of some, shape ``(k,)``."""
    values = np.stack([columns[name] for name in names])
    empty, negative = np.isnan(values), values < 0
    known = np.where(empty | negative, 0.0, values)
    # Sums of what stands before and behind: a difference to the sum of all would lose fractions beside large numbers.
    others = np.zeros_like(known)
    np.cumsum(known[:-1], axis=0, out=others[1:])
    others[:-1] += np.cumsum(known[:0:-1], axis=0)[::-1]
    others[negative.sum(axis=0) - negative > 0] = np.inf
    filled = empty.sum(axis=0) == empty
    return np.array([_typical(sums[rows]) for sums, rows in zip(others, filled, strict=True)])


def _typical(sums: Array) -> float:
    return float(np.median(_apart(sums), axis=1).min())


def _apart(sums: Array) -> Array:
    """Return how far sums ``(n,)`` are from 1 and from 100, ``(2, n)``; infinitely far where there is none."""
    return np.abs((sums if len(sums) else np.array([np.inf])) - _WHOLES) / _WHOLES


def _sums(columns: Mapping[str, Array], names: Sequence[str]) -> Array:
    """Return the sums of rows that are filled, shape ``(rows,)``; infinite for those with a negative number."""
    fractions = np.stack([columns[name] for name in names], axis=1)
    fractions = fractions[np.isfinite(fractions).all(axis=1)]
    return np.where((fractions >= 0).all(axis=1), fractions.sum(axis=1), np.inf)


def _encode_category(table: TextTable, column: str, levels: Sequence[str]) -> Checked:
    texts = table.words(column).to_numpy()
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
