"""Where runs are kept: folders of a workspace, one a run, with a ledger and a lock a robot."""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import attrs

from lab.errors import StoreBusyError, UnknownNameError
from lab.files import workspace_error, write_atomically
from lab.hashing import sha256_of_bytes
from lab.names import known_hint
from robot_protocols.decks import DeckDefinition, deck_named
from robot_protocols.decks.files import DECK_FILE
from robot_protocols.plans import DeckPlan
from robot_protocols.running.journal import Entry, Journal, read_journal
from robot_protocols.running.ledger import Ledger
from robot_protocols.running.loading import Job

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


@attrs.frozen
class RunFolder:
    """A run's folder: protocol, plan and journal."""

    root: Path

    @property
    def label(self) -> str:
        """The run's name."""
        return self.root.name

    @property
    def journal_path(self) -> Path:
        """The journal's file."""
        return self.root / "journal.jsonl"

    def entries(self) -> tuple[Entry, ...]:
        """Return what the journal holds now."""
        return read_journal(self.journal_path)

    @property
    def continues(self) -> str | None:
        """Name of the run that it goes on with; None for the first one of a deck."""
        return self._planned("continues")

    @property
    def plan_sha256(self) -> str | None:
        """Hash of its plan; None where it was cut off before anything was written down."""
        return self._planned("plan")

    def _planned(self, key: str) -> str | None:
        planned = next((entry for entry in self.entries() if entry.kind == "planned"), None)
        return planned.data[key] if planned is not None else None

    def job(self) -> Job:
        """Return what is run, read anew."""
        plan = DeckPlan.from_json((self.root / "plan.json").read_text("utf-8"))
        own = self.root / DECK_FILE
        deck = deck_named(own if own.is_file() else plan.deck)
        return Job(plan, deck, (self.root / "protocol.py").read_text("utf-8"))


@attrs.frozen
class RobotFolder:
    """The ``robot`` folder of a workspace.

    Args:
        root: The folder; it is made when something is written.
        locks: Folder for locks that all workspaces of this computer share; in `root` where left out.
        durable: Whether journals are on disk before anything is done on the strength of them.
    """

    root: Path
    locks: Path | None = None
    durable: bool = True

    @classmethod
    def of_workspace(cls, workspace: Path) -> "RobotFolder":
        """Return where a workspace keeps its runs.

        Locks are shared by all workspaces of a user: a robot has one deck, wherever its runs are kept.
        """
        from platformdirs import user_state_path

        return cls(workspace / "robot", user_state_path("filmlab") / "robots")

    def new_run(self, job: Job) -> RunFolder:
        """Make the folder of a new run, with what is to be run in it."""
        runs = self.root / "runs"
        try:
            runs.mkdir(parents=True, exist_ok=True)
            folder = self._make_numbered(runs, job.plan.label)
        except OSError as error:
            raise workspace_error(runs, error) from error
        write_atomically(folder / "protocol.py", job.protocol)
        write_atomically(folder / "plan.json", job.plan.to_json())
        for name, text in job.deck.files.items():
            write_atomically(folder / name, text)
        return RunFolder(folder)

    def _make_numbered(self, runs: Path, label: str) -> Path:
        suffix = re.sub(r"[^\w.-]", "-", label)
        number = len(list(runs.iterdir())) + 1
        while True:
            folder = runs / f"run-{number:04d}-{suffix}"
            # Another process may take the number first.
            if not any(runs.glob(f"run-{number:04d}-*")):
                try:
                    folder.mkdir()
                    return folder
                except FileExistsError:
                    pass
            number += 1

    def run(self, label: str) -> RunFolder:
        """Return a run by its name.

        Raises:
            UnknownNameError: If there is none of that name.
        """
        folder = self.root / "runs" / label
        if not _NAME.fullmatch(label) or not (folder / "journal.jsonl").is_file():
            known = [run.label for run in self.runs()[::-1]]
            raise UnknownNameError(f"there is no run {label!r}", hint=known_hint(label, known))
        return RunFolder(folder)

    def runs(self) -> tuple[RunFolder, ...]:
        """Return all runs, oldest first."""
        runs = self.root / "runs"
        folders = sorted(runs.iterdir()) if runs.is_dir() else []
        return tuple(RunFolder(folder) for folder in folders if (folder / "journal.jsonl").is_file())

    def continuation_of(self, label: str) -> RunFolder | None:
        """Return the run that goes on with the deck of another one; None where none was begun."""
        return next((run for run in reversed(self.runs()) if run.continues == label), None)

    def ledger_path(self, robot: str) -> Path:
        """Return the file of a robot's ledger; it is there once something was loaded."""
        return self.root / "decks" / f"{_file_name(robot)}.jsonl"

    def deck_on(self, robot: str) -> DeckDefinition | None:
        """Return the deck that somebody loaded on a robot last; None where that is not known."""
        path = self.ledger_path(robot)
        loads = [entry for entry in read_journal(path) if entry.kind == "loaded"] if path.is_file() else []
        # Whoever goes on with a deck, fills a container or swaps a rack brings no dishes.
        plan = next((load.data["plan"] for load in reversed(loads) if load.data["dishes"]), None)
        run = next((run for run in reversed(self.runs()) if plan is not None and run.plan_sha256 == plan), None)
        return run.job().deck if run is not None else None

    @contextmanager
    def ledger(self, robot: str, *, simulated: bool | None = None) -> Iterator[Ledger]:
        """Open a robot's ledger for writing.

        Args:
            robot: Serial number or name.
            simulated: Whether the robot has no hardware, where that is known; kept in a new ledger.

        Raises:
            StoreBusyError: If another process writes it.
        """
        path = self.ledger_path(robot)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise workspace_error(path.parent, error) from error
        with Journal(path, durable=self.durable) as journal:
            if not journal.entries:
                journal.add("robot", name=robot, simulated=simulated)
            yield Ledger(journal)

    def ledgers(self) -> Mapping[str, tuple[Entry, ...]]:
        """Return the ledger of every robot of this workspace, by the robot's name."""
        found = {}
        decks = self.root / "decks"
        for path in sorted(decks.glob("*.jsonl")) if decks.is_dir() else ():
            entries = read_journal(path)
            if entries:
                found[str(entries[0].data["name"])] = entries
        return found

    @contextmanager
    def only_user(self, robot: str) -> Iterator[None]:
        """Be the only one on this computer who runs something on a robot; freed when this process dies.

        Raises:
            StoreBusyError: If another process does.
        """
        folder = self.locks or self.root / "locks"
        path = folder / f"{_file_name(robot)}.lock"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise workspace_error(path, error) from error
        try:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = path.read_text("utf-8").strip() or "unknown"
                raise StoreBusyError(
                    f"robot {robot} is in use by process {holder}",
                    hint="wait until that run has ended, or stop it with: filmlab robot stop",
                ) from None
            os.ftruncate(file, 0)
            os.pwrite(file, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(file)


def _file_name(robot: str) -> str:
    """Return a file name for a robot: a readable part and a hash, since a robot may be called anything."""
    return f"{re.sub(r'[^A-Za-z0-9-]', '-', robot)[:40]}-{sha256_of_bytes(robot.encode())[:8]}"
