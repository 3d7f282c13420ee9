"""Gravimetric calibrations: what a pipette really delivers of a stock, weighed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import sqrt

import attrs
import numpy as np

from lab.errors import InvalidInputError

_positive = attrs.validators.gt(0.0)
AIR_DENSITY = 0.0012
"""g/mL, at 20 degC and sea level (ISO 8655-6)."""
WEIGHT_DENSITY = 8.0
"""Density of a balance's reference weights, g/mL (OIML R 111)."""


@attrs.frozen
class CalibrationPoint:
    """Single strokes of one volume, weighed one by one."""

    volume: float = attrs.field(validator=_positive)
    """Volume asked for, uL."""
    delivered: float = attrs.field(validator=_positive)
    """Mean volume delivered, uL."""
    sd: float = attrs.field(validator=attrs.validators.ge(0.0))
    """Standard deviation of one stroke, uL."""
    n: int = attrs.field(validator=attrs.validators.ge(2))
    """Number of strokes."""


def _by_volume(points: Iterable[CalibrationPoint]) -> tuple[CalibrationPoint, ...]:
    return tuple(sorted(points, key=lambda point: point.volume))


@attrs.frozen
class Calibration:
    """What one pipette delivers of one stock, at one or more volumes.

    Between two volumes the share delivered and its relative standard deviation are interpolated; beyond the outermost
    they stay as they are there.
    """

    stock: str
    pipette: str
    points: tuple[CalibrationPoint, ...] = attrs.field(converter=_by_volume)
    made_on: date | None = None

    def __attrs_post_init__(self) -> None:
        if not self.points or len({point.volume for point in self.points}) < len(self.points):
            raise InvalidInputError(
                f"calibration of {self.stock} with {self.pipette}",
                ["it needs at least one volume, and every volume once"],
            )

    def factor(self, asked: float) -> float:
        """Return the share of a volume asked for that is delivered: 0.97 is 3 % too little."""
        volumes = [point.volume for point in self.points]
        return float(np.interp(asked, volumes, [point.delivered / point.volume for point in self.points]))

    def asked_for(self, wanted: float) -> float:
        """Return the volume to ask for so that `wanted` uL are delivered.

        Raises:
            InvalidInputError: If the factor changes so fast between two volumes that there is no answer.
        """
        asked = wanted / self.factor(wanted)
        for _ in range(50):
            following = wanted / self.factor(asked)
            if abs(following - asked) < 1e-6:
                return following
            asked = following
        raise InvalidInputError(
            f"calibration of {self.stock} with {self.pipette}",
            [f"no volume asked for can be found that delivers {wanted:g} uL"],
            hint="weigh again: what is delivered changes too fast with the volume asked for",
        )

    def stroke_sd(self, asked: float) -> float:
        """Return the standard deviation of what one stroke delivers, uL.

        It holds the scatter of a stroke and how well the mean is known, s^2 (1 + 1/n).
        """
        volumes = [point.volume for point in self.points]
        relative = [point.sd * sqrt(1 + 1 / point.n) / point.volume for point in self.points]
        return asked * float(np.interp(asked, volumes, relative))


Calibrations = Mapping[tuple[str, str], Calibration]
"""Calibrations by stock and pipette."""


def by_stock_and_pipette(calibrations: Iterable[Calibration]) -> Calibrations:
    """Return calibrations by stock and pipette; of two for the same the later counts."""
    ordered = sorted(calibrations, key=lambda item: item.made_on or date.min)
    return {(item.stock, item.pipette): item for item in ordered}


def calibration_point(asked: float, weighed: Sequence[float]) -> CalibrationPoint:
    """Return the point that strokes of one volume give.

    Args:
        asked: Volume asked for, uL.
        weighed: Volumes delivered, uL, from `volume_of`.

    Raises:
        InvalidInputError: If there are fewer than two strokes.
    """
    if len(weighed) < 2:
        raise InvalidInputError("calibration", [f"{asked:g} uL were weighed once"], hint="weigh at least 5 strokes")
    return CalibrationPoint(asked, float(np.mean(weighed)), float(np.std(weighed, ddof=1)), len(weighed))


def volume_of(mass: float, density: float) -> float:
    """Return the volume of a weighed liquid, uL, corrected for the buoyancy of air (ISO 8655-6).

    Args:
        mass: Reading of the balance, mg.
        density: Density of the liquid, g/mL.
    """
    return mass / density * (1 - AIR_DENSITY / WEIGHT_DENSITY) / (1 - AIR_DENSITY / density)


def water_density(temperature: float) -> float:
    """Return the density of water, g/mL, between 0 and 40 degC (Tanaka et al., Metrologia 38, 301 (2001))."""
    t = temperature
    return 0.99997495 * (1 - (t - 3.983035) ** 2 * (t + 301.797) / (522528.9 * (t + 69.34881)))


def stock_density(concentration: float, solid_density: float, temperature: float) -> float:
    """Return the density of a dispersion in water, g/mL: the solids take the place of as much water.

    Args:
        concentration: Dry material in the liquid, mg/mL.
        solid_density: Density of the dry material, g/cm^3.
        temperature: degC.
    """
    water = water_density(temperature)
    return water + concentration / 1000 * (1 - water / solid_density)
