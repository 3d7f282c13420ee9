"""Workers, robot runs and imports killed at random moments, on SQLite and PostgreSQL: is anything lost or done twice?

    python -m benchmarks.lab_faults --kills 500
    python -m benchmarks.lab_faults --kills 50 --seed 8 --counts counts.json     # a part; the file adds parts up

Each campaign is worked on by two workers with one imaginary robot, and by an import from a watched folder, all at
once; each is killed (SIGKILL) at a moment of its own. Their clocks jump by up to three days either way, files appear
in the folder piece by piece, now and then the disk is full for a while (SQLite) or the server is restarted
(PostgreSQL). After each round `Store.check` is clean and what was acknowledged is there. At the end of each campaign
its records are those of a campaign that nobody disturbed, each file was taken in once, and each dish of the robot
holds what the records say. What a robot that fails does is in benchmarks/robot_faults.py.
"""

import argparse
import json
import os
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import attrs
import numpy as np

from active_learning.campaign.progress import Stage, stage_of
from benchmarks.fault_lab import (
    CAMPAIGN,
    FILES,
    SAID,
    SPEED,
    Dripping,
    SmallDisk,
    create_lab,
    do_work,
    fork,
    robot_folder,
    small_disk,
    take_in_files,
)
from benchmarks.fault_lab_results import fingerprint, wrong_dishes
from lab.open_campaigns import open_campaign
from lab.seeds import generator
from lab.store import Store
from lab.workspace import Workspace
from tests import postgres
from tests.imaginary_robot import FakeRobotProcess

COUNTED = (
    "campaigns",
    "kills",
    "kills of workers",
    "kills of imports",
    "kills while a robot was running",
    "full disks",
    "server restarts",
    "processes that ended with a message",
    "acknowledged events",
)
FAULTS = (
    "databases with findings",
    "acknowledged events lost",
    "campaigns that came out differently",
    "campaigns that did not end",
    "files not taken in, twice, or wrongly",
    "dishes that hold something else than the records say",
    "processes that crashed",
)
MOST_ROUNDS = 300
"""Rounds of a campaign; one that is not done by then does not end."""
UNDISTURBED = 600.0
"""Seconds that a round lasts in which nothing is killed before it has ended."""


