"""Random failures over the 286-film library on imaginary robots: is every dish accounted for, nothing given twice?

    python -m benchmarks.robot_faults --failures 200

Each trial runs one of the library's decks with one random fault, goes on until nothing is left, and compares what the
deck truly holds with what journal and ledger say. The robot is in this process and its time is a number; the tests in
tests/integration do the same over HTTP with a robot in a process of its own.
"""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from lab.records import DishState
from lab.seeds import generator
from robot_protocols.fake_robot.faults import Fault, FaultKind
from robot_protocols.planner import plan_decks
from robot_protocols.running.continuing import go_on, next_step
from robot_protocols.running.loading import Job, job_of
from robot_protocols.running.outcomes import RunEnd
from tests.unit.robot_protocols.examples import STOCKS, library, screening
from tests.unit.robot_protocols.running.bench import START, Bench

KINDS = tuple(kind for kind in FaultKind if kind is not FaultKind.SLOW_NETWORK)
MOST_ROUNDS = 5


def main() -> None:
    """Run the trials and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    jobs = [job_of(plan, screening()) for plan in plan_decks(library(), STOCKS, screening())]
    counts: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(options.failures):
        rng = generator(options.seed, "robot faults", number)
        job = jobs[number % len(jobs)]
        last = max(mixing.step for mixing in job.plan.mixings)
        fault = Fault(KINDS[int(rng.integers(len(KINDS)))], int(rng.integers(1, last)), float(rng.uniform(5, 600)))
        with tempfile.TemporaryDirectory() as folder:
            counts.update(trial(job, fault, Path(folder)))
        counts[f"fault: {fault.kind}"] += 1
    for name, count in sorted(counts.items()):
        print(f"{name:44s} {count}")
    print(f"{options.failures} failures in {time.monotonic() - began:.0f} s")


def trial(job: Job, fault: Fault, folder: Path) -> Counter[str]:
    """Run one deck with one fault to its end; return what was found."""
    bench = Bench(folder)
    bench.break_with(fault)
    runner = bench.runner(poll=30.0)
    counts: Counter[str] = Counter()
    outcome = runner.start(job, START)
    counts[f"first run: {outcome.end}"] += 1
    run = bench.folder.runs()[0]
    for _ in range(MOST_ROUNDS):
        bench.robot.power_on()
        bench.clock.sleep(700.0)  # longer than any network is away
        step = next_step(runner, run, answers={"DISHES_WAITED": "yes"})
        if step.continuation is None or step.continuation.plan is None:
            break
        outcome = go_on(runner, run, step, confirmed_by="benchmark")
        counts["continuations"] += 1
        if outcome.end is RunEnd.NOT_STARTED:
            counts[f"WRONG: refused: {outcome.problem[:80]}"] += 1
            break
    if step.history is None:
        counts["WRONG: never settled"] += 1
        return counts
    truth = bench.truth(job)
    for item in step.history.standings.values():
        counts[f"films: {item.state}"] += 1
        held = sum(truth.get(item.film.dish, {}).values())
        known = sum(dose.volume for dose in item.contents)
        if item.state is not DishState.SUSPECT and abs(held - known) > 1e-6:
            counts["WRONG: dish holds something else than the journal says"] += 1
        if held > item.film.order.volume + 20.1:
            counts["WRONG: dose given twice"] += 1
    with bench.folder.ledger("FAKE-0001") as ledger:
        boxes = ledger.state.containers.values()
    for stock, volume in bench.drawn(job).items():
        if sum(box.drawn + box.perhaps for box in boxes if box.stock == stock) < volume - 1e-6:
            counts["refilled or lost charge"] += 1
    return counts


if __name__ == "__main__":
    main()
