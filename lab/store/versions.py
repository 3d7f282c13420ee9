"""Making databases, and seeing to it that the schema of one is the schema that this filmlab works with.

The rule for an older schema: a SQLite file belongs to its workspace, so it is copied and then upgraded when it is
opened; a PostgreSQL database may serve others, so it is upgraded only when somebody says so (`upgrade`).
"""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lab.errors import StoreError
from lab.store.databases import WRITABLE, Database
from lab.store.failures import RESTORE, explained
from lab.store.schema import REVISIONS
from lab.store.sealing import seal_unsealed

VERSION_TABLE = "alembic_version"
MIGRATIONS = Path(__file__).with_name("migrations")
_HEADER_BYTES = 100
_QUICK_CHECK_BYTES = 64 * 2**20
"""Larger files are checked by `filmlab doctor` only: the check reads the whole file, 0.1 s for 64 MiB."""
_CREATING = 0x66696C6D
"""Key of the lock under which tables are made in PostgreSQL: "film" in ASCII."""


def open_database(url: str, *, create: bool) -> Database:
    """Return a database whose schema is the present one.

    Raises:
        StoreError: If there is no database and `create` is False, or it is damaged, not filmlab's, newer than this
            filmlab, unreachable, or an older one on a server.
    """
    database = Database.at(url)
    try:
        if database.file is not None:
            if not database.file.exists():
                _create_file(database, database.file, create=create)
            _check_file(database, database.file)
        with database.reading() as connection:
            revision = _revision(connection, database)
        if revision is None and database.file is None and create:
            _migrate(database)
        else:
            _settle(database, revision)
    except BaseException:
        database.close()
        raise
    return database


def upgrade(url: str) -> tuple[str, str]:
    """Upgrade a database to the present schema, after a backup copy where it is a SQLite file.

    Returns:
        The revision it had and the revision it has.

    Raises:
        StoreError: As `open_database` does.
    """
    database = Database.at(url)
    try:
        if database.file is not None:
            _check_file(database, database.file)
        with database.reading() as connection:
            revision = _revision(connection, database)
        if revision is None:
            raise _missing(database)
        if _is_older(database, revision):
            _backup_and_migrate(database, revision)
    finally:
        database.close()
    return revision, REVISIONS[-1]


def check_present(connection: Connection, database: Database) -> None:
    """Raise where a newer filmlab has upgraded a database since this program opened it."""
    there = connection.execute(sa.select(sa.column("version_num")).select_from(sa.table(VERSION_TABLE))).scalar()
    if there != REVISIONS[-1]:
        raise StoreError(
            f"the database {database.name} has schema {there}: a newer filmlab upgraded it while this program, which "
            f"knows {REVISIONS[-1]}, had it open",
            hint="start this program anew, with the newer filmlab. Nothing has been recorded",
        )


def _revision(connection: Connection, database: Database) -> str | None:
    """Return the schema's revision; None where a server's database is empty."""
    tables = sa.inspect(connection).get_table_names()
    if VERSION_TABLE in tables:
        version: str | None = connection.execute(
            sa.select(sa.column("version_num")).select_from(sa.table(VERSION_TABLE))
        ).scalar_one_or_none()
        if version is not None:
            return version
    elif not tables and database.file is None:
        return None
    raise StoreError(
        f"the database {database.name} holds other tables than filmlab's",
        hint="give filmlab a database of its own: another file, or an empty database on the server",
    )


def _is_older(database: Database, revision: str) -> bool:
    if revision not in REVISIONS:
        raise StoreError(
            f"the database {database.name} has schema {revision}, which is newer than this filmlab knows "
            f"({REVISIONS[-1]})",
            hint="install the newer filmlab that made it; nothing has been changed",
        )
    return revision != REVISIONS[-1]


def _settle(database: Database, revision: str | None) -> None:
    if revision is None:
        raise _missing(database)
    if not _is_older(database, revision):
        return
    if database.file is None:
        raise StoreError(
            f"the database {database.name} has the older schema {revision}",
            hint="stop the other programs that use it, back it up with pg_dump (filmlab backs up what has the present "
            "schema), then run: filmlab db upgrade",
        )
    _backup_and_migrate(database, revision)


def _missing(database: Database) -> StoreError:
    return StoreError(f"there is no filmlab database at {database.name}", hint="make one with: filmlab init")


