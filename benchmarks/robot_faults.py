"""Random failures over the 286-film library on a fake robot: is every dish accounted for, and nothing given twice?

    python -m benchmarks.robot_faults --failures 200

Each trial runs one of the library's decks with one random failure, goes on until nothing is left to do on that deck,
and compares what the deck truly holds with what journal and ledger say. The robot is a process of its own on a
loopback address; its time passes only as it is told, so that a deck of hours takes seconds.
"""

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import httpx

from lab.records import DishState
from lab.seeds import generator
from robot_protocols.decks import Place
from robot_protocols.fake_robot.faults import FaultKind
from robot_protocols.fake_robot.transport import NumberClock
from robot_protocols.planner import plan_decks
from robot_protocols.readback import LiquidLedger, follow
from robot_protocols.robot_client import Ot2Client
from robot_protocols.running.following import Pace
from robot_protocols.running.journal import Entry
from robot_protocols.running.loading import Job, job_of
from robot_protocols.running.places import RobotFolder
from robot_protocols.running.runner import RobotRunner, Start
from robot_protocols.running.seeing_through import SeenThrough, take_up
from tests.imaginary_robot import FakeRobotProcess
from tests.unit.robot_protocols.examples import STOCKS, library, screening

OF_THE_ROBOT = tuple(kind.value for kind in FaultKind if kind is not FaultKind.SLOW_NETWORK)
OF_OURS = ("our-process-killed", "laptop-asleep")
BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
AWAY_SECONDS = 700.0
"""Longer than any network is away here."""
EPS = 1e-6


class Killed(BaseException):
    """Our process ends here, without any goodbye."""


