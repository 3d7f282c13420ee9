"""A store that cannot be used says why and what to do, and leaves everything as it was."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from lab.errors import StoreError
from lab.store import Store, databases, schema, upgrade, versions
from tests import store_children
from tests.store_examples import event, film, one_of_every_kind

PRESENT = schema.REVISIONS[-1]
NEXT, AFTER = (f"{int(PRESENT) + more:04d}" for more in (1, 2))
BROKEN = """
from alembic import op
def upgrade():
    op.execute("CREATE TABLE half_done (id integer)")
    op.execute("SELECT no_such_column FROM drying")
"""


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _sql(url: str, statement: str) -> None:
    """Run a statement past filmlab."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"))
        with connection:
            connection.execute(statement)
        connection.close()
    else:
        with psycopg.connect(_plain(url)) as server:
            server.execute(statement.encode())


def _make(url: str) -> None:
    with Store.open(url, create=True) as store:
        store.create_campaign("c", "", 1, "tests")
        store.append("c", event(), one_of_every_kind())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A SQLite database with records, closed."""
    path = tmp_path / "lab.db"
    _make(f"sqlite:///{path}")
    return path


def _refusal(path: Path, *, create: bool = False) -> StoreError:
    with pytest.raises(StoreError) as caught:
        Store.open(f"sqlite:///{path}", create=create)
    assert caught.value.hint
    return caught.value


def test_a_database_that_is_not_there_is_not_made_by_accident(store_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no filmlab database") as caught:
        Store.open(store_url)
    assert "filmlab init" in caught.value.hint
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StoreError, match="there is no filmlab database"):
        upgrade(store_url)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    error = _refusal(tmp_path / "missing" / "lab.db", create=True)
    assert "missing" in error.message
    assert "folder" in error.hint


def test_a_disk_without_hard_links_holds_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    with Store.open(f"sqlite:///{tmp_path / 'lab.db'}", create=True) as store:
        assert store.campaigns() == ()
    assert [path.name for path in tmp_path.iterdir()] == ["lab.db"]


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert "cannot be read" in _refusal(tmp_path).message


@pytest.mark.parametrize(
    "content", [b"", b"name,grade\nL001,A\n", b"SQLite format 3\0 and then nothing that fits" * 99]
)
@pytest.mark.parametrize("create", [True, False])
def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, content: bytes, create: bool) -> None:
    path = tmp_path / "lab.db"
    path.write_bytes(content)
    assert "damaged" in _refusal(path, create=create).message
    assert path.read_bytes() == content


@pytest.mark.parametrize("damage", ["beginning", "middle", "end"])
def test_a_damaged_database_is_refused(file: Path, damage: str) -> None:
    content = bytearray(file.read_bytes())
    if damage == "end":
        del content[len(content) // 2 :]
    else:
        start = {"beginning": 100, "middle": len(content) // 2}[damage]
        content[start : start + 8192] = bytes(8192)
    file.write_bytes(content)
    assert "damaged" in _refusal(file).message
    assert file.read_bytes() == bytes(content)


def test_damage_that_makes_no_text_is_explained(file: Path) -> None:
    content = file.read_bytes()
    # SQLite names the table whose making it cannot read.
    for old, new in ((b"tablefilmfilm", b"table\xe4\xe4\xe4\xe4film"), (b"CREATE TABLE film ", b"CREATE TABLF film ")):
        assert old in content
        content = content.replace(old, new, 1)
    file.write_bytes(content)
    error = _refusal(file)
    assert "damaged" in error.message
    assert "backup" in error.hint


def test_damage_that_shows_while_working_is_explained(file: Path) -> None:
    with Store.open(f"sqlite:///{file}") as store:
        file.write_bytes(b"SQLite format 3\0" + bytes(5000))
        with pytest.raises(StoreError, match=r"damaged|cannot be"):
            store.records("c")


def test_large_files_are_opened_without_reading_all_of_them(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = sqlite3.connect(file)
    (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'transfer'").fetchone()
    (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    content = bytearray(file.read_bytes())
    content[(page - 1) * size : page * size] = bytes(size)
    file.write_bytes(content)
    assert "damaged" in _refusal(file).message
    monkeypatch.setattr(versions, "_QUICK_CHECK_BYTES", 0)
    with Store.open(f"sqlite:///{file}") as store:
        assert store.campaigns()
        assert store.check()
        with pytest.raises(StoreError, match="damaged"):
            store.records("c")


@pytest.mark.parametrize("create", [True, False])
def test_somebody_elses_database_is_left_alone(store_url: str, create: bool) -> None:
    if store_url.startswith("sqlite"):
        Path(store_url.removeprefix("sqlite:///")).touch()
    _sql(store_url, "CREATE TABLE recipes (name text)")
    with pytest.raises(StoreError, match="other tables") as caught:
        Store.open(store_url, create=create)
    assert "of its own" in caught.value.hint


def test_a_newer_database_is_left_alone(store_url: str) -> None:
    _make(store_url)
    _sql(store_url, "UPDATE alembic_version SET version_num = '9999'")
    for act in (lambda: Store.open(store_url), lambda: Store.open(store_url, create=True), lambda: upgrade(store_url)):
        with pytest.raises(StoreError, match="9999, which is newer") as caught:
            act()
        assert "install the newer filmlab" in caught.value.hint
    _sql(store_url, "UPDATE alembic_version SET version_num = 'present'".replace("present", PRESENT))
    with Store.open(store_url) as store:
        assert len(store.records("c").films) == 2


def test_a_program_that_is_older_than_the_database_has_become_records_nothing(store: Store, store_url: str) -> None:
    _sql(store_url, f"UPDATE alembic_version SET version_num = '{NEXT}'")  # noqa: S608
    with pytest.raises(StoreError, match=f"has schema {NEXT}: a newer filmlab") as caught:
        store.append("c", event(), [])
    assert "start this program anew" in caught.value.hint
    with pytest.raises(StoreError, match=f"has schema {NEXT}: a newer filmlab"), store.lease("robot"):
        pass  # a robot would move, and nobody could record it
    assert not store.records("c").events


@pytest.fixture
def next_filmlab(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Turn this filmlab into the next one, which has one more revision."""

    def turn() -> None:
        folder = tmp_path_factory.mktemp("next") / "migrations"
        shutil.copytree(versions.MIGRATIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / f"{NEXT}_humidity.py").write_text(
            "import sqlalchemy as sa\n"
            "from alembic import op\n"
            f"revision, down_revision = '{NEXT}', '{PRESENT}'\n"
            "def upgrade():\n"
            "    op.add_column('drying', sa.Column('humidity', sa.Text()))\n"
        )
        monkeypatch.setattr(versions, "MIGRATIONS", folder)
        monkeypatch.setattr(versions, "REVISIONS", (*schema.REVISIONS, NEXT))

    return turn


