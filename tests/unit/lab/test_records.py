"""Records of a campaign at one moment."""

import attrs
import pytest

from lab.compositions import Composition
from lab.errors import UnknownNameError
from lab.grades import Grade
from lab.records import RECORD_TYPES, Film, FilmGrade, Measurement, Records, Status
from tests.store_examples import event, film, grade, one_of_every_kind

VIEWS = (
    "films", "approvals", "decks", "deck_checks", "deck_loads", "run_charges", "runs", "transfers", "as_made",
    "dryings", "grades", "measurements", "models", "suggestions", "reviews", "loop_decisions", "designs",
    "design_answers", "simulations", "work_requests", "artefacts",
)  # fmt: skip


def test_every_kind_has_a_name_and_a_key() -> None:
    assert len({kind.kind for kind in RECORD_TYPES}) == len(RECORD_TYPES) == len(VIEWS)
    for record in one_of_every_kind():
        assert record.key
        assert all(isinstance(part, str) for part in record.key)


def test_every_record_is_found_again() -> None:
    everything = one_of_every_kind()
    records = Records().with_added(event(), tuple(everything))
    found = []
    for view in VIEWS:
        table = getattr(records, view)
        found += list(table if isinstance(table, tuple) else table.values())
    assert sorted(map(repr, found)) == sorted(map(repr, everything))
    assert [record for kind in RECORD_TYPES for record in records.of(kind)] == [
        record for kind in RECORD_TYPES for record in everything if type(record) is kind
    ]
    assert all(records.event_of(record) == event() for record in everything)


def test_each_film_has_its_measurements_in_the_order_in_which_they_came() -> None:
    def value(film: str, name: str, mean: float) -> Measurement:
        return Measurement(film, name, Status.OK, mean, 0.1, 5, "tester")

    taken = (value("B", "toughness", 1.0), value("A", "toughness", 2.0), value("B", "haze", 3.0))
    records = Records().with_added(event(), taken)
    assert records.measurements_of == {"B": [taken[0], taken[2]], "A": [taken[1]]}
    again = value("B", "toughness", 4.0)
    assert records.with_added(event("again"), (again,)).measurements_of["B"] == [again, taken[2]]


def test_no_records_are_no_fault() -> None:
    assert all(len(getattr(Records(), view)) == 0 for view in VIEWS)


def test_a_later_record_supersedes_an_earlier_one_in_its_place() -> None:
    first = Records().with_added(event("plan"), (film("L001"), film("L002")))
    second = first.with_added(event("correct"), (attrs.evolve(film("L001"), solids=13.0),))
    assert list(second.films) == ["L001", "L002"]
    assert second.films["L001"].solids == 13.0
    assert first.films["L001"].solids == 12.0
    assert second.event_of(second.films["L001"]).key == "correct"
    with pytest.raises(UnknownNameError, match="film L001 is not among the current records"):
        second.event_of(first.films["L001"])
    with pytest.raises(UnknownNameError):
        first.event_of(grade())


def test_kinds_do_not_mix() -> None:
    records = Records().with_added(event("plan"), (film("L001"),)).with_added(event("grade"), (grade("L001"),))
    assert isinstance(records.films["L001"], Film)
    assert isinstance(records.grades["L001"], FilmGrade)
    assert list(records.events) == ["plan", "grade"]


def test_records_cannot_be_changed() -> None:
    record = film()
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        record.solids = 1.0  # type: ignore[misc]
    with pytest.raises(TypeError):
        record.attributes["gelatin.source"] = "fish"  # type: ignore[index]
    given = {"gelatin.source": "bovine"}
    made = attrs.evolve(record, attributes=given)
    given["gelatin.source"] = "fish"
    assert made.attributes == {"gelatin.source": "bovine"}


def test_a_grade_of_a_film_is_one_of_four() -> None:
    assert FilmGrade("L001", Grade("A")).grade is Grade.A
    assert Composition({"CNF": 1.0}) == film(recipe=Composition({"CNF": 1.0})).asked
