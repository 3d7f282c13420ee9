"""Replay: a past suggestion is derived again from store, seed and pinned packages, and compared bit for bit."""

from collections.abc import Iterator, Mapping

import attrs

from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.doing import choosing, training
from active_learning.campaign.doing.context import DoingContext
from active_learning.campaign.trainings import Training, newest_training
from active_learning.campaign.work import doing_context
from lab.campaign_files import stored_definition
from lab.campaigns import CampaignDefinition
from lab.errors import UnknownNameError
from lab.open_campaigns import OpenCampaign, newest_definition_text
from lab.records import Film, Model, Record, Records, Suggestion


@attrs.frozen
class Replay:
    """A suggestion derived again."""

    loop: int
    suggestions: tuple[Suggestion, ...]
    """As derived now."""
    differences: tuple[str, ...]
    """What is not as it was recorded, one sentence each; empty where every bit is the same."""


def replay(campaign: OpenCampaign, loop: int) -> Replay:
    """Train the models of a past suggestion again, let them choose again, and compare with the records.

    Nothing is recorded. Records are taken as they were at that time, also where they were corrected since.

    Args:
        campaign: The campaign.
        loop: Number of the loop, from 1.

    Raises:
        UnknownNameError: If the campaign has suggested no films for that loop.
    """
    key = f"{ActionKind.SUGGEST}:loop-{loop:02d}"
    if key not in campaign.records().events:
        raise UnknownNameError(f"no films were suggested for loop {loop}", hint="see: filmlab status")
    then = campaign.store.records(campaign.name, before=key)
    campaign = attrs.evolve(campaign, definition=_definition_then(campaign, then))
    with doing_context(campaign, None) as context:
        trained = newest_training(then) or Training(0)
        differences = list(_model_differences(campaign, context, trained))
        action = Action(ActionKind.SUGGEST, f"loop-{loop:02d}", "replay")
        derived = choosing.suggest(context, action, then).records
        differences += _differences(campaign, derived)
    suggestions = tuple(record for record in derived if isinstance(record, Suggestion))
    return Replay(loop, suggestions, tuple(differences))


def _definition_then(campaign: OpenCampaign, then: Records) -> CampaignDefinition:
    text = newest_definition_text(then, campaign.artefacts)
    first = next(entry for entry in campaign.store.campaigns() if entry.name == campaign.name)
    return stored_definition(text or first.definition_toml, campaign.name)


def _model_differences(campaign: OpenCampaign, context: DoingContext, trained: Training) -> Iterator[str]:
    action = Action(ActionKind.TRAIN, trained.name, "replay")
    then = campaign.store.records(campaign.name, before=action.key)
    for derived in training.train(context, action, then).records:
        if isinstance(derived, Model):
            recorded = _as_recorded(campaign, derived)
            if not isinstance(recorded, Model) or recorded.content_sha256 != derived.content_sha256:
                yield f"{derived.label}: the model trained again has other contents than the one recorded"


def _differences(campaign: OpenCampaign, derived: tuple[Record, ...]) -> list[str]:
    found = []
    for one in derived:
        if isinstance(one, Film | Suggestion):
            recorded = _as_recorded(campaign, one)
            if recorded != one:
                found.append(f"{one.kind} {one.key[0]}: {_unlike(recorded, one)}")
    return found


def _unlike(recorded: Record | None, derived: Record) -> str:
    """Say in which fields a record that was derived again is another than the one recorded."""
    if recorded is None:
        return "is derived, and was not recorded"
    names = [field.name for field in attrs.fields(type(derived))]
    values = [(name, getattr(recorded, name), getattr(derived, name)) for name in names]
    return "; ".join(
        f"{name} {_said(then)} was recorded, {_said(now)} is derived" for name, then, now in values if then != now
    )


def _said(value: object) -> str:
    return str(dict(value)) if isinstance(value, Mapping) else str(value)


def _as_recorded(campaign: OpenCampaign, derived: Record) -> Record | None:
    """Return the first version of a record: what the program wrote, before people corrected it."""
    versions = campaign.store.history(campaign.name, type(derived), derived.key)
    return versions[0][1] if versions else None
