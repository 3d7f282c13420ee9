"""Records as answers."""

from collections.abc import Sequence
from typing import TypeVar

from active_learning.campaign.status import status_as_dict
from lab.errors import UnknownNameError
from lab.open_campaigns import OpenCampaign
from lab.records import Approval, AsMade, Event, Film, FilmGrade, Measurement, Record
from lab_api import models

_R = TypeVar("_R", bound=Record)


def status(campaign: OpenCampaign) -> models.CampaignStatus:
    """Return how far a campaign is."""
    return models.CampaignStatus.model_validate(status_as_dict(campaign))


def film_record(campaign: OpenCampaign, label: str) -> models.FilmRecord:
    """Return what is known of a film.

    Raises:
        UnknownNameError: If there is no such film.
    """
    found = _newest(campaign, Film, (label,))
    if found is None:
        raise UnknownNameError(f"there is no film {label!r}", hint="list them: GET /campaigns/NAME/films")
    event, film = found
    made = _newest(campaign, AsMade, (label,))
    grade = _newest(campaign, FilmGrade, (label,))
    decision = _newest(campaign, Approval, (label,))
    measured = _measured(campaign, label)
    facts = [found[0] for found in (made, grade) if found is not None] + [event for event, _ in measured]
    return models.FilmRecord(
        label=label,
        purpose=film.purpose,
        asked=dict(film.asked),
        as_made=None if made is None else dict(made[1].composition),
        grade=None if grade is None else grade[1].grade,
        decision=None if decision is None else decision[1].verdict,
        measurements=_values(campaign, [record for _, record in measured]),
        simulated=event.simulated or any(fact.simulated for fact in facts),
        recorded_by=event.who,
        recorded_at=event.at,
    )


def acts(campaign: OpenCampaign, start: int, count: int) -> list[models.Act]:
    """Return some events of a campaign."""
    return [
        models.Act(
            number=entry.number,
            key=entry.event.key,
            who=entry.event.who,
            source=entry.event.source,
            simulated=entry.event.simulated,
            at=entry.event.at,
            added=dict(entry.added),
            corrected=entry.corrected,
            seal=entry.seal,
        )
        for entry in campaign.store.audit_page(campaign.name, start, count)
    ]


def _measured(campaign: OpenCampaign, label: str) -> list[tuple[Event, Measurement]]:
    names = campaign.definition.property_names
    newest = (_newest(campaign, Measurement, (label, name)) for name in names)
    return [found for found in newest if found is not None]


def _values(campaign: OpenCampaign, measured: Sequence[Measurement]) -> list[models.Value]:
    units = campaign.definition.units
    return [
        models.Value(
            property_name=found.property_name,
            status=found.status,
            value=found.value,
            sd=found.sd,
            n=found.n,
            unit=units[found.property_name],
            instrument=found.instrument,
            reason=found.reason,
        )
        for found in measured
    ]


def _newest(campaign: OpenCampaign, kind: type[_R], key: tuple[str, ...]) -> tuple[Event, _R] | None:
    history = campaign.store.history(campaign.name, kind, key)  # type: ignore[arg-type]
    if not history:
        return None
    event, record = history[-1]
    assert isinstance(record, kind)  # noqa: S101 - history returns what it is asked for
    return event, record
