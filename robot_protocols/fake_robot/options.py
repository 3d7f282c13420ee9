"""How the imaginary robot is to be."""

import attrs

from robot_protocols.fake_robot.faults import Fault


@attrs.frozen
class RobotOptions:
    """An OT-2 with two pipettes, or what it shall be instead."""

    name: str = "imaginary OT-2"
    model: str = "OT-2 Standard"
    serial: str = "FAKE-0001"
    software: str = "8.1.0"
    firmware: str = "imaginary"
    api_level: tuple[int, int] = (2, 20)
    left: str = "p1000_single_gen2"
    right: str = "p300_single_gen2"
    speed: float = 1.0
    """How many times faster than a robot it moves."""
    analysis_seconds: float = 0.0
    creation_seconds: float = 0.0
    """How long the creation of a run takes; newer robots take up to 38 s."""
    boot_seconds: float = 0.0
    faults: tuple[Fault, ...] = ()
    pipetting_seed: int | None = None
    """Seed of the pipettes' errors; None for exact ones."""
