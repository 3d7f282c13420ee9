"""Following a run: every command is journalled as it happens, whatever becomes of the robot or the network."""

import time
from collections.abc import Callable, Iterable
from datetime import datetime

import attrs

from robot_protocols.plans import DeckPlan
from robot_protocols.robot_client.client import Ot2Client
from robot_protocols.robot_client.failures import FailureCode, RobotFailure
from robot_protocols.robot_client.values import Command, RunAction, RunPhase, RunView
from robot_protocols.running.facts import Ending, command_to_json, commands_of, last_seen, unseen_seconds
from robot_protocols.running.journal import Journal, utc_now

_PLAYS = 3
"""How often a run that stays idle is told to play."""


@attrs.frozen
class Pace:
    """How a run is watched."""

    poll: float = 0.5
    """Seconds between looks."""
    heartbeat: float = 5.0
    """Seconds after which a look that shows nothing new is journalled: what was seen then bounds what was not."""
    patience: float = 900.0
    """Seconds without contact after which the watch ends; the run can be taken up again later."""
    speed: float = 1.0
    """How many times faster than its flow rates the robot can be: 1 for a robot (kept in the journal)."""


@attrs.frozen
class Progress:
    """How far a run is."""

    phase: str
    """The robot's own word, or "no contact"."""
    step: int
    last_step: int
    film: str
    minutes_left: float
    """Estimate from the plan."""


@attrs.define
class Follower:
    """Watches one run and writes its journal."""

    client: Ot2Client
    journal: Journal
    plan: DeckPlan
    run_id: str
    pace: Pace = attrs.field(factory=Pace)
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep
    show: Callable[[Progress], None] = lambda progress: None
    _commands: dict[int, Command] = attrs.field(factory=dict)
    """Commands as they were last seen, by their place in the run."""
    _finished: int = 0
    """How many commands of the run, from the first, have an outcome."""
    _silent_since: datetime | None = None
    _seen_at: datetime | None = None
    _loaded: bool = False
    _plays: int = 0
    _step: int = 0

    def follow(self, *, may_play: bool) -> Ending | RobotFailure:
        """Watch until the run is over.

        Args:
            may_play: Whether to tell a run again to play that stays idle because the order was lost. After a restart
                of ours nobody stands by the robot any more: an idle run stays idle then.

        Returns:
            How it ended, or why the watch ended without knowing.
        """
        self._remember(commands_of(self.journal.entries))
        while True:
            asked = self.clock()
            result = self._look(asked, may_play=may_play)
            if isinstance(result, Ending):
                self.journal.add("ended", **result.to_json())
                return result
            if isinstance(result, RobotFailure):
                over = self._no_contact(result, asked)
                if over is not None:
                    return over
            else:
                self._silent_since = None
            self.sleep(self.pace.poll)

    def _look(self, asked: datetime, *, may_play: bool) -> Ending | RobotFailure | None:
        """Look at the run once; return how it ended if it has."""
        view = self.client.run(self.run_id)
        if isinstance(view, RobotFailure):
            if view.code is FailureCode.NOT_FOUND:
                return self._lost((view.message,))
            return view
        if view.phase is RunPhase.LOST:
            return self._lost(view.errors)
        if view.phase is RunPhase.IDLE:
            return self._idle(may_play=may_play)
        if last_seen(self.journal.entries) is None:
            self.journal.add("playing")  # told so by somebody else, as in the robot's app
        # The commands are asked for after the state: once the run is over they are complete.
        new = self.client.commands_from(self.run_id, self._finished)
        if isinstance(new, RobotFailure):
            return None if new.code is FailureCode.NOT_FOUND else new
        self._note(view, new, asked)
        if view.phase.over:
            return Ending(view.phase, view.errors)
        return None

    def _idle(self, *, may_play: bool) -> Ending | RobotFailure | None:
        if not may_play or self._plays >= _PLAYS:
            failure = self.client.act(self.run_id, RunAction.STOP)
            if failure is not None and failure.may_pass:
                return failure  # it may stand there still, and be played by whoever stands beside it
            return Ending(RunPhase.IDLE, ("the run was never played",))
        self._plays += 1
        self.journal.add("playing")
        failure = self.client.act(self.run_id, RunAction.PLAY)
        return failure if failure is not None and failure.may_pass else None

    def _lost(self, errors: tuple[str, ...]) -> Ending:
        return Ending(RunPhase.LOST, errors, unseen_seconds(self.journal.entries, self.clock()))

    def _note(self, view: RunView, new: tuple[Command, ...], asked: datetime) -> None:
        if not self._loaded and view.labware and view.pipettes:
            self.journal.add("loaded", labware=dict(view.labware), pipettes=dict(view.pipettes))
            self._loaded = True
        changed = [command for command in new if self._commands.get(command.index) != command]
        stale = self._seen_at is None or (asked - self._seen_at).total_seconds() >= self.pace.heartbeat
        if changed:
            self.journal.add("commands", asked=asked.isoformat(), commands=[command_to_json(c) for c in changed])
            self._remember(changed)
        elif stale:
            self.journal.add("seen", asked=asked.isoformat(), status=view.status)
        if changed or stale:
            self._seen_at = asked
        for command in changed:
            message = str(command.params.get("message", "")) if command.kind == "comment" else ""
            if message.startswith("step "):
                self._step = int(message.split(" ")[1])
        self._show(view.status)

    def _remember(self, commands: Iterable[Command]) -> None:
        self._commands.update((command.index, command) for command in commands)
        while (command := self._commands.get(self._finished)) is not None and command.finished:
            self._finished += 1

    def _no_contact(self, failure: RobotFailure, asked: datetime) -> RobotFailure | None:
        """Note that the robot is silent; return the failure when that lasts too long or will not pass."""
        if self._silent_since is None:
            self._silent_since = asked
            self.journal.add("silent", code=str(failure.code), message=failure.message)
        self._show("no contact")
        waited = (asked - self._silent_since).total_seconds()
        return failure if not failure.may_pass or waited > self.pace.patience else None

    def _show(self, phase: str) -> None:
        films = self.plan.film_of_step
        left = self.plan.minutes_after(self._step)
        self.show(Progress(phase, self._step, max(films, default=0), films.get(self._step, ""), left))