def test_an_older_file_is_copied_and_upgraded(file: Path, next_filmlab: Callable[[], None]) -> None:
    with Store.open(f"sqlite:///{file}") as store:
        before = store.records("c")
    next_filmlab()
    with Store.open(f"sqlite:///{file}") as store:
        assert store.records("c") == before
        assert store.check() == ()
        assert "humidity" in {column["name"] for column in sa.inspect(store._database.engine).get_columns("drying")}
    copy = sqlite3.connect(file.with_name(f"lab.db.schema-{PRESENT}.backup"))
    assert copy.execute("SELECT version_num FROM alembic_version").fetchall() == [(PRESENT,)]
    assert copy.execute("SELECT count(*) FROM film").fetchall() == [(2,)]
    copy.close()


@pytest.mark.postgres
def test_an_older_server_is_upgraded_only_on_request(
    postgres_database_url: str, next_filmlab: Callable[[], None]
) -> None:
    _make(postgres_database_url)
    next_filmlab()
    with pytest.raises(StoreError, match=f"older schema {PRESENT}") as caught:
        Store.open(postgres_database_url)
    assert "filmlab db upgrade" in caught.value.hint
    assert upgrade(postgres_database_url) == (PRESENT, NEXT)
    with Store.open(postgres_database_url) as store:
        assert len(store.records("c").films) == 2


def test_a_present_database_needs_no_upgrade(store_url: str) -> None:
    _make(store_url)
    assert upgrade(store_url) == (PRESENT, PRESENT)


