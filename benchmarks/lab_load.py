"""A lab of many films and writers: ``python -m benchmarks.lab_load [--films 100000] [--seconds 60] [--only sqlite]``.

    python -m benchmarks.lab_load --workspace W     # how long people wait in a lab that is there already, nothing else

First a campaign of 100,000 films with ten transfers each, of which 1,000 are of loops and measured, eleven properties
each: how long do `filmlab status` (a process of its own, as users call it), opening a campaign and a page of 50 films
take? Then eight processes add films, transfers and grades to one new campaign for a minute, on SQLite and PostgreSQL:
is everything there that was acknowledged, and is the store sound?
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from benchmarks.store import DISHES, HASH, time_of
from lab.campaign_files import builtin_text, parse_definition
from lab.compositions import Composition
from lab.errors import FilmlabError
from lab.grades import Grade
from lab.open_campaigns import open_campaign
from lab.records import Deck, DishPosition, Event, Film, FilmGrade, Purpose, Record, Transfer
from lab.store import Store, schema
from lab.workspace import Workspace
from tests import postgres

STEPS = 10
"""Transfers a film."""
MEASURED = 1_000
WRITERS = 8
ROWS = DISHES * 100
"""Films that are written at once."""
RECIPE = Composition({"CNF": 0.1, "MMT": 0.2, "gelatin": 0.3, "glycerol": 0.4})


def main() -> None:
    """Print the times and counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--films", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--workspace")
    options = parser.parse_args()
    if options.workspace:
        _waits(Workspace.open(options.workspace))
        return
    for kind in [options.only] if options.only else ["sqlite", "postgresql"]:
        print(f"== {kind}: {options.films:,} films, {options.films * STEPS:,} transfers", flush=True)
        with _workspace(kind) as workspace:
            _many_films(workspace, options.films)
        with _workspace(kind) as workspace:
            _many_writers(workspace, options.seconds)


def _many_films(workspace: Workspace, films: int) -> None:
    toml = builtin_text("chen2024")
    definition = parse_definition(toml)
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign(definition.name, toml, 1, "benchmark")
        began = time.perf_counter()
        _fill(store, films, definition.property_names)
        print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
        one = iter(range(10))
        time_of("add a grade", lambda: _correct(store, definition.name, next(one)), times=5)
    _waits(workspace)


