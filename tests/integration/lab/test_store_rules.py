"""Rules that the database itself keeps, whoever writes to it: each is broken by SQL that does not pass filmlab."""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from lab.store import Store
from lab.store.schema import metadata
from tests.store_examples import event, film, one_of_every_kind

TABLES = [table.name for table in metadata.sorted_tables]
RECORD_TABLES = [table.name for table in metadata.sorted_tables if "supersedes" in table.c]


@pytest.fixture(scope="module")
def full_store(shared_store: Store) -> Store:
    """A store with a record of every kind in each of two campaigns."""
    for campaign in "cd":
        shared_store.create_campaign(campaign, "", 1, "tests")
        shared_store.append(campaign, event(), one_of_every_kind())
        shared_store.append(campaign, event("another"), [])
    shared_store.append("c", event("more"), [film("L002")])
    return shared_store


@pytest.fixture
def connection(full_store: Store) -> Iterator[Connection]:
    """A connection within a transaction that is undone afterwards."""
    with full_store._database.writing() as opened:
        yield opened
        opened.rollback()


def rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    order = "id" if "id" in metadata.tables[table].c else "campaign_id, record_id, position"
    query = sa.text(f"SELECT * FROM {table} ORDER BY {order}")  # noqa: S608
    return [dict(row) for row in connection.execute(query).mappings()]


def insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    columns = ", ".join(f'"{name}"' for name in row)
    values = ", ".join(f":{name}" for name in row)
    connection.execute(sa.text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)  # noqa: S608


def newer_version(connection: Connection, table: str) -> dict[str, Any]:
    """A row that could be added: a version that supersedes the first one."""
    row = rows(connection, table)[0]
    row["supersedes"] = row.pop("id")
    return row


def refused(connection: Connection, table: str, row: dict[str, Any]) -> str:
    """Try to add a row; return the database's complaint."""
    savepoint = connection.begin_nested()
    with pytest.raises(DBAPIError) as caught:
        insert(connection, table, row)
    savepoint.rollback()
    return str(caught.value.orig)


@pytest.mark.parametrize("table", RECORD_TABLES)
def test_a_record_may_be_superseded_once_by_one_about_the_same_thing(connection: Connection, table: str) -> None:
    row = newer_version(connection, table)
    first = row["supersedes"]
    again = rows(connection, table)[0]
    del again["id"]
    refused(connection, table, again)  # a second first version
    insert(connection, table, row)
    refused(connection, table, row)  # a fork
    other = next(item for item in rows(connection, table) if item["campaign_id"] != row["campaign_id"])
    refused(connection, table, row | {"supersedes": other["id"]})
    refused(connection, table, row | {"supersedes": 10**9})
    latest = rows(connection, table)[-1]["id"]
    refused(connection, table, row | {"id": latest + 1, "supersedes": latest + 1})
    assert first < latest


def test_a_version_is_about_the_thing_that_it_supersedes(connection: Connection) -> None:
    row = newer_version(connection, "film_plan")
    other = rows(connection, "film_plan")[-1]
    assert other["campaign_id"] == row["campaign_id"]
    complaint = refused(connection, "film_plan", row | {"supersedes": other["id"]})
    assert "FOREIGN KEY" in complaint or "foreign key" in complaint


@pytest.mark.parametrize("table", RECORD_TABLES)
def test_a_record_belongs_to_an_event_of_its_campaign(connection: Connection, table: str) -> None:
    row = newer_version(connection, table)
    events = {item["campaign_id"]: item["id"] for item in rows(connection, "event")}
    (elsewhere,) = (number for campaign, number in events.items() if campaign != row["campaign_id"])
    refused(connection, table, row | {"event_id": elsewhere})
    refused(connection, table, row | {"event_id": 10**9})
    refused(connection, table, row | {"event_id": None})


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in ("film_id", "deck_id", "model_id", "design_id")
    ],
)
def test_a_record_speaks_of_things_of_its_campaign(connection: Connection, table: str, column: str) -> None:
    row = newer_version(connection, table) if table in RECORD_TABLES else rows(connection, table)[0]
    if "position" in row:
        row["position"] += 100
    names = column.removesuffix("_id")
    elsewhere = next(item["id"] for item in rows(connection, names) if item["campaign_id"] != row["campaign_id"])
    refused(connection, table, row | {column: elsewhere})
    refused(connection, table, row | {column: 10**9})


