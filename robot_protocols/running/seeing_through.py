"""Seeing a deck through: whatever fails, going on until every film is finished or nothing more can be done on it."""

from collections.abc import Callable, Mapping

import attrs

from robot_protocols.running.continuing import go_on, next_step
from robot_protocols.running.loading import Job
from robot_protocols.running.outcomes import RunEnd, RunOutcome
from robot_protocols.running.runner import RobotRunner, Start
from robot_protocols.running.standing import DeckHistory

_MOST_ROUNDS = 6
"""Continuations of one deck; a robot that fails more often than that needs a mechanic, not another try."""


@attrs.frozen
class SeenThrough:
    """A deck that was seen through."""

    outcomes: tuple[RunOutcome, ...]
    """Every run, as it turned out."""
    history: DeckHistory | None
    """None where what happened could not be found out."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What went wrong, in order."""
        ended = [item for item in self.outcomes if item.end is not RunEnd.SUCCEEDED]
        return tuple(f"{item.run} {item.end}" + (f": {item.problem}" if item.problem else "") for item in ended)


def see_through(
    runner: RobotRunner,
    job: Job,
    start: Start,
    *,
    repair: Callable[[], None],
    answers: Mapping[str, str],
) -> SeenThrough:
    """Run a deck as an operator would who does all that is asked for, and goes on after every failure.

    Args:
        runner: The robot.
        job: The deck.
        start: What the operator says at first.
        repair: Called before each further try: turns the robot on again, mends the network.
        answers: What the operator answers to questions, by their code.
    """
    known = {run.label for run in runner.folder.runs()}
    first = runner.start(job, start)
    run = next((run.label for run in runner.folder.runs() if run.label not in known), None)
    if run is None:
        return SeenThrough((first,), None)
    return take_up(runner, run, repair=repair, answers=answers, operator=start.confirmed_by)


def take_up(
    runner: RobotRunner,
    run: str,
    *,
    repair: Callable[[], None],
    answers: Mapping[str, str],
    operator: str,
) -> SeenThrough:
    """Take up a deck after any of its runs, and see it through.

    Args:
        runner: The robot.
        run: Name of a run of the deck.
        repair: Called before each try: turns the robot on again, mends the network.
        answers: What the operator answers to questions, by their code.
        operator: Who does what is asked for.
    """
    outcomes: list[RunOutcome] = []
    history = None
    for number in range(_MOST_ROUNDS + 1):
        step = next_step(runner, runner.folder.run(run), answers=answers)
        history = step.history or history
        outcomes.append(step.outcome)
        known = step.outcome.end is not RunEnd.UNREACHABLE
        if number == _MOST_ROUNDS or (known and (step.continuation is None or step.continuation.plan is None)):
            break
        repair()
        if known:
            go_on(runner, runner.folder.run(run), step, confirmed_by=operator)
    return SeenThrough(tuple(outcomes), history)