@attrs.define
class Site:
    """A robot's process, its time, and what goes wrong on our side."""

    process: FakeRobotProcess
    folder: Path
    world: httpx.Client
    clock: NumberClock = attrs.field(factory=NumberClock)
    looks: int = 0
    killed_at: int = -1
    asleep_at: int = -1

    def sleep(self, seconds: float) -> None:
        """Let time pass on both sides."""
        self.looks += 1
        if self.looks == self.killed_at:
            raise Killed
        self.clock.sleep(7200.0 if self.looks == self.asleep_at else seconds)
        self.tell("clock", now=self.clock.now)

    def tell(self, what: str, **value: Any) -> None:
        """Tell the robot's world something; where the power is off nobody hears it."""
        try:
            self.world.post(f"{self.process.url}/imaginary/{what}", json=value)
        except httpx.TransportError:
            return

    def repair(self) -> None:
        """Turn the robot on again where it is off, and wait until any network is back."""
        if not self.process.running:
            self.process.kill()
            self.process.start()
        # What is to strike our side strikes while a run is watched.
        self.clock.sleep(AWAY_SECONDS)
        self.tell("clock", now=self.clock.now)

    def runner(self) -> RobotRunner:
        """Return what runs plans there."""
        return RobotRunner(
            RobotFolder(self.folder, durable=False),
            Ot2Client(self.process.url, sleep=self.clock.sleep),
            Pace(poll=60.0, heartbeat=60.0),
            clock=lambda: BEGIN + timedelta(seconds=self.clock.now),
            sleep=self.sleep,
        )

    def events(self) -> list[dict[str, Any]]:
        """Everything that truly happened on the deck so far."""
        path = self.process.folder / "world.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def main() -> None:
    """Run the trials and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", type=int, default=200)
    parser.add_argument("--first", type=int, default=0, help="number of the first trial, to run them in parts")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    jobs = [job_of(plan, screening()) for plan in plan_decks(library(), STOCKS, screening())]
    counts: Counter[str] = Counter()
    world = httpx.Client(trust_env=False, timeout=30)
    began = time.monotonic()
    for number in range(options.first, options.first + options.failures):
        with tempfile.TemporaryDirectory() as folder:
            counts.update(trial(jobs[number % len(jobs)], options.seed, number, Path(folder), world))
    for name, count in sorted(counts.items()):
        print(f"{name:60s} {count}")
    wrong = sum(count for name, count in counts.items() if name.startswith("WRONG"))
    print(f"{options.failures} failures in {time.monotonic() - began:.0f} s, {wrong} things wrong")


def trial(job: Job, seed: int, number: int, folder: Path, world: httpx.Client) -> Counter[str]:
    """Run one deck with one failure to its end; return what was found."""
    rng = generator(seed, "robot faults", number)
    kind = str(rng.choice([*OF_THE_ROBOT, *OF_OURS]))
    step = int(rng.integers(1, max(mixing.step for mixing in job.plan.mixings)))
    look = int(rng.integers(1, 130))
    with FakeRobotProcess(folder / "robot", "--clock", "told") as process:
        site = Site(
            process,
            folder / "workspace",
            world,
            killed_at=look if kind == "our-process-killed" else -1,
            asleep_at=look if kind == "laptop-asleep" else -1,
        )
        if kind in OF_THE_ROBOT:
            site.tell("faults", faults=[f"{kind}@{step}:{rng.uniform(5, 600):.0f}"])
        seen = _run(site, job)
        counts = Counter([f"failure: {kind}"])
        if seen.history is None:
            counts["WRONG: what happened was never found out"] += 1
            return counts
        counts.update(_check(site, job, seen))
    return counts


def _run(site: Site, job: Job) -> SeenThrough:
    runner = site.runner()
    try:
        runner.start(job, Start(confirmed_by="benchmark"))
    except Killed:
        runner = site.runner()  # the process that is started next
    run = runner.folder.runs()[0].label
    return take_up(runner, run, repair=site.repair, answers={"DISHES_WAITED": "yes"}, operator="benchmark")


def _check(site: Site, job: Job, seen: SeenThrough) -> Iterator[str]:
    assert seen.history is not None
    yield from ("runs" for _ in seen.outcomes)
    if "preflight" in " ".join(seen.problems):
        yield "WRONG: a continuation was refused"
    events = site.events()
    true = _followed(job, events)
    (entries,) = site.runner().folder.ledgers().values()
    dishes = {
        Place(slot, well)
        for entry in entries
        if entry.kind == "commit"
        for slot, well, _, state in entry.data["dishes"]
        if state != DishState.EMPTY
    }
    for place in set(true.received) - dishes:
        yield f"WRONG: {place} holds something that no ledger knows of"
    yield from _check_films(seen, true)
    yield from _check_charges(entries, true)
    yield from _check_tips(site.runner().folder, entries, events)


def _check_films(seen: SeenThrough, true: LiquidLedger) -> Iterator[str]:
    assert seen.history is not None
    wanted: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for item, stroke in seen.history.first.strokes:
        wanted[stroke.film][item.stock] += stroke.volume
    for label, item in seen.history.standings.items():
        yield f"films: {item.state}"
        held = true.received.get(item.film.dish, {})
        known: dict[str, float] = defaultdict(float)
        for dose in item.contents:
            known[dose.stock] += dose.volume
        if item.state is DishState.SUSPECT:
            continue  # it is made anew, on a deck that is planned next
        for stock in {*held, *known}:
            if abs(held.get(stock, 0.0) - known.get(stock, 0.0)) > EPS:
                yield "WRONG: a dish holds something else than the journal says"
            if held.get(stock, 0.0) > wanted[label][stock] + EPS:
                yield "WRONG: a dose was given twice"
        if item.state in {DishState.PARTIAL, DishState.EMPTY}:
            yield "WRONG: a film was left unfinished in a known dish"


def _check_charges(entries: tuple[Entry, ...], true: LiquidLedger) -> Iterator[str]:
    stocks: dict[Place, str] = {}
    charged: dict[str, float] = defaultdict(float)
    for entry in entries:
        for slot, well, stock, _ in entry.data.get("filled", ()):
            stocks[Place(slot, well)] = stock
        for slot, well, volume in (*entry.data.get("drawn", ()), *entry.data.get("perhaps", ())):
            charged[stocks[Place(slot, well)]] += volume
    for stock, volume in true.drawn.items():
        yield "stocks charged"
        if charged[stock] < volume - EPS:
            yield "WRONG: a charge was lost"


def _check_tips(folder: RobotFolder, entries: tuple[Entry, ...], events: list[dict[str, Any]]) -> Iterator[str]:
    """Walk through the ledger: no run may have used a tip that was spent, nor one that it was not charged for."""
    used: dict[str, list[Place]] = defaultdict(list)
    for event in events:
        if event["do"] == "pickUpTip":
            used[event["run"]].append(Place(event["slot"], event["well"]))
    ids = {}
    for run in folder.runs():
        created = [entry for entry in run.entries() if entry.kind == "created"]
        ids[run.label] = created[-1].data["run_id"] if created else ""
    spent: set[Place] = set()
    for entry in entries:
        spent = {tip for tip in spent if tip.slot not in entry.data.get("racks", ())}
        if entry.kind == "commit":
            charged = {Place(*tip) for tip in entry.data["tips"]}
            truly = used[ids[entry.data["run"]]]
            yield from ("tips used" for _ in truly)
            if spent.intersection(truly) or len(truly) != len(set(truly)):
                yield "WRONG: a tip was used twice"
            if not charged.issuperset(truly):
                yield "WRONG: a tip was not charged"
            spent |= charged


def _followed(job: Job, events: list[dict[str, Any]]) -> LiquidLedger:
    declared = [
        {"do": "loadLiquid", "slot": loaded.place.slot, "liquid": need.stock, "volumes": {loaded.place.well: 1.0}}
        for need in job.plan.stock_needs
        for loaded in need.places
    ]
    return follow([*declared, *events], {need.stock: need.stock for need in job.plan.stock_needs})


if __name__ == "__main__":
    main()
