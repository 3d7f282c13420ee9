"""A run of commands in time: played, paused, stopped, struck by faults."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs

from robot_protocols.fake_robot.faults import Fault, FaultKind
from robot_protocols.fake_robot.listing import ANYWHERE, STRIKES, Listing, Task
from robot_protocols.fake_robot.world import World

MOVING = frozenset({"running", "pause-requested"})
"""Words of a run that moves."""


class PowerCut(Exception):
    """The power fails now."""


class Restart(Exception):
    """The server restarts now."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@attrs.define
class Motion:
    """One run's motion. Nothing moves by itself: `advance` moves it up to a moment."""

    run: str
    listing: Listing
    world: World
    faults: list[Fault]
    """Faults that have not struck yet; shared by all runs."""
    on_network: Callable[[Fault], None]
    speed: float = 1.0
    status: str = "idle"
    errors: list[dict[str, Any]] = attrs.field(factory=list)
    commands: list[dict[str, Any]] = attrs.field(factory=list)
    _pausing: bool = False
    _since: float = 0.0
    """When the running command began."""

    def play(self, now: float) -> None:
        """Begin or go on."""
        if self.commands and self.commands[-1]["commandType"] == "waitForResume" and self._task_running():
            self._end("succeeded", now)
        self.status, self._pausing = "running", False
        if not self._task_running():
            self._since = now

    def pause(self) -> None:
        """Pause after the command that is running."""
        self.status = "pause-requested"
        self._pausing = True

    def stop(self, now: float) -> None:
        """Stop in the middle of whatever is running."""
        if self._task_running():
            self._cut(now, "RunStoppedError: the run was stopped")
        self.status = "stopped"

    def advance(self, now: float) -> None:
        """Move up to a moment.

        Raises:
            PowerCut: If the power fails on the way.
            Restart: If the server restarts on the way.
        """
        while self.status in MOVING:
            if not self._task_running():
                if self._pausing:
                    self.status, self._pausing = "paused", False
                    return
                if len(self.commands) == len(self.listing.tasks):
                    self.status = "succeeded"
                    return
                self._begin()
                if self.status == "paused":
                    return
            if not self._outlived(now):
                return

    @property
    def _task(self) -> Task:
        return self.listing.tasks[len(self.commands) - 1]

    def _task_running(self) -> bool:
        return bool(self.commands) and self.commands[-1]["status"] == "running"

    def _begin(self) -> None:
        task = self.listing.tasks[len(self.commands)]
        self.commands.append(
            {
                "id": f"{self.run}-command-{len(self.commands)}",
                "key": f"{len(self.commands):032x}",
                "commandType": task.kind,
                "createdAt": _clock_time(),
                "startedAt": _clock_time(),
                "status": "running",
                "params": {key: value for key, value in task.params.items() if key not in {"labwareId", "pipetteId"}}
                if task.kind in {"loadLabware", "loadPipette"}
                else dict(task.params),
            }
        )
        if task.kind == "waitForResume":
            self.status = "paused"

    def _outlived(self, now: float) -> bool:
        """Finish the running command if its time is over by now, or let a fault strike; return whether it is over."""
        task = self._task
        fault = self._struck(task)
        if fault is not None:
            self._strike(fault, now)
            return not self._task_running()
        end = self._since + task.seconds / self.speed
        if end > now:
            return False
        if task.error:
            self._fail(task.error, end)
        else:
            self.world.note(task.kind, dict(task.params), run=self.run)
            self._end("succeeded", end)
        return True

    def _struck(self, task: Task) -> Fault | None:
        kinds = STRIKES.get(task.kind, frozenset()) | ANYWHERE
        into_dish = task.kind != "dispense" or task.step == self._announced()
        for fault in self.faults:
            if fault.kind in kinds and task.step >= fault.step and (fault.kind in ANYWHERE or into_dish):
                return fault
        return None

    def _announced(self) -> int:
        """The step that the last marker named: prewetting comes before it."""
        for command in reversed(self.commands):
            message = command["params"].get("message", "")
            if command["commandType"] == "comment" and message.startswith("step "):
                return int(message.split()[1])
        return 0

    def _strike(self, fault: Fault, now: float) -> None:
        self.faults.remove(fault)
        task = self._task
        if fault.kind in ANYWHERE:
            self.on_network(fault)
            return
        if fault.kind is FaultKind.TIP_MISSING:
            self._fail("TipNotAttachedError: there is no tip", now)
            return
        self.world.note(task.kind, dict(task.params), run=self.run, share=0.5)
        if fault.kind is FaultKind.CLOG:
            self._fail("PipetteOverpressureError: the tip is clogged", now)
        elif fault.kind is FaultKind.DRAW_FAILED:
            self._fail("StallOrCollisionDetectedError: the plunger stalled", now)
        elif fault.kind is FaultKind.STOPPED:
            self._fail("RunStoppedError: the run was stopped", now)
            self.status, self.errors = "stopped", []
        elif fault.kind is FaultKind.POWER_CUT:
            raise PowerCut
        else:
            raise Restart(fault.seconds)

    def _cut(self, now: float, error: str) -> None:
        """End the running command before its time; liquid moves evenly during it."""
        task = self._task
        seconds = task.seconds / self.speed
        share = min(1.0, max(0.0, (now - self._since) / seconds)) if seconds else 0.0
        if share > 0:
            self.world.note(task.kind, dict(task.params), run=self.run, share=share)
        self._end("failed", now, error)

    def cut_power(self, now: float) -> None:
        """End all motion where it is."""
        if self._task_running() and self.status in MOVING:
            self._cut(now, "")

    def _fail(self, error: str, at: float) -> None:
        self._end("failed", at, error)
        self.status = "failed"
        kind, _, detail = error.partition(": ")
        self.errors = [{"id": "error-1", "errorType": kind, "detail": detail, "errorCode": "4000"}]

    def _end(self, status: str, at: float, error: str = "") -> None:
        command = self.commands[-1]
        command["status"], command["completedAt"] = status, _clock_time()
        if error:
            kind, _, detail = error.partition(": ")
            command["error"] = {"id": "error-1", "errorType": kind, "detail": detail, "errorCode": "4000"}
        self._since = at


def _clock_time() -> str:
    return datetime.now(UTC).isoformat()
