"""A protocol context that writes down what a protocol asks for, in the words of `robot_protocols.readback`."""

from types import SimpleNamespace
from typing import Any

import attrs


@attrs.define
class RecordingWell:
    slot: int
    name: str
    robot: "RecordingRobot"

    def bottom(self, z: float) -> "RecordingLocation":
        return RecordingLocation(self, z)

    def top(self, z: float = 0.0) -> "RecordingLocation":
        return RecordingLocation(self, z)

    def load_liquid(self, liquid: str, volume: float) -> None:
        self.robot.say("loadLiquid", slot=self.slot, liquid=liquid, volumes={self.name: volume})


@attrs.define
class RecordingLocation:
    well: RecordingWell
    z: float


@attrs.define
class RecordingLabware:
    slot: int
    robot: "RecordingRobot"

    def __getitem__(self, name: str) -> RecordingWell:
        return RecordingWell(self.slot, name, self.robot)


@attrs.define
class RecordingPipette:
    model: str
    robot: "RecordingRobot"
    flow_rate: Any = attrs.field(factory=SimpleNamespace)

    def _say(self, do: str, place: RecordingLocation | RecordingWell | None = None, **more: Any) -> None:
        well = place.well if isinstance(place, RecordingLocation) else place
        where = {"slot": well.slot, "well": well.name} if well else {}
        self.robot.say(do, pipette=self.model, **where, **more)

    def pick_up_tip(self, well: RecordingWell) -> None:
        self._say("pickUpTip", well)

    def drop_tip(self) -> None:
        self._say("dropTip")

    def aspirate(self, volume: float, place: RecordingLocation) -> None:
        self._say("aspirate", place, volume=volume, height=place.z, flow=self.flow_rate.aspirate)

    def dispense(self, volume: float, place: RecordingLocation) -> None:
        self._say("dispense", place, volume=volume, height=place.z, flow=self.flow_rate.dispense)

    def mix(self, times: int, volume: float, place: RecordingLocation) -> None:
        for _ in range(times):
            self.aspirate(volume, place)
            self.dispense(volume, place)

    def move_to(self, place: RecordingLocation, speed: float) -> None:
        self._say("moveToWell", place, speed=speed)

    def blow_out(self, place: RecordingLocation) -> None:
        self._say("blowout", place)

    def touch_tip(self, well: RecordingWell, v_offset: float) -> None:
        self._say("touchTip", well)


@attrs.define
class RecordingRobot:
    """Stands in for the vendor's protocol context."""

    commands: list[dict[str, Any]] = attrs.field(factory=list)

    def say(self, do: str, **more: Any) -> None:
        self.commands.append({"do": do, **more})

    def load_labware(self, name: str, slot: int, version: int) -> RecordingLabware:
        self.say("loadLabware", labware=name, slot=slot, version=version)
        return RecordingLabware(slot, self)

    def load_labware_from_definition(self, definition: dict[str, Any], slot: int) -> RecordingLabware:
        return self.load_labware(definition["parameters"]["loadName"], slot, definition["version"])

    def load_instrument(self, model: str, mount: str, tip_racks: list[RecordingLabware]) -> RecordingPipette:
        self.say("loadPipette", pipette=model, mount=mount)
        return RecordingPipette(model, self)

    def define_liquid(self, name: str, description: str, display_color: None) -> str:
        return name

    def comment(self, text: str) -> None:
        self.say("comment", message=text)

    def delay(self, seconds: float) -> None:
        self.say("waitForDuration", seconds=seconds)
