"""Turning what a database driver raises into errors that say what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError

from lab.errors import DuplicateRecordError, StoreError

RESTORE = "restore it from a backup; `sqlite3 FILE .recover` may save more. Nothing has been changed"
RULES = "correct the value and try again; docs/reference/store.md lists the rules. Nothing has been recorded"
_TWICE = "read the records again: somebody else has just recorded this"
_LATER = "nothing has been recorded: mend the connection or the server, then run the same command again"
_HELD = ("is held by another process", "wait until that process has finished, then try again")
_FULL = ("cannot grow: the disk is full", "free some space, then run the same command again")

_Rule: TypeAlias = tuple[str, type[StoreError], str, str]

# By the name of SQLite's error code; the first prefix that fits counts.
_SQLITE: tuple[_Rule, ...] = (
    ("SQLITE_CONSTRAINT_UNIQUE", DuplicateRecordError, "already holds this", _TWICE),
    ("SQLITE_CONSTRAINT", StoreError, "refuses the records", RULES),
    ("SQLITE_FULL", StoreError, *_FULL),
    ("SQLITE_IOERR_SHMSIZE", StoreError, *_FULL),  # readers need 32 KiB beside the file too
    (
        "SQLITE_READONLY",
        StoreError,
        "is read-only",
        "make the file and its folder writable, or choose another workspace",
    ),
    (
        "SQLITE_PERM",
        StoreError,
        "may not be used",
        "make the file and its folder writable, or choose another workspace",
    ),
    ("SQLITE_CANTOPEN", StoreError, "cannot be opened", "make the file and its folder writable and readable"),
    ("SQLITE_BUSY", StoreError, *_HELD),
    ("SQLITE_NOTADB", StoreError, "is no SQLite database, or is damaged", RESTORE),
    ("SQLITE_CORRUPT", StoreError, "is damaged", RESTORE),
    ("SQLITE_IOERR", StoreError, "cannot be read or written", "check the disk and its free space, then try again"),
)

# By SQLSTATE, see the appendix of PostgreSQL's manual on error codes.
_POSTGRESQL: tuple[_Rule, ...] = (
    ("23505", DuplicateRecordError, "already holds this", _TWICE),
    ("23", StoreError, "refuses the records", RULES),
    ("22", StoreError, "refuses the records", RULES),
    ("54", StoreError, "refuses the records", RULES),
    ("53", StoreError, "has run out of space, memory or connections", _LATER),
    ("25006", StoreError, "is read-only", "connect to the primary server, not to a standby"),
    (
        "42501",
        StoreError,
        "does not let this user do that",
        "let the owner of the database GRANT it, or use their name",
    ),
    ("42P01", StoreError, "lacks a table", "run: filmlab doctor"),
    ("55P03", StoreError, *_HELD),
)

# A connection that fails carries no SQLSTATE, only the server's or the resolver's words.
_CONNECTING = {
    "authentication failed": "correct user and password in FILMLAB_DATABASE_URL",
    "does not exist": "let the owner of the server make it: createdb NAME, createuser NAME",
    "Connection refused": "start the PostgreSQL server, or correct host and port in FILMLAB_DATABASE_URL",
    "could not translate host name": "correct the host in FILMLAB_DATABASE_URL",
    "failed to resolve host": "correct the host in FILMLAB_DATABASE_URL",
    "timeout": "check the network and the host in FILMLAB_DATABASE_URL",
}


@contextmanager
def explained(database: str) -> Iterator[None]:
    """Turn errors of the driver into `StoreError` with a hint.

    Args:
        database: The database's name for people, without a password.
    """
    try:
        yield
    except (DataError, IntegrityError) as error:
        raise _explain(error.orig, database, unknown=("refuses the records", RULES)) from error
    except DBAPIError as error:
        raise _explain(error.orig, database) from error
    except sqlite3.Error as error:
        raise _explain(error, database) from error
    except UnicodeDecodeError as error:  # SQLite quotes what it cannot read
        raise StoreError(
            f"the database {database} is damaged: it holds bytes that are no text", hint=RESTORE
        ) from error
    except (UnicodeEncodeError, OverflowError) as error:
        raise StoreError(f"{database} cannot hold a value: {error}", hint=RULES) from error
    except SQLAlchemyError as error:
        raise StoreError(f"{database} cannot be used: {error}", hint="run: filmlab doctor") from error


def _explain(
    cause: BaseException | None, database: str, *, unknown: tuple[str, str] = ("cannot be used", _LATER)
) -> StoreError:
    said = " ".join(str(cause).split())
    if isinstance(cause, sqlite3.Error):
        code, rules = getattr(cause, "sqlite_errorname", ""), _SQLITE
    else:
        code, rules = getattr(cause, "sqlstate", None) or "", _POSTGRESQL
    for prefix, kind, what, hint in rules:
        if code.startswith(prefix):
            return kind(f"the database {database} {what}: {said}", hint=hint)
    for words, hint in _CONNECTING.items():
        if words in said:
            return StoreError(f"the database {database} cannot be reached: {said}", hint=hint)
    what, hint = unknown
    return StoreError(f"the database {database} {what}: {said}", hint=hint)