def _waits(workspace: Workspace) -> None:
    """Time what people wait for in a lab."""
    with open_campaign(workspace) as lab:
        store, name, properties = lab.store, lab.name, lab.definition.property_names
        films = store.count_films(name)
        time_of("a page of 50 films", lambda: store.films_page(name, films // 2, 50), times=5)
        time_of("what is left to do", lambda: store.outline(name, properties), times=3)

    def open_it() -> None:
        with open_campaign(workspace):
            pass

    def status() -> None:
        command = [sys.executable, "-m", "cli", "status", "--json", "--workspace", str(workspace.root)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert json.loads(said)["films"]["planned"] == films

    time_of("open the campaign", open_it, times=3)
    status()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    time_of("filmlab status", status, times=5)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"           {spent / 5:8.3f} s of the processor a filmlab status, the start of Python included", flush=True)


def _correct(store: Store, campaign: str, number: int) -> None:
    event = Event(f"grade again {number}", "benchmark", "", simulated=True, at=datetime.now(UTC))
    store.append(campaign, event, [FilmGrade("F000007", Grade("ABCD"[number % 4]))], supersede=True)


def _fill(store: Store, films: int, properties: Sequence[str]) -> None:
    """Write the rows themselves: through records it would take longer than all that is measured."""
    with store._database.writing() as connection:
        event = {"key": "fill", "who": "benchmark", "source": "", "simulated": True, "at": datetime.now(UTC)}
        connection.execute(sa.insert(schema.event), [{"id": 1, "campaign_id": 1, **event}])
        for start in range(0, films, ROWS):
            numbers = range(start + 1, min(films, start + ROWS) + 1)
            for table, rows in _rows(numbers, properties):
                connection.execute(sa.insert(table), rows)
        if store._database.file is None:
            _move_sequences(connection)


def _rows(numbers: range, properties: Sequence[str]) -> Iterator[tuple[sa.Table, list[dict[str, Any]]]]:
    own = {"campaign_id": 1, "event_id": 1}
    in_loop = {number: number <= MEASURED for number in numbers}
    parts = [(at, name, part) for at, (name, part) in enumerate(RECIPE.items())]
    yield schema.film, [{"id": n, "campaign_id": 1, "label": f"F{n:06d}"} for n in numbers]
    yield (
        schema.film_plan,
        [
            own
            | {"id": n, "film_id": n, "purpose": "loop" if in_loop[n] else "library", "solids": 12.0, "volume": 1600.0}
            | {"loop": 1 + n // 100 if in_loop[n] else None}
            for n in numbers
        ],
    )
    for table in (schema.film_plan_fraction, schema.as_made_fraction):
        if table is schema.as_made_fraction:
            yield schema.as_made, [own | {"id": n, "film_id": n, "solids": 12.0} for n in numbers]
        extra = {"sd": 0.01} if table is schema.as_made_fraction else {}
        yield (
            table,
            [
                {"campaign_id": 1, "record_id": n, "position": at, "material": name, "fraction": part, **extra}
                for n in numbers
                for at, name, part in parts
            ],
        )
    decks = sorted({_deck_of(n) for n in numbers if (n - 1) % DISHES == 0})
    yield schema.deck, [{"id": d, "campaign_id": 1, "label": f"deck-{d:05d}"} for d in decks]
    hashes = {"plan_sha256": HASH, "protocol_sha256": HASH}
    about = {"vendor_commands": 1, "vendor_note": "", "minutes": 60.0}
    yield schema.deck_plan, [own | {"id": d, "deck_id": d} | hashes | about for d in decks]
    yield schema.deck_check, [own | {"id": d, "deck_id": d, "plan_sha256": HASH} for d in decks]
    run = {"robot": "benchmark", "status": "succeeded", "note": ""}
    yield schema.robot_run, [own | {"id": d, "deck_id": d} | run for d in decks]
    place = [(n, _deck_of(n), (n - 1) % DISHES) for n in numbers]
    yield (
        schema.deck_plan_dish,
        [
            {"campaign_id": 1, "record_id": d, "position": at, "film_id": n, "slot": 1, "well": f"A{at + 1}"}
            for n, d, at in place
        ],
    )
    amounts = {"stock": "CNF-10", "pipette": "p300", "requested": 100.0, "delivered": 99.5, "sd": 1.0}
    yield (
        schema.transfer,
        [
            own | {"deck_id": d, "step": at * STEPS + step, "film_id": n} | amounts
            for n, d, at in place
            for step in range(STEPS)
        ],
    )
    yield schema.drying, [own | {"film_id": n, "temperature": 40.0, "hours": 24.0} for n in numbers]
    yield schema.film_grade, [own | {"film_id": n, "grade": "A", "note": ""} for n in numbers]
    value = {"status": "ok", "value": 0.5, "sd": 0.1, "n": 5, "instrument": "benchmark", "reason": ""}
    measured = [own | {"film_id": n, "property_name": p} | value for n in numbers if in_loop[n] for p in properties]
    if measured:
        yield schema.measurement, measured


def _deck_of(number: int) -> int:
    return (number - 1) // DISHES + 1


def _move_sequences(connection: sa.Connection) -> None:
    for table in schema.metadata.sorted_tables:
        if "id" in table.c:
            last = connection.execute(sa.select(sa.func.max(table.c.id))).scalar_one()
            name = sa.func.pg_get_serial_sequence(table.name, "id")
            connection.execute(sa.select(sa.func.setval(name, last or 1)))


def _many_writers(workspace: Workspace, seconds: float) -> None:
    url = workspace.database_url
    with Store.open(url, create=True) as store:
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
            except FilmlabError as error:
                print(f"  writer {writer}: {error}", flush=True)
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
        each = Counter(key.partition("-")[0] for key in acknowledged).values()
        print(f"  {min(each, default=0):,} to {max(each, default=0):,} of each writer; {failed} processes failed,")
        print(f"  {len(records.events) - 1 - len(acknowledged)} events not acknowledged,")
        print(f"  {len(records.films) - 1:,} films, {len(records.transfers):,} transfers", flush=True)
        seals = store.audit("writers")
        print(f"  seals in one line: {[entry.number for entry in seals] == list(range(1, len(seals) + 1))}")
        findings = store.check()
        print(f"  findings: {findings or 'none'} ({time.perf_counter() - began:.0f} s to read and check)", flush=True)


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
def _workspace(kind: str) -> Iterator[Workspace]:
    """A workspace with an empty database."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        if kind == "sqlite":
            os.environ.pop("FILMLAB_DATABASE_URL", None)
        else:
            binaries = postgres.programs()
            assert binaries is not None, "PostgreSQL is not installed"
            server = stack.enter_context(postgres.running_server(binaries))
            os.environ["FILMLAB_DATABASE_URL"] = stack.enter_context(postgres.fresh_database(server.url))
        yield Workspace.create(folder)


if __name__ == "__main__":
    main()
