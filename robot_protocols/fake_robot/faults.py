"""Faults that can be put into a run: what, at which step, for how long."""

import re
from enum import StrEnum

import attrs

from lab.errors import InvalidInputError


class FaultKind(StrEnum):
    """What goes wrong."""

    TIP_MISSING = "tip-missing"
    """The first tip that is picked up for the step or a later one is not there; the run fails."""
    CLOG = "clog"
    """The tip clogs while it gives to the dish: half arrives, the run fails."""
    DRAW_FAILED = "draw-failed"
    """The plunger stalls while it draws: half is drawn, the run fails."""
    POWER_CUT = "power-cut"
    """The power fails in the middle of a dispense: half arrives, the robot is off until somebody turns it on."""
    SERVER_RESTART = "server-restart"
    """The robot's server restarts by itself: motion ends, the run's data are lost."""
    STOPPED = "stopped-by-hand"
    """Somebody stops the run in the middle of drawing."""
    NETWORK_AWAY = "network-away"
    """No request gets through for a while; the robot goes on."""
    CONNECTION_RESET = "connection-reset"
    """Requests are heard but their answers are lost, three times."""
    SLOW_NETWORK = "slow-network"
    """Every answer takes as long as is said."""


_SECONDS = {FaultKind.SERVER_RESTART: 18.0, FaultKind.NETWORK_AWAY: 120.0, FaultKind.SLOW_NETWORK: 2.0}
"""How long a fault lasts where nothing is said; 18 s until a restarted robot-server is healthy were measured."""


@attrs.frozen
class Fault:
    """A fault; it strikes once."""

    kind: FaultKind
    step: int = 0
    """Step of the plan from which on it strikes, at the first command that it can strike at."""
    seconds: float = 0.0


def parse_fault(text: str) -> Fault:
    """Read a fault: ``kind``, ``kind@step`` or ``kind@step:seconds``.

    Raises:
        InvalidInputError: If it is none.
    """
    match = re.fullmatch(r"([a-z-]+)(?:@(\d{1,9}))?(?::(\d{1,9}(?:\.\d{1,9})?))?", text.strip())
    if match is None or match[1] not in set(FaultKind):
        raise InvalidInputError(
            "fault",
            [f"{text!r} is no fault"],
            hint=f"write kind@step or kind@step:seconds, with one of {', '.join(FaultKind)}",
        )
    kind = FaultKind(match[1])
    seconds = float(match[3]) if match[3] else _SECONDS.get(kind, 0.0)
    return Fault(kind, int(match[2] or 0), seconds)
