"""A lab of many films and writers: ``python -m benchmarks.lab_load [--films 100000] [--seconds 60] [--only sqlite]``.

First a campaign of 100,000 films with ten transfers each, of which 1,000 are of loops and measured, eleven properties
each: how long do `filmlab status` (a process of its own, as users call it), opening a campaign and a page of 50 films
take? Then eight processes add films, transfers and grades to one new campaign for a minute, on SQLite and PostgreSQL:
is everything there that was acknowledged, and is the store sound?
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from benchmarks.store import DISHES, HASH, time_of
from lab.campaign_files import builtin_text, parse_definition
from lab.compositions import Composition
from lab.grades import Grade
from lab.open_campaigns import open_campaign
from lab.records import (
    AsMade,
    Deck,
    DeckCheck,
    DishPosition,
    Drying,
    Event,
    Film,
    FilmGrade,
    Measurement,
    Purpose,
    Record,
    RobotRun,
    RunStatus,
    Status,
    Transfer,
)
from lab.store import Store
from lab.workspace import Workspace
from tests import postgres

STEPS = 10
"""Transfers a film."""
MEASURED = 1_000
WRITERS = 8
RECIPE = Composition({"CNF": 0.1, "MMT": 0.2, "gelatin": 0.3, "glycerol": 0.4})


def main() -> None:
    """Print the times and counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    for kind in [options.only] if options.only else ["sqlite", "postgresql"]:
        print(f"== {kind}: {options.films:,} films, {options.films * STEPS:,} transfers", flush=True)
        with tempfile.TemporaryDirectory() as folder, _database(kind) as url:
            if url:
                os.environ["FILMLAB_DATABASE_URL"] = url
            else:
                os.environ.pop("FILMLAB_DATABASE_URL", None)
            _many_films(Workspace.create(folder), options.films)
            _many_writers(Workspace.open(folder), options.seconds)