def _check_file(database: Database, file: Path) -> None:
    """Raise where a file is none of SQLite's, or is damaged.

    The file is not opened here: with the first descriptor of it that a process closes, the system drops all locks that
    the process has on it, and other processes take away the log into which another store of this one goes on to write.
    """
    try:
        size = file.stat().st_size
    except FileNotFoundError:
        raise _missing(database) from None
    except OSError as error:
        raise StoreError(
            f"the database {file} cannot be read: {error.strerror}", hint="check the file and its permissions"
        ) from error
    if file.is_dir():
        raise StoreError(f"the database {file} cannot be read: it is a folder", hint="name a file")
    if size < _HEADER_BYTES:  # an empty file would be an empty database
        raise StoreError(f"{file} is no SQLite database, or is damaged", hint=RESTORE)
    if size <= _QUICK_CHECK_BYTES:
        with database.reading() as connection:
            found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        if found != "ok":
            raise StoreError(f"the database {file} is damaged: {found}", hint=RESTORE)


def _create_file(database: Database, file: Path, *, create: bool) -> None:
    """Make a SQLite database under a temporary name and give it its own name when it is complete."""
    if not create:
        raise _missing(database)
    log = file.with_name(f"{file.name}-wal")
    if log.exists() and log.stat().st_size and not file.exists():  # nor made by somebody else at this moment
        # SQLite would take it for the new database's own, and write what it holds over it.
        raise StoreError(
            f"the database {file} cannot be made: beside it lies {log.name}, the log of one that was moved or removed",
            hint=f"end the programs that have that one open, then move {log.name} to where it is now: its last records "
            "may be in it",
        )
    try:
        folder = tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{file.name}.")
    except OSError as error:
        raise StoreError(
            f"the database {file} cannot be made: {error.strerror}",
            hint="check that its folder exists, is writable and has free space",
        ) from error
    with folder:
        made = Path(folder.name) / file.name
        made.touch()  # an empty file is an empty database
        new = Database.at(f"sqlite:///{made}")
        try:
            _migrate(new)
        finally:
            new.close()
        with explained(database.name), closing(sqlite3.connect(made)) as connection:
            # Readers do not wait for a writer. It is a property of the file, so it is set once. Not before the tables
            # are made: on a disk that fills up, what is still in the log would be lost with the temporary folder.
            connection.execute("PRAGMA journal_mode = WAL")
        try:
            os.link(made, file)  # unlike a rename it does not replace what somebody else made meanwhile
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            made.rename(file)


def _backup_and_migrate(database: Database, revision: str) -> None:
    if database.read_only:
        raise StoreError(
            f"the database {database.name} has the older schema {revision} and is read-only, so it cannot be upgraded",
            hint=WRITABLE,
        )
    if database.file is not None:
        _back_up(database.file, revision)
    _migrate(database)


def _back_up(file: Path, revision: str) -> None:
    """Copy a SQLite database, unless another process has upgraded it since: all of a lab's programs start at once."""
    backup = file.with_name(f"{file.name}.schema-{revision}.backup")
    with explained(str(backup)), tempfile.TemporaryDirectory(dir=file.parent, prefix=f".{backup.name}.") as folder:
        made = Path(folder) / backup.name
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(made)) as copy:
            source.backup(copy)
            held = copy.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - a name of ours
        if held == (revision,):
            shutil.copymode(file, made)
            made.replace(backup)


def _migrate(database: Database) -> None:
    """Run all migrations that the database lacks, in one transaction."""
    # Alembic takes 0.2 s to load: only databases that need it pay for it.
    import alembic.command
    import alembic.config

    config = alembic.config.Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with explained(database.name), database.engine.connect() as opened:
        connection = opened.execution_options(filmlab_writing=True)
        on_sqlite = database.file is not None
        if on_sqlite:
            # A migration that makes a table anew drops the old one, which its children refer to. The setting cannot
            # be changed within a transaction; the connection is not given back to the pool with it.
            connection.detach()
            connection.connection.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            if not on_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CREATING})
            config.attributes["connection"] = connection
            alembic.command.upgrade(config, "head")
            seal_unsealed(connection)
            if on_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                raise StoreError(
                    f"the database {database.name} holds rows that refer to missing ones, so it was not upgraded",
                    hint="run: filmlab doctor",
                )
