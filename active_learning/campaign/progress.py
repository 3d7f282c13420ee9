"""How far a campaign is: its stage, its loops, and what is explained and reported."""

from enum import StrEnum

from active_learning.campaign.batches import films_of, is_measured, is_refused
from active_learning.campaign.trainings import (
    Training,
    last_training,
    newest_committee,
    newest_definition,
    newest_of,
    order_of,
)
from lab.campaigns import CampaignDefinition
from lab.names import free_key
from lab.records import Advice, Course, ModelKind, Purpose, Record, Records
from lab.records.artefacts import REPORT, SHAPLEY_TABLE, model_file


class Stage(StrEnum):
    """The stages of a campaign, in their order."""

    LIBRARY = "library"
    """Films are made and graded until the quality model can be trained."""
    LOOPS = "loops"
    """The active-learning loop chooses, makes and measures films."""
    DESIGN = "design"
    """What was learned is explained; recipes are designed for the wishes, made and measured."""
    REPORT = "report"
    """The report is written."""
    DONE = "done"

    def is_after(self, other: "Stage") -> bool:
        """Return whether this stage comes after another."""
        order = list(Stage)
        return order.index(self) > order.index(other)


def is_explained(loop: int, records: Records) -> bool:
    """Return whether what a loop taught is explained, by a committee trained after it."""
    committees = [one for one in records.models.values() if one.predicts is ModelKind.PROPERTIES and one.loop == loop]
    return any(model_file(one.label, SHAPLEY_TABLE) in records.artefacts for one in committees)


def is_explanation_due(loop: int, records: Records) -> bool:
    """Return whether what a loop taught is still to be explained; where no film gave a value, nothing was taught."""
    return not is_explained(loop, records) and newest_committee(records) is not None


def loops_done(definition: CampaignDefinition, records: Records) -> int:
    """Return how many loops are complete: their films are measured and the models trained.

    The quality model tells: where no film has given a value yet, there is no property committee.
    """
    models = records.models
    done = 0
    while done < definition.loop.loops and Training(done + 1).quality in models:
        done += 1
    return done


def loops_planned(definition: CampaignDefinition, records: Records) -> int:
    """Return how many loops there are that make at least one film: as planned, or until they were stopped."""
    planned = definition.loop.planned(records.loop_sizes)
    stopped = _stopped_after(definition, records)
    if stopped is None:
        return planned
    begun = max((film.loop or 0 for film in films_of(records, Purpose.LOOP)), default=0)
    return min(planned, max(stopped, begun, 1))


def _stopped_after(definition: CampaignDefinition, records: Records) -> int | None:
    """Return the loop after which no other one shall follow, by the last word of a person or of the reviews."""
    courses = {Training.named(name).planned: one.course for name, one in records.loop_decisions.items()}
    if definition.loop.stop == "automatic":
        # Of the models of one loop the newest count; whatever a person decided after that loop holds for them too.
        advice = {
            name.planned: records.reviews[name.name].advice for name in sorted(map(Training.named, records.reviews))
        }
        advised = [training for training, said in advice.items() if said is Advice.STOP]
        courses = dict.fromkeys(advised, Course.STOP) | courses
    if not courses:
        return None
    last = max(courses)
    widened = newest_definition(records)
    if courses[last] is Course.GO_ON or (widened is not None and last < widened):
        return None
    return last.loop


def is_retrained(records: Records) -> bool:
    """Return whether the models know the campaign's newest definition."""
    widened = newest_definition(records)
    return widened is None or widened.quality in records.models


def stage_of(definition: CampaignDefinition, records: Records) -> Stage:
    """Return the stage that a campaign is in."""
    if Training(0).quality not in records.models or not is_retrained(records):
        return Stage.LIBRARY
    done, planned = loops_done(definition, records), loops_planned(definition, records)
    if done < planned:
        return Stage.LOOPS
    last = newest_of(last_training(done, records), records)
    if not is_explained(planned, records) and last.name not in records.reviews:
        return Stage.LOOPS
    if is_explanation_due(planned, records):
        return Stage.DESIGN
    answered = records.design_answers
    if any(request.name not in answered for request in definition.designs):
        return Stage.DESIGN
    verifying = films_of(records, Purpose.VERIFICATION)
    settled = {film.design for film in verifying if is_measured(film, definition, records) or is_refused(film, records)}
    if any(design not in settled for design in records.designs):
        return Stage.DESIGN
    return Stage.DONE if is_reported(records) else Stage.REPORT


def report_name(records: Records) -> str:
    """Return what the next report is about: the campaign, or it by its newest definition; later ones are numbered."""
    return free_key(f"report:{_first_report(records)}", records.events).removeprefix("report:")


def is_reported(records: Records) -> bool:
    """Return whether the report is written: by the newest definition, with the last loop and all designs in it."""
    if REPORT not in records.artefacts:
        return False
    if newest_definition(records) is not None and f"report:{_first_report(records)}" not in records.events:
        return False
    written = records.place_of(records.artefacts[REPORT])
    told: list[Record] = [*records.designs.values()]
    told += [model for model in records.models.values() if order_of(model).again == 0]
    return not any(records.place_of(one) > written for one in told)


def _first_report(records: Records) -> str:
    widened = newest_definition(records)
    return "campaign" if widened is None else f"campaign-definition-{widened.definition}"