def main() -> None:
    """Run the trials and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--counts", type=Path, help="file to which the counts of this part are added")
    options = parser.parse_args()
    os.environ["FILMLAB_ROBOT_PYTHON"] = "/nonexistent"  # the vendor's simulator takes seconds to start
    began = time.monotonic()
    kinds = [options.only] if options.only else ["sqlite", "postgresql"]
    found = {kind: _run(kind, options.kills // len(kinds), options.seed) for kind in kinds}
    if options.counts is not None:
        found = _added_up(options.counts, found)
    for kind, counts in found.items():
        for name in (*COUNTED, *FAULTS):
            print(f"{kind:12s} {name:55s} {counts[name]:,}")
    faults = sum(counts[name] for counts in found.values() for name in FAULTS)
    print(f"{'no fault' if not faults else f'{faults} FAULTS'}; this part took {time.monotonic() - began:.0f} s")


def _run(kind: str, kills: int, seed: int) -> Counter[str]:
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        server, disk = None, None
        if kind == "postgresql":
            binaries = postgres.programs()
            assert binaries is not None, "PostgreSQL is not installed"
            server = stack.enter_context(postgres.running_server(binaries))
        else:
            disk = stack.enter_context(small_disk(Path(name) / "disk"))
            if disk is None:
                print("no small disk can be mounted here: nothing is said about full disks", flush=True)
        trial = Trial(Path(name), server, disk, counts, generator(seed, "lab faults", kind))
        while counts["kills"] < kills:
            trial.campaign(kills)
            print(f"{kind}: {dict(counts)}", flush=True)
    return counts


def _added_up(file: Path, found: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    earlier = json.loads(file.read_text()) if file.exists() else {}
    both = {kind: Counter(earlier.get(kind, {})) + found.get(kind, Counter()) for kind in {**earlier, **found}}
    file.write_text(json.dumps(both, indent=1))
    return both


@attrs.define
class Trial:
    """Campaigns on one kind of store."""

    folder: Path
    server: postgres.Server | None
    disk: SmallDisk | None
    counts: Counter[str]
    rng: np.random.Generator
    expected: list[str] | None = None

    def campaign(self, most_kills: int) -> None:
        """Run one campaign, disturbed until so many kills are reached."""
        if self.expected is None:
            with self._lab("undisturbed") as (workspace, robot):
                self.expected = _undisturbed(workspace, robot)
        number = self.counts["campaigns"]
        with self._lab(f"lab-{number}") as (workspace, robot):
            files = Dripping(self.folder / f"instruments-{number}", self.rng)
            acknowledged: set[str] = set()
            patience, rounds = 1.0, 0
            while not _is_done(workspace, files) and rounds < MOST_ROUNDS:
                disturbed = self.counts["kills"] < most_kills
                before = len(acknowledged)
                self._round(workspace, robot, files, acknowledged, patience if disturbed else UNDISTURBED)
                patience = 1.0 if len(acknowledged) > before else min(60.0, patience * 1.5)
                self._look(workspace, acknowledged)
                rounds += 1
            self._compare(workspace, robot, ended=rounds < MOST_ROUNDS)
        self.counts["campaigns"] += 1

    @contextmanager
    def _lab(self, name: str) -> Iterator[tuple[Workspace, FakeRobotProcess]]:
        root = (self.disk.root if self.disk is not None else self.folder) / name
        with ExitStack() as stack:
            url = stack.enter_context(postgres.fresh_database(self.server.url)) if self.server is not None else ""
            robot = FakeRobotProcess(self.folder / f"robot-{name}", "--speed", str(SPEED))
            stack.enter_context(robot)
            stack.callback(shutil.rmtree, root)
            yield create_lab(root, url), robot

    def _round(
        self,
        workspace: Workspace,
        robot: FakeRobotProcess,
        files: Dripping,
        acknowledged: set[str],
        patience: float,
    ) -> None:
        read, write = os.pipe()

        def acknowledge(key: str) -> None:
            os.write(write, f"{key}\n".encode())

        deeds: list[tuple[str, Callable[[], None]]] = [
            ("workers", lambda: do_work(workspace, robot.url, acknowledge)),
            ("workers", lambda: do_work(workspace, robot.url, acknowledge)),
            ("imports", lambda: take_in_files(workspace, files.folder, acknowledge)),
        ]
        jumps = self.rng.uniform(-3, 3, len(deeds))
        moments = sorted(self.rng.uniform(0, patience, len(deeds)))
        children = {fork(deed, jump): kind for (kind, deed), jump in zip(deeds, jumps, strict=True)}
        os.close(write)
        began = time.monotonic()
        if patience < UNDISTURBED:
            self._disturb(patience)
        order = list(children)
        self.rng.shuffle(order)
        for child, moment in zip(order, moments, strict=True):
            until = began + (UNDISTURBED if patience == UNDISTURBED else moment)
            while time.monotonic() < until:
                files.drip()
                if patience == UNDISTURBED and _has_ended(child):
                    break
                time.sleep(0.02)
            self._kill(workspace, child, children[child])
        if self.disk is not None:
            self.disk.empty()
        with os.fdopen(read) as said:
            new = {line.strip() for line in said if line.endswith("\n")}
        self.counts["acknowledged events"] += len(new - acknowledged)
        acknowledged |= new

    def _disturb(self, patience: float) -> None:
        """Restart the server or fill up the disk, sometimes."""
        if self.server is not None and self.rng.random() < 0.15:
            time.sleep(float(self.rng.uniform(0, patience)))
            self.server.restart()
            self.counts["server restarts"] += 1
        if self.disk is not None and self.rng.random() < 0.15:
            time.sleep(float(self.rng.uniform(0, patience)))
            self.disk.fill(int(self.rng.integers(0, 200_000)))
            self.counts["full disks"] += 1

    def _kill(self, workspace: Workspace, child: int, kind: str) -> None:
        if not _has_ended(child):
            self.counts["kills while a robot was running"] += kind == "workers" and _is_running(workspace)
            os.killpg(child, signal.SIGKILL)
            self.counts["kills"] += 1
            self.counts[f"kills of {kind}"] += 1
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        self.counts["processes that ended with a message"] += status == SAID
        self.counts["processes that crashed"] += status not in (0, SAID, -signal.SIGKILL)

    def _look(self, workspace: Workspace, acknowledged: set[str]) -> None:
        with Store.open(workspace.database_url) as store:
            findings = store.check()
            events = store.records(CAMPAIGN).events
        if findings:
            print("FINDINGS", findings, flush=True)
        self.counts["databases with findings"] += bool(findings)
        self.counts["acknowledged events lost"] += len(acknowledged - events.keys())

    def _compare(self, workspace: Workspace, robot: FakeRobotProcess, *, ended: bool) -> None:
        self.counts["campaigns that did not end"] += not ended
        with open_campaign(workspace) as campaign:
            records = campaign.records()
        self.counts["campaigns that came out differently"] += fingerprint(records) != self.expected
        taken = {film: m.value for (film, _), m in records.measurements.items() if film.startswith("M")}
        right = taken == {f"M{number}": (50 + number) / 100 for number in range(FILES)}
        imports = [key for key in records.events if key.startswith("import:")]
        self.counts["files not taken in, twice, or wrongly"] += not (right and len(imports) <= FILES)
        wrong = wrong_dishes(records, robot_folder(workspace), robot.folder / "world.jsonl")
        if wrong:
            print("DISHES", wrong, flush=True)
        self.counts["dishes that hold something else than the records say"] += len(wrong)


def _undisturbed(workspace: Workspace, robot: FakeRobotProcess) -> list[str]:
    child = fork(lambda: do_work(workspace, robot.url, lambda key: None))
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with open_campaign(workspace) as campaign:
        records = campaign.records()
        assert stage_of(campaign.definition, records) is Stage.DONE
    assert not wrong_dishes(records, robot_folder(workspace), robot.folder / "world.jsonl")
    return fingerprint(records)


def _is_done(workspace: Workspace, files: Dripping) -> bool:
    with open_campaign(workspace) as campaign:
        records = campaign.records()
        done = stage_of(campaign.definition, records) is Stage.DONE
    return done and files.complete and sum(film.startswith("M") for film, _ in records.measurements) >= FILES


def _has_ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _is_running(workspace: Workspace) -> bool:
    """Whether a run on the robot was started and nobody has seen its end yet."""
    runs = robot_folder(workspace).runs()
    return bool(runs) and not any(entry.kind == "ended" for entry in runs[-1].entries())


if __name__ == "__main__":
    main()
