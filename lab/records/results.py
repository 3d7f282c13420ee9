"""What was found out about films: grades and measurements."""

from enum import StrEnum
from typing import ClassVar

import attrs

from lab.grades import Grade as GradeLetter


class Status(StrEnum):
    """Outcome of a measurement. A failed one is a fact about the measurement, not about the film's property."""

    OK = "ok"
    FAILED = "failed"
    CENSORED = "censored"
    """The true value lies beyond the value given, for example a strain above the tester's travel."""


@attrs.frozen
class FilmGrade:
    """A film's grade."""

    kind: ClassVar[str] = "grade"
    film: str
    grade: GradeLetter
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The film's label."""
        return (self.film,)


@attrs.frozen
class Measurement:
    """A property of a film as measured: mean and standard deviation of n readings, or why there is none."""

    kind: ClassVar[str] = "measurement"
    film: str
    property_name: str
    status: Status
    value: float | None
    """Mean of the readings in the property's unit; None where the measurement failed."""
    sd: float | None
    """Standard deviation of the readings."""
    n: int
    """Number of readings."""
    instrument: str
    raw_sha256: str | None = None
    """Hash of the stored raw file; None where the value was not read from a file."""
    reason: str = ""
    """Why it failed or is censored."""

    @property
    def key(self) -> tuple[str, ...]:
        """Film and property."""
        return (self.film, self.property_name)
