"""Workers and imports killed at random moments, on SQLite and PostgreSQL: is anything lost, done twice or different?

    python -m benchmarks.lab_faults --kills 500

Each campaign is worked on by two workers and an import from a watched folder, all at once; each is killed (SIGKILL)
at a moment of its own. Their clocks jump by up to three days either way, files appear in the folder piece by piece,
and the PostgreSQL server is restarted now and then. After each round `Store.check` is clean and what was acknowledged
is there. At the end of each campaign its records are those of a campaign that nobody disturbed, and each file was
taken in once.
Processes are forked, so that a kill costs no start of Python. What a robot does is in benchmarks/robot_faults.py.
"""

import argparse
import os
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import attrs
import numpy as np

# Loaded once here, so that the forked processes need not.
import active_learning.campaign.doing.explaining
import active_learning.campaign.work
import lab.export.report
import lab.instruments.watching
from active_learning.campaign.progress import Stage, stage_of
from lab.campaign_files import parse_definition
from lab.compositions import Composition
from lab.errors import FilmlabError
from lab.instruments import ReadOptions
from lab.instruments.watching import FolderWatch, take_in
from lab.open_campaigns import OpenCampaign, open_campaign
from lab.records import RECORD_TYPES, Artefact, Event, Film, Measurement, Purpose, Records
from lab.seeds import generator
from lab.store import Store
from lab.virtual.bench import VirtualBench
from lab.workspace import Workspace
from tests import postgres

SMALL = Path(__file__).parents[1] / "tests" / "data" / "small.toml"
FILES = 6
SPECTRUM = "wavelength (nm),%T\n" + "".join(f"{nm},{{value}}\n" for nm in range(300, 1001, 5))
SETTLE = 0.1


