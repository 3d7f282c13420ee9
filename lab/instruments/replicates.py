"""Readings of one film and property to one measurement: mean, standard deviation, number; outliers are shown."""

import math
from collections.abc import Sequence

import numpy as np

from lab.instruments.results import Reading
from lab.properties import Property
from lab.records import Measurement, Status

_OUTLIER_SCORE = 3.5
"""Modified z-score beyond which a value is called an outlier (Iglewicz and Hoaglin, 1993)."""
_FEWEST_FOR_OUTLIERS = 4
"""With three values one can always be told that it is the furthest off, never that it does not belong."""


def measurement_of(
    film: str, prop: Property, readings: Sequence[Reading], instrument: str, raw_sha256: str | None
) -> Measurement:
    """Return the measurement that readings of one property amount to.

    Failed readings count only if all failed. One censored reading makes the mean a bound: the measurement is censored.
    Readings that are themselves means of n with a standard deviation are pooled.

    Args:
        film: The film's label.
        prop: The property.
        readings: At least one reading, each in the property's unit.
        instrument: Who measured.
        raw_sha256: Hash of the file that they come from.
    """
    good = [reading for reading in readings if reading.value is not None and reading.status is not Status.FAILED]
    if not good:
        reason = "; ".join(dict.fromkeys(reading.note for reading in readings if reading.note))
        return Measurement(film, prop.name, Status.FAILED, None, None, 0, instrument, raw_sha256, reason)
    mean, sd, n = pooled(good)
    censored = [reading for reading in good if reading.status is Status.CENSORED]
    return Measurement(
        film=film,
        property_name=prop.name,
        status=Status.CENSORED if censored else Status.OK,
        value=mean,
        sd=sd,
        n=n,
        instrument=instrument,
        raw_sha256=raw_sha256,
        reason="; ".join(dict.fromkeys(reading.note for reading in censored if reading.note)),
    )


def pooled(readings: Sequence[Reading]) -> tuple[float, float | None, int]:
    """Return mean, standard deviation (n - 1) and number of all values behind readings that are means of `n`."""
    counts = np.array([reading.n for reading in readings], dtype=float)
    values = np.array([reading.value for reading in readings], dtype=float)
    total = counts.sum()
    mean = float((counts * values).sum() / total)
    if total < 2 or any(reading.n > 1 and reading.sd is None for reading in readings):
        return mean, None, int(total)
    within = sum((reading.n - 1) * (reading.sd or 0.0) ** 2 for reading in readings)
    between = float((counts * (values - mean) ** 2).sum())
    return mean, math.sqrt((within + between) / (total - 1)), int(total)


def outliers(values: Sequence[float]) -> tuple[int, ...]:
    """Return the places of values that lie far from the others by their modified z-score; none where they are few."""
    array = np.array(values, dtype=float)
    if len(array) < _FEWEST_FOR_OUTLIERS:
        return ()
    distance = np.abs(array - np.median(array))
    spread = float(np.median(distance)) / 0.6745
    if spread == 0:
        # More than half of the values are equal: the mean distance stands in (Iglewicz and Hoaglin, 1993).
        spread = float(distance.mean()) * 1.253314
    if spread == 0:
        return ()
    return tuple(int(place) for place in np.flatnonzero(distance / spread > _OUTLIER_SCORE))
