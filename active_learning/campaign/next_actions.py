"""What to do next: a pure function of the definition and the records."""

from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.batches import batch_actions, films_of
from active_learning.campaign.progress import (
    Stage,
    is_explanation_due,
    loops_done,
    loops_planned,
    report_name,
    stage_of,
)
from active_learning.campaign.requests import requested_actions
from active_learning.campaign.trainings import Training, last_training, newest_definition
from lab.campaigns import CampaignDefinition
from lab.counting import counted
from lab.records import Advice, Purpose, Records


def next_actions(definition: CampaignDefinition, records: Records) -> list[Action]:
    """Return everything that can be done now, the most pressing first; nothing where the campaign is done.

    The same definition and records always give the same actions.
    """
    by_hand = batch_actions("manual", films_of(records, Purpose.MANUAL), definition, records)
    planned = [*_of_stage(definition, records), *by_hand]
    asked_for = list(requested_actions(definition, records))
    if any(action.kind is ActionKind.TRAIN for action in planned):
        return [*planned, *asked_for]
    # Who asks for a training wants the next choice to be made by what is known now; without it none may be possible.
    first = [action for action in asked_for if action.kind is ActionKind.TRAIN]
    return [*first, *planned, *(action for action in asked_for if action not in first)]


def _of_stage(definition: CampaignDefinition, records: Records) -> list[Action]:
    match stage_of(definition, records):
        case Stage.LIBRARY:
            return _library(definition, records)
        case Stage.LOOPS:
            return _loop(loops_done(definition, records) + 1, definition, records)
        case Stage.DESIGN:
            return _designs(definition, records)
        case Stage.REPORT:
            return [
                Action(ActionKind.REPORT, report_name(records), "everything is made and measured, the report is due")
            ]
        case Stage.DONE:
            return []


def _library(definition: CampaignDefinition, records: Records) -> list[Action]:
    films = films_of(records, Purpose.LIBRARY)
    if not films:
        return [Action(ActionKind.PLAN_LIBRARY, "library", "no film is planned yet")]
    due = newest_definition(records) or Training(0)
    return batch_actions("library", films, definition, records) or [
        Action(ActionKind.TRAIN, due.name, "all films of the library are graded")
    ]


def _loop(loop: int, definition: CampaignDefinition, records: Records) -> list[Action]:
    name = f"loop-{loop:02d}"
    films = films_of(records, Purpose.LOOP, loop)
    if not films:
        return _before_loop(loop, definition, records)
    return batch_actions(name, films, definition, records) or [
        Action(ActionKind.TRAIN, name, f"all films of loop {loop} are measured")
    ]


def _before_loop(loop: int, definition: CampaignDefinition, records: Records) -> list[Action]:
    last = last_training(loop - 1, records).name
    review = records.reviews.get(last)
    if review is None:
        return [Action(ActionKind.REVIEW, last, f"what was learned by {last} is not reviewed yet")]
    if loop > loops_planned(definition, records):
        return []
    undecided = definition.loop.stop == "ask" and last not in records.loop_decisions
    if undecided and review.advice is not Advice.GO_ON and loop > 1:
        return [Action(ActionKind.DECIDE, last, f"the review advises {review.advice.value!r}: somebody has to decide")]
    why = f"loop {loop} of {loops_planned(definition, records)} has no films yet"
    return [Action(ActionKind.SUGGEST, f"loop-{loop:02d}", why)]


def _designs(definition: CampaignDefinition, records: Records) -> list[Action]:
    last = loops_planned(definition, records)
    if is_explanation_due(last, records):
        return [Action(ActionKind.EXPLAIN, f"loop-{last:02d}", "what the last committee learned is not explained yet")]
    open_wishes = [request for request in definition.designs if request.name not in records.design_answers]
    if open_wishes:
        return [
            Action(ActionKind.DESIGN, request.name, f"no recipe has been sought for {request.name!r} yet")
            for request in open_wishes
        ]
    films = films_of(records, Purpose.VERIFICATION)
    filmed = {film.design for film in films}
    unmade = [label for label in records.designs if label not in filmed]
    if unmade:
        # The number of films so far makes the key of a later plan differ from that of the first.
        subject = f"designs:from-{len(films) + 1:03d}"
        return [Action(ActionKind.VERIFY, subject, f"no film yet for {counted(len(unmade), 'design')}")]
    return batch_actions("verification", films, definition, records)
