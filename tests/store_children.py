"""Processes that work on a store and are killed, run as ``python -m tests.store_children DEED URL``.

They fork instead of starting Python again, which keeps a test with many deaths short. Nothing here has threads.
"""

import contextlib
import importlib
import itertools
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from lab.errors import DuplicateRecordError, StoreError
from lab.records import Transfer
from lab.store import Store
from tests.store_examples import event, film, one_of_every_kind

WRITERS = 8
EVENTS_PER_WRITER = 5
FILMS_PER_EVENT = 20
TRANSFERS_PER_EVENT = 300


def transfers(number: int) -> list[Transfer]:
    """Records of one event of `append_forever`."""
    first = number * TRANSFERS_PER_EVENT + 2
    return [
        Transfer("deck-001", first + step, "L001", "CNF-10", "p300", 100.0, 99.0, 1.0)
        for step in range(TRANSFERS_PER_EVENT)
    ]


def too_much() -> list[Transfer]:
    """More records than fit on the small disks of the tests."""
    return [record for number in range(80) for record in transfers(number)]


def append_too_much(url: str) -> None:
    """Add an event when files may not grow beyond 1 MB; prints what the store says."""
    with Store.open(url) as store:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
        try:
            store.append("c", event("too much"), too_much())
        except StoreError as error:
            print(error, flush=True)


def append_one(url: str) -> None:
    """Add an event, close the store as its last user does, and print all events that it knows."""
    with Store.open(url) as store:
        store.append("c", event(f"child-{len(store.records('c').events)}"), [])
        print(*store.records("c").events)


def append_forever(url: str) -> None:
    """Add events until somebody kills this process."""
    with Store.open(url) as store:
        done = sum(key.startswith("transfers ") for key in store.records("c").events)
        print("ready", flush=True)
        for number in itertools.count(done):
            store.append("c", event(f"transfers {number}"), transfers(number))


def die_at_every_statement(url: str) -> None:
    """Add an event of all kinds of records again and again, dying before statement 1, 2, 3, ... until one is complete.

    Prints how many processes died. If one of them left something behind, the next one would refuse to add it again.
    """
    _load_drivers()
    for deadline in itertools.count(1):
        if _in_child(lambda: _append_and_die(url, deadline)) == 0:  # noqa: B023
            print(deadline - 1, flush=True)
            return


def write_together(url: str) -> None:
    """Let several processes add films to one campaign at once; prints the statuses with which they ended."""
    _load_drivers()
    children = [_fork(lambda: _write(url, writer)) for writer in range(WRITERS)]  # noqa: B023
    print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children], flush=True)


def create_together(url: str) -> None:
    """Let several processes make the same database at once; prints the statuses with which they ended."""
    _load_drivers()
    children = [_fork(lambda: Store.open(url, create=True).close()) for _ in range(WRITERS)]
    print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children], flush=True)


def hold(url: str) -> None:
    """Be the one worker of the campaign until somebody kills this process."""
    with Store.open(url) as store, store.lease("work", "c"):
        print("held", flush=True)
        time.sleep(600)


def hold_with_child(url: str) -> None:
    """As `hold`, with a forked child that outlives this process; prints the child's number."""
    with Store.open(url) as store, store.lease("work", "c"):
        print(_fork(lambda: time.sleep(600)), flush=True)
        time.sleep(600)


def _load_drivers() -> None:
    """Load once what every child would load for itself."""
    for module in ("alembic.command", "psycopg", "sqlalchemy.dialects.postgresql.psycopg"):
        importlib.import_module(module)


def _append_and_die(url: str, deadline: int) -> None:
    with Store.open(url) as store:
        seen = itertools.count(1)

        @sa.event.listens_for(sa.Engine, "before_cursor_execute")
        def count(*_: Any) -> None:
            if next(seen) == deadline:
                os.kill(os.getpid(), signal.SIGKILL)

        @sa.event.listens_for(sa.Engine, "commit")
        def die_at_commit(*_: Any) -> None:
            if next(seen) == deadline:
                os.kill(os.getpid(), signal.SIGKILL)

        store.append("c", event(), one_of_every_kind())


def _write(url: str, writer: int) -> None:
    with Store.open(url) as store:
        for number in range(EVENTS_PER_WRITER):
            films = [film(f"{writer}-{number}-{place}") for place in range(FILMS_PER_EVENT)]
            store.append("c", event(f"{writer}-{number}"), films)
            with contextlib.suppress(DuplicateRecordError):  # all but one come too late
                store.append("c", event(f"shared {number}"), [film(f"shared-{number}")])


def _fork(deed: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        deed()
        status = 0
    except StoreError as error:
        print(error, file=sys.stderr)
    finally:
        os._exit(status)


def _in_child(deed: Callable[[], object]) -> int:
    status = os.waitstatus_to_exitcode(os.waitpid(_fork(deed), 0)[1])
    if status not in (0, -signal.SIGKILL):
        raise SystemExit(f"the child ended with {status}")
    return status


if __name__ == "__main__":
    deeds = (
        append_too_much,
        append_one,
        append_forever,
        die_at_every_statement,
        write_together,
        create_together,
        hold,
        hold_with_child,
    )
    {deed.__name__: deed for deed in deeds}[sys.argv[1]](sys.argv[2])
