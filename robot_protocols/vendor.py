"""Asking the vendor's simulator what a protocol would do, in a process of its own.

The simulator costs seconds to load and a second a deck, so one process answers many questions: `VendorSimulator`
keeps it between calls. Where opentrons is missing, the reports say so; nothing is raised.
"""

import json
import os
import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import attrs

from lab.settings import load_settings
from robot_protocols.decks import Place
from robot_protocols.plans import DeckPlan
from robot_protocols.processes import end_process
from robot_protocols.readback import differences, follow

START_SECONDS = 120.0
"""Time that the simulator has to load; 2-9 s were seen on two cores."""
PROTOCOL_SECONDS = 120.0
"""Time that the simulator has for one protocol; a deck of 96 films takes a few seconds."""
_WORKER = Path(__file__).with_name("vendor_worker.py")


@attrs.frozen
class VendorReport:
    """What the vendor's simulator says of one protocol."""

    label: str
    ok: bool
    """Whether it ran the protocol to the end without an error."""
    commands: int
    """Commands that it ran; 0 where it was not there."""
    note: str
    """In one sentence: what it ran, what went wrong, or why it was not asked."""
    asked: bool = True
    """False where the simulator is missing or broke down: nothing is known of the protocol then."""
    dispensed: Mapping[Place, Mapping[str, float]] = attrs.field(factory=dict)
    """Volume of each declared liquid that reached each well, uL."""
    faults: tuple[str, ...] = ()
    """What its commands do that no plan of ours does, such as carrying liquid from dish to dish."""

    def differences(self, plan: DeckPlan) -> tuple[str, ...]:
        """Return where the protocol does something else than the plan, to 0.1 uL; empty if it was not simulated."""
        return (*self.faults, *differences(plan, self.dispensed)) if self.asked and self.ok else ()


def simulate(
    protocol_texts: Mapping[str, str],
    *,
    python: str | None = None,
    processes: int = 1,
) -> Mapping[str, VendorReport]:
    """Let the vendor's simulator run protocols.

    Args:
        protocol_texts: Protocol files by label.
        python: The interpreter that has opentrons; that of `lab.settings` where left out.
        processes: Simulators side by side.

    Returns:
        One report a protocol, by label, in the order given.
    """
    if not protocol_texts:
        return {}
    labels = list(protocol_texts)
    shares = [{label: protocol_texts[label] for label in labels[start::processes]} for start in range(processes)]
    reports: dict[str, VendorReport] = {}

    def run(share: Mapping[str, str]) -> None:
        with VendorSimulator(python=python) as simulator:
            reports.update(simulator.simulate(share))

    threads = [threading.Thread(target=run, args=(share,)) for share in shares if share]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {label: reports[label] for label in labels}


class VendorSimulator:
    """The vendor's simulator in a process that stays until the context ends, or this process does.

    It starts with the first question. A protocol that takes too long costs the process, and the next question starts
    a new one.

    Args:
        python: The interpreter that has opentrons.
        time_limit: Seconds for one protocol.
    """

    def __init__(self, *, python: str | None = None, time_limit: float = PROTOCOL_SECONDS) -> None:
        self._python = python or str(load_settings().robot_python)
        self._time_limit = time_limit
        self._process: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._missing = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def simulate(self, protocol_texts: Mapping[str, str]) -> Mapping[str, VendorReport]:
        """Return a report for each protocol, by label."""
        return {label: self._simulate(label, text) for label, text in protocol_texts.items()}

    def close(self) -> None:
        """End the process and remove its scratch folder."""
        if self._process is not None:
            end_process(self._process)
            self._process = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None

    def _simulate(self, label: str, text: str) -> VendorReport:
        if self._process is None and not self._missing:
            self._missing = self._start()
        if self._missing or self._process is None or self._process.stdin is None:
            return VendorReport(label, ok=False, commands=0, note=self._missing, asked=False)
        try:
            self._process.stdin.write(json.dumps({"label": label, "protocol": text}) + "\n")
            self._process.stdin.flush()
            answer = self._answer(self._time_limit)
        except (OSError, _NoAnswerError) as error:
            self.close()
            note = f"the vendor's simulator gave no answer: {error}"
            return VendorReport(label, ok=False, commands=0, note=note, asked=False)
        return _report(label, answer)

    def _start(self) -> str:
        """Start the process; return what is missing, or nothing."""
        self._scratch = tempfile.TemporaryDirectory(prefix="filmlab-vendor-")
        # A scratch folder for its settings, so that calibrations stored on this computer never reach a simulation;
        # isolated mode, so that our own modules never shadow the vendor's.
        environment = {**os.environ, "OT_API_CONFIG_DIR": self._scratch.name}
        try:
            self._process = subprocess.Popen(
                [_program(self._python), "-I", str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                cwd=self._scratch.name,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            self.close()
            return f"the vendor's simulator was not asked: {self._python} cannot be started ({error.strerror})"
        self._lines = queue.Queue()
        threading.Thread(target=_pump, args=(self._process, self._lines), daemon=True).start()
        try:
            hello = self._answer(START_SECONDS)
        except _NoAnswerError as error:
            self.close()
            return f"the vendor's simulator was not asked: it did not start ({error})"
        if not hello.get("ready"):
            self.close()
            return (
                "the vendor's simulator was not asked: opentrons cannot be loaded "
                f"({hello.get('error', 'no reason given')}); install filmlab's extra 'robot'"
            )
        return ""

    def _answer(self, seconds: float) -> Mapping[str, Any]:
        until = time.monotonic() + seconds
        try:
            line = self._lines.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            raise _NoAnswerError(f"nothing came within {seconds:g} s") from None
        if line is None:
            raise _NoAnswerError("its process ended")
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None  # another program, or an answer that was cut off
        if not isinstance(answer, dict):
            raise _NoAnswerError(f"it wrote {line[:80]!r}")
        return answer


def _program(python: str) -> str:
    """Return an interpreter as it is found from any folder; a bare name is looked for on the PATH."""
    return os.path.abspath(os.path.expanduser(python)) if os.sep in python else python


class _NoAnswerError(Exception):
    """The worker process is gone or too slow."""


def _pump(process: "subprocess.Popen[str]", lines: "queue.Queue[str | None]") -> None:
    """Move the process's output into a queue, which, unlike a pipe, can be waited for with a time limit."""
    if process.stdout is None:
        return
    try:
        for line in process.stdout:
            lines.put(line)
    except ValueError:
        pass  # closed by `close` while waiting for a line: nobody waits for the answer any more
    lines.put(None)


def _report(label: str, answer: Mapping[str, Any]) -> VendorReport:
    commands = answer["commands"]
    if not answer["ok"]:
        note = f"the vendor's simulator refuses it: {'; '.join(answer['errors'])}"
        return VendorReport(label, ok=False, commands=len(commands), note=note)
    ledger = follow(commands, answer["liquids"])
    return VendorReport(
        label,
        ok=True,
        commands=len(commands),
        note=f"the vendor's simulator ran {len(commands)} commands without an error",
        dispensed={place: dict(contents) for place, contents in ledger.received.items()},
        faults=tuple(ledger.faults),
    )
