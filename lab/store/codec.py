"""How one kind of record becomes rows and comes back: its table, its references, and its parts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from lab.records import Record

Row = dict[str, Any]
StoredRow = Mapping[str, Any] | RowMapping
LabelToId = Mapping[sa.Table, Mapping[str, int]]
"""For each table of names the id of a label."""
IdToLabel = Mapping[sa.Table, Mapping[int, str]]
"""For each table of names the label of an id."""


@attrs.frozen
class Reference:
    """A field that holds the label of a thing, and the table of names in which that thing has its id."""

    field: str
    names: sa.Table

    column: str = attrs.field(init=False)
    """The column that holds the id."""

    @column.default
    def _find_column(self) -> str:
        return f"{self.names.name}_id"

    def id_of(self, label: str, ids: LabelToId) -> int:
        """Return the id of a label."""
        return ids[self.names][label]


@attrs.frozen
class Part:
    """Fields of a record that are kept as ordered rows of their own."""

    table: sa.Table
    fields: tuple[str, ...]
    split: Callable[[Any], Iterable[Row]]
    """From the record to rows; labels stay labels, under the name of their field."""
    join: Callable[[Sequence[Row]], Row]
    """From rows in order to the values of the fields."""
    reference: Reference | None = None
    """A label in every row."""


@attrs.frozen
class Codec:
    """How one kind of record is kept."""

    record: type[Record]
    table: sa.Table
    keys: tuple[str, ...]
    """Columns that name the record within its campaign."""
    references: tuple[Reference, ...] = ()
    parts: tuple[Part, ...] = ()
    plain: Mapping[str, Callable[[Any], Any]] = attrs.field(init=False)
    """Fields that are columns of the same name, with the function that makes the field's type."""

    @plain.default
    def _find_plain(self) -> Mapping[str, Callable[[Any], Any]]:
        elsewhere = {reference.field for reference in self.references}
        elsewhere |= {name for part in self.parts for name in part.fields}
        return {field.name: maker_of(field.type) for field in attrs.fields(self.record) if field.name not in elsewhere}

    words: Mapping[str, Mapping[str, StrEnum]] = attrs.field(init=False)
    """Fields of a choice of words, with the words; columns of other fields have the field's type already."""

    @words.default
    def _find_words(self) -> Mapping[str, Mapping[str, StrEnum]]:
        return {
            name: {str(member): member for member in make}
            for name, make in self.plain.items()
            if isinstance(make, type) and issubclass(make, StrEnum)
        }

    @property
    def names(self) -> sa.Table | None:
        """The table of names to which a record of this kind adds its label."""
        first = self.references[0] if self.references else None
        return first.names if first and first.field == "label" else None

    def labels(self, record: Record) -> Iterable[tuple[sa.Table, str]]:
        """Return every thing that the record speaks of, itself included."""
        for reference in self.references:
            label = getattr(record, reference.field)
            if label is not None:
                yield reference.names, label
        for part in self.parts:
            if part.reference:
                for row in part.split(record):
                    yield part.reference.names, row[part.reference.field]

    def row(self, record: Record, ids: LabelToId) -> Row:
        """Return the record's own row, without campaign, event and what it supersedes."""
        row: Row = {}
        for name, make in self.plain.items():
            value = getattr(record, name)
            row[name] = value if value is None else stored(make(value))
        for reference in self.references:
            label = getattr(record, reference.field)
            row[reference.column] = None if label is None else reference.id_of(label, ids)
        return row

    def part_rows(self, part: Part, record: Record, ids: LabelToId) -> list[Row]:
        """Return the rows of one part, without campaign and record."""
        rows = []
        for position, row in enumerate(part.split(record)):
            row["position"] = position
            if part.reference:
                row[part.reference.column] = part.reference.id_of(row.pop(part.reference.field), ids)
            rows.append(row)
        return rows

    def read(self, row: StoredRow, parts: Sequence[Sequence[Row]], labels: IdToLabel) -> Record:
        """Return the record.

        Args:
            row: Its own row.
            parts: The rows of each part, in the order of `parts`.
            labels: Labels by id.
        """
        fields = {name: row[name] for name in self.plain}
        for name, words in self.words.items():
            if fields[name] is not None:
                fields[name] = words[fields[name]]
        for reference in self.references:
            identity = row[reference.column]
            fields[reference.field] = None if identity is None else labels[reference.names][identity]
        for part, rows in zip(self.parts, parts, strict=True):
            if part.reference:
                names, column = labels[part.reference.names], part.reference.column
                rows = [{**item, part.reference.field: names[item[column]]} for item in rows]  # noqa: PLW2901
            fields.update(part.join(rows))
        make: Callable[..., Record] = self.record
        return make(**fields)


def maker_of(annotation: Any) -> Callable[[Any], Any]:
    """Return the function that makes a value of a field's type: also from numpy's numbers."""
    for kind in getattr(annotation, "__args__", (annotation,)):
        if kind in (int, float, str) or (isinstance(kind, type) and issubclass(kind, StrEnum)):
            make: Callable[[Any], Any] = kind
            return make
    raise TypeError(f"no column holds a {annotation}")


def stored(value: Any) -> Any:
    """Return a value as a column holds it."""
    return value.value if isinstance(value, StrEnum) else value
