"""From a volume to strokes of one pipette: as few as are accurate enough, else the most accurate."""

from collections.abc import Sequence
from math import ceil, floor

import attrs

from robot_protocols.handling import Handling
from robot_protocols.pipettes import Pipette

GOOD_ENOUGH = 0.01
"""Coefficient of variation of the pipette up to which fewer strokes are preferred to more accurate ones."""
RESOLUTION = 0.1
"""Volumes are planned in steps of this, uL."""
_EPS = 1e-6


@attrs.frozen
class Strokes:
    """A volume split into strokes of one pipette."""

    pipette: str
    volumes: tuple[float, ...]
    sd: tuple[float, ...]
    """Standard deviation of each stroke, uL."""

    @property
    def volume(self) -> float:
        """Volume of all strokes, uL."""
        return round(sum(self.volumes), 1)

    @property
    def total_sd(self) -> float:
        """Standard deviation of the whole volume: errors of one pipette add up (see `mass_balance`), uL."""
        return sum(self.sd)


@attrs.define
class StrokeChooser:
    """Chooses strokes with the pipettes of a deck; equal questions are answered from memory."""

    pipettes: Sequence[Pipette]
    _known: dict[tuple[float, str], Strokes | None] = attrs.field(factory=dict, init=False)

    @property
    def minimum(self) -> float:
        """Smallest volume that any of the pipettes delivers, uL."""
        return min(pipette.minimum for pipette in self.pipettes)

    def choose(self, volume: float, handling: Handling) -> Strokes | None:
        """Return the strokes for a volume, or None where no pipette can deliver it.

        Args:
            volume: Volume in uL, a multiple of `RESOLUTION`.
            handling: Class of the liquid.
        """
        key = (round(volume, 1), handling.name)
        if key not in self._known:
            self._known[key] = self._choose(key[0], handling)
        return self._known[key]

    def _choose(self, volume: float, handling: Handling) -> Strokes | None:
        options = [split for pipette in self.pipettes if (split := _split(volume, pipette, handling)) is not None]
        if not options:
            return None
        # The liquid adds the same to every option, so the pipettes are compared by their own errors.
        own_sd = {
            option.pipette: sum(pipette.stroke_sd(item) for item in option.volumes)
            for option in options
            for pipette in self.pipettes
            if pipette.model == option.pipette
        }
        accurate = [option for option in options if own_sd[option.pipette] <= GOOD_ENOUGH * volume]
        if accurate:
            return min(accurate, key=lambda option: (len(option.volumes), own_sd[option.pipette]))
        return min(options, key=lambda option: own_sd[option.pipette])


def _split(volume: float, pipette: Pipette, handling: Handling) -> Strokes | None:
    """Equal strokes, as few as the pipette's maximum allows; what 0.1 uL does not divide goes to the first ones."""
    count = max(1, ceil((volume - _EPS) / pipette.maximum))
    steps = round(volume / RESOLUTION)
    base = floor(steps / count)
    volumes = tuple(round((base + (index < steps - base * count)) * RESOLUTION, 1) for index in range(count))
    if min(volumes) < pipette.minimum - _EPS or max(volumes) > pipette.maximum + _EPS:
        return None
    sd = tuple(round(pipette.stroke_sd(item, extra_cv=handling.extra_cv), 3) for item in volumes)
    return Strokes(pipette.model, volumes, sd)