def _many_films(workspace: Workspace, films: int) -> None:
    toml = builtin_text("chen2024")
    definition = parse_definition(toml)
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign(definition.name, toml, 1, "benchmark")
        began = time.perf_counter()
        for key, records in _events(films, definition.property_names):
            store.append(definition.name, Event(key, "benchmark", "", simulated=True, at=datetime.now(UTC)), records)
        print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
        middle = films // 2
        time_of("a page of 50 films", lambda: store.films_page(definition.name, middle, 50), times=5)
        time_of("what is left to do", lambda: store.outline(definition.name, definition.property_names), times=3)
        one = iter(range(10))
        time_of("add a grade", lambda: _correct(store, definition.name, next(one)), times=5)

    def open_it() -> None:
        with open_campaign(workspace):
            pass

    def status() -> None:
        command = [sys.executable, "-m", "cli", "status", "--json", "--workspace", str(workspace.root)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert json.loads(said)["films"]["planned"] == films

    time_of("open the campaign", open_it, times=3)
    time_of("filmlab status", status, times=5)


def _correct(store: Store, campaign: str, number: int) -> None:
    event = Event(f"grade again {number}", "benchmark", "", simulated=True, at=datetime.now(UTC))
    store.append(campaign, event, [FilmGrade("F000007", Grade("ABCD"[number % 4]))], supersede=True)


def _events(films: int, properties: Sequence[str]) -> Iterator[tuple[str, list[Record]]]:
    """Records by decks of 24 films, 50 decks an event."""
    per_event = DISHES * 50
    for start in range(0, films, per_event):
        labels = [f"F{number:06d}" for number in range(start, min(films, start + per_event))]
        yield f"plan {start}", [_film(label, number) for number, label in enumerate(labels, start=start)]
        decks = [labels[at : at + DISHES] for at in range(0, len(labels), DISHES)]
        made: list[Record] = []
        for number, here in enumerate(decks, start=start // DISHES + 1):
            deck = f"deck-{number:05d}"
            positions = tuple(DishPosition(film, 1, f"A{at + 1}") for at, film in enumerate(here))
            made += [Deck(deck, positions, HASH, HASH, 100, "", 60.0), DeckCheck(deck, HASH)]
            made.append(RobotRun(deck, "benchmark", RunStatus.SUCCEEDED))
            made += [
                Transfer(deck, at * STEPS + step, film, f"stock-{step}", "p300", 100.0, 99.5, 1.0)
                for at, film in enumerate(here)
                for step in range(STEPS)
            ]
        for label in labels:
            made += [AsMade(label, RECIPE, {}, 12.0), Drying(label, 40.0, 24.0), FilmGrade(label, Grade.A)]
        yield f"make {start}", made
        measured = [
            Measurement(label, name, Status.OK, 0.5, 0.1, 5, "benchmark")
            for number, label in enumerate(labels, start=start)
            if number < MEASURED
            for name in properties
        ]
        if measured:
            yield f"measure {start}", list(measured)


def _film(label: str, number: int) -> Film:
    in_loop = number < MEASURED
    purpose = Purpose.LOOP if in_loop else Purpose.LIBRARY
    return Film(label, purpose, RECIPE, 12.0, 1600.0, loop=1 + number // 100 if in_loop else None)


def _many_writers(workspace: Workspace, seconds: float) -> None:
    url = workspace.database_url
    with Store.open(url) as store:
        store.create_campaign("writers", "", 1, "benchmark")
        store.append("writers", _event("deck"), [Film("F0", Purpose.MANUAL, RECIPE, 1.0, 1.0), _deck()])
    children = []
    for writer in range(WRITERS):
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                _write(url, writer, seconds, write)
                status = 0
            finally:
                os._exit(status)
        os.close(write)
        children.append((child, read))
    acknowledged: list[str] = []
    for _, read in children:
        with os.fdopen(read) as said:
            acknowledged += [line.strip() for line in said]
    failed = sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child, _ in children)
    with Store.open(url) as store:
        began = time.perf_counter()
        records = store.records("writers")
        lost = set(acknowledged) - records.events.keys()
        print(f"{WRITERS} writers, {seconds:.0f} s: {len(acknowledged):,} events acknowledged, {len(lost)} lost,")
        print(f"  {failed} processes failed, {len(records.events) - 1 - len(acknowledged)} events not acknowledged,")
        print(f"  {len(records.films) - 1:,} films, {len(records.transfers):,} transfers", flush=True)
        seals = store.audit("writers")
        print(f"  seals in one line: {[entry.number for entry in seals] == list(range(1, len(seals) + 1))}")
        findings = [line for line in store.check() if "writers" in line]
        print(
            f"  findings: {findings or 'none'} ({time.perf_counter() - began:.0f} s for reading and check)", flush=True
        )


def _write(url: str, writer: int, seconds: float, acknowledge: int) -> None:
    deadline = time.monotonic() + seconds
    number = 0
    with Store.open(url) as store:
        while time.monotonic() < deadline:
            key = f"{writer}-{number}"
            film = f"F{key}"
            step = (writer + 1) * 1_000_000 + number * STEPS
            records: list[Record] = [Film(film, Purpose.MANUAL, RECIPE, 12.0, 1600.0)]
            records += [Transfer("deck", step + at, film, "s", "p", 1.0, 1.0, 0.0) for at in range(STEPS)]
            store.append("writers", _event(key), records)
            os.write(acknowledge, f"{key}\n".encode())
            number += 1


def _deck() -> Deck:
    return Deck("deck", (DishPosition("F0", 1, "A1"),), HASH, HASH, 0, "", 0.0)


def _event(key: str) -> Event:
    return Event(key, "benchmark", "", simulated=True, at=datetime.now(UTC))


@contextmanager
def _database(kind: str) -> Iterator[str]:
    """The address of an empty database; empty for the workspace's own file."""
    if kind == "sqlite":
        yield ""
        return
    binaries = postgres.programs()
    assert binaries is not None, "PostgreSQL is not installed"
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running_server(binaries))
        yield stack.enter_context(postgres.fresh_database(server.url))


if __name__ == "__main__":
    main()
