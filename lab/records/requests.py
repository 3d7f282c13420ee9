"""Long work that people ask for from where it is not done itself: the dashboard, another computer."""

from enum import StrEnum
from typing import ClassVar

import attrs


class RequestedWork(StrEnum):
    """What can be asked for. The words are those of the campaign's actions."""

    TRAIN = "train"
    """Models are trained once more, on what is known by then."""
    SIMULATE = "simulate"
    """An atomic model goes through a mechanical test."""


class RequestState(StrEnum):
    """Whether the work is still wanted. That it is done is known by the event of the action."""

    ASKED = "asked"
    WITHDRAWN = "withdrawn"


@attrs.frozen
class WorkRequest:
    """Work for `filmlab work` that the campaign's plan does not hold. Who asked is in the record's event."""

    kind: ClassVar[str] = "work_request"
    work: RequestedWork
    subject: str
    """What it is done to, as in the action: loop-03-again-1, mmt-cnf-tension-demo-seed1."""
    state: RequestState = RequestState.ASKED

    @property
    def key(self) -> tuple[str, ...]:
        """The work and its subject."""
        return (self.work, self.subject)

    @property
    def action_key(self) -> str:
        """Key of the event that says that it is done."""
        return f"{self.work}:{self.subject}"
