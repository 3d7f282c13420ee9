"""Who answers: an OT-2 that is young enough, the one that was meant, with the pipettes that it has."""

import attrs

from robot_protocols.preflight.inspection import RobotFacts
from robot_protocols.protocol_writer import API_LEVEL, readable_at
from robot_protocols.robot_client.client import Ot2Client
from robot_protocols.robot_client.failures import FailureCode, RobotFailure
from robot_protocols.robot_client.values import RobotHealth

MODEL = "OT-2"


@attrs.frozen
class RobotIdentity:
    """An OT-2 that may be used."""

    health: RobotHealth
    facts: RobotFacts
    """What preflight compares with the plan."""

    @property
    def key(self) -> str:
        """What names this robot among others: its serial number, else its name."""
        return self.health.serial or self.health.name


def identify(client: Ot2Client, *, serial: str | None = None) -> RobotIdentity | RobotFailure:
    """Return who answers, or why it may not be used.

    Args:
        client: The robot.
        serial: Serial number of the robot that is meant; any OT-2 will do where left out.
    """
    health = client.health()
    if isinstance(health, RobotFailure):
        return health
    refused = _refused(health, client.address, serial)
    if refused is not None:
        return refused
    instruments = client.instruments()
    if isinstance(instruments, RobotFailure):
        return instruments
    pipettes = {item.mount: item.model for item in instruments}
    return RobotIdentity(health, RobotFacts(MODEL, health.api_level, pipettes))


def _refused(health: RobotHealth, address: str, serial: str | None) -> RobotFailure | None:
    who = f"{health.name!r} at {address}"
    if MODEL not in health.model:
        return RobotFailure(
            FailureCode.WRONG_MODEL, f"{who} is a robot of model {health.model!r}", f"give the address of an {MODEL}"
        )
    if not readable_at(health.api_level):
        return RobotFailure(
            FailureCode.TOO_OLD,
            f"{who} has software {health.software}, which reads protocols up to API level {health.api_level}; "
            f"{API_LEVEL} is needed",
            "update the robot's software to 8.0 or later",
        )
    if serial is not None and health.serial != serial:
        return RobotFailure(
            FailureCode.WRONG_SERIAL,
            f"{who} has serial number {health.serial or 'unknown'!r}, expected was {serial!r}",
            "check the address, or the serial number in the settings",
        )
    return None
