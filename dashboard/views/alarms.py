"""Alarms: what somebody should look at before the campaign goes on."""

from collections.abc import Iterator
from enum import StrEnum

import attrs

from active_learning.campaign.batches import is_refused, waiting_decks
from dashboard.texts import text
from lab.campaigns import CampaignDefinition
from lab.export.curves import wilson_interval
from lab.export.summary import data_origin, loop_summaries, models_of
from lab.export.wording import name_text
from lab.intervals import NOMINAL_COVERAGE
from lab.records import ModelKind, Records, RunStatus, Status

_LOW_COVERAGE = NOMINAL_COVERAGE - 0.15
"""Below this, predicted intervals are far too narrow to promise anything on."""


class Severity(StrEnum):
    """How pressing an alarm is."""

    FAULT = "fault"
    """Something went wrong and has to be dealt with."""
    NOTICE = "notice"
    """Something is worth knowing."""


@attrs.frozen
class Alarm:
    """Something to look at."""

    severity: Severity
    what: str
    advice: str


def alarms(definition: CampaignDefinition, records: Records) -> list[Alarm]:
    """Return what somebody should look at, faults first."""
    found = [
        *_failed_runs(records),
        *_lost_measurements(definition, records),
        *_unchecked_decks(records),
        *_broken_promises(definition, records),
        *_narrow_intervals(records),
        *_mixed_data(records),
    ]
    return sorted(found, key=lambda alarm: alarm.severity is not Severity.FAULT)


def _failed_runs(records: Records) -> Iterator[Alarm]:
    for run in records.runs.values():
        if run.status is RunStatus.SUCCEEDED:
            continue
        deck = records.decks.get(run.deck)
        unmade = [p.film for p in deck.positions if p.film not in records.as_made] if deck else []
        # Films that were made since on another deck, or given up, ask for nothing any more.
        unmade = [film for film in unmade if not _is_given_up(film, records)]
        if not unmade:
            continue
        what = text("alarms.run", deck=run.deck, status=run.status.value, robot=run.robot, note=run.note or "–")
        yield Alarm(Severity.FAULT, what, text("alarms.run_advice", films=len(unmade)))


def _is_given_up(film: str, records: Records) -> bool:
    return film in records.films and is_refused(records.films[film], records)


def _lost_measurements(definition: CampaignDefinition, records: Records) -> Iterator[Alarm]:
    """A usable film whose measurement failed: the fault is the measurement's, not the film's."""
    lost: dict[str, list[str]] = {}
    for found in records.measurements.values():
        grade = None if _is_given_up(found.film, records) else records.grades.get(found.film)
        if found.status is Status.FAILED and grade and grade.grade in definition.quality.usable:
            lost.setdefault(found.film, []).append(found.property_name)
    for film, names in lost.items():
        what = text("alarms.measurement", film=film, properties=", ".join(map(name_text, names)))
        yield Alarm(Severity.FAULT, what, text("alarms.measurement_advice"))


def _unchecked_decks(records: Records) -> Iterator[Alarm]:
    decks = (records.decks[label] for label in waiting_decks(records))
    waiting = [deck for deck in decks if not deck.vendor_commands]
    if waiting:
        labels = ", ".join(deck.label for deck in waiting)
        yield Alarm(
            Severity.NOTICE,
            text("alarms.unchecked", decks=labels, note=waiting[0].vendor_note),
            text("alarms.unchecked_advice"),
        )


def _broken_promises(definition: CampaignDefinition, records: Records) -> Iterator[Alarm]:
    graded = [loop for loop in loop_summaries(definition, records) if loop.graded]
    if graded and wilson_interval(graded[-1].usable, graded[-1].graded)[1] < graded[-1].quality:
        last = graded[-1]
        what = text("alarms.quality", loop=last.loop, usable=last.usable, graded=last.graded, quality=last.quality)
        yield Alarm(Severity.NOTICE, what, text("alarms.quality_advice"))


def _narrow_intervals(records: Records) -> Iterator[Alarm]:
    models = models_of(records, ModelKind.PROPERTIES)
    coverage = models[-1].metrics.get("coverage_90") if models else None
    if coverage is not None and coverage < _LOW_COVERAGE:
        what = text("alarms.coverage", model=models[-1].label, coverage=coverage)
        yield Alarm(Severity.NOTICE, what, text("alarms.coverage_advice"))


def _mixed_data(records: Records) -> Iterator[Alarm]:
    mixed = [kind for kind, origin in data_origin(records).items() if origin.mixed]
    if mixed:
        yield Alarm(Severity.FAULT, text("alarms.mixed", kinds=", ".join(mixed)), text("alarms.mixed_advice"))
