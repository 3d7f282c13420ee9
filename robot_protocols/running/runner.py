"""Running a plan on a robot, and taking up a run again whatever became of it."""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import TypeVar

import attrs

from lab.errors import StoreError
from lab.hashing import sha256_of_bytes
from lab.stocks import Stock
from robot_protocols.decks import Place
from robot_protocols.findings import Finding, Severity
from robot_protocols.robot_client.client import Ot2Client
from robot_protocols.robot_client.failures import FailureCode, RobotFailure
from robot_protocols.robot_client.identity import RobotIdentity, identify
from robot_protocols.robot_client.values import LabwareOffset, RunAction, RunPhase, RunView
from robot_protocols.running.checking import analysis_differences, check_job
from robot_protocols.running.creating import create_run, created_run
from robot_protocols.running.facts import Ending, ending_of, facts_of, latest, unseen_seconds
from robot_protocols.running.following import Follower, Pace, Progress
from robot_protocols.running.journal import Journal, utc_now
from robot_protocols.running.ledger import Ledger, shortages
from robot_protocols.running.loading import Job
from robot_protocols.running.outcomes import RunEnd, RunOutcome
from robot_protocols.running.places import RobotFolder, RunFolder
from robot_protocols.running.reckoning import reckon

_T = TypeVar("_T")
_ENDS = {
    RunPhase.SUCCEEDED: RunEnd.SUCCEEDED,
    RunPhase.FAILED: RunEnd.FAILED,
    RunPhase.STOPPED: RunEnd.STOPPED,
    RunPhase.LOST: RunEnd.LOST,
    RunPhase.IDLE: RunEnd.NOT_STARTED,
}

_NEVER_PLAYED = Ending(RunPhase.IDLE, ("the run was never played",))


@attrs.frozen
class Start:
    """What an operator says when a run is started."""

    confirmed_by: str
    """Who has checked the deck against the run card."""
    fresh_deck: bool = True
    """Whether the deck was loaded anew: dishes, stocks and full tip racks."""
    keep_racks: bool = False
    """Whether the tip racks stayed where they were when the rest of the deck was loaded anew."""
    fresh_racks: tuple[int, ...] = ()
    """Slots into which full racks were put, where the rest of the deck is as it was."""
    refilled: tuple[tuple[Place, str, float], ...] = ()
    """Containers that were refilled: place, stock, volume in them now in uL."""
    serial: str | None = None
    """Serial number of the robot that is meant."""
    offsets: tuple[LabwareOffset, ...] = ()
    stocks: tuple[Stock, ...] | None = None
    """Stocks at hand, where their age and amount are to be checked."""
    signed_sha256: str | None = None
    """Hash of the plan that was signed."""
    order: str | None = None
    """What the run is for, such as a campaign's deck; None for a run by hand."""
    confirm: Callable[[], None] = attrs.field(default=lambda: None, eq=False)
    """Called at the last moment before the robot moves: raises `StoreError` where it may not any more."""


@attrs.frozen
class _OpenRun:
    """A run whose journal and ledger this process writes."""

    run: RunFolder
    journal: Journal
    ledger: Ledger
    job: Job


