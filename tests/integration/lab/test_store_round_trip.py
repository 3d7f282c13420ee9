"""Whatever a record may hold comes back as it was put in."""

import itertools
import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab import records
from lab.compositions import Composition
from lab.errors import StoreError
from lab.grades import Grade
from lab.records import Event, Record, Records
from lab.simplex import close
from lab.store import Store
from tests.store_examples import AT, HASH, RECIPE, event, film, one_of_every_kind

Draw = Callable[[st.SearchStrategy[Any]], Any]

texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
names = texts.filter(bool)
amounts = st.floats(0.0, 1e15)
numbers = st.floats(-1e15, 1e15).map(lambda number: number + 0.0)  # SQLite keeps -0.0 as 0.0
fractions = st.floats(0.0, 1.0)
counts = st.integers(0, 2**62)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)


@st.composite
def compositions(draw: Draw) -> Composition:
    materials = draw(st.lists(names, min_size=1, max_size=5, unique=True))
    parts = draw(st.lists(st.floats(0.0, 1.0), min_size=len(materials), max_size=len(materials)))
    if sum(parts) < 1e-3:
        parts[0] = 1.0
    return Composition(dict(zip(materials, close(parts).tolist(), strict=True)))


def mappings(values: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.dictionaries(names, values, max_size=4)


def several(values: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(values, max_size=3).map(tuple)


@st.composite
def as_made(draw: Draw) -> records.AsMade:
    composition = draw(compositions())
    known = draw(st.sets(st.sampled_from(list(composition))))
    sd = {material: draw(amounts) for material in composition if material in known}
    return records.AsMade("L001", composition, sd, draw(amounts))


@st.composite
def measurements(draw: Draw) -> records.Measurement:
    status = draw(st.sampled_from(records.Status))
    value = None if status is records.Status.FAILED else draw(numbers)
    sd, raw_sha256 = draw(st.none() | amounts), draw(st.none() | hashes)
    return records.Measurement("L001", draw(names), status, value, sd, draw(counts), "x", raw_sha256, draw(texts))


predictions = st.builds(
    lambda mean, sd, ends: records.Prediction(mean, sd, *ends),
    numbers,
    amounts,
    st.tuples(numbers, numbers).map(sorted),
)
dishes = st.lists(st.integers(1, 11), max_size=2, unique=True).map(
    lambda slots: tuple(
        records.DishPosition(film, slot, "A1") for film, slot in zip(["L001", "V1"], slots, strict=False)
    )
)


def wells(*columns: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Slot, well and further columns; no well twice."""
    return st.lists(st.tuples(st.integers(1, 12), names, *columns), max_size=3, unique_by=lambda row: row[:2]).map(
        tuple
    )


slots = st.lists(st.integers(1, 11), max_size=4, unique=True)
models = several(st.just("quality-00"))
deck, labelled = st.just("deck-001"), st.just("L001")

ANY: dict[type[Record], st.SearchStrategy[Record]] = {
    records.Film: st.builds(
        records.Film,
        label=names,
        asked=compositions(),
        solids=amounts,
        volume=amounts,
        loop=st.none() | st.integers(1, 100),
        design=st.sampled_from([None, "D1-1"]),
        attributes=mappings(texts),
    ),
    records.Approval: st.builds(records.Approval, film=labelled, verdict=st.sampled_from(records.Verdict), note=texts),
    records.Deck: st.builds(
        records.Deck,
        label=names,
        positions=dishes,
        plan_sha256=hashes,
        protocol_sha256=hashes,
        vendor_commands=counts,
        vendor_note=texts,
        minutes=amounts,
    ),
    records.DeckCheck: st.builds(records.DeckCheck, deck=deck, plan_sha256=hashes),
    records.DeckLoad: st.builds(
        lambda slots, cut, fills, **rest: records.DeckLoad(
            racks=slots[:cut], dishes=slots[cut:], fills=tuple(records.ContainerFill(*fill) for fill in fills), **rest
        ),
        slots,
        st.integers(0, 4),
        wells(names, amounts),
        robot=names,
        label=names,
        act=st.sampled_from(records.LoadAct),
        plan_sha256=st.none() | hashes,
    ),
    records.RunCharge: st.builds(
        records.RunCharge,
        robot=names,
        run=names,
        state=st.sampled_from(records.Charge),
        tips=wells().map(lambda rows: tuple(records.WellPlace(*row) for row in rows)),
        draws=wells(names, numbers, amounts).map(lambda rows: tuple(records.ContainerDraw(*row) for row in rows)),
        dishes=wells(names, st.sampled_from(records.DishState)).map(
            lambda rows: tuple(records.CastDish(film, slot, well, state) for slot, well, film, state in rows)
        ),
    ),
    records.RobotRun: st.builds(records.RobotRun, deck=deck, robot=texts, note=texts),
    records.Transfer: st.builds(
        records.Transfer,
        deck=deck,
        step=counts,
        film=labelled,
        stock=names,
        pipette=texts,
        requested=amounts,
        delivered=amounts,
        sd=amounts,
    ),
    records.AsMade: as_made(),
    records.Drying: st.builds(records.Drying, film=labelled, temperature=st.floats(-273.15, 1e15), hours=amounts),
    records.FilmGrade: st.builds(records.FilmGrade, film=labelled, note=texts),
    records.Measurement: measurements(),
    records.Model: st.builds(
        records.Model,
        label=names,
        loop=counts,
        films=counts,
        data_sha256=hashes,
        content_sha256=hashes,
        metrics=mappings(numbers),
    ),
    records.Suggestion: st.builds(
        records.Suggestion,
        film=labelled,
        loop=st.integers(1, 100),
        rank=counts,
        rule=names,
        models=models,
        composition=compositions(),
        quality=fractions,
        score=numbers,
    ),
    records.LoopReview: st.builds(records.LoopReview, name=names, content=names),
    records.LoopDecision: st.builds(records.LoopDecision, name=names, note=texts),
    records.Design: st.builds(
        records.Design,
        label=names,
        request=names,
        require=several(names),
        composition=compositions(),
        probability=fractions,
        quality=fractions,
        predictions=mappings(predictions),
        models=models,
    ),
    records.DesignAnswer: st.builds(records.DesignAnswer, request=names, found=counts, note=texts),
    records.Simulation: st.builds(
        records.Simulation,
        label=names,
        content_sha256=hashes,
        model=names,
        test=names,
        profile=names,
        force_field=names,
        composition=compositions(),
        seed=counts,
        atoms=st.integers(1, 2**62),
        rate_per_s=numbers,
        temperature=amounts,
        status=st.sampled_from(records.SimulationStatus),
        failure_mode=texts,
        reason=texts,
        numbers=mappings(numbers),
        versions=mappings(texts),
    ),
    records.WorkRequest: st.builds(records.WorkRequest, work=st.sampled_from(records.RequestedWork), subject=names),
    records.Artefact: st.builds(records.Artefact, name=names, sha256=hashes, media_type=texts, size=counts),
}
"""Any record of each kind, that speaks of what `one_of_every_kind` brings."""

zones = st.sampled_from([UTC, timezone(timedelta(hours=-8)), timezone(timedelta(hours=5, minutes=30))])
events = st.builds(
    Event,
    key=names,
    who=names,
    source=texts,
    simulated=st.booleans(),
    at=st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=zones),
)

numbered = itertools.count()


def test_every_kind_of_record_is_tried() -> None:
    assert tuple(ANY) == records.RECORD_TYPES


@pytest.mark.parametrize("kind", ANY, ids=lambda kind: kind.kind)
def test_any_record_comes_back_as_it_was(shared_store: Store, kind: type[Record]) -> None:
    campaign = f"campaign {next(numbered)}"
    shared_store.create_campaign(campaign, "", 0, "tests")
    shared_store.append(campaign, event("base"), one_of_every_kind())

    @settings(max_examples=10)
    @given(act=events, record=ANY[kind])
    def comes_back(act: Event, record: Record) -> None:
        act = attrs.evolve(act, key=f"{act.key} {next(numbered)}")
        shared_store.append(campaign, act, [record], supersede=True)
        found = shared_store.records(campaign)
        # The text tells more than equality does: 0 from 0.0, and the order within mappings.
        assert repr(found._tables[kind][record.key]) == repr(record)
        assert found.event_of(record) == act
        assert shared_store.history(campaign, kind, record.key)[-1] == (act, record)

    comes_back()


@settings(max_examples=10)
@given(batches=st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=6, unique=True), min_size=1, max_size=6))
def test_what_supersedes_keeps_the_place_of_what_came_first(shared_store: Store, batches: list[list[int]]) -> None:
    campaign = f"campaign {next(numbered)}"
    shared_store.create_campaign(campaign, "", 0, "tests")
    expected = Records()
    for number, batch in enumerate(batches):
        added = tuple(records.Artefact(f"file-{name}", HASH, "text/plain", number) for name in batch)
        shared_store.append(campaign, event(f"{number}"), added, supersede=True)
        expected = expected.with_added(event(f"{number}"), added)
    found = shared_store.records(campaign)
    assert found == expected
    assert list(found.artefacts) == list(expected.artefacts)
    assert list(found.events) == list(expected.events)
    for name, record in found.artefacts.items():
        versions = shared_store.history(campaign, records.Artefact, (name,))
        assert versions[-1] == (found.event_of(record), record)
        assert [act.key for act, _ in versions] == [
            str(number) for number, batch in enumerate(batches) if int(name.removeprefix("file-")) in batch
        ]


def test_numbers_of_numpy_are_kept_as_numbers(store: Store) -> None:
    store.append("c", event("plan"), [film()])
    numbers: dict[str, Any] = {"value": np.float64(0.1), "sd": np.float32(0.25), "n": np.int64(5)}
    measured = records.Measurement("L001", "toughness", records.Status.OK, instrument="tester", **numbers)
    store.append("c", event("measure"), [measured])
    found = store.records("c").measurements["L001", "toughness"]
    assert found == measured
    assert [type(value) for value in (found.value, found.sd, found.n)] == [float, float, int]


def test_a_metric_that_is_not_defined_stays_so(store: Store) -> None:
    model = records.Model("quality-00", records.ModelKind.QUALITY, 0, 1, HASH, HASH, {"r2": math.nan, "mre": 0.1})
    store.append("c", event(), [model])
    metrics = store.records("c").models["quality-00"].metrics
    assert math.isnan(metrics["r2"])
    assert metrics["mre"] == 0.1


def test_an_uncertainty_belongs_to_a_fraction(store: Store) -> None:
    as_made = records.AsMade("L001", RECIPE, {"chitosan": 0.1}, 12.0)
    with pytest.raises(StoreError, match="chitosan"):
        store.append("c", event(), [film(), as_made])


@pytest.mark.parametrize(
    ("record", "rule"),
    [
        (records.Drying("L001", math.nan, 1.0), "temperature"),
        (records.Drying("L001", math.inf, 1.0), "temperature"),
        (records.Drying("L001", 20.0, -1.0), "hours"),
        (records.Drying("L001", 20.0, 2**80), "hours"),
        (records.DeckCheck("deck", "no hash"), "sha256"),
        (records.DesignAnswer("wish", -1), "found"),
        (records.Artefact("file", HASH, "text/plain", 2**63), "too large|out of range"),
        (records.FilmGrade("L001", Grade.A, "a\0b"), "NUL"),
        (records.FilmGrade("L001", Grade.A, "\ud800"), "surrogates"),
        (records.Measurement("L001", "toughness", records.Status.FAILED, 1.0, None, 1, "tester"), "failed_has_no"),
        (records.Measurement("L001", "toughness", records.Status.OK, None, None, 1, "tester"), "failed_has_no"),
    ],
)
def test_what_the_database_refuses_is_explained(store: Store, record: Record, rule: str) -> None:
    deck = records.Deck("deck", (), HASH, HASH, 0, "", 1.0)
    store.append("c", event("plan"), [film(), deck])
    with pytest.raises(StoreError, match=rule) as caught:
        store.append("c", event("wrong"), [record])
    assert "Nothing has been recorded" in caught.value.hint
    assert list(store.records("c").events) == ["plan"]


def test_times_are_kept_in_utc(store: Store) -> None:
    abroad = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    store.append("c", Event("plan", "tests", "", False, abroad), [])
    found = store.records("c").events["plan"].at
    assert found == AT
    assert found.utcoffset() == timedelta(0)
