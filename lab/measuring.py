"""What people say about measurements: why a value is not to be used."""

from datetime import UTC, datetime

import attrs

from lab.errors import ChangedMeanwhileError, InvalidInputError, UnknownNameError
from lab.open_campaigns import OpenCampaign
from lab.people_checks import name_for_records
from lab.records import Event, Measurement, Status

REJECTED = "rejected: "
"""How a reason begins that tells why a value was taken away; a measurement that failed never had one."""


def is_rejected(found: Measurement) -> bool:
    """Return whether a person took a measured value out of use, so that nothing is known of it until it comes anew."""
    return found.status is Status.FAILED and found.reason.startswith(REJECTED)


def reject_measurement(
    campaign: OpenCampaign, film: str, property_name: str, reason: str, who: str, *, seen: Measurement | None = None
) -> None:
    """Say that a measured value is not to be used; it stays in the history, and the film can be measured again.

    Args:
        campaign: The campaign.
        film: Label of the film.
        property_name: Name of the property.
        reason: Why the value is not to be used.
        who: The person.
        seen: The measurement that they saw; whatever it is now if None.

    Raises:
        ChangedMeanwhileError: If it is another one than they saw.
        UnknownNameError: If the film has no such measurement.
        InvalidInputError: If there is no reason, no value that could be rejected, or no name of the person.
    """
    who = name_for_records(who)
    version = campaign.store.version(campaign.name)
    records = campaign.records()
    found = records.measurements.get((film, property_name))
    if found is None:
        raise UnknownNameError(f"{film} has no measurement of {property_name}", hint="look at the film's measurements")
    brought = records.event_of(found)
    faults = [] if reason.strip() else ["a reason is needed"]
    if found.status is Status.FAILED:
        faults.append(f"{property_name} of {film} has no value: {found.reason}")
    if faults:
        raise InvalidInputError("rejection", faults, hint="say in words why the value cannot be right")
    if seen is not None and found != seen:
        raise ChangedMeanwhileError(
            f"{property_name} of {film} was recorded anew by {brought.who} since you looked", hint="look at the new one"
        )
    earlier = len(campaign.store.history(campaign.name, Measurement, (film, property_name)))
    rejected = attrs.evolve(found, status=Status.FAILED, value=None, sd=None, n=0, reason=f"{REJECTED}{reason.strip()}")
    key = f"reject:{film}:{property_name}:{earlier}"
    event = Event(key, who, "person", simulated=brought.simulated, at=datetime.now(UTC))
    try:
        campaign.store.append(campaign.name, event, [rejected], supersede=True, known=version)
    except ChangedMeanwhileError:  # what is rejected is the value that was looked at, not one of this very moment
        reject_measurement(campaign, film, property_name, reason, who, seen=found)
