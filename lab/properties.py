"""Properties: what is measured on a film, in which unit, by which test, within which physical range."""

from enum import StrEnum

import attrs

from lab.grades import Grade


class Test(StrEnum):
    """The kind of test that yields a property, as it decides which films can be tested."""

    __test__ = False  # pytest would take the name for a test class

    OPTICAL = "optical"
    FLAME = "flame"
    TENSILE = "tensile"
    THICKNESS = "thickness"

    def possible_on(self, grade: Grade) -> bool:
        """Return whether a film of this grade can be tested.

        A film that does not come off its dish cannot be tested at all. One that comes off but is not flat can be put
        in a light beam or a flame, but strips for a tensile test cannot be cut and clamped.
        """
        return grade.detachable and (grade.flat or self is not Test.TENSILE)


class Transform(StrEnum):
    """The scale on which a model learns a property."""

    IDENTITY = "identity"
    LOG = "log"
    """Natural logarithm: positive values with a heavy tail."""
    LOGIT = "logit"
    """Log-odds: fractions between 0 and 1."""


@attrs.frozen
class Property:
    """A measured property of a film."""

    name: str
    """Name used everywhere: transmittance_vis, tensile_strength, ..."""
    title: str
    """What it is, in words."""
    symbol: str
    """Symbol for plots."""
    unit: str
    """Unit of every stored value; "fraction" where it has none."""
    transform: Transform = attrs.field(converter=Transform)
    """Scale on which models learn it."""
    lower: float
    """Smallest physically possible value."""
    upper: float
    """Largest value that an instrument of this lab can yield; a larger one is a fault of reading or unit."""
    test: Test = attrs.field(converter=Test)
    """Test that yields it."""
    instrument: str
    """Instrument that yields it, by default."""
    source: str = ""
    """Definition and where it comes from."""

    def impossible(self, value: float) -> bool:
        """Return whether a value lies outside the physical range (NaN does)."""
        return not self.lower <= value <= self.upper