class _NotStartedError(Exception):
    """The robot was not made to move."""

    def __init__(self, problem: str, hint: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(problem)
        self.problem = problem
        self.hint = hint
        self.findings = tuple(findings)


@attrs.frozen
class RobotRunner:
    """Runs plans on one robot.

    Args:
        folder: Where runs, ledgers and locks are kept.
        client: The robot.
        pace: How runs are watched.
        clock: The time.
        sleep: How to wait.
        show: Told how far a run is.
    """

    folder: RobotFolder
    client: Ot2Client
    pace: Pace = attrs.field(factory=Pace)
    clock: Callable[[], datetime] = utc_now
    sleep: Callable[[float], None] = time.sleep
    show: Callable[[Progress], None] = lambda progress: None

    def start(self, job: Job, start: Start, *, continues: str | None = None) -> RunOutcome:
        """Run a plan from its beginning to whatever end it takes.

        Args:
            job: The plan with its deck and protocol.
            start: What the operator says.
            continues: Name of the run that this one goes on with.

        Raises:
            StoreBusyError: If somebody else uses this robot from this computer.
        """
        identity = self._identified(
            serial=start.serial, robot=_robot_of(self.folder.run(continues)) if continues else None
        )
        if isinstance(identity, RobotFailure):
            return RunOutcome("", RunEnd.NOT_STARTED, problem=identity.message, hint=identity.hint)
        with ExitStack() as stack:
            stack.enter_context(self.folder.only_user(identity.key))
            ledger = stack.enter_context(self.folder.ledger(identity.key, simulated=identity.health.simulated))
            if ledger.state.pending:
                open_run = next(iter(ledger.state.pending))
                return RunOutcome(
                    open_run,
                    RunEnd.NOT_STARTED,
                    problem=f"what run {open_run} did is not settled yet",
                    hint=f"run: filmlab robot continue {open_run}",
                )
            later = self.folder.continuation_of(continues) if continues is not None else None
            if later is not None:
                return RunOutcome(
                    later.label,
                    RunEnd.NOT_STARTED,
                    problem=f"{continues} was gone on with meanwhile, by {later.label}",
                    hint=f"look at the deck as it is now: filmlab robot continue {later.label}",
                )
            run = self.folder.new_run(job)
            journal = stack.enter_context(self._journal(run))
            journal.add(
                "planned",
                url=self.client.address,
                robot=identity.key,
                plan=job.plan.sha256,
                protocol=sha256_of_bytes(job.protocol.encode()),
                continues=continues,
                order=start.order,
                speed=self.pace.speed,
                no_motion=identity.health.no_motion,
            )
            opened = _OpenRun(run, journal, ledger, job)
            try:
                run_id = self._prepare(opened, start, identity)
            except _NotStartedError as error:
                journal.add("ended", **Ending(RunPhase.IDLE, (error.problem,)).to_json())
                if run.label in ledger.state.pending:
                    ledger.rollback(run.label)
                return RunOutcome(
                    run.label, RunEnd.NOT_STARTED, problem=error.problem, hint=error.hint, findings=error.findings
                )
            if run_id is None:
                return RunOutcome(
                    run.label,
                    RunEnd.UNREACHABLE,
                    problem="the robot does not say whether the run was created",
                    hint=f"look at the robot, then run: filmlab robot continue {run.label}",
                )
            return self._watch(opened, run_id, may_play=True)

    def resume(self, run: RunFolder, *, robot_is_off: bool = False, flagged: Sequence[str] = ()) -> RunOutcome:
        """Take up a run after this program, the network or the robot was away; of a settled run, tell how it ended.

        Args:
            run: The run.
            robot_is_off: A person says that the robot is off, so that waiting for it is of no use.
            flagged: Films that a person says are spoiled, as after a tip that was missing or clogged unnoticed.

        Raises:
            StoreBusyError: If the run is being watched by another process.
        """
        robot = _robot_of(run)
        with ExitStack() as stack:
            stack.enter_context(self.folder.only_user(robot))
            ledger = stack.enter_context(self.folder.ledger(robot))
            journal = stack.enter_context(self._journal(run))
            if flagged:
                journal.add("flagged", films=sorted(flagged))
            opened = _OpenRun(run, journal, ledger, run.job())
            ending = ending_of(journal.entries)
            if ending is not None:
                return self._settle(opened, ending)
            if latest(journal.entries, "creating") is None:
                return self._end(opened, _NEVER_PLAYED)  # the robot was not told of it, on or off
            if robot_is_off:
                unseen = unseen_seconds(journal.entries, self.clock())
                return self._end(opened, Ending(RunPhase.LOST, ("the robot is off",), unseen))
            identity = self._identified(robot=robot)
            run_id = identity if isinstance(identity, RobotFailure) else created_run(self.client, journal)
            if isinstance(run_id, RobotFailure):
                return _unreachable(run, run_id)
            if run_id is None:
                return self._end(opened, _NEVER_PLAYED)
            return self._watch(opened, run_id, may_play=False)

    def _journal(self, run: RunFolder) -> Journal:
        return Journal(run.journal_path, clock=self.clock, durable=self.folder.durable)

    def _identified(self, *, serial: str | None = None, robot: str | None = None) -> RobotIdentity | RobotFailure:
        """Return who answers, or why it is not the robot that is meant; a deck is gone on with where it stands."""
        identity = identify(self.client, serial=serial)
        if isinstance(identity, RobotIdentity) and robot not in {None, identity.key}:
            return RobotFailure(
                FailureCode.WRONG_SERIAL,
                f"{self.client.address} is robot {identity.key}, the run was on {robot}",
                "give the address of the robot that the run was on",
            )
        return identity

    def _prepare(self, opened: _OpenRun, start: Start, identity: RobotIdentity) -> str | None:
        """Check, upload, analyse, set aside, create, play; return the robot's id of the run if it has told it."""
        job, journal = opened.job, opened.journal
        found = check_job(
            job,
            stocks=start.stocks,
            robot=identity.facts,
            today=self.clock().astimezone().date(),  # where the lab is: people write their own date on a bottle
            signed_sha256=start.signed_sha256,
        )
        refused = [finding for finding in found if finding.severity is Severity.REFUSE]
        if refused:
            texts = "; ".join(f"{finding.code}: {finding.message}" for finding in refused)
            raise _NotStartedError(f"preflight refuses it: {texts}", refused[0].hint, found)
        journal.add("confirmed", who=start.confirmed_by, plan=job.plan.sha256, fresh_deck=start.fresh_deck)
        self._load(opened.ledger, job, start)
        short = shortages(job.plan, opened.ledger.state)
        if short:
            raise _NotStartedError("; ".join(short), "put fresh racks and dishes on the deck and say so")
        protocol_id = self._analysed(opened)
        opened.ledger.reserve(opened.run.label, job.plan)
        offsets = [attrs.asdict(offset) for offset in start.offsets]
        journal.add("creating", protocol_id=protocol_id, offsets=offsets)
        created = create_run(self.client, protocol_id, start.offsets)
        if created is None:
            return None
        run_id = _or_not_started(created)
        journal.add("created", run_id=run_id, offsets=offsets)
        try:
            start.confirm()
        except StoreError as error:
            self.client.act(run_id, RunAction.STOP)
            raise _NotStartedError(error.message, error.hint) from error
        # Journalled before it is sent: from here on the robot may move.
        journal.add("playing")
        failure = self.client.act(run_id, RunAction.PLAY)
        if failure is not None and not failure.may_pass and self._stands(run_id):
            # Taken away, so that nobody plays it later on without being watched.
            self.client.act(run_id, RunAction.STOP)
            raise _NotStartedError(failure.message, failure.hint)
        return run_id

    def _stands(self, run_id: str) -> bool:
        """Return whether a run that was not to be played stands still for certain: another may have played it."""
        view = self.client.run(run_id)
        return isinstance(view, RunView) and view.phase in {RunPhase.IDLE, RunPhase.STOPPED, RunPhase.LOST}

    def _analysed(self, opened: _OpenRun) -> str:
        """Upload the protocol and hold the robot's analysis of it against the plan; return the robot's id of it."""
        protocol_id = _or_not_started(self.client.upload({f"{opened.run.label}.py": opened.job.protocol}))
        analysis = _or_not_started(self.client.analysis(protocol_id))
        differing = analysis_differences(analysis, opened.job.plan)
        if differing:
            raise _NotStartedError(
                f"the robot would do something else than the plan: {'; '.join(differing)}", "plan the deck again"
            )
        opened.journal.add("analysed", protocol_id=protocol_id, commands=len(analysis.commands))
        return protocol_id

    def _load(self, ledger: Ledger, job: Job, start: Start) -> None:
        if start.fresh_deck:
            ledger.load_deck(job.plan, job.deck, start.confirmed_by, fresh_racks=not start.keep_racks)
            return
        for slot in start.fresh_racks:
            ledger.swap_rack(slot, start.confirmed_by)
        for place, stock, volume in start.refilled:
            ledger.refill(place, stock, volume, start.confirmed_by)
        ledger.confirm(job.plan, start.confirmed_by)

    def _watch(self, opened: _OpenRun, run_id: str, *, may_play: bool) -> RunOutcome:
        follower = Follower(
            self.client,
            opened.journal,
            opened.job.plan,
            run_id,
            self.pace,
            clock=self.clock,
            sleep=self.sleep,
            show=self.show,
        )
        ending = follower.follow(may_play=may_play)
        return _unreachable(opened.run, ending) if isinstance(ending, RobotFailure) else self._settle(opened, ending)

    def _end(self, opened: _OpenRun, ending: Ending) -> RunOutcome:
        opened.journal.add("ended", **ending.to_json())
        return self._settle(opened, ending)

    def _settle(self, opened: _OpenRun, ending: Ending) -> RunOutcome:
        """Charge the ledger for what happened, once, and return it."""
        label, plan, ledger, journal = opened.run.label, opened.job.plan, opened.ledger, opened.journal
        if ending.phase is RunPhase.IDLE:
            if label in ledger.state.pending:
                ledger.rollback(label)
            return RunOutcome(label, RunEnd.NOT_STARTED, problem="; ".join(ending.errors), hint="start a new run")
        reckoning = reckon(plan, opened.job.deck, facts_of(journal.entries))
        ledger.commit(label, plan, reckoning)
        if latest(journal.entries, "settled") is None:
            journal.add("settled", dishes={film: str(state) for film, state in reckoning.dishes.items()})
        return RunOutcome(label, _ENDS[ending.phase], reckoning, problem="; ".join(ending.errors))


def _robot_of(run: RunFolder) -> str:
    planned = latest(run.entries(), "planned")
    if planned is None:
        raise StoreError(f"the journal of {run.label} is empty: the run never began", hint="start a new run")
    return str(planned.data["robot"])


def _unreachable(run: RunFolder, failure: RobotFailure) -> RunOutcome:
    return RunOutcome(run.label, RunEnd.UNREACHABLE, problem=failure.message, hint=failure.hint)


def _or_not_started(result: _T | RobotFailure) -> _T:
    if isinstance(result, RobotFailure):
        raise _NotStartedError(result.message, result.hint)
    return result
