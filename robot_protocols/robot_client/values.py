"""What a robot says, as values."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import attrs


class RunAction(StrEnum):
    """What a run can be told."""

    PLAY = "play"
    PAUSE = "pause"
    STOP = "stop"


class RunPhase(StrEnum):
    """Where a run stands."""

    IDLE = "idle"
    MOVING = "moving"
    PAUSED = "paused"
    STOPPED = "stopped"
    FAILED = "failed"
    SUCCEEDED = "succeeded"
    LOST = "lost"
    """The robot was restarted and has no data of the run any more."""

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self in {RunPhase.STOPPED, RunPhase.FAILED, RunPhase.SUCCEEDED, RunPhase.LOST}


@attrs.frozen
class RobotHealth:
    """Who answers."""

    name: str
    model: str
    serial: str
    """Empty where the robot does not tell."""
    software: str
    api_level: str
    """Highest level of the Python API."""
    firmware: str = ""

    @property
    def simulated(self) -> bool:
        """Whether no hardware moves: the imaginary robot, or a robot-server with a simulated one."""
        return self.firmware == "imaginary" or self.no_motion

    @property
    def no_motion(self) -> bool:
        """Whether liquid moves in no time and only delays take some: a robot-server with a simulated robot."""
        return self.firmware == "Virtual Smoothie"


@attrs.frozen
class Instrument:
    """A pipette on a mount."""

    mount: str
    model: str
    serial: str = ""


@attrs.frozen
class Analysis:
    """The robot's own look at a protocol before it runs."""

    ok: bool
    errors: tuple[str, ...]
    commands: tuple[Mapping[str, Any], ...] = attrs.field(repr=False)
    labware: Mapping[str, int]
    """Slot by the analysis's labware id."""
    liquids: Mapping[str, str]
    """Name by id."""
    pipettes: Mapping[str, str]
    """Model by id."""


@attrs.frozen
class LabwareOffset:
    """How far a labware really stands from where it should, mm; from the robot's own position check."""

    definition_uri: str
    slot: int
    x: float
    y: float
    z: float


@attrs.frozen
class RunView:
    """A run as the robot tells it."""

    run_id: str
    protocol_id: str
    status: str
    """The robot's own word."""
    phase: RunPhase
    current: bool
    errors: tuple[str, ...]
    labware: Mapping[str, int]
    """Slot by labware id, as far as it is loaded."""
    pipettes: Mapping[str, str]
    """Model by pipette id."""


@attrs.frozen
class Command:
    """A command of a run."""

    index: int
    """Its place in the run, from 0."""
    command_id: str
    kind: str
    """The robot's command type: aspirate, dispense, comment, ..."""
    status: str
    """queued, running, succeeded or failed."""
    params: Mapping[str, Any]
    started_at: str = ""
    completed_at: str = ""
    error: str = ""

    @property
    def finished(self) -> bool:
        """Whether its outcome is known."""
        return self.status in {"succeeded", "failed"}


@attrs.frozen
class CommandPage:
    """Some commands of a run, in order."""

    commands: tuple[Command, ...]
    total: int
    """Commands that the run has so far."""
