"""How long the dashboard's pages take with many films: ``python -m benchmarks.dashboard [--films 10000]``.

A workspace is filled with films that are made, dried and graded; every third is measured, eleven properties each. Every
page is opened twice in Streamlit's test client: the first opening reads the store, the second is what a user waits for
afterwards. In the list of films pages are turned and films asked for by label. Then a grade is recorded and the page
Films opened again. Times leave out what a browser needs to draw.
"""

import argparse
import logging
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from benchmarks.store import DISHES, HASH
from lab.campaign_files import builtin_text, parse_definition
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.grades import Grade
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
from lab.seeds import generator
from lab.store import Store
from lab.workspace import Workspace

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

PAGES = ("today", "robot", "grade", "measure", "campaign", "films", "models", "explain", "design", "md", "records")
UNGRADED = 24


def events_of(definition: CampaignDefinition, count: int) -> list[tuple[str, list[Record]]]:
    """Return the records of films on their way, event by event."""
    rng = generator(1, "benchmark", "dashboard")
    names = definition.material_names
    recipes = [Composition.from_vector(names, point) for point in definition.sample(rng, count)]
    labels = [f"L{number:05d}" for number in range(1, count + 1)]
    films: list[Record] = [
        Film(label, Purpose.LIBRARY if at % 3 else Purpose.LOOP, recipe, 12.0, 1600.0, loop=None if at % 3 else 1)
        for at, (label, recipe) in enumerate(zip(labels, recipes, strict=True))
    ]
    events = [("plan:library", films)]
    for start in range(0, count, DISHES):
        deck = f"deck-{start // DISHES + 1:04d}"
        here = labels[start : start + DISHES]
        places = tuple(DishPosition(film, 1 + at // 24, f"A{at + 1}") for at, film in enumerate(here))
        events.append((f"plan:{deck}", [Deck(deck, places, HASH, HASH, 100, "simulated", 60.0)]))
        events.append((f"check:{deck}", [DeckCheck(deck, HASH)]))
        made: list[Record] = [RobotRun(deck, "virtual OT-2", RunStatus.SUCCEEDED)]
        for at, film in enumerate(here):
            recipe = recipes[start + at]
            made += [
                Transfer(deck, 6 * at + step, film, f"{name}-10", "p1000", 100 * part, 100 * part, 1.0)
                for step, (name, part) in enumerate(recipe.items())
            ]
            made.append(AsMade(film, recipe, dict.fromkeys(recipe, 0.01), 12.0))
        events.append((f"run:{deck}", made))
        events.append((f"dry:{deck}", [Drying(film, 40.0, 48.0) for film in here]))
        graded = [film for film in here if film not in labels[-UNGRADED:]]
        letters = rng.choice(list("AABCD"), len(graded))
        if graded:
            grades = [FilmGrade(film, Grade(str(letter))) for film, letter in zip(graded, letters, strict=True)]
            events.append((f"grade:{deck}", list(grades)))
        measured: list[Record] = [
            Measurement(film, prop.name, Status.OK, float(rng.uniform(0.1, 0.9)), 0.01, 3, prop.instrument)
            for film in graded[::3]
            for prop in definition.properties
        ]
        if measured:
            events.append((f"measure:{deck}", measured))
    return events


def fill(root: Path, count: int) -> Workspace:
    """Make a workspace with a campaign of so many films."""
    workspace = Workspace.create(root)
    toml = builtin_text("chen2024")
    definition = parse_definition(toml)
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign(definition.name, toml, 1, "benchmark")
        for key, records in events_of(definition, count):
            store.append(
                definition.name, Event(key, "benchmark", "virtual lab", simulated=True, at=datetime.now(UTC)), records
            )
    return workspace


@attrs.frozen
class Timing:
    """Seconds to open a page."""

    page: str
    first: float
    again: float


def _ask_for_films(app: "AppTest") -> list[Timing]:
    """Turn a page of the list of films, then ask for some of them, twice each."""
    found = []
    for name, act in (
        ("further films", lambda: app.button(key="films-further").click().run()),
        ("films by label", lambda: app.text_input[0].set_value(f"L{len(found)}9").run()),
    ):
        took = []
        for _ in range(2):
            started = time.perf_counter()
            act()
            took.append(time.perf_counter() - started)
        found.append(Timing(name, *took))
        print(f"{name:<14} {took[0]:6.2f} s, {took[1]:6.2f} s", flush=True)
    return found


def time_pages(workspace: Workspace) -> list[Timing]:
    """Open every page twice."""
    from streamlit import config
    from streamlit.testing.v1 import AppTest

    import dashboard.launch

    config.set_option("server.address", dashboard.launch.ADDRESS)
    os.environ["FILMLAB_WORKSPACE"] = str(workspace.root)
    app = AppTest.from_file(Path(dashboard.__file__).with_name("app.py"), default_timeout=600)
    found = []
    started, worked = time.perf_counter(), time.process_time()
    app.run()
    took, work = time.perf_counter() - started, time.process_time() - worked
    print(f"first opening of the dashboard: {took:.2f} s, {work:.2f} s of it the processor's", flush=True)
    for page in PAGES:
        took = []
        for _ in range(2):
            started = time.perf_counter()
            app.switch_page(f"screens/{page}.py").run()
            took.append(time.perf_counter() - started)
            if app.exception or app.title[0].value.lower() != page:
                raise RuntimeError(f"{page} does not open")
        found.append(Timing(page, *took))
        if page == "films":
            found += _ask_for_films(app)
        print(f"{page:<10} first {took[0]:6.2f} s   again {took[1]:6.2f} s", flush=True)
    with Store.open(workspace.database_url) as store:
        label = store.campaigns()[0].name
        film = next(iter(set(store.records(label).films) - set(store.records(label).grades)))
        event = Event(f"grade:{film}", "benchmark", "person", simulated=True, at=datetime.now(UTC))
        store.append(label, event, [FilmGrade(film, Grade.A)])
    started = time.perf_counter()
    app.switch_page("screens/films.py").run()
    print(f"films after a new grade: {time.perf_counter() - started:.2f} s")
    return found


def main() -> None:
    """Fill a workspace, or take one that is filled, and print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, default=10_000)
    parser.add_argument("--keep", type=Path, help="folder to fill and keep, or to use again")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        root = options.keep or Path(folder) / "lab"
        if not root.exists():
            started = time.perf_counter()
            fill(root, options.films)
            print(f"filled with {options.films:,} films in {time.perf_counter() - started:.0f} s")
        workspace = Workspace.open(root)
        with Store.open(workspace.database_url) as store:
            started = time.perf_counter()
            records = store.records(store.campaigns()[0].name)
            print(f"reading all records of {len(records.films):,} films: {time.perf_counter() - started:.2f} s")
        del records
        slowest = max(time_pages(workspace), key=lambda timing: timing.again)
        print(f"slowest page after the first opening: {slowest.page}, {slowest.again:.2f} s")


if __name__ == "__main__":
    main()