@pytest.mark.parametrize(
    ("table", "changes"),
    [
        ("film_plan", {"purpose": "fun"}),
        ("film_plan", {"volume": -1.0}),
        ("film_plan", {"volume": float("inf")}),
        ("film_plan", {"solids": -0.1}),
        ("film_plan", {"loop": 0}),
        ("film_plan", {"volume": "much"}),
        ("film_plan_fraction", {"fraction": -0.01}),
        ("film_plan_fraction", {"fraction": 1.01}),
        ("film_plan_fraction", {"fraction": float("nan")}),
        ("film_plan_fraction", {"fraction": None}),
        ("film_plan_fraction", {"material": ""}),
        ("film_plan_fraction", {}),
        ("film_plan_attribute", {}),
        ("film", {"label": ""}),
        ("deck_plan", {"plan_sha256": "abc"}),
        ("deck_plan", {"minutes": -1.0}),
        ("deck_plan", {"vendor_commands": -1}),
        ("deck_plan_dish", {}),
        ("deck_plan_dish", {"slot": 0}),
        ("robot_run", {"status": "perhaps"}),
        ("transfer", {"requested": -1.0}),
        ("transfer", {"delivered": -1.0}),
        ("transfer", {"delivered": float("nan")}),
        ("transfer", {"sd": -1.0}),
        ("transfer", {"step": -1}),
        ("as_made_fraction", {"sd": -0.1}),
        ("drying", {"temperature": -300.0}),
        ("film_grade", {"grade": "E"}),
        ("film_grade", {"grade": "a"}),
        ("film_grade", {"grade": None}),
        ("measurement", {"status": "fine"}),
        ("measurement", {"value": float("nan")}),
        ("measurement", {"status": "failed"}),
        ("measurement", {"value": None}),
        ("measurement", {"sd": -1.0}),
        ("measurement", {"n": -1}),
        ("measurement", {"raw_sha256": "abc"}),
        ("model_training", {"predicts": "weather"}),
        ("suggestion", {"quality": 1.1}),
        ("suggestion", {"loop": 0}),
        ("design_promise", {"probability": -0.1}),
        ("design_promise_prediction", {"p05": 2.0, "p95": 1.0}),
        ("loop_review", {"advice": "perhaps"}),
        ("loop_review", {"content": ""}),
        ("loop_decision", {"course": "left"}),
        ("design_answer", {"found": -1}),
        ("simulation", {"atoms": 0}),
        ("simulation", {"status": "fine"}),
        ("work_request", {"work": "dance"}),
        ("work_request", {"subject": ""}),
        ("artefact", {"size": -1}),
        ("event", {"key": ""}),
        ("event", {"who": ""}),
        ("event", {"simulated": 2}),
        ("event", {"at": "no time"}),
        ("event", {}),
        ("campaign", {"name": ""}),
        ("campaign", {}),
    ],
)
def test_values_keep_to_their_rules(connection: Connection, table: str, changes: dict[str, Any]) -> None:
    row = rows(connection, table)[0]
    if table in RECORD_TABLES:
        row = newer_version(connection, table)
        if table == "measurement":
            assert row["status"] == "ok"
        insert(connection, table, row)  # without the change it is taken
        row["supersedes"] = rows(connection, table)[-1]["id"]
    elif "position" in row:
        row["position"] += 100
        row |= {"material": "chitosan"} if "material" in row and changes else {}
    else:
        del row["id"]
        row |= {"key": "new"} if table == "event" and changes else {}
    refused(connection, table, row | changes)


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_changed_or_removed(connection: Connection, table: str) -> None:
    before = rows(connection, table)
    assert before, "the rule shows on rows only"
    column = next(iter(before[0]))
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):  # noqa: S608
        savepoint = connection.begin_nested()
        with pytest.raises(DBAPIError, match="added, never changed"):
            connection.execute(sa.text(statement))
        savepoint.rollback()
    assert rows(connection, table) == before
