"""What happens on the imaginary deck, written down as it happens."""

import json
from pathlib import Path
from typing import Any, TextIO

import attrs

from robot_protocols.fake_robot.pipetting import PipettingErrors


@attrs.define
class World:
    """Every tip that is picked up and every volume that is moved, in order.

    Args:
        file: Where to write them as JSON lines as well; what is there already is kept, as a deck outlives its robot.
        errors: How far the pipettes are off; exact where left out. What arrives stands beside what was asked for.
    """

    file: Path | None = None
    errors: PipettingErrors | None = None
    events: list[dict[str, Any]] = attrs.field(factory=list)
    _opened: TextIO | None = attrs.field(default=None, init=False)

    def note(self, kind: str, params: dict[str, Any], *, run: str, share: float = 1.0) -> None:
        """Write down what a command, or a share of it, did."""
        if kind not in {"pickUpTip", "aspirate", "dispense", "dropTipInPlace"}:
            return
        event: dict[str, Any] = {"do": kind, "run": run, "pipette": params["pipetteId"]}
        if "labwareId" in params:
            event["slot"], event["well"] = int(params["labwareId"].rpartition("-")[2]), params["wellName"]
        if "volume" in params:
            event["volume"] = share * params["volume"]
            if self.errors is not None and kind == "dispense":
                mount = params["pipetteId"].removeprefix("pipette-")
                event["delivered"] = round(self.errors.delivered(mount, event["volume"]), 3)
        self.events.append(event)
        if self.file is not None:
            if self._opened is None:
                self._opened = self.file.open("a", encoding="utf-8")
            self._opened.write(json.dumps(event) + "\n")
            self._opened.flush()
