"""Turning records into rows and back. One `Codec` a kind of record says which table and parts hold it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from lab import records
from lab.compositions import Composition
from lab.errors import StoreError
from lab.records import Record
from lab.store import schema

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
        return {field.name: _maker(field.type) for field in attrs.fields(self.record) if field.name not in elsewhere}

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
            row[name] = value if value is None else _stored(make(value))
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


def _maker(annotation: Any) -> Callable[[Any], Any]:
    """Return the function that makes a value of a field's type: also from numpy's numbers."""
    for kind in getattr(annotation, "__args__", (annotation,)):
        if kind in (int, float, str) or (isinstance(kind, type) and issubclass(kind, StrEnum)):
            make: Callable[[Any], Any] = kind
            return make
    raise TypeError(f"no column holds a {annotation}")


def _stored(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


def _fractions(table: sa.Table, field: str) -> Part:
    def split(record: Any) -> Iterable[Row]:
        return ({"material": name, "fraction": value} for name, value in getattr(record, field).items())

    def join(rows: Sequence[Row]) -> Row:
        return {field: Composition({row["material"]: row["fraction"] for row in rows})}

    return Part(table, (field,), split, join)


def _split_as_made(record: records.AsMade) -> Iterable[Row]:
    beyond = [name for name in record.sd if name not in record.composition]
    if beyond:
        raise StoreError(
            f"the as-made composition of {record.film} has an uncertainty for {', '.join(beyond)} but no fraction",
            hint="give a fraction, which may be 0, for every material that has an uncertainty",
        )
    return (
        {"material": name, "fraction": value, "sd": _float_or_none(record.sd.get(name))}
        for name, value in record.composition.items()
    )


def _float_or_none(value: float | None) -> float | None:
    return None if value is None else float(value)


def _join_as_made(rows: Sequence[Row]) -> Row:
    return {
        "composition": Composition({row["material"]: row["fraction"] for row in rows}),
        "sd": {row["material"]: row["sd"] for row in rows if row["sd"] is not None},
    }


def _texts(table: sa.Table, field: str, column: str) -> Part:
    return Part(
        table,
        (field,),
        lambda record: ({column: text} for text in getattr(record, field)),
        lambda rows: {field: tuple(row[column] for row in rows)},
    )


def _models(table: sa.Table) -> Part:
    return Part(
        table,
        ("models",),
        lambda record: ({"model": label} for label in record.models),
        lambda rows: {"models": tuple(row["model"] for row in rows)},
        Reference("model", schema.model),
    )


_attributes = Part(
    schema.film_plan_attribute,
    ("attributes",),
    lambda film: ({"name": name, "value": value} for name, value in film.attributes.items()),
    lambda rows: {"attributes": {row["name"]: row["value"] for row in rows}},
)

_dishes = Part(
    schema.deck_plan_dish,
    ("positions",),
    lambda deck: (attrs.asdict(position) for position in deck.positions),
    lambda rows: {"positions": tuple(records.DishPosition(row["film"], row["slot"], row["well"]) for row in rows)},
    Reference("film", schema.film),
)


def _split_slots(load: records.DeckLoad) -> Iterable[Row]:
    yield from ({"holds": "racks", "slot": slot} for slot in load.racks)
    yield from ({"holds": "dishes", "slot": slot} for slot in load.dishes)


_slots = Part(
    schema.deck_load_slot,
    ("racks", "dishes"),
    _split_slots,
    lambda rows: {
        "racks": tuple(row["slot"] for row in rows if row["holds"] == "racks"),
        "dishes": tuple(row["slot"] for row in rows if row["holds"] == "dishes"),
    },
)


def _values(table: sa.Table, field: str, kind: type[Any]) -> Part:
    """A field that holds several flat values of one kind."""
    makers = {item.name: _maker(item.type) for item in attrs.fields(kind)}

    def split(record: Any) -> Iterable[Row]:
        for value in getattr(record, field):
            yield {name: _stored(make(getattr(value, name))) for name, make in makers.items()}

    def join(rows: Sequence[Row]) -> Row:
        return {field: tuple(kind(**{name: make(row[name]) for name, make in makers.items()}) for row in rows)}

    return Part(table, (field,), split, join)


def _split_metrics(model: records.Model) -> Iterable[Row]:
    for name, value in model.metrics.items():
        number = float(value)
        # A metric that is not defined, such as R2 of one film, is NaN; the database calls that NULL.
        yield {"name": name, "value": None if number != number else number}  # noqa: PLR0124


_metrics = Part(
    schema.model_training_metric,
    ("metrics",),
    _split_metrics,
    lambda rows: {"metrics": {row["name"]: float("nan") if row["value"] is None else row["value"] for row in rows}},
)


def _split_predictions(design: records.Design) -> Iterable[Row]:
    for name, value in design.predictions.items():
        numbers = {key: float(number) for key, number in attrs.asdict(value).items()}
        yield {"property_name": name, **numbers}


_predictions = Part(
    schema.design_promise_prediction,
    ("predictions",),
    _split_predictions,
    lambda rows: {
        "predictions": {
            row["property_name"]: records.Prediction(row["mean"], row["sd"], row["p05"], row["p95"]) for row in rows
        }
    },
)

_numbers = Part(
    schema.simulation_number,
    ("numbers",),
    lambda simulation: ({"name": name, "value": float(value)} for name, value in simulation.numbers.items()),
    lambda rows: {"numbers": {row["name"]: row["value"] for row in rows}},
)

_versions = Part(
    schema.simulation_version,
    ("versions",),
    lambda simulation: ({"program": name, "version": version} for name, version in simulation.versions.items()),
    lambda rows: {"versions": {row["program"]: row["version"] for row in rows}},
)

_film = Reference("film", schema.film)
_deck = Reference("deck", schema.deck)

CODECS: Mapping[type[Record], Codec] = {
    codec.record: codec
    for codec in (
        Codec(
            records.Film,
            schema.film_plan,
            ("film_id",),
            (Reference("label", schema.film), Reference("design", schema.design)),
            (_fractions(schema.film_plan_fraction, "asked"), _attributes),
        ),
        Codec(records.Deck, schema.deck_plan, ("deck_id",), (Reference("label", schema.deck),), (_dishes,)),
        Codec(records.DeckCheck, schema.deck_check, ("deck_id",), (_deck,)),
        Codec(
            records.DeckLoad,
            schema.deck_load,
            ("robot", "label"),
            (),
            (_slots, _values(schema.deck_load_fill, "fills", records.ContainerFill)),
        ),
        Codec(
            records.RunCharge,
            schema.run_charge,
            ("robot", "run"),
            (),
            (
                _values(schema.run_charge_tip, "tips", records.WellPlace),
                _values(schema.run_charge_draw, "draws", records.ContainerDraw),
                _values(schema.run_charge_dish, "dishes", records.CastDish),
            ),
        ),
        Codec(records.RobotRun, schema.robot_run, ("deck_id",), (_deck,)),
        Codec(records.Transfer, schema.transfer, ("deck_id", "step"), (_deck, _film)),
        Codec(
            records.AsMade,
            schema.as_made,
            ("film_id",),
            (_film,),
            (Part(schema.as_made_fraction, ("composition", "sd"), _split_as_made, _join_as_made),),
        ),
        Codec(records.Drying, schema.drying, ("film_id",), (_film,)),
        Codec(records.Approval, schema.approval, ("film_id",), (_film,)),
        Codec(records.FilmGrade, schema.film_grade, ("film_id",), (_film,)),
        Codec(records.Measurement, schema.measurement, ("film_id", "property_name"), (_film,)),
        Codec(records.Model, schema.model_training, ("model_id",), (Reference("label", schema.model),), (_metrics,)),
        Codec(
            records.Suggestion,
            schema.suggestion,
            ("film_id",),
            (_film,),
            (_fractions(schema.suggestion_fraction, "composition"), _models(schema.suggestion_model)),
        ),
        Codec(records.LoopReview, schema.loop_review, ("name",)),
        Codec(records.LoopDecision, schema.loop_decision, ("name",)),
        Codec(
            records.Design,
            schema.design_promise,
            ("design_id",),
            (Reference("label", schema.design),),
            (
                _texts(schema.design_promise_requirement, "require", "requirement"),
                _fractions(schema.design_promise_fraction, "composition"),
                _predictions,
                _models(schema.design_promise_model),
            ),
        ),
        Codec(records.DesignAnswer, schema.design_answer, ("request",)),
        Codec(
            records.Simulation,
            schema.simulation,
            ("label",),
            (),
            (_fractions(schema.simulation_fraction, "composition"), _numbers, _versions),
        ),
        Codec(records.WorkRequest, schema.work_request, ("work", "subject")),
        Codec(records.Artefact, schema.artefact, ("name",)),
    )
}
"""The codec of every kind of record, in an order in which each speaks only of kinds before it."""

NAMES: tuple[sa.Table, ...] = (schema.film, schema.deck, schema.model, schema.design)
