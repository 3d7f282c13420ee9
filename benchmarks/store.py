"""How long the store takes to add and read a campaign: ``python -m benchmarks.store [--films N] [--url URL]``.

Every film has six transfers, a drying, a grade and an as-made composition; every third film is measured, eleven
properties each. The default is the size of the built-in campaign: 421 films. What can be repeated is done three times,
and the shortest time is printed.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from lab.compositions import Composition
from lab.grades import Grade
from lab.records import (
    AsMade,
    Deck,
    DishPosition,
    Drying,
    Event,
    Film,
    FilmGrade,
    Measurement,
    Purpose,
    Record,
    Status,
    Transfer,
)
from lab.store import Store

DISHES = 24
STOCKS = 6
PROPERTIES = 11
RECIPE = Composition({"CNF": 0.1, "MMT": 0.2, "gelatin": 0.3, "glycerol": 0.4})
HASH = "0" * 64


def films(n: int) -> list[Record]:
    """Planned films."""
    return [
        Film(f"L{i:06}", Purpose.LIBRARY, RECIPE, 12.0, 1600.0, attributes={"gelatin.source": "bovine"})
        for i in range(n)
    ]


def decks(n: int) -> list[Record]:
    """Decks of all films."""
    return [
        Deck(
            f"deck-{start // DISHES:06}",
            tuple(DishPosition(f"L{i:06}", 1, f"A{i - start + 1}") for i in range(start, min(n, start + DISHES))),
            HASH,
            HASH,
            100,
            "",
            60.0,
        )
        for start in range(0, n, DISHES)
    ]


def transfers(n: int) -> list[Record]:
    """What the robot delivered."""
    return [
        Transfer(f"deck-{i // DISHES:06}", i % DISHES * STOCKS + s, f"L{i:06}", f"stock-{s}", "p300", 100.0, 99.5, 1.0)
        for i in range(n)
        for s in range(STOCKS)
    ]


def results(n: int) -> list[Record]:
    """As-made compositions, dryings and grades."""
    sd = dict.fromkeys(RECIPE, 0.01)
    found: list[Record] = []
    for i in range(n):
        label = f"L{i:06}"
        found += [AsMade(label, RECIPE, sd, 12.0), Drying(label, 40.0, 24.0), FilmGrade(label, Grade.A)]
    return found


def measurements(n: int) -> list[Record]:
    """Eleven properties of every third film."""
    return [
        Measurement(f"L{i:06}", f"property_{p}", Status.OK, 1.5, 0.1, 5, "instrument")
        for i in range(0, n, 3)
        for p in range(PROPERTIES)
    ]


@contextmanager
def database(url: str | None) -> Iterator[str]:
    """The address to use: the one given, or a SQLite file that is removed afterwards."""
    if url is not None:
        yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite:///{Path(folder) / 'benchmark.db'}"


def time_of(what: str, act: Callable[[], object], *, times: int = 1) -> None:
    """Print the shortest time that an act takes: on the clock, and of the processor, which others cannot slow down."""
    taken = []
    for _ in range(times):
        clock, processor = time.perf_counter(), time.process_time()
        act()
        taken.append((time.perf_counter() - clock, time.process_time() - processor))
    print(f"{min(taken)[0]:8.3f} s {min(own for _, own in taken):8.3f} s  {what}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time the store.")
    parser.add_argument("--films", type=int, default=421)
    parser.add_argument("--url", help="an empty database; by default a temporary SQLite file")
    options = parser.parse_args(arguments)
    n = options.films
    with database(options.url) as url:
        print("   clock   processor")
        time_of("make the database", lambda: Store.open(url, create=True).close())
        time_of("open it", lambda: Store.open(url).close(), times=3)
        with Store.open(url) as store:
            store.create_campaign("c", "", 7, "benchmark")
            for make in (films, decks, transfers, results, measurements):
                added = make(n)
                event = Event(make.__name__, "benchmark", "", True, datetime.now(UTC))
                what = f"add {len(added):,} records of {make.__name__}"
                time_of(what, lambda: store.append("c", event, added))  # noqa: B023
            time_of("read all current records", lambda: store.records("c"), times=3)
            grade = ("L000001",)
            time_of("read the history of one grade", lambda: store.history("c", FilmGrade, grade), times=3)
            time_of("check everything", store.check)


if __name__ == "__main__":
    main()
