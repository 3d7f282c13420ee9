"""Stocks: the liquids on the robot's deck."""

from collections.abc import Mapping
from datetime import date

import attrs

from lab.materials import HandlingClass
from lab.read_only import read_only

WATER = "water"
"""What fills a film up to its casting volume: no stock may have its name."""

_positive = attrs.validators.gt(0.0)
_not_negative = attrs.validators.ge(0.0)


@attrs.frozen
class Stock:
    """A dispersion or solution of one material in water, ready to be pipetted."""

    name: str
    """Name of the stock, unique in a campaign; several stocks may hold one material at different strengths."""
    material: str
    """Name of the material."""
    concentration: float = attrs.field(validator=_positive)
    """Dry material in the liquid, mg/mL."""
    concentration_sd: float = attrs.field(default=0.0, validator=_not_negative)
    """Standard deviation of the concentration, mg/mL."""
    lot: str = ""
    """Lot of the material it was made from."""
    attributes: Mapping[str, str] = attrs.field(factory=dict, converter=read_only)
    """The material's attributes in this stock, for example ``{"source": "bovine"}``."""
    made_on: date | None = None
    """Day on which it was made."""
    keeps_days: float | None = attrs.field(default=None, validator=attrs.validators.optional(_positive))
    """How many days it may be used; None where there is no limit."""
    volume: float = attrs.field(default=50_000.0, validator=_not_negative)
    """Volume at hand, uL."""
    dead_volume: float = attrs.field(default=2_000.0, validator=_not_negative)
    """Volume that a pipette cannot take from its container, uL."""
    handling: HandlingClass = attrs.field(default=HandlingClass.WATER_LIKE, converter=HandlingClass)
    """How it is pipetted."""

    @property
    def usable_volume(self) -> float:
        """Volume that can be dispensed, uL."""
        return max(0.0, self.volume - self.dead_volume)