def test_an_upgrade_that_fails_changes_nothing(
    store_url: str, next_filmlab: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    _make(store_url)
    next_filmlab()
    (versions.MIGRATIONS / "versions" / f"{AFTER}_broken.py").write_text(
        f"revision, down_revision = '{AFTER}', '{NEXT}'\n" + BROKEN
    )
    monkeypatch.setattr(versions, "REVISIONS", (*schema.REVISIONS, NEXT, AFTER))
    with pytest.raises(StoreError, match="no_such_column"):
        upgrade(store_url)
    monkeypatch.setattr(versions, "REVISIONS", schema.REVISIONS)
    with Store.open(store_url) as store:
        assert len(store.records("c").films) == 2
        assert "half_done" not in sa.inspect(store._database.engine).get_table_names()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 2 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", "--lazy", str(folder)], check=True)


def test_a_read_only_disk_is_viewed_and_explained(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk / 'lab.db'}"
    _make(url)
    subprocess.run(["/bin/mount", "-o", "remount,ro", str(small_disk)], check=True)
    with Store.open(url) as store:
        assert list(store.records("c").events) == ["plan"]
        with pytest.raises(StoreError, match="read-only"):
            store.append("c", event("more"), [film("L002")])
    with pytest.raises(StoreError, match="cannot be made"):
        Store.open(f"sqlite:///{small_disk / 'new.db'}", create=True)


def test_a_full_disk_is_explained_and_loses_nothing(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk / 'lab.db'}"
    _make(url)
    with Store.open(url) as store:
        with pytest.raises(StoreError, match="disk is full") as caught:
            store.append("c", event("too much"), store_children.too_much())
        assert "free some space" in caught.value.hint
        assert list(store.records("c").events) == ["plan"]
        assert store.check() == ()
        store.append("c", event("little"), [film("L002")])
    (small_disk / "other data").write_bytes(bytes(shutil.disk_usage(small_disk).free))
    with pytest.raises(StoreError):
        Store.open(f"sqlite:///{small_disk / 'new.db'}", create=True)
    with pytest.raises(StoreError, match="disk is full"), Store.open(url) as store:
        store.append("c", event("no room at all"), [film("L003")])
    (small_disk / "other data").unlink()
    with Store.open(url) as store:
        assert list(store.records("c").events) == ["plan", "little"]
        assert store.check() == ()
    assert sorted(os.listdir(small_disk)) == ["lab.db"]


def test_a_file_that_may_not_grow_is_explained_and_loses_nothing(file: Path) -> None:
    url = f"sqlite:///{file}"
    command = [sys.executable, "-m", "tests.store_children", "append_too_much", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "cannot be read or written" in done.stdout
    assert "What to do: check the disk" in done.stdout
    with Store.open(url) as store:
        assert list(store.records("c").events) == ["plan"]
        assert store.check() == ()


def test_a_writer_that_waits_too_long_says_who_is_in_the_way(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "BUSY_SECONDS", 0.1)
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Store.open(f"sqlite:///{file}") as store:
        with pytest.raises(StoreError, match="held by another process"):
            store.append("c", event("late"), [])
        assert len(store.records("c").films) == 2  # readers do not wait
        other.close()
        store.append("c", event("late"), [])


@pytest.mark.postgres
def test_a_writer_on_a_server_does_not_wait_for_ever_for_one_that_stands_still(
    postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(postgres_database_url, create=True) as still:
        still.create_campaign("c", "", 7, "tests")
        monkeypatch.setattr(databases, "BUSY_SECONDS", 1.0)
        with Store.open(postgres_database_url) as store:
            with still._database.writing() as connection:
                still._id(connection, "c", lock=True)
                with pytest.raises(StoreError, match="held by another process"):
                    store.append("c", event("late"), [])
            store.append("c", event("late"), [])


@pytest.mark.parametrize(
    "url", ["", "sqlite://", "sqlite:///", "sqlite:///:memory:", "mysql://user:hidden@host/lab", "user:hidden@host"]
)
def test_addresses_of_other_databases_are_refused(url: str) -> None:
    with pytest.raises(StoreError) as caught:
        Store.open(url, create=True)
    assert "FILMLAB_DATABASE_URL" in caught.value.hint
    assert "hidden" not in str(caught.value)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("filmlab:", "nobody:", "user and password"),
        ("/test_", "/no_test_", "createdb"),
        ("@127.0.0.1:", "@127.0.0.1:1", "server"),
    ],
)
def test_a_server_that_cannot_be_reached_is_explained(
    postgres_database_url: str, old: str, new: str, hint: str
) -> None:
    url = postgres_database_url.replace(old, new)
    if new.endswith(":1"):
        url = f"postgresql+psycopg://filmlab:hidden@127.0.0.1:{1}/{postgres_database_url.rpartition('/')[2]}"
    with pytest.raises(StoreError, match="cannot be reached") as caught:
        Store.open(url)
    assert hint in caught.value.hint
    password = postgres_database_url.split(":")[2].partition("@")[0]
    assert password not in str(caught.value)
    assert "hidden" not in str(caught.value)


@pytest.mark.postgres
def test_a_server_that_goes_away_is_explained_and_found_again(postgres_database_url: str) -> None:
    name = postgres_database_url.rpartition("/")[2]
    _make(postgres_database_url)
    with Store.open(postgres_database_url) as store:
        with pytest.raises(StoreError) as caught, store._database.writing() as connection:
            _sql(
                postgres_database_url,
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' "  # noqa: S608
                "AND pid <> pg_backend_pid()",
            )
            connection.execute(sa.text("SELECT 1"))
        assert caught.value.hint
        assert len(store.records("c").films) == 2


@pytest.mark.postgres
def test_a_user_without_rights_is_told_so(postgres_database_url: str) -> None:
    _make(postgres_database_url)
    _sql(postgres_database_url, "DROP ROLE IF EXISTS guest")
    _sql(postgres_database_url, "CREATE ROLE guest LOGIN PASSWORD 'guest'")
    server = postgres_database_url.partition("@")[2]
    with pytest.raises(StoreError, match="does not let this user") as caught:
        Store.open(f"postgresql+psycopg://guest:guest@{server}")
    assert "GRANT" in caught.value.hint


def test_check_finds_what_rules_cannot_keep_out(store: Store) -> None:
    store.append("c", event(), one_of_every_kind())
    with store._database.writing() as connection:
        connection.execute(sa.insert(schema.film).values(campaign_id=1, label="ghost"))
        connection.execute(
            sa.insert(schema.film_plan_fraction).values(
                campaign_id=1, record_id=1, position=9, material="water", fraction=0.5
            )
        )
    nameless, unreadable = store.check()
    assert "'ghost' has a name but no record" in nameless
    assert "row 1 of table film_plan is no film" in unreadable
    with pytest.raises(StoreError, match="row 1 of table film_plan") as caught:
        store.records("c")
    assert "backup" in caught.value.hint
    with pytest.raises(StoreError):
        store.history("c", type(film()), ("L001",))


@pytest.mark.parametrize("replaced", [True, False])
def test_nothing_is_recorded_in_a_file_that_was_moved_while_it_was_open(file: Path, replaced: bool) -> None:
    away = file.with_name("away.db")
    with Store.open(f"sqlite:///{file}") as store:
        store.campaigns()
        for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
            if file.with_name(name).exists():
                file.with_name(name).rename(file.with_name(name.replace(file.name, away.name)))
        if replaced:
            _make(f"sqlite:///{file}")
        for act in (store.campaigns, lambda: store.append("c", event("later"), [film("X1")])):
            with pytest.raises(StoreError, match=r"was moved or replaced since it was opened") as caught:
                act()
            assert "Nothing has been recorded" in caught.value.hint
    with Store.open(f"sqlite:///{away}") as store:
        assert "X1" not in store.records("c").films


def test_a_log_that_was_left_behind_gets_into_no_new_database(file: Path) -> None:
    with Store.open(f"sqlite:///{file}") as store:
        store.append("c", event("late"), [])
        log = Path(f"{file}-wal")
        content = log.read_bytes()  # as a program that was killed leaves it
    moved = file.rename(file.with_name("old.db"))
    log.write_bytes(content)
    refused = _refusal(file, create=True)
    assert log.name in refused.message
    assert not file.exists()
    log.rename(file.with_name("old.db-wal"))
    _make(f"sqlite:///{file}")
    for path, keys in (file, [event().key]), (moved, [event().key, "late"]):
        with Store.open(f"sqlite:///{path}") as store:
            assert [found.key for found, _ in store.ledger("c")] == keys
            assert store.check() == ()


def test_a_file_that_is_put_back_is_used_again(file: Path) -> None:
    with Store.open(f"sqlite:///{file}") as store:
        store.campaigns()
        away = file.rename(file.with_name("away.db"))
        with pytest.raises(StoreError):
            store.campaigns()
        away.rename(file)
        store.append("c", event("later"), [film("X1")])
        assert "X1" in store.records("c").films


def test_a_password_with_signs_of_addresses_is_not_told_as_a_server() -> None:
    with pytest.raises(StoreError) as caught:
        Store.open("postgresql+psycopg://filmlab:p@geheim@127.0.0.1/lab")
    assert "geheim" not in str(caught.value) + caught.value.hint
    assert "write %40 for @" in caught.value.hint
