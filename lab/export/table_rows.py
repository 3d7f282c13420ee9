"""Rows of the tidy tables: what each kind of record says, column by column."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeAlias, TypeVar

import attrs

from lab.compositions import Composition
from lab.records import (
    Approval,
    AsMade,
    Design,
    Film,
    FilmGrade,
    Measurement,
    Model,
    Record,
    Records,
    Suggestion,
    Transfer,
)

Value: TypeAlias = str | float | int | bool | None
Row: TypeAlias = dict[str, Value]
_R = TypeVar("_R", bound=Record)

_MEASUREMENT_COLUMNS = (
    "film",
    "property",
    "status",
    "value",
    "sd",
    "n",
    "unit",
    "instrument",
    "raw_sha256",
    "reason",
)


@attrs.frozen
class Table:
    """A table: column names, and rows that have exactly these columns."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def _place(record: Record) -> tuple[object, ...]:
    """Where a record stands in its table: steps of a deck count as numbers."""
    return (record.deck, record.step) if isinstance(record, Transfer) else record.key


class TableMaker:
    """Makes the tables of one campaign, which share its list of materials."""

    def __init__(self, records: Records, units: Mapping[str, str]) -> None:
        self.records = records
        self.units = units
        asked = [film.composition for film in records.as_made.values()] + [f.asked for f in records.films.values()]
        self.materials = tuple(sorted({name for composition in asked for name in composition}))

    def all(self) -> dict[str, Table]:
        """Return every table by name."""
        records = self.records
        mixed = self._composition_columns("fraction")
        return {
            "films": self._table(self._film, records.films.values(), self._film_columns()),
            "approvals": self._table(self._approval, records.approvals.values(), ("film", "verdict", "note")),
            "as_made": self._table(
                self._as_made,
                records.as_made.values(),
                ("film", *mixed, *self._composition_columns("fraction_sd"), "solids_mg"),
            ),
            "grades": self._table(
                self._grade, records.grades.values(), ("film", "grade", "detachable", "flat", "note")
            ),
            "measurements": self._table(self._measurement, records.measurements.values(), _MEASUREMENT_COLUMNS),
            "suggestions": self._table(
                self._suggestion,
                records.suggestions.values(),
                ("film", "loop", "rank", "rule", "models", *mixed, "quality", "score"),
            ),
            "designs": self._table(
                self._design,
                records.designs.values(),
                ("design", "request", "require", "models", *mixed, "probability", "quality"),
            ),
            "design_predictions": self._predictions(),
            "transfers": self._table(
                self._transfer,
                records.transfers,
                ("deck", "step", "film", "stock", "pipette", "requested_ul", "delivered_ul", "sd_ul"),
            ),
            "models": self._table(
                self._model,
                records.models.values(),
                ("model", "predicts", "loop", "films", "data_sha256", "content_sha256"),
            ),
            "model_metrics": self._metrics(),
        }

    def _table(self, row: Callable[[_R], Row], found: Iterable[_R], columns: Sequence[str]) -> Table:
        ordered = sorted(found, key=_place)
        rows = [row(record) | {"simulated": self._simulated(record)} for record in ordered]
        return Table((*columns, "simulated"), tuple(rows))

    def _simulated(self, record: Record) -> bool:
        return self.records.event_of(record).simulated

    def _composition_columns(self, prefix: str) -> tuple[str, ...]:
        return tuple(f"{prefix}_{name}" for name in self.materials)

    def _fractions(self, composition: Composition) -> Row:
        return {f"fraction_{name}": float(composition.get(name, 0.0)) for name in self.materials}

    def _film_columns(self) -> tuple[str, ...]:
        fractions = self._composition_columns("fraction")
        return ("film", "purpose", "loop", "design", *fractions, "solids_mg", "volume_ul", "attributes")

    def _film(self, film: Film) -> Row:
        return {
            "film": film.label,
            "purpose": film.purpose.value,
            "loop": film.loop,
            "design": film.design,
            **self._fractions(film.asked),
            "solids_mg": float(film.solids),
            "volume_ul": float(film.volume),
            "attributes": "; ".join(f"{name}={value}" for name, value in sorted(film.attributes.items())),
        }

    @staticmethod
    def _approval(approval: Approval) -> Row:
        return {"film": approval.film, "verdict": approval.verdict.value, "note": approval.note}

    def _as_made(self, made: AsMade) -> Row:
        deviations = {f"fraction_sd_{name}": float(made.sd.get(name, 0.0)) for name in self.materials}
        return {
            "film": made.film,
            **self._fractions(made.composition),
            **deviations,
            "solids_mg": float(made.solids),
        }

    @staticmethod
    def _grade(grade: FilmGrade) -> Row:
        letter = grade.grade
        return {
            "film": grade.film,
            "grade": letter.value,
            "detachable": letter.detachable,
            "flat": letter.flat,
            "note": grade.note,
        }

    def _measurement(self, found: Measurement) -> Row:
        return {
            "film": found.film,
            "property": found.property_name,
            "status": found.status.value,
            "value": None if found.value is None else float(found.value),
            "sd": None if found.sd is None else float(found.sd),
            "n": found.n,
            "unit": self.units.get(found.property_name, ""),
            "instrument": found.instrument,
            "raw_sha256": found.raw_sha256,
            "reason": found.reason,
        }

    def _suggestion(self, found: Suggestion) -> Row:
        return {
            "film": found.film,
            "loop": found.loop,
            "rank": found.rank,
            "rule": found.rule,
            "models": "; ".join(found.models),
            **self._fractions(found.composition),
            "quality": float(found.quality),
            "score": float(found.score),
        }

    def _design(self, design: Design) -> Row:
        return {
            "design": design.label,
            "request": design.request,
            "require": "; ".join(design.require),
            "models": "; ".join(design.models),
            **self._fractions(design.composition),
            "probability": float(design.probability),
            "quality": float(design.quality),
        }

    def _predictions(self) -> Table:
        rows: list[Row] = [
            {
                "design": design.label,
                "property": name,
                "mean": float(prediction.mean),
                "sd": float(prediction.sd),
                "p05": float(prediction.p05),
                "p95": float(prediction.p95),
                "unit": self.units.get(name, ""),
                "simulated": self._simulated(design),
            }
            for design in sorted(self.records.designs.values(), key=lambda design: design.key)
            for name, prediction in sorted(design.predictions.items())
        ]
        return Table(("design", "property", "mean", "sd", "p05", "p95", "unit", "simulated"), tuple(rows))

    @staticmethod
    def _transfer(transfer: Transfer) -> Row:
        return {
            "deck": transfer.deck,
            "step": transfer.step,
            "film": transfer.film,
            "stock": transfer.stock,
            "pipette": transfer.pipette,
            "requested_ul": float(transfer.requested),
            "delivered_ul": float(transfer.delivered),
            "sd_ul": float(transfer.sd),
        }

    @staticmethod
    def _model(model: Model) -> Row:
        return {
            "model": model.label,
            "predicts": model.predicts.value,
            "loop": model.loop,
            "films": model.films,
            "data_sha256": model.data_sha256,
            "content_sha256": model.content_sha256,
        }

    def _metrics(self) -> Table:
        rows: list[Row] = [
            {"model": model.label, "metric": name, "value": float(value), "simulated": self._simulated(model)}
            for model in sorted(self.records.models.values(), key=lambda model: model.key)
            for name, value in sorted(model.metrics.items())
        ]
        return Table(("model", "metric", "value", "simulated"), tuple(rows))
