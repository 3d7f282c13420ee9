"""Going on after a run that has ended: questions, what has to be done, what was said already."""

from collections.abc import Mapping
from datetime import UTC, datetime

import attrs

from robot_protocols.running.continuation import Continuation, Question, QuestionCode
from robot_protocols.running.continuing import chain_of, prospect
from robot_protocols.running.instructions import Instruction, instruction_of, is_given_up
from robot_protocols.running.places import RobotFolder

QUESTIONS = tuple(str(code) for code in QuestionCode)
"""Codes of what a person may be asked."""


@attrs.frozen
class WayOn:
    """How a deck can be gone on with after a run that has ended."""

    asked: tuple[Question, ...] = ()
    """Every question that there is, answered or not."""
    continuation: Continuation | None = None
    """None where a question has no answer yet."""
    later: str | None = None
    """The run that has gone on with the deck already."""
    given_up: bool = False
    told: Instruction | None = None
    """What somebody has said already: it is followed by the worker."""


def way_on(folder: RobotFolder, label: str, answers: Mapping[str, str], now: datetime | None = None) -> WayOn:
    """Return how a deck can be gone on with, by what is written down.

    Args:
        folder: Where the runs are.
        label: A run that has ended.
        answers: What was answered so far, by the question's code.
        now: The time; the clock's where it is left out.

    Raises:
        FilmlabError: If a journal or ledger is damaged.
    """
    run = folder.run(label)
    runs = chain_of(folder, run)
    if runs[-1].label != label:
        return WayOn(later=runs[-1].label)
    if is_given_up(run):
        return WayOn(given_up=True)
    moment = now or datetime.now(UTC)
    asked = prospect(folder, runs, moment).questions
    known = {str(question.code): answers[question.code] for question in asked if question.code in answers}
    found = prospect(folder, runs, moment, known)
    told = instruction_of(run)
    stands = (
        told is not None
        and (plan := prospect(folder, runs, moment, told.answers_at(moment)).continuation) is not None
        and plan.plan is not None
        and plan.plan.sha256 == told.plan_sha256
    )
    return WayOn(asked, found.continuation, told=told if stands else None)