def main() -> None:
    """Run the trials and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    os.environ["FILMLAB_ROBOT_PYTHON"] = "/nonexistent"  # the vendor's simulator takes seconds to start
    began = time.monotonic()
    kinds = [options.only] if options.only else ["sqlite", "postgresql"]
    faults = 0
    for kind in kinds:
        counts: Counter[str] = Counter()
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            server = None
            if kind == "postgresql":
                binaries = postgres.programs()
                assert binaries is not None, "PostgreSQL is not installed"
                server = stack.enter_context(postgres.running_server(binaries))
            trial = Trial(Path(folder), server, counts, generator(options.seed, "lab faults", kind))
            while counts["kills"] < options.kills // len(kinds):
                trial.campaign(options.kills // len(kinds))
                print(f"{kind}: {dict(counts)}", flush=True)
        faults += sum(counts[name] for name in FAULTS)
        for name in (*COUNTED, *FAULTS):
            print(f"{kind:12s} {name:46s} {counts[name]}")
    print(f"{'no fault' if not faults else f'{faults} FAULTS'} in {time.monotonic() - began:.0f} s")


COUNTED = (
    "campaigns",
    "kills",
    "kills of workers",
    "kills of imports",
    "server restarts",
    "processes that ended with a message",
    "acknowledged events",
)
FAULTS = (
    "databases with findings",
    "acknowledged events lost",
    "campaigns that came out differently",
    "files not taken in, twice, or wrongly",
    "processes that crashed",
)


@attrs.define
class Trial:
    """Campaigns on one kind of store."""

    folder: Path
    server: postgres.Server | None
    counts: Counter[str]
    rng: np.random.Generator
    expected: list[str] | None = None

    def campaign(self, most_kills: int) -> None:
        """Run one campaign, disturbed until so many kills are reached."""
        number = self.counts["campaigns"]
        with self._database() as url:
            if self.expected is None:
                self.expected = self._undisturbed(url)
        with self._database() as url:
            root = self.folder / f"lab-{number}"
            workspace = _create(root, url)
            files = _Dripping(root / "instruments", self.rng)
            acknowledged: set[str] = set()
            patience = 1.0
            while not self._is_done(workspace, files):
                disturbed = self.counts["kills"] < most_kills
                before = len(acknowledged)
                self._round(workspace, files, acknowledged, patience if disturbed else 600.0)
                patience = 1.0 if len(acknowledged) > before else min(60.0, patience * 1.5)
                self._look(workspace, acknowledged)
            self._compare(workspace)
        self.counts["campaigns"] += 1

    def _round(self, workspace: Workspace, files: "_Dripping", acknowledged: set[str], patience: float) -> None:
        read, write = os.pipe()
        deeds: list[tuple[str, Callable[[], None]]] = [
            ("workers", lambda: _work(workspace, write)),
            ("workers", lambda: _work(workspace, write)),
            ("imports", lambda: _import(workspace, files.folder, write)),
        ]
        jumps = self.rng.uniform(-3, 3, len(deeds))
        moments = sorted(self.rng.uniform(0, patience, len(deeds)))
        children = {_fork(deed, jump): kind for (kind, deed), jump in zip(deeds, jumps, strict=True)}
        os.close(write)
        began = time.monotonic()
        if self.server is not None and self.rng.random() < 0.1 and patience < 600:
            time.sleep(float(self.rng.uniform(0, patience)))
            self.server.restart()
            self.counts["server restarts"] += 1
        order = list(children)
        self.rng.shuffle(order)
        for child, moment in zip(order, moments, strict=True):
            while time.monotonic() - began < (600.0 if patience == 600.0 else moment):
                files.drip()
                if patience == 600.0 and os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
                    break
                time.sleep(0.02)
            self._kill(child, children[child])
        with os.fdopen(read) as said:
            new = {line.strip() for line in said if line.endswith("\n")}
        self.counts["acknowledged events"] += len(new - acknowledged)
        acknowledged |= new

    def _kill(self, child: int, kind: str) -> None:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            os.killpg(child, signal.SIGKILL)
            self.counts["kills"] += 1
            self.counts[f"kills of {kind}"] += 1
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        self.counts["processes that ended with a message"] += status == SAID
        self.counts["processes that crashed"] += status not in (0, SAID, -signal.SIGKILL)

    def _look(self, workspace: Workspace, acknowledged: set[str]) -> None:
        with Store.open(workspace.database_url) as store:
            findings = store.check()
            events = store.records("small").events
        if findings:
            print("FINDINGS", findings, flush=True)
        self.counts["databases with findings"] += bool(findings)
        self.counts["acknowledged events lost"] += len(acknowledged - events.keys())

    def _is_done(self, workspace: Workspace, files: "_Dripping") -> bool:
        with open_campaign(workspace) as campaign:
            records = campaign.records()
            done = stage_of(campaign.definition, records) is Stage.DONE
        return done and files.complete and sum(film.startswith("M") for film, _ in records.measurements) >= FILES

    def _compare(self, workspace: Workspace) -> None:
        with open_campaign(workspace) as campaign:
            records = campaign.records()
        same = _fingerprint(records) == self.expected
        self.counts["campaigns that came out differently"] += not same
        taken = {film: m.value for (film, _), m in records.measurements.items() if film.startswith("M")}
        right = taken == {f"M{number}": (50 + number) / 100 for number in range(FILES)}
        imports = [key for key in records.events if key.startswith("import:")]
        self.counts["files not taken in, twice, or wrongly"] += not (right and len(imports) <= FILES)

    def _undisturbed(self, url: str) -> list[str]:
        workspace = _create(self.folder / "undisturbed", url)
        child = _fork(lambda: _work(workspace, os.open(os.devnull, os.O_WRONLY)), 0.0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with open_campaign(workspace) as campaign:
            assert stage_of(campaign.definition, campaign.records()) is Stage.DONE
            return _fingerprint(campaign.records())

    @contextmanager
    def _database(self) -> Iterator[str]:
        if self.server is None:
            yield ""
            return
        with postgres.fresh_database(self.server.url) as url:
            yield url


class _Dripping:
    """An instrument that writes its files piece by piece."""

    def __init__(self, folder: Path, rng: np.random.Generator) -> None:
        folder.mkdir(parents=True)
        self.folder, self._rng = folder, rng
        self._left = [(f"M{number}-uv.csv", SPECTRUM.format(value=50 + number).encode()) for number in range(FILES)]
        self._at = 0

    @property
    def complete(self) -> bool:
        """Whether every file is written."""
        return not self._left

    def drip(self) -> None:
        """Write a piece, sometimes."""
        if self._left and self._rng.random() < 0.2:
            name, content = self._left[0]
            piece = int(self._rng.integers(1, 900))
            with (self.folder / name).open("ab") as file:
                file.write(content[self._at : self._at + piece])
            self._at += piece
            if self._at >= len(content):
                self._left.pop(0)
                self._at = 0


class _Jumping:
    """A `datetime` whose clock is off."""

    def __init__(self, days: float) -> None:
        self._jump = timedelta(days=days)

    def now(self, zone: tzinfo) -> datetime:
        """Return what this clock shows."""
        return datetime.now(zone) + self._jump


SAID = 3
"""Exit status of a process that ended with an error for people, such as a server that is away."""


def _fork(deed: Callable[[], None], jump: float) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.setsid()
        for module in (active_learning.campaign.work, lab.instruments.watching):
            module.datetime = _Jumping(jump)  # type: ignore[attr-defined]
        deed()
        status = 0
    except FilmlabError:
        status = SAID
    finally:
        os._exit(status)


def _create(root: Path, url: str) -> Workspace:
    workspace = Workspace.create(root)
    if url:
        os.environ["FILMLAB_DATABASE_URL"] = url
    text = SMALL.read_text()
    definition = parse_definition(text, what="small")
    recipe = Composition(dict.fromkeys(definition.material_names, 1 / len(definition.material_names)))
    films = [Film(f"M{number}", Purpose.MANUAL, recipe, 40.0, 4500.0) for number in range(FILES)]
    at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", text, 11, "benchmark")
        store.append("small", Event("films by hand", "benchmark", "", False, at), films)
    return workspace


def _work(workspace: Workspace, write: int) -> None:
    with open_campaign(workspace) as campaign:
        bench = VirtualBench(campaign.definition, campaign.seed)
        while stage_of(campaign.definition, campaign.records()) is not Stage.DONE:
            try:
                active_learning.campaign.work.work(
                    campaign, bench, after=lambda step: _acknowledge(write, step.action.key)
                )
            except lab.errors.StoreBusyError:
                time.sleep(0.1)


def _import(workspace: Workspace, folder: Path, write: int) -> None:
    watch = FolderWatch(folder, SETTLE)
    taken = 0
    with open_campaign(workspace) as campaign:
        while taken < FILES:
            for seen in take_in(watch, campaign, "instrument", ReadOptions()):
                if seen.plan is not None:
                    _acknowledge(write, seen.plan.event.key)
                taken = _taken(campaign)
            time.sleep(0.05)
            if not taken:
                taken = _taken(campaign)


def _taken(campaign: OpenCampaign) -> int:
    return sum(film.startswith("M") for film, _ in campaign.records().measurements)


def _acknowledge(write: int, key: str) -> None:
    os.write(write, f"{key}\n".encode())


def _fingerprint(records: Records) -> list[str]:
    """Everything that the campaign came to, without times, imports and the report, which prints times."""
    found = []
    for kind in RECORD_TYPES:
        for record in records.of(kind):
            by_import = isinstance(record, Artefact) and record.name.startswith(("raw/", "imports/", "report.html"))
            if not by_import and not (isinstance(record, Measurement) and record.film.startswith("M")):
                found.append(repr(record))
    found += [repr((e.key, e.who, e.source)) for e in records.events.values() if not e.key.startswith("import:")]
    return sorted(found)


if __name__ == "__main__":
    main()
