"""Strips that stand beside each other in one table, as Shimadzu's Trapezium and spreadsheets write them."""

from collections.abc import Sequence

import attrs

from lab.instruments.tables import Row, Table


def apart(table: Table, names: Sequence[str], row: Row) -> list[Table]:
    """Return a table a strip, where the same columns stand there several times; else the table.

    What stands alone above the columns of each strip is its label. Strips may be of unequal length.

    Args:
        table: The table.
        names: Names of its columns.
        row: The line of the names.
    """
    width = _repeated(names)
    if width == len(names):
        return [table]
    starts = range(0, len(names), width)
    head = next(place for place, above in enumerate(table.above) if above is row)
    labels = _labels(table.above[head - 1], starts, width) if head else None
    before = table.above[: head - 1] if labels else table.above[:head]
    tables = []
    for place, start in enumerate(starts):
        rows = [_part(line, start, width) for line in table.rows]
        above = [_part(line, start, width) for line in table.above[head:]]
        label = [Row(row.number, ("Specimen label", labels[place]))] if labels else []
        filled = tuple(line for line in rows if line.cells)
        if filled:
            cut = table.may_be_cut and filled[-1].number == table.rows[-1].number
            tables.append(attrs.evolve(table, above=(*before, *label, *above), rows=filled, may_be_cut=cut))
    return tables


def _repeated(names: Sequence[str]) -> int:
    """Return after how many columns their names repeat; all of them, where they do not.

    An empty column may keep the strips apart; behind the last of them there is none.
    """
    for filled in ([*names], [*names, ""]):
        for n in range(1, len(filled)):
            if filled == filled[:n] * (len(filled) // n):
                return n
    return len(names)


def _labels(row: Row, starts: Sequence[int], width: int) -> list[str] | None:
    parts = [_part(row, start, width).cells for start in starts]
    return [part[0] for part in parts] if all(len(part) == 1 for part in parts) else None


def _part(row: Row, start: int, width: int) -> Row:
    cells = list(row.cells[start : start + width])
    while cells and not cells[-1]:
        cells.pop()
    return Row(row.number, tuple(cells))
