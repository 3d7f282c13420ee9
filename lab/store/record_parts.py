"""Fields of records that are kept as ordered rows of their own: compositions, dishes, slots, metrics and more."""

from collections.abc import Iterable, Sequence
from typing import Any

import attrs
import sqlalchemy as sa

from lab import records
from lab.compositions import Composition
from lab.errors import StoreError
from lab.store import schema
from lab.store.codec import Part, Reference, Row, maker_of, stored


def fractions(table: sa.Table, field: str) -> Part:
    """Return the part of a field that holds a composition."""

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


AS_MADE = Part(schema.as_made_fraction, ("composition", "sd"), _split_as_made, _join_as_made)


def texts(table: sa.Table, field: str, column: str) -> Part:
    """Return the part of a field that holds texts, in their order."""
    return Part(
        table,
        (field,),
        lambda record: ({column: text} for text in getattr(record, field)),
        lambda rows: {field: tuple(row[column] for row in rows)},
    )


def models(table: sa.Table) -> Part:
    """Return the part that holds which models were asked."""
    return Part(
        table,
        ("models",),
        lambda record: ({"model": label} for label in record.models),
        lambda rows: {"models": tuple(row["model"] for row in rows)},
        Reference("model", schema.model),
    )


ATTRIBUTES = Part(
    schema.film_plan_attribute,
    ("attributes",),
    lambda film: ({"name": name, "value": value} for name, value in film.attributes.items()),
    lambda rows: {"attributes": {row["name"]: row["value"] for row in rows}},
)

DISHES = Part(
    schema.deck_plan_dish,
    ("positions",),
    lambda deck: (attrs.asdict(position) for position in deck.positions),
    lambda rows: {"positions": tuple(records.DishPosition(row["film"], row["slot"], row["well"]) for row in rows)},
    Reference("film", schema.film),
)


def _split_slots(load: records.DeckLoad) -> Iterable[Row]:
    yield from ({"holds": "racks", "slot": slot} for slot in load.racks)
    yield from ({"holds": "dishes", "slot": slot} for slot in load.dishes)


SLOTS = Part(
    schema.deck_load_slot,
    ("racks", "dishes"),
    _split_slots,
    lambda rows: {
        "racks": tuple(row["slot"] for row in rows if row["holds"] == "racks"),
        "dishes": tuple(row["slot"] for row in rows if row["holds"] == "dishes"),
    },
)


def values(table: sa.Table, field: str, kind: type[Any]) -> Part:
    """Return the part of a field that holds several flat values of one kind."""
    makers = {item.name: maker_of(item.type) for item in attrs.fields(kind)}

    def split(record: Any) -> Iterable[Row]:
        for value in getattr(record, field):
            yield {name: stored(make(getattr(value, name))) for name, make in makers.items()}

    def join(rows: Sequence[Row]) -> Row:
        return {field: tuple(kind(**{name: make(row[name]) for name, make in makers.items()}) for row in rows)}

    return Part(table, (field,), split, join)


def _split_metrics(model: records.Model) -> Iterable[Row]:
    for name, value in model.metrics.items():
        number = float(value)
        # A metric that is not defined, such as R2 of one film, is NaN; the database calls that NULL.
        yield {"name": name, "value": None if number != number else number}  # noqa: PLR0124


METRICS = Part(
    schema.model_training_metric,
    ("metrics",),
    _split_metrics,
    lambda rows: {"metrics": {row["name"]: float("nan") if row["value"] is None else row["value"] for row in rows}},
)


def _split_predictions(design: records.Design) -> Iterable[Row]:
    for name, value in design.predictions.items():
        numbers = {key: float(number) for key, number in attrs.asdict(value).items()}
        yield {"property_name": name, **numbers}


PREDICTIONS = Part(
    schema.design_promise_prediction,
    ("predictions",),
    _split_predictions,
    lambda rows: {
        "predictions": {
            row["property_name"]: records.Prediction(row["mean"], row["sd"], row["p05"], row["p95"]) for row in rows
        }
    },
)

NUMBERS = Part(
    schema.simulation_number,
    ("numbers",),
    lambda simulation: ({"name": name, "value": float(value)} for name, value in simulation.numbers.items()),
    lambda rows: {"numbers": {row["name"]: row["value"] for row in rows}},
)

VERSIONS = Part(
    schema.simulation_version,
    ("versions",),
    lambda simulation: ({"program": name, "version": version} for name, version in simulation.versions.items()),
    lambda rows: {"versions": {row["program"]: row["version"] for row in rows}},
)
