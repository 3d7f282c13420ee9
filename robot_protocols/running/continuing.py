"""Taking up runs that did not end well: settle what happened, ask, plan, and run what is left."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from math import inf

import attrs

from lab.errors import UnknownNameError
from lab.names import known_hint
from robot_protocols.plans import DeckPlan
from robot_protocols.robot_client.values import LabwareOffset
from robot_protocols.running.continuation import (
    Continuation,
    Question,
    plan_continuation,
    questions,
)
from robot_protocols.running.facts import facts_of, last_seen, latest
from robot_protocols.running.journal import read_journal
from robot_protocols.running.ledger import DeckState, replay
from robot_protocols.running.loading import job_of
from robot_protocols.running.outcomes import RunEnd, RunOutcome
from robot_protocols.running.places import RobotFolder, RunFolder
from robot_protocols.running.reckoning import Reckoning, reckon
from robot_protocols.running.runner import RobotRunner, Start
from robot_protocols.running.standing import DeckHistory


@attrs.frozen
class NextStep:
    """What has to be done about a run."""

    outcome: RunOutcome
    """How the last run of the deck turned out."""
    history: DeckHistory | None = None
    """The deck with all its runs; None where what happened is not known yet, or nothing did."""
    questions: tuple[Question, ...] = ()
    """What a person has to say first."""
    continuation: Continuation | None = None
    """How to go on; None where there is nothing to do, or nothing can be done yet."""


def chain_of(folder: RobotFolder, run: RunFolder) -> tuple[RunFolder, ...]:
    """Return every run of the same deck, from the first to the last continuation."""
    before = {item.label: item.continues for item in folder.runs()}
    labels = [run.label]
    while (earlier := before.get(labels[0])) is not None:
        labels.insert(0, earlier)
    while later := [label for label, earlier in before.items() if earlier == labels[-1]]:
        labels.append(later[-1])
    return tuple(folder.run(label) for label in labels)


def history_of(runs: Sequence[RunFolder]) -> DeckHistory:
    """Return a deck with what happened in its runs; runs that never moved are left out."""
    jobs = [(run.job(), run.entries()) for run in runs]
    deck = jobs[0][0].deck
    ran: list[tuple[DeckPlan, Reckoning]] = []
    spoiled: frozenset[str] = frozenset()
    for job, entries in reversed(jobs):
        facts = facts_of(entries)
        spoiled |= facts.flagged
        if latest(entries, "playing") is not None:
            ran.insert(0, (job.plan, reckon(job.plan, deck, attrs.evolve(facts, flagged=spoiled))))
            # What was said after a run is said of the dish that the film was in last, perhaps since an earlier run.
            spoiled -= {film.order.label for film in job.plan.films}
    nothing = (jobs[0][0].plan, reckon(jobs[0][0].plan, deck, facts_of(())))
    return DeckHistory(deck, tuple(ran) or (nothing,), frozenset(run.label for run in runs))


def next_step(
    runner: RobotRunner,
    run: RunFolder,
    *,
    answers: Mapping[str, str] | None = None,
    robot_is_off: bool = False,
    flagged: Sequence[str] = (),
) -> NextStep:
    """Settle a run and return what has to be done about its deck.

    Args:
        runner: The robot that it was on.
        run: Any run of the deck.
        answers: What a person said to earlier questions, by code.
        robot_is_off: A person says that the robot is off and will not tell anything any more.
        flagged: Films that a person says are spoiled.

    Raises:
        UnknownNameError: If the deck has no such film.
    """
    runs = chain_of(runner.folder, run)
    films = [film.order.label for film in runs[0].job().plan.films]
    for label in flagged:
        if label not in films:
            raise UnknownNameError(f"the deck of {run.label} has no film {label!r}", hint=known_hint(label, films))
    outcome = runner.resume(runs[-1], robot_is_off=robot_is_off, flagged=flagged)
    if outcome.end is RunEnd.UNREACHABLE:
        return NextStep(outcome)
    found = prospect(runner.folder, runs, runner.clock(), answers)
    return NextStep(outcome, found.history, found.questions, found.continuation)


@attrs.frozen
class Prospect:
    """How a deck can be gone on with, by what is written down."""

    history: DeckHistory
    questions: tuple[Question, ...] = ()
    continuation: Continuation | None = None
    """None where every film is finished, or a question comes first."""


def prospect(
    folder: RobotFolder, runs: Sequence[RunFolder], now: datetime, answers: Mapping[str, str] | None = None
) -> Prospect:
    """Return how a deck can be gone on with, without asking its robot.

    Args:
        folder: Where the runs are.
        runs: All runs of the deck (`chain_of`); the last one has ended.
        now: The time, with a time zone.
        answers: What a person said to earlier questions, by code.
    """
    history = history_of(runs)
    if history.done:
        return Prospect(history)
    entries = runs[-1].entries()
    asked = questions(history, _minutes_waited(last_seen(entries), now), answers or {})
    if asked:
        return Prospect(history, asked)
    planned = latest(entries, "planned")
    robot = planned.data["robot"] if planned else ""
    # Read and not opened: whoever only looks keeps nobody from writing.
    ledger = folder.ledger_path(robot)
    state = replay(read_journal(ledger)) if ledger.is_file() else DeckState()
    return Prospect(history, (), plan_continuation(history, state, answers, on_robot=folder.deck_on(robot)))


def _minutes_waited(seen: datetime | None, now: datetime) -> float:
    """Return how long ago a robot was last seen; infinite where the clock was set back since, and does not tell."""
    waited = (now - seen).total_seconds() / 60 if seen else 0.0
    # Clocks of two computers may be a little apart.
    return inf if waited < -1.0 else waited


def go_on(
    runner: RobotRunner,
    run: RunFolder,
    step: NextStep,
    *,
    confirmed_by: str,
    confirm: Callable[[], None] = lambda: None,
) -> RunOutcome:
    """Run the continuation that `next_step` found, once its operator has done what it asks for.

    Args:
        runner: The robot.
        run: Any run of the deck.
        step: What `next_step` returned.
        confirmed_by: Who has done what the continuation asks for, and has checked the deck.
        confirm: Called at the last moment before the robot moves (see `Start`).
    """
    continuation = step.continuation
    if continuation is None or continuation.plan is None or step.history is None:
        return RunOutcome(run.label, RunEnd.NOT_STARTED, problem="nothing is left to do on this deck")
    runs = chain_of(runner.folder, run)
    start = Start(
        confirmed_by=confirmed_by,
        fresh_deck=False,
        fresh_racks=continuation.fresh_racks,
        refilled=continuation.refills,
        offsets=_offsets_of(runs),
        confirm=confirm,
    )
    job = job_of(continuation.plan, step.history.deck)
    # The run that was looked at: where somebody has gone on with it since, the plan doses what is there already.
    return runner.start(job, start, continues=step.outcome.run)


def _offsets_of(runs: Sequence[RunFolder]) -> tuple[LabwareOffset, ...]:
    """Return the offsets that a deck was run with last: its labware stands where it stood."""
    for run in reversed(runs):
        created = latest(run.entries(), "created")
        if created is not None:
            return tuple(LabwareOffset(**offset) for offset in created.data["offsets"])
    return ()
