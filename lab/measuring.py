"""What people say about measurements: why a value is not to be used."""

from datetime import UTC, datetime

import attrs

from lab.errors import InvalidInputError, UnknownNameError
from lab.open_campaigns import OpenCampaign
from lab.people_checks import name_for_records
from lab.records import Event, Measurement, Status


def reject_measurement(campaign: OpenCampaign, film: str, property_name: str, reason: str, who: str) -> None:
    """Say that a measured value is not to be used; it stays in the history, and the film can be measured again.

    Raises:
        UnknownNameError: If the film has no such measurement.
        InvalidInputError: If there is no reason, no value that could be rejected, or no name of the person.
    """
    who = name_for_records(who)
    records = campaign.records()
    found = records.measurements.get((film, property_name))
    if found is None:
        raise UnknownNameError(f"{film} has no measurement of {property_name}", hint="look at the film's measurements")
    faults = [] if reason.strip() else ["a reason is needed"]
    if found.status is Status.FAILED:
        faults.append(f"{property_name} of {film} has no value: {found.reason}")
    if faults:
        raise InvalidInputError("rejection", faults, hint="say in words why the value cannot be right")
    earlier = len(campaign.store.history(campaign.name, Measurement, (film, property_name)))
    rejected = attrs.evolve(found, status=Status.FAILED, value=None, sd=None, n=0, reason=f"rejected: {reason.strip()}")
    key = f"reject:{film}:{property_name}:{earlier}"
    event = Event(key, who, "person", simulated=records.event_of(found).simulated, at=datetime.now(UTC))
    campaign.store.append(campaign.name, event, [rejected], supersede=True)
