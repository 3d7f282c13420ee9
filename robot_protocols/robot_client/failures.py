"""What can go wrong with a robot, as values: a code for programs, a sentence for people, and how to recover."""

from enum import StrEnum

import attrs


class FailureCode(StrEnum):
    """Kinds of failures, by what has to be done about them."""

    UNREACHABLE = "unreachable"
    """No connection, or it broke: whether the robot got the request is not known."""
    NOT_SENT = "not-sent"
    """No connection could be made, so the robot did not get the request."""
    TIMED_OUT = "timed-out"
    BOOTING = "booting"
    NOT_A_ROBOT = "not-a-robot"
    """Something answers that is no Opentrons robot, or sends elsewhere."""
    WRONG_MODEL = "wrong-model"
    WRONG_SERIAL = "wrong-serial"
    TOO_OLD = "too-old"
    PROTOCOL_INVALID = "protocol-invalid"
    ANALYSIS_NOT_OK = "analysis-not-ok"
    ANALYSIS_SLOW = "analysis-slow"
    RUN_ALREADY_ACTIVE = "run-already-active"
    ACTION_REFUSED = "action-refused"
    NOT_FOUND = "not-found"
    REFUSED = "refused"
    """Any other answer that is not a success."""
    UNEXPECTED_ANSWER = "unexpected-answer"


@attrs.frozen
class RobotFailure:
    """Something that a robot, or the way to it, did not do."""

    code: FailureCode
    message: str
    hint: str

    @property
    def may_pass(self) -> bool:
        """Whether the same request may work in a while without anybody doing anything."""
        return self.code in _MAY_PASS

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})"


_MAY_PASS = frozenset({FailureCode.UNREACHABLE, FailureCode.NOT_SENT, FailureCode.TIMED_OUT, FailureCode.BOOTING})
