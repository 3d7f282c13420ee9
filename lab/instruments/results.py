"""What a reader returns: readings, curves and warnings of each specimen in a file."""

import attrs

from lab.arrays import Array
from lab.instruments.raw_files import RawFile
from lab.records import Status


@attrs.frozen
class Reading:
    """One reading of one property."""

    property_name: str
    value: float | None
    """In `unit`; None where the reading failed."""
    unit: str
    """filmlab's unit of the quantity; what the file's unit was does not matter any more."""
    where: str
    """Where in the file it comes from: "lines 812-813"."""
    sd: float | None = None
    n: int = 1
    status: Status = Status.OK
    note: str = ""
    """How it was obtained, or why it failed or is censored."""


@attrs.frozen(eq=False)
class Curve:
    """A curve as measured, in filmlab's units."""

    x_name: str
    x_unit: str
    y_name: str
    y_unit: str
    x: Array
    """Shape ``(n,)``."""
    y: Array
    """Shape ``(n,)``."""


@attrs.frozen(eq=False)
class Specimen:
    """One spectrum, strip, photo or row of a file."""

    label: str
    """As the file names it; empty where it does not."""
    readings: tuple[Reading, ...]
    curve: Curve | None = None
    rejected: str = ""
    """Why its readings must not be used, for example a break at the grips; empty where they may."""


@attrs.frozen(eq=False)
class InstrumentResult:
    """Everything that a reader found in a file."""

    format: str
    """Name of the format, for example "agilent-cary"."""
    instrument: str
    """Who measured, as far as the file tells."""
    raw: RawFile
    specimens: tuple[Specimen, ...]
    warnings: tuple[str, ...] = ()
    """What a person should know, one sentence each, with its line."""
    others: tuple[RawFile, ...] = ()
    """Further files that the readings rest on, to be stored with the first."""


class Ordinate:
    """Names of what the values of a spectrum are."""

    PERCENT = "percent"
    FRACTION = "fraction"
    ABSORBANCE = "absorbance"
    ALL = (PERCENT, FRACTION, ABSORBANCE)


@attrs.frozen
class ReadOptions:
    """What a person adds to a file that does not say everything."""

    ordinate: str | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.in_(Ordinate.ALL))
    )
    """What a spectrum's values are, where its header does not say so."""
    width: float | None = None
    """Width of the strips, mm."""
    thickness: float | None = None
    """Thickness of the strips, um."""
    gauge_length: float | None = None
    """Length between the grips at the start, mm."""
    ends_at_break: bool = False
    """Whether the tester stopped recording at the break, so that a curve that ends without a drop did break there."""
