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
from active_learning.campaign.requests import once_more, requested_actions
from active_learning.campaign.trainings import (
    Training,
    is_outdated,
    last_training,
    newest_definition,
    newest_of,
    newest_training,
)
from lab.campaigns import CampaignDefinition
from lab.counting import counted
from lab.records import Advice, Purpose, Records

_BY_MODELS = frozenset(
    {ActionKind.REVIEW, ActionKind.DECIDE, ActionKind.SUGGEST, ActionKind.EXPLAIN, ActionKind.DESIGN}
)
"""Actions of the plan that go by what the models say."""


def next_actions(definition: CampaignDefinition, records: Records) -> list[Action]:
    """Return everything that can be done now, the most pressing first; nothing where the campaign is done.

    The same definition and records always give the same actions.
    """
    by_hand = batch_actions("manual", films_of(records, Purpose.MANUAL), definition, records)
    asked_for = list(requested_actions(definition, records))
    planned = _of_stage(definition, records)
    if any(action.kind is ActionKind.TRAIN for action in planned):
        return [*planned, *by_hand, *asked_for]
    # The next choice is made by what is known now, and without it perhaps none can be: it waits for the training.
    first = [action for action in asked_for if action.kind is ActionKind.TRAIN]
    if not first and any(action.kind in _BY_MODELS for action in planned) and is_outdated(records):
        first = _once_more(records)
    rest = [action for action in asked_for if action not in first]
    if first:
        planned = [action for action in planned if action.kind not in _BY_MODELS]
    return [*first, *planned, *by_hand, *rest]


def _once_more(records: Records) -> list[Action]:
    newest = newest_training(records)
    if newest is None:
        return []
    why = f"grades or measurements have changed since {newest.name} was learned"
    return [Action(ActionKind.TRAIN, once_more(newest, records).name, why)]


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
    planned = last_training(loop - 1, records)
    last = newest_of(planned, records).name
    review = records.reviews.get(last)
    if review is None:
        return [Action(ActionKind.REVIEW, last, f"what was learned by {last} is not reviewed yet")]
    if loop > loops_planned(definition, records):
        return []
    # What is decided after a loop holds also where its models are trained once more.
    undecided = definition.loop.stop == "ask" and planned.name not in records.loop_decisions
    if undecided and review.advice is not Advice.GO_ON and loop > 1:
        why = f"the review advises {review.advice.value!r}: somebody has to decide"
        return [Action(ActionKind.DECIDE, planned.name, why)]
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
