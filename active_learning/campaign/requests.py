"""Work that people ask for beside the plan: models trained once more, simulations. `filmlab work` does it.

A request is a record; it is open until the action that it asks for has been done, or it is withdrawn.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import attrs

from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.progress import Stage, stage_of
from active_learning.campaign.trainings import Training, newest_training
from lab.campaigns import CampaignDefinition
from lab.errors import DuplicateRecordError, InvalidInputError
from lab.names import free_key, in_one
from lab.open_campaigns import OpenCampaign
from lab.people_checks import name_for_records
from lab.records import Event, Records, RequestedWork, RequestState, WorkRequest


def open_requests(records: Records) -> tuple[WorkRequest, ...]:
    """Return the requests that are neither done nor withdrawn, in the order in which they were made.

    A training is done where a later one has overtaken it.
    """
    newest = newest_training(records)
    return tuple(
        one
        for one in records.work_requests.values()
        if one.state is RequestState.ASKED
        and one.action_key not in records.events
        and (one.work is not RequestedWork.TRAIN or newest is None or Training.named(one.subject) > newest)
    )


def requested_actions(definition: CampaignDefinition, records: Records) -> Iterator[Action]:
    """Give the actions that open requests ask for; trainings wait while the plan trains models for a new library."""
    for one in open_requests(records):
        if one.work is RequestedWork.SIMULATE or _newest_training(definition, records) is not None:
            yield Action(ActionKind(one.work), one.subject, f"{records.event_of(one).who} asked for it")


def request_training(campaign: OpenCampaign, who: str) -> WorkRequest:
    """Ask for the models to be trained once more, on what is known by then.

    Raises:
        InvalidInputError: If the plan trains models for a new library next, or nobody asks.
        DuplicateRecordError: If it is asked for already.
    """
    records = campaign.records()
    newest = _newest_training(campaign.definition, records)
    if newest is None:
        raise InvalidInputError(
            "training", ["the library comes first"], hint="filmlab work trains models as soon as it is graded"
        )
    if any(one.work is RequestedWork.TRAIN for one in open_requests(records)):
        raise DuplicateRecordError("training is asked for already", hint="it is done by: filmlab work")
    request = WorkRequest(RequestedWork.TRAIN, once_more(newest, records).name)
    _add(campaign, "ask", who, [request])
    return request


def once_more(training: Training, records: Records) -> Training:
    """Return the training that does one once more, under a name that nobody has asked for."""
    asked = [Training.named(one.subject) for one in records.work_requests.values() if one.work is RequestedWork.TRAIN]
    same = [one.again for one in asked if one.planned == training.planned]
    return attrs.evolve(training, again=max([training.again, *same]) + 1)


def request_simulations(campaign: OpenCampaign, names: Sequence[str], who: str) -> tuple[WorkRequest, ...]:
    """Ask for simulations, and return those that are new.

    Args:
        campaign: The campaign.
        names: Names of tasks, see `md_sim.studies.Task`.
        who: The person.

    Raises:
        InvalidInputError: If all of them are done or asked for already, or nobody asks.
        UnknownNameError: If one is no task, or names a model, test or profile that there is not.
    """
    from md_sim.studies import Task

    for name in names:
        Task.named(name)
    records = campaign.records()
    known = {one.subject for one in open_requests(records)}
    asked = [WorkRequest(RequestedWork.SIMULATE, name) for name in dict.fromkeys(names) if name not in known]
    new = [one for one in asked if one.action_key not in records.events]
    if not new:
        raise InvalidInputError("simulations", ["all of these are done or asked for already"], hint="take other seeds")
    _add(campaign, "ask", who, new)
    return tuple(new)


def withdraw_requests(campaign: OpenCampaign, requests: Sequence[WorkRequest], who: str) -> None:
    """Say that requested work is not wanted any more; a worker that has begun with it finishes it.

    Raises:
        InvalidInputError: If one is not open, or nobody asks.
    """
    known = open_requests(campaign.records())
    if gone := [one.subject for one in requests if one not in known]:
        raise InvalidInputError("requests", [f"{subject} is done or withdrawn already" for subject in gone])
    _add(campaign, "withdraw", who, [attrs.evolve(one, state=RequestState.WITHDRAWN) for one in requests])


def _newest_training(definition: CampaignDefinition, records: Records) -> Training | None:
    """Return the newest training; None while the plan trains models for a new library next."""
    if stage_of(definition, records) is Stage.LIBRARY:
        return None
    return newest_training(records)


def _add(campaign: OpenCampaign, act: str, who: str, requests: Sequence[WorkRequest]) -> None:
    who = name_for_records(who)
    key = f"{act}:{in_one([one.action_key for one in requests])}"
    # What was withdrawn may be asked for again; two who ask at the same moment may not.
    event = Event(free_key(key, campaign.records().events), who, "person", simulated=False, at=datetime.now(UTC))
    campaign.store.append(campaign.name, event, requests, supersede=True)
