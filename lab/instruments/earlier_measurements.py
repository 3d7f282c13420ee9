"""What a campaign has measured already: a sheet or a file that grew says it again."""

import attrs

from lab.properties import Property
from lab.records import Measurement, Records


def says_the_same(known: Measurement, found: Measurement) -> bool:
    """Return whether a measurement is the one that is known, from whatever file."""
    return attrs.evolve(known, raw_sha256=found.raw_sha256) == found


def told(known: Measurement, prop: Property, records: Records) -> str:
    """Return what is known in words: the value in the property's unit, its readings, who recorded it when from what."""
    event = records.event_of(known)
    value = "failed" if known.value is None else f"{known.value:.4g} {prop.unit}, n {known.n}"
    return f"{value}, {event.source}, by {event.who} on {event.at:%Y-%m-%d}"
