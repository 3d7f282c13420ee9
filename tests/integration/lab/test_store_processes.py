"""What the store promises when several processes use it and some of them die."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab.errors import StoreBusyError, UnknownNameError
from lab.store import Store
from tests import store_children
from tests.store_examples import event, one_of_every_kind


def _command(deed: str, url: str) -> list[str]:
    return [sys.executable, "-m", "tests.store_children", deed, url]


def _run(deed: str, url: str) -> str:
    done = subprocess.run(_command(deed, url), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def _running(deed: str, url: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a child and wait for its first line; it is killed at the end."""
    with subprocess.Popen(_command(deed, url), stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def _taken_soon(store: Store) -> bool:
    """Whether the campaign becomes free: a server may need a moment to notice that a client has died."""
    for _ in range(200):
        try:
            with store.lease("work", "c"):
                return True
        except StoreBusyError:
            time.sleep(0.05)
    return False


def test_an_exception_leaves_nothing_of_an_event(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from lab.store import writing

    inserted: list[None] = []
    insert = writing._insert

    def fail_later(*arguments: object) -> None:
        if len(inserted) == 5:
            raise ZeroDivisionError
        inserted.append(insert(*arguments))  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "_insert", fail_later)
    with pytest.raises(ZeroDivisionError):
        store.append("c", event(), one_of_every_kind())
    monkeypatch.undo()
    records = store.records("c")
    assert not records.events
    assert not records.films
    store.append("c", event(), one_of_every_kind())


def test_a_store_that_is_opened_and_closed_costs_another_one_of_its_process_nothing(
    store: Store, store_url: str
) -> None:
    # As pages of the dashboard and requests of the API do while `filmlab work` runs.
    store.append("c", event("first"), [])
    with Store.open(store_url) as second:
        second.append("c", event("second"), [])
    assert _run("append_one", store_url) == "first second child-2"
    store.append("c", event("last"), [])
    assert _run("append_one", store_url) == "first second child-2 last child-4"


def test_death_before_any_statement_leaves_nothing_of_an_event(store: Store, store_url: str) -> None:
    deaths = int(_run("die_at_every_statement", store_url))
    assert deaths > 30
    assert list(store.records("c").events) == ["plan"]
    assert store.check() == ()


def test_death_at_any_moment_leaves_whole_events(store: Store, store_url: str) -> None:
    store.append("c", event(), one_of_every_kind())
    moments = random.Random(4)
    for _ in range(4):
        with _running("append_forever", store_url) as (process, said):
            assert said == "ready"
            time.sleep(moments.uniform(0.0, 0.2))
            process.send_signal(signal.SIGKILL)
    records = store.records("c")
    events = [key for key in records.events if key.startswith("transfers ")]
    assert events == [f"transfers {number}" for number in range(len(events))]
    expected = [record for number in range(len(events)) for record in store_children.transfers(number)]
    assert list(records.transfers[1:]) == expected
    assert store.check() == ()


def test_many_writers_wait_for_each_other(store: Store, store_url: str) -> None:
    assert _run("write_together", store_url) == str([0] * store_children.WRITERS)
    records = store.records("c")
    own = store_children.WRITERS * store_children.EVENTS_PER_WRITER
    assert len(records.events) == own + store_children.EVENTS_PER_WRITER
    assert len(records.films) == own * store_children.FILMS_PER_EVENT + store_children.EVENTS_PER_WRITER
    assert store.check() == ()


def test_many_can_make_the_same_database(store_url: str, tmp_path: Path) -> None:
    assert _run("create_together", store_url) == str([0] * store_children.WRITERS)
    with Store.open(store_url) as store:
        assert store.check() == ()
    assert not [name for name in os.listdir(tmp_path) if name.startswith(".")]


def test_one_process_works_on_a_campaign(store: Store, store_url: str) -> None:
    store.create_campaign("other", "", 1, "tests")
    with _running("hold", store_url) as (process, said):
        assert said == "held"
        with pytest.raises(StoreBusyError) as caught, store.lease("work", "c"):
            pass
        message = str(caught.value)
        assert f"process {process.pid} on {os.uname().nodename} since 2" in message
        assert f"kill {process.pid}" in caught.value.hint
        with store.lease("work", "other"):
            assert list(store.records("c").films) == []
        process.kill()
        process.wait()
        assert _taken_soon(store)


def test_a_forked_child_does_not_keep_its_dead_parents_campaign(store: Store, store_url: str) -> None:
    with _running("hold_with_child", store_url) as (process, said):
        child = int(said)
        try:
            with pytest.raises(StoreBusyError), store.lease("work", "c"):
                pass
            process.kill()
            process.wait()
            assert _taken_soon(store)
        finally:
            os.kill(child, signal.SIGKILL)


def test_one_place_in_a_process_works_on_a_campaign(store: Store, store_url: str) -> None:
    with Store.open(store_url) as second:
        with (
            store.lease("work", "c"),
            pytest.raises(StoreBusyError, match=f"process {os.getpid()}"),
            second.lease("work", "c"),
        ):
            pass
        with second.lease("work", "c"):
            pass


def test_an_error_frees_the_campaign(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.lease("work", "c"):
        raise ZeroDivisionError
    with store.lease("work", "c"):
        pass


def test_only_a_campaign_that_is_there_can_be_worked_on(store: Store) -> None:
    with pytest.raises(UnknownNameError), store.lease("work", "d"):
        pass
