"""The PostgreSQL fixtures give a real server and an empty database a test."""

from pathlib import Path

import psycopg
import pytest

from tests import postgres


def _plain(url: str) -> str:
    """SQLAlchemy's address in the form that psycopg takes."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


@pytest.mark.postgres
def test_server_answers(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        row = connection.execute("SELECT current_setting('server_version_num')::int").fetchone()
    assert row is not None
    assert row[0] >= 120000


@pytest.mark.postgres
@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_starts_with_an_empty_database(postgres_database_url: str, turn: int) -> None:
    with psycopg.connect(_plain(postgres_database_url)) as connection:
        connection.execute("CREATE TABLE film (id integer PRIMARY KEY, turn integer NOT NULL)")
        connection.execute("INSERT INTO film VALUES (1, %s)", [turn])
    with psycopg.connect(_plain(postgres_database_url)) as connection:
        rows = connection.execute("SELECT id, turn FROM film").fetchall()
    assert rows == [(1, turn)]


@pytest.mark.postgres
def test_server_keeps_checks(postgres_database_url: str) -> None:
    with psycopg.connect(_plain(postgres_database_url)) as connection:
        connection.execute("CREATE TABLE stock (volume real CHECK (volume >= 0))")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute("INSERT INTO stock VALUES (-1)")


@pytest.mark.postgres
def test_server_is_stopped_and_its_folder_removed_when_a_test_fails(postgres_url: str) -> None:
    binaries = postgres.programs()
    assert binaries is not None
    seen: dict[str, str] = {}

    def fail_with_a_server_running() -> None:
        with postgres.running_server(binaries) as server:
            with psycopg.connect(server.url) as connection:
                row = connection.execute("SHOW data_directory").fetchone()
            assert row is not None
            seen.update(url=server.url, folder=row[0])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_with_a_server_running()
    assert not Path(seen["folder"]).parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(seen["url"], connect_timeout=5)
