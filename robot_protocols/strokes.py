"""From a volume to strokes of one pipette: as few as are accurate enough, else the most accurate."""

from collections.abc import Sequence
from math import ceil, floor

import attrs

from robot_protocols.calibration import Calibration, Calibrations
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
    """What the robot is asked for, uL."""
    factors: tuple[float, ...]
    """Share of each that is delivered; 1 without a calibration."""
    sd: tuple[float, ...]
    """Standard deviation of what each delivers, uL."""
    own_sd: float
    """Of all strokes together, without what the liquid adds, uL."""

    @property
    def delivered(self) -> float:
        """Volume that all strokes deliver, uL."""
        return sum(volume * factor for volume, factor in zip(self.volumes, self.factors, strict=True))

    @property
    def total_sd(self) -> float:
        """Standard deviation of the whole volume: errors of one pipette add up (see `mass_balance`), uL."""
        return sum(self.sd)


@attrs.define
class StrokeChooser:
    """Chooses strokes with the pipettes of a deck; equal questions are answered from memory."""

    pipettes: Sequence[Pipette]
    calibrations: Calibrations = attrs.field(factory=dict)
    _known: dict[tuple[float, str, str], Strokes | None] = attrs.field(factory=dict, init=False)

    @property
    def minimum(self) -> float:
        """Smallest volume that any of the pipettes delivers, uL."""
        return min(pipette.minimum for pipette in self.pipettes)

    def choose(self, volume: float, handling: Handling, stock: str = "") -> Strokes | None:
        """Return the strokes that deliver a volume, or None where no pipette can.

        Args:
            volume: Volume in uL, a multiple of `RESOLUTION`.
            handling: Class of the liquid.
            stock: Name of the stock, for its calibrations.
        """
        key = (round(volume, 1), handling.name, stock)
        if key not in self._known:
            self._known[key] = self._choose(key[0], handling, stock)
        return self._known[key]

    def _choose(self, volume: float, handling: Handling, stock: str) -> Strokes | None:
        splits = [
            _split(volume, pipette, handling, self.calibrations.get((stock, pipette.model)))
            for pipette in self.pipettes
        ]
        options = [split for split in splits if split is not None]
        if not options:
            return None
        # The liquid adds the same to every option, so the pipettes are compared by their own errors.
        accurate = [option for option in options if option.own_sd <= GOOD_ENOUGH * volume]
        if accurate:
            return min(accurate, key=lambda option: (len(option.volumes), option.own_sd))
        return min(options, key=lambda option: option.own_sd)


def _split(volume: float, pipette: Pipette, handling: Handling, calibration: Calibration | None) -> Strokes | None:
    """Equal strokes, as few as the pipette's maximum allows; what 0.1 uL does not divide goes to the first ones."""
    most = pipette.maximum * (calibration.factor(pipette.maximum) if calibration else 1.0)
    count = max(1, ceil((volume - _EPS) / most))
    steps = round(count * _asked(volume / count, calibration) / RESOLUTION)
    base = floor(steps / count)
    volumes = tuple(round((base + (index < steps - base * count)) * RESOLUTION, 1) for index in range(count))
    if min(volumes) < pipette.minimum - _EPS or max(volumes) > pipette.maximum + _EPS:
        return None
    if calibration is not None:
        sd = tuple(round(calibration.stroke_sd(item), 3) for item in volumes)
        factors = tuple(round(calibration.factor(item), 5) for item in volumes)
        return Strokes(pipette.model, volumes, factors, sd, own_sd=sum(sd))
    sd = tuple(round(pipette.stroke_sd(item, extra_cv=handling.extra_cv), 3) for item in volumes)
    own = sum(pipette.stroke_sd(item) for item in volumes)
    return Strokes(pipette.model, volumes, (1.0,) * count, sd, own_sd=own)


def _asked(wanted: float, calibration: Calibration | None) -> float:
    return calibration.asked_for(wanted) if calibration is not None else wanted
