"""Databases of every earlier schema are brought up to date with all that they hold."""

import sqlite3
from contextlib import closing
from pathlib import Path

import alembic.command
import alembic.config
import pytest
import sqlalchemy as sa

from lab.records import Charge, DeckLoad, LoadAct, RunCharge
from lab.store import Store, schema, versions
from tests.store_examples import event, one_of_every_kind


def _made_by(revision: str, file: Path) -> None:
    """Make a database as the filmlab of an earlier revision did, with a campaign in it."""
    config = alembic.config.Config()
    config.set_main_option("script_location", str(versions.MIGRATIONS))
    sqlite3.connect(file).close()
    engine = sa.create_engine(f"sqlite:///{file}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        alembic.command.upgrade(config, revision)
        connection.exec_driver_sql(
            "INSERT INTO campaign (name, seed, definition_toml, created_by, created_at) "
            "VALUES ('c', 7, '', 'tests', '2026-03-04T05:06:07.000000Z')"
        )
    engine.dispose()


@pytest.mark.parametrize("revision", schema.REVISIONS[:-1])
def test_a_database_of_an_earlier_filmlab_is_upgraded(revision: str, tmp_path: Path) -> None:
    file = tmp_path / "filmlab.db"
    _made_by(revision, file)
    file.chmod(0o600)
    with Store.open(f"sqlite:///{file}") as store:
        assert [entry.name for entry in store.campaigns()] == ["c"]
        records = one_of_every_kind()
        store.append("c", event(), records)
        found = store.records("c")
        assert all(record in found.of(type(record)) for record in records)
        assert store.check() == ()
    assert file.with_name(f"filmlab.db.schema-{revision}.backup").stat().st_mode & 0o777 == 0o600


def test_a_program_that_comes_late_to_an_upgrade_leaves_the_backup_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two programs of a lab start at once and find the older schema; the second goes on when the first has upgraded."""
    oldest = schema.REVISIONS[0]
    file = tmp_path / "filmlab.db"
    _made_by(oldest, file)
    Store.open(f"sqlite:///{file}").close()
    with monkeypatch.context() as late:
        late.setattr(versions, "_revision", lambda connection, database: oldest)
        Store.open(f"sqlite:///{file}").close()
    backup = file.with_name(f"filmlab.db.schema-{oldest}.backup")
    with closing(sqlite3.connect(backup)) as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == (oldest,)
    assert {path.name for path in tmp_path.iterdir()} == {file.name, backup.name}
    with Store.open(f"sqlite:///{file}") as store:
        assert store.check() == ()


def test_the_ledger_of_a_robot_may_be_settled_later(store: Store) -> None:
    charge = next(record for record in one_of_every_kind() if isinstance(record, RunCharge))
    load = DeckLoad("SN-1", "0002", LoadAct.RACK_SWAPPED, racks=(7,))
    store.append("c", event("reserved"), [RunCharge("SN-1", charge.run, Charge.PENDING), load])
    store.append("c", event("settled"), [charge], supersede=True)
    assert store.records("c").run_charges == {("SN-1", charge.run): charge}
    first, last = (record for _, record in store.history("c", RunCharge, charge.key))
    assert (first, last) == (RunCharge("SN-1", charge.run, Charge.PENDING), charge)
    assert store.records("c").deck_loads == {("SN-1", "0002"): load}
