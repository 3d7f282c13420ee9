"""The codec of every kind of record: which table and which parts hold it."""

from collections.abc import Mapping

import sqlalchemy as sa

from lab import records
from lab.records import Record
from lab.store import schema
from lab.store.codec import Codec, Reference
from lab.store.record_parts import (
    AS_MADE,
    ATTRIBUTES,
    DISHES,
    METRICS,
    NUMBERS,
    PREDICTIONS,
    SLOTS,
    VERSIONS,
    fractions,
    models,
    texts,
    values,
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
            (fractions(schema.film_plan_fraction, "asked"), ATTRIBUTES),
        ),
        Codec(records.Deck, schema.deck_plan, ("deck_id",), (Reference("label", schema.deck),), (DISHES,)),
        Codec(records.DeckCheck, schema.deck_check, ("deck_id",), (_deck,)),
        Codec(
            records.DeckLoad,
            schema.deck_load,
            ("robot", "label"),
            (),
            (SLOTS, values(schema.deck_load_fill, "fills", records.ContainerFill)),
        ),
        Codec(
            records.RunCharge,
            schema.run_charge,
            ("robot", "run"),
            (),
            (
                values(schema.run_charge_tip, "tips", records.WellPlace),
                values(schema.run_charge_draw, "draws", records.ContainerDraw),
                values(schema.run_charge_dish, "dishes", records.CastDish),
            ),
        ),
        Codec(records.RobotRun, schema.robot_run, ("deck_id",), (_deck,)),
        Codec(records.Transfer, schema.transfer, ("deck_id", "step"), (_deck, _film)),
        Codec(
            records.AsMade,
            schema.as_made,
            ("film_id",),
            (_film,),
            (AS_MADE,),
        ),
        Codec(records.Drying, schema.drying, ("film_id",), (_film,)),
        Codec(records.Approval, schema.approval, ("film_id",), (_film,)),
        Codec(records.FilmGrade, schema.film_grade, ("film_id",), (_film,)),
        Codec(records.Measurement, schema.measurement, ("film_id", "property_name"), (_film,)),
        Codec(records.Model, schema.model_training, ("model_id",), (Reference("label", schema.model),), (METRICS,)),
        Codec(
            records.Suggestion,
            schema.suggestion,
            ("film_id",),
            (_film,),
            (fractions(schema.suggestion_fraction, "composition"), models(schema.suggestion_model)),
        ),
        Codec(records.LoopReview, schema.loop_review, ("name",)),
        Codec(records.LoopDecision, schema.loop_decision, ("name",)),
        Codec(
            records.Design,
            schema.design_promise,
            ("design_id",),
            (Reference("label", schema.design),),
            (
                texts(schema.design_promise_requirement, "require", "requirement"),
                fractions(schema.design_promise_fraction, "composition"),
                PREDICTIONS,
                models(schema.design_promise_model),
            ),
        ),
        Codec(records.DesignAnswer, schema.design_answer, ("request",)),
        Codec(
            records.Simulation,
            schema.simulation,
            ("label",),
            (),
            (fractions(schema.simulation_fraction, "composition"), NUMBERS, VERSIONS),
        ),
        Codec(records.WorkRequest, schema.work_request, ("work", "subject")),
        Codec(records.Artefact, schema.artefact, ("name",)),
    )
}
"""The codec of every kind of record, in an order in which each speaks only of kinds before it."""

NAMES: tuple[sa.Table, ...] = (schema.film, schema.deck, schema.model, schema.design)
