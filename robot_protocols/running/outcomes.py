"""How a run turned out, as values."""

from enum import StrEnum

import attrs

from lab.records import DishState
from robot_protocols.findings import Finding
from robot_protocols.running.reckoning import Reckoning


class RunEnd(StrEnum):
    """How a run turned out."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """The robot gave up at a command."""
    STOPPED = "stopped"
    """Somebody stopped it."""
    LOST = "lost"
    """The robot was restarted, or lost its power, and forgot the run."""
    UNREACHABLE = "unreachable"
    """The robot cannot be reached; it may still be moving."""
    NOT_STARTED = "not started"
    """The robot never moved; nothing is charged."""


@attrs.frozen
class RunOutcome:
    """A run that was started, or tried to."""

    run: str
    """The run's name."""
    end: RunEnd
    reckoning: Reckoning | None = None
    """What happened; None where nothing did, or where it is not known yet."""
    problem: str = ""
    hint: str = ""
    findings: tuple[Finding, ...] = ()
    """What was found before the start."""

    @property
    def complete(self) -> bool:
        """Whether every film is in its dish and mixed."""
        if self.end is not RunEnd.SUCCEEDED or self.reckoning is None:
            return False
        return all(state is DishState.FINISHED for state in self.reckoning.dishes.values())
