"""What is wrong or worth knowing about a table: every finding with row and column, nothing dropped in silence."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

import attrs

_ROWS_NAMED = 8


class Severity(StrEnum):
    """What a finding means for the work at hand."""

    FAULT = "fault"
    """The table cannot be used as it is."""
    LEFT_OUT = "left out"
    """The rows, or these labels of theirs, are not used."""
    NOTE = "note"
    """Everything is used; a person should know."""


def _rows(rows: Iterable[int]) -> tuple[int, ...]:
    return tuple(int(row) for row in rows)


@attrs.frozen
class Finding:
    """One finding about a column of a table, for all the rows that have it."""

    severity: Severity
    column: str
    """Name of the column; several are joined by commas; empty for the table as a whole."""
    what: str
    """What is wrong, in words that fit after "rows 3, 8:"."""
    rows: tuple[int, ...] = attrs.field(default=(), converter=_rows)
    """Rows that have it, counted from 1 below the header; empty where it is about all of them."""

    def __str__(self) -> str:
        named = ", ".join(map(str, self.rows[:_ROWS_NAMED]))
        more = f" and {len(self.rows) - _ROWS_NAMED} more" if len(self.rows) > _ROWS_NAMED else ""
        rows = f"row{'s' if len(self.rows) > 1 else ''} {named}{more}" if self.rows else ""
        where = ", ".join(part for part in (self.column, rows) if part)
        return f"{where}: {self.what}" if where else self.what


def of_severity(findings: Sequence[Finding], severity: Severity) -> list[Finding]:
    """Return the findings of one severity, in order."""
    return [finding for finding in findings if finding.severity is severity]
