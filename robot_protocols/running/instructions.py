"""What people say of a run that ended early: go on with its deck, or give it up. It is written beside the run.

`filmlab work --robot URL` follows an instruction to go on, so that a person at the robot needs the dashboard only.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import attrs

from robot_protocols.running.continuation import WAIT_MINUTES
from robot_protocols.running.facts import latest
from robot_protocols.running.journal import Journal, read_journal, utc_now
from robot_protocols.running.places import RunFolder

_GO_ON = "go on"
_GIVEN_UP = "given up"


@attrs.frozen
class Instruction:
    """To go on with a deck."""

    who: str
    """Who has done what the continuation asks for, and has checked the deck."""
    answers: Mapping[str, str]
    """Answers to `robot_protocols.running.continuation.questions`, by code."""
    plan_sha256: str
    """Hash of the plan for which the deck was made ready: another one is not run."""
    at: datetime | None = attrs.field(default=None, eq=False)
    """When it was said; None before it is written down."""

    def answers_at(self, now: datetime) -> Mapping[str, str]:
        """Return the answers that still hold: what was good when somebody looked is not good for ever."""
        waited = abs((now - self.at).total_seconds()) / 60 if self.at is not None else 0.0
        return {code: said for code, said in self.answers.items() if said != "yes" or waited <= WAIT_MINUTES}


def instruct(run: RunFolder, instruction: Instruction, clock: Callable[[], datetime] = utc_now) -> None:
    """Write down that a deck shall be gone on with after a run, its last one so far."""
    with Journal(_path(run), clock=clock) as journal:
        journal.add(_GO_ON, who=instruction.who, answers=dict(instruction.answers), plan_sha256=instruction.plan_sha256)


def instruction_of(run: RunFolder) -> Instruction | None:
    """Return how a deck shall be gone on with after a run; None where nobody has said so."""
    path = _path(run)
    found = latest(read_journal(path), _GO_ON) if path.is_file() else None
    return Instruction(**found.data, at=found.at) if found is not None else None


def give_up(run: RunFolder, who: str) -> None:
    """Write down that a deck is not gone on with: films that it did not finish are planned anew."""
    with Journal(run.journal_path) as journal:
        journal.add(_GIVEN_UP, who=who)


def is_given_up(run: RunFolder) -> bool:
    """Return whether a person has said that the deck of a run is not gone on with."""
    return latest(run.entries(), _GIVEN_UP) is not None


def _path(run: RunFolder) -> Path:
    return run.root / "orders.jsonl"
