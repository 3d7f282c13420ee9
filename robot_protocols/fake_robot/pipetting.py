"""What imaginary pipettes deliver beside what they are asked for: as far off as the maker's table says."""

from collections.abc import Mapping

import attrs
import numpy as np

from lab.seeds import generator
from robot_protocols.pipettes import PIPETTES


@attrs.define
class PipettingErrors:
    """Errors of a robot's pipettes.

    Each pipette is off in one direction by a share of the published systematic error, the same for all its life; each
    stroke scatters around that by the published random error.

    Args:
        seed: Seed of all errors; the same seed gives the same robot.
        models: Pipette model by mount.
    """

    seed: int
    models: Mapping[str, str]
    _strokes: int = attrs.field(default=0, init=False)

    def delivered(self, mount: str, volume: float) -> float:
        """Return what arrives of a stroke, uL."""
        pipette = PIPETTES.get(self.models.get(mount, ""))
        if pipette is None:
            return volume
        self._strokes += 1
        volumes = [point.volume for point in pipette.accuracy]
        systematic = np.interp(volume, volumes, [point.systematic for point in pipette.accuracy])
        random = np.interp(volume, volumes, [point.random for point in pipette.accuracy])
        bias = generator(self.seed, "pipette", mount, pipette.model).uniform(-1.0, 1.0)
        scatter = generator(self.seed, "stroke", self._strokes).standard_normal()
        return max(0.0, float(volume + bias * systematic + scatter * random))
