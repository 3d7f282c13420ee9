"""What a campaign thinks of itself between two loops, and what people decide about it."""

from enum import StrEnum
from typing import ClassVar

import attrs


class Advice(StrEnum):
    """What a review advises."""

    GO_ON = "go-on"
    """The next batch is worth making."""
    LOOK = "look"
    """A health check failed: look at it before the next batch is trusted."""
    STOP = "stop"
    """The next batch would tell less than a repeat scatters, or the goal is reached."""


@attrs.frozen
class LoopReview:
    """The review of a campaign after a loop: health checks, and what the next batch is expected to tell."""

    kind: ClassVar[str] = "loop_review"
    name: str
    """The training that it follows: loop-03."""
    advice: Advice
    content: str
    """The whole review as JSON, see `active_learning.campaign.reviews`."""

    @property
    def key(self) -> tuple[str, ...]:
        """The review's name."""
        return (self.name,)


class Course(StrEnum):
    """How a campaign shall go on."""

    STOP = "stop"
    """No more loops: on to designs and report."""
    GO_ON = "go-on"
    """Another loop, whatever the review advises."""


@attrs.frozen
class LoopDecision:
    """A decision about the loops to come. Who decided is in the record's event."""

    kind: ClassVar[str] = "loop_decision"
    name: str
    """The training after which it was decided: loop-03."""
    course: Course
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The decision's name."""
        return (self.name,)
