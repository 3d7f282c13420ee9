"""Single-channel pipettes of the OT-2: volume ranges, flow rates and how exactly they deliver."""

from collections.abc import Mapping
from math import sqrt
from types import MappingProxyType

import attrs
import numpy as np

from lab.errors import UnknownNameError
from lab.names import known_hint


@attrs.frozen
class AccuracyPoint:
    """The maker's limits at one volume: systematic error and standard deviation, both in uL."""

    volume: float
    systematic: float
    random: float


@attrs.frozen
class Pipette:
    """A pipette model.

    The accuracy is the maker's published specification for water-like liquids (Opentrons documentation of the OT-2,
    "Pipettes", table of accuracy). Where a volume lies between two points, both errors are interpolated in uL.
    """

    model: str
    minimum: float
    """Smallest volume of one stroke, uL."""
    maximum: float
    """Largest volume of one stroke, uL."""
    flow: float
    """Default flow rate, uL/s (opentrons 9.0.0 at API level 2.20)."""
    tip_racks: tuple[str, ...]
    """Load names of the tip racks that fit."""
    accuracy: tuple[AccuracyPoint, ...]

    @property
    def family(self) -> str:
        """The size in words: p20, p300, p1000."""
        return self.model.split("_")[0]

    def stroke_sd(self, volume: float, *, extra_cv: float = 0.0) -> float:
        """Return the standard deviation of one stroke, uL.

        The published systematic error is a limit, not a standard deviation: it is taken as the half-width of a
        uniform distribution (divided by sqrt 3, GUM 4.3.7) and added in quadrature to the random part.

        Args:
            volume: Volume of the stroke, uL.
            extra_cv: Coefficient of variation that the liquid adds, as a fraction (see `robot_protocols.handling`).
        """
        points = self.accuracy
        volumes = [point.volume for point in points]
        systematic = float(np.interp(volume, volumes, [point.systematic for point in points])) / sqrt(3)
        random = float(np.interp(volume, volumes, [point.random for point in points]))
        return sqrt(systematic**2 + random**2 + (extra_cv * volume) ** 2)


_P20 = Pipette(
    model="p20_single_gen2",
    minimum=1.0,
    maximum=20.0,
    flow=7.56,
    tip_racks=("opentrons_96_tiprack_20ul", "opentrons_96_filtertiprack_20ul"),
    accuracy=(AccuracyPoint(1, 0.15, 0.05), AccuracyPoint(10, 0.2, 0.1), AccuracyPoint(20, 0.3, 0.16)),
)
_P300 = Pipette(
    model="p300_single_gen2",
    minimum=20.0,
    maximum=300.0,
    flow=92.86,
    tip_racks=("opentrons_96_tiprack_300ul", "opentrons_96_filtertiprack_200ul"),
    # The maker's page prints 0.05 uL beside a CV of 2.5 % at 20 uL; 2.5 % of 20 uL is 0.5 uL.
    accuracy=(AccuracyPoint(20, 0.8, 0.5), AccuracyPoint(150, 1.5, 0.6), AccuracyPoint(300, 1.8, 0.9)),
)
_P1000 = Pipette(
    model="p1000_single_gen2",
    minimum=100.0,
    maximum=1000.0,
    flow=274.7,
    tip_racks=("opentrons_96_tiprack_1000ul", "opentrons_96_filtertiprack_1000ul"),
    accuracy=(AccuracyPoint(100, 2.0, 1.0), AccuracyPoint(500, 5.0, 1.0), AccuracyPoint(1000, 7.0, 1.5)),
)

PIPETTES: Mapping[str, Pipette] = MappingProxyType({pipette.model: pipette for pipette in (_P20, _P300, _P1000)})
"""Every pipette that protocols can be written for, by model."""


def pipette_named(model: str) -> Pipette:
    """Return a pipette model.

    Raises:
        UnknownNameError: If filmlab does not know the model.
    """
    if model not in PIPETTES:
        raise UnknownNameError(f"{model!r} is no pipette that filmlab knows", hint=known_hint(model, PIPETTES))
    return PIPETTES[model]
