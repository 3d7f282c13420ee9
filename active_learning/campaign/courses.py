"""Deciding whether the loops go on, after the last training of the plan."""

from active_learning.campaign.batches import films_of
from active_learning.campaign.progress import loops_done
from active_learning.campaign.trainings import last_training
from lab import people
from lab.campaigns import CampaignDefinition
from lab.errors import InvalidInputError
from lab.open_campaigns import OpenCampaign
from lab.records import Course, Purpose, Records


def can_decide(definition: CampaignDefinition, records: Records) -> bool:
    """Return whether a loop of the plan is left that could be made or left out."""
    return definition.loop.size(loops_done(definition, records) + 1, records.loop_sizes) > 0


def decide_course(campaign: OpenCampaign, course: Course, who: str, *, note: str = "") -> str:
    """Decide whether the loops go on, and return after which loop: "loop-03".

    Where loops shall stop, a loop that has films already is finished first.

    Args:
        campaign: The campaign.
        course: Stop, or go on whatever the review advises.
        who: The person.
        note: Why.

    Raises:
        InvalidInputError: If the plan has no loop left, a stop is decided before any loop is measured, or the same was
            decided before.
    """
    records = campaign.records()
    done = loops_done(campaign.definition, records)
    if not can_decide(campaign.definition, records):
        raise InvalidInputError(
            "decision",
            [f"loop {done} was the last one of the campaign file, so there is none to go on with or to leave out"],
            hint="for more, raise loops and films in [loop] of the file: filmlab campaign extend --films 0 --file FILE",
        )
    after = last_training(done, records).name
    people.decide_course(campaign, after, course, who, note=note)
    begun = max((film.loop or 0 for film in films_of(records, Purpose.LOOP)), default=0)
    return f"loop-{begun:02d}" if course is Course.STOP and begun > done else after
