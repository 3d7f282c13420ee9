"""Seals: what is changed behind filmlab's back shows, and what only looks different does not."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest
import sqlalchemy as sa

from lab.errors import StoreError
from lab.grades import Grade
from lab.records import Deck, DishPosition, Model, ModelKind, Transfer
from lab.store import Store, schema
from lab.store.copying import copy_all
from lab.store.databases import Database
from lab.store.sealing import digest_of
from tests.store_examples import AT, HASH, event, film, grade, one_of_every_kind

TABLES = (
    ("film_plan", "solids", "99.0"),
    ("film_plan_attribute", "value", "'porcine'"),
    ("transfer", "delivered", "98.0"),
    ("film_grade", "grade", "'D'"),
    ("measurement", "n", "7"),
    ("film", "label", "'X' || label"),
    ("artefact", "size", "1"),
    ("event", "who", "'somebody else'"),
    ("event", "simulated", "FALSE"),
    ("event_seal", "sha256", f"'{HASH}'"),
    ("campaign", "definition_toml", "'other'"),
)


@pytest.fixture
def sealed(store: Store) -> Store:
    """A store with two events, the first with a record of every kind."""
    store.append("c", attrs.evolve(event(), simulated=True), one_of_every_kind())
    store.append("c", event("more"), [film("L002")])
    return store


def _behind_its_back(store: Store, table: str, *statements: str) -> None:
    """Run SQL as somebody would who owns the database, removes its protection and puts it back."""
    database = store._database
    with database.writing() as connection:
        if database.file is None:
            remove = [f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change"]
            put_back = [f"ALTER TABLE {table} ENABLE TRIGGER {table}_no_change"]
        else:
            query = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
            triggers = connection.execute(query, {"table": table}).all()
            remove = [f"DROP TRIGGER {trigger.name}" for trigger in triggers]
            put_back = [trigger.sql for trigger in triggers]
        for statement in (*remove, *statements, *put_back):
            connection.execute(sa.text(statement))


def test_an_untouched_store_is_sound(sealed: Store) -> None:
    assert sealed.check() == ()
    entries = sealed.audit("c")
    assert [entry.number for entry in entries] == [1, 2]
    assert entries[1].added == {"film": 1}
    assert len({entry.seal for entry in entries}) == 2


def test_a_guard_that_is_gone_shows_and_a_copy_has_it_again(sealed: Store, tmp_path: Path) -> None:
    database = sealed._database
    with database.writing() as connection:
        if database.file is None:
            connection.execute(sa.text("ALTER TABLE event DISABLE TRIGGER event_no_change"))
            connection.execute(sa.text("DROP TRIGGER transfer_no_change ON transfer"))
        else:
            connection.execute(sa.text("DROP TRIGGER event_no_delete"))
            connection.execute(sa.text("DROP TRIGGER transfer_no_update"))
            harmless = "CREATE TRIGGER transfer_no_update BEFORE UPDATE ON transfer BEGIN SELECT 1; END"
            connection.execute(sa.text(harmless))
        connection.execute(sa.text("DROP INDEX uq_film_grade_first"))
    found = sealed.check()
    assert len(found) == 3
    for table in ("event", "transfer"):
        assert any(f"the rows of table {table} " in line for line in found)
    assert "table film_grade lacks the index uq_film_grade_first" in found
    with Store.open(f"sqlite:///{tmp_path / 'copy.db'}", create=True) as copy:
        copy_all(database, copy._database)
        assert copy.check() == ()


@pytest.mark.parametrize(("table", "column", "value"), TABLES)
def test_a_changed_value_shows(sealed: Store, table: str, column: str, value: str) -> None:
    value = "0" if value == "FALSE" and sealed._database.file is not None else value
    _behind_its_back(sealed, table, f"UPDATE {table} SET {column} = {value} WHERE {column} <> {value}")  # noqa: S608
    (finding,) = sealed.check()
    assert "changed" in finding


def test_what_was_changed_is_not_copied_and_the_source_is_named(sealed: Store, tmp_path: Path) -> None:
    _behind_its_back(sealed, "film_grade", "UPDATE film_grade SET grade = 'D'")
    copy = Database.at(f"sqlite:///{tmp_path / 'copy.db'}")
    Store.open(f"sqlite:///{tmp_path / 'copy.db'}", create=True).close()
    with pytest.raises(StoreError, match=f"a copy of {re.escape(sealed.name)} is not sound: .* 'plan'"):
        copy_all(sealed._database, copy)
    with copy.reading() as connection:
        assert connection.execute(sa.select(schema.campaign)).first() is None
    copy.close()


def test_a_removed_event_shows(sealed: Store) -> None:
    _behind_its_back(sealed, "film_grade", "DELETE FROM film_grade")
    (finding,) = sealed.check()
    assert "'plan'" in finding


def test_versions_that_changed_places_show(sealed: Store) -> None:
    sealed.append("c", event("corrected"), [grade(letter=Grade.B)], supersede=True)
    _behind_its_back(
        sealed,
        "film_grade",
        "UPDATE film_grade SET grade = CASE grade WHEN 'A' THEN 'B' ELSE 'A' END, "
        "event_id = (SELECT SUM(event_id) FROM film_grade) - event_id",
    )
    assert sealed.records("c").grades["L001"].grade == Grade.A
    (finding,) = sealed.check()
    assert "table film_grade is of an earlier event than the row before it" in finding


def test_seals_that_changed_places_show(sealed: Store) -> None:
    swaps = ((1, 3), (2, 1), (3, 2))
    moves = [f"UPDATE event_seal SET number = {new} WHERE number = {old}" for old, new in swaps]  # noqa: S608
    _behind_its_back(sealed, "event_seal", *moves)
    (finding,) = sealed.check()
    assert "'plan'" in finding


def test_an_event_added_without_filmlab_shows(sealed: Store) -> None:
    with sealed._database.writing() as connection:
        row = dict(connection.execute(sa.text("SELECT * FROM event WHERE key = 'more'")).mappings().one())
        del row["id"]
        row["key"] = "forged"
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(sa.text(f"INSERT INTO event ({names}) VALUES ({values})"), row)  # noqa: S608
    (finding,) = sealed.check()
    assert "'forged' has no seal" in finding


def test_the_end_that_was_cut_off_shows_by_a_seal_written_down_elsewhere(sealed: Store) -> None:
    sealed.append("c", event("last"), [])
    written_down = sealed.audit("c")[-1].seal
    _behind_its_back(sealed, "event_seal", "DELETE FROM event_seal WHERE number = 3")
    _behind_its_back(sealed, "event", "DELETE FROM event WHERE key = 'last'")
    assert sealed.check() == ()  # a chain that ends early is a chain
    assert written_down not in {entry.seal for entry in sealed.audit("c")}


@pytest.mark.parametrize(
    "same",
    [
        Transfer("deck-001", 3, "L001", "CNF-10", "p300", 100, 99.5, 0),
        Transfer("deck-001", np.int64(3), "L001", "CNF-10", "p300", np.float64(100.0), 99.5, -0.0),  # type: ignore[arg-type]
    ],
)
def test_how_a_number_is_written_makes_no_difference(same: Transfer) -> None:
    assert digest_of(same) == digest_of(Transfer("deck-001", 3, "L001", "CNF-10", "p300", 100.0, 99.5, 0.0))


def test_an_undefined_metric_and_another_time_zone_survive(store: Store) -> None:
    there = AT.astimezone(timezone(timedelta(hours=5)))
    model: Any = Model("quality-00", ModelKind.QUALITY, 0, 3, HASH, HASH, {"r2": float("nan"), "mre": -0.0})
    store.append("c", attrs.evolve(event(), at=there), [model])
    assert store.check() == ()
    assert store.audit("c")[0].event.at == datetime.fromisoformat(AT.isoformat()).astimezone(UTC)


def test_an_audit_of_a_film_lists_what_was_said_about_it(sealed: Store) -> None:
    assert [entry.event.key for entry in sealed.audit("c", "L002")] == ["more"]
    assert [entry.event.key for entry in sealed.audit("c", "L001")] == ["plan"]
    assert sealed.audit("c", "L777") == []
    assert [sealed.audit_page("c", start, 1) for start in range(2)] == [[entry] for entry in sealed.audit("c")]
    assert sealed.audit_page("c", 2) == []


def test_an_audit_of_a_film_lists_decks_that_hold_it_and_no_other_campaign(sealed: Store) -> None:
    deck = Deck("deck-777", (DishPosition("L002", 1, "A1"),), HASH, HASH, 0, "not asked", 1.0)
    sealed.append("c", event("deck"), [deck])
    sealed.create_campaign("d", "", 1, "test")
    sealed.append("d", event("elsewhere"), [film("L002")])
    assert [entry.event.key for entry in sealed.audit("c", "L002")] == ["more", "deck"]
    assert [entry.event.key for entry in sealed.audit("c", "L001")] == ["plan"]
    assert [entry.event.key for entry in sealed.audit("d", "L002")] == ["elsewhere"]
