"""What the store promises to everybody, on SQLite and on PostgreSQL."""

import random

import pytest

from lab.errors import DuplicateRecordError, InvalidInputError, StoreError, UnknownNameError
from lab.grades import Grade
from lab.names import in_one
from lab.records import RECORD_TYPES, FilmGrade, Records
from lab.store import Store
from tests.store_examples import AT, event, film, grade, one_of_every_kind


def test_a_new_store_has_no_campaigns(store_url: str) -> None:
    with Store.open(store_url, create=True) as store:
        assert store.campaigns() == ()
        assert store.check() == ()


def test_campaigns_are_kept_as_they_were_created(store_url: str) -> None:
    definition = 'name = "größe"\n# 10 % MMT\n'
    with Store.open(store_url, create=True) as store:
        made = store.create_campaign("größe", definition, 2**63 - 1, "Ada")
        store.create_campaign("second", "", -1, "Ada")
    with Store.open(store_url) as store:
        first, second = store.campaigns()
    assert first == made
    assert (first.name, first.definition_toml, first.seed, first.created_by) == ("größe", definition, 2**63 - 1, "Ada")
    assert second.created_at >= first.created_at


def test_two_campaigns_cannot_share_a_name(store: Store) -> None:
    with pytest.raises(DuplicateRecordError, match="'c'"):
        store.create_campaign("c", "", 1, "tests")
    assert len(store.campaigns()) == 1


def test_unknown_campaigns_are_refused_and_the_known_ones_named(store: Store) -> None:
    with pytest.raises(UnknownNameError, match="known campaigns: c"):
        store.records("d")
    with pytest.raises(UnknownNameError):
        store.append("d", event(), [])


def test_every_kind_of_record_comes_back_as_it_was(store: Store) -> None:
    records = one_of_every_kind()
    assert {type(record) for record in records} == set(RECORD_TYPES)
    store.append("c", event(), records)
    assert store.records("c") == Records().with_added(event(), tuple(records))
    assert store.check() == ()


def test_campaigns_do_not_see_each_other(store: Store) -> None:
    store.create_campaign("d", "", 1, "tests")
    store.append("c", event(), [film()])
    store.append("d", event(), [film("L001"), film("L002")])
    assert list(store.records("c").films) == ["L001"]
    assert list(store.records("d").films) == ["L001", "L002"]


def test_an_act_is_recorded_once(store: Store) -> None:
    store.append("c", event("plan"), [film("L001")])
    with pytest.raises(DuplicateRecordError, match="'plan' has been recorded on 2026-03-04 05:06 UTC"):
        store.append("c", event("plan"), [film("L002")])
    assert list(store.records("c").films) == ["L001"]


def test_an_act_may_be_about_any_number_of_things(store: Store) -> None:
    labels = [f"{random.Random(i).getrandbits(390):0100x}" for i in range(300)]  # nothing that could be compressed
    about_all = f"dry:{in_one(labels)}"
    store.append("c", event(about_all), [film(label) for label in labels])
    assert about_all in store.records("c").events


def test_a_record_is_not_replaced_by_accident(store: Store) -> None:
    store.append("c", event("plan"), [film()])
    store.append("c", event("grade"), [grade(letter=Grade.A)])
    with pytest.raises(DuplicateRecordError, match="grade L001"):
        store.append("c", event("again"), [grade(letter=Grade.D)])
    records = store.records("c")
    assert records.grades["L001"].grade is Grade.A
    assert "again" not in records.events


def test_a_superseded_record_stays_in_the_history(store: Store) -> None:
    store.append("c", event("plan"), [film()])
    for number, letter in enumerate("ABD"):
        store.append("c", event(f"grade {number}"), [grade(letter=Grade(letter))], supersede=True)
    assert store.records("c").grades["L001"].grade is Grade.D
    history = store.history("c", FilmGrade, ("L001",))
    assert [(act.key, record.grade.value) for act, record in history if isinstance(record, FilmGrade)] == [
        ("grade 0", "A"),
        ("grade 1", "B"),
        ("grade 2", "D"),
    ]
    assert all(act.at == AT for act, _ in history)


def test_history_of_what_never_was_is_empty(store: Store) -> None:
    assert store.history("c", FilmGrade, ("L999",)) == ()


def test_one_event_cannot_say_two_things_of_one_subject(store: Store) -> None:
    with pytest.raises(DuplicateRecordError, match="twice"):
        store.append("c", event(), [film(), film()], supersede=True)
    assert store.records("c") == Records()


def test_records_speak_only_of_what_there_is(store: Store) -> None:
    with pytest.raises(StoreError, match="grade L999 speaks of film 'L999'"):
        store.append("c", event(), [film("L001"), grade("L999")])
    assert store.records("c") == Records()


def test_a_time_without_zone_is_refused(store: Store) -> None:
    naive = event().__class__("plan", "tests", "", True, AT.replace(tzinfo=None))
    with pytest.raises(InvalidInputError, match="time zone"):
        store.append("c", naive, [])


def test_the_version_grows_with_every_event_of_its_campaign_only(store: Store) -> None:
    store.create_campaign("d", "", 1, "tests")
    assert store.version("c") == 0
    store.append("c", event("plan"), [film("L001")])
    first = store.version("c")
    store.append("d", event("plan"), [film("L001")])
    assert store.version("c") == first
    store.append("c", event("grade"), [grade("L001")])
    assert store.version("c") > first
    with pytest.raises(UnknownNameError):
        store.version("e")
