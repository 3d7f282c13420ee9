"""Today: the stage, what waits for whom, and what happened last."""

from collections.abc import Sequence

import attrs
import pandas as pd

from active_learning.campaign.actions import Action, ActionKind, Who, lease_name
from active_learning.campaign.progress import Stage, stage_of
from dashboard.texts import name_of, text
from lab.campaigns import CampaignDefinition
from lab.open_campaigns import OpenCampaign
from lab.records import Records
from lab.store import Holder

_RECENT = 8
"""Acts that are shown."""
_MOST_LOOKED_AT = 40


@attrs.frozen
class Task:
    """Actions of one kind that wait for the same one."""

    who: Who
    kind: ActionKind
    title: str
    detail: str
    films: int
    """Films concerned."""


@attrs.frozen
class StageStep:
    """A stage of the campaign as it stands."""

    name: str
    state: str
    """``done``, ``now`` or ``later``."""


def tasks(actions: Sequence[Action]) -> list[Task]:
    """Return what waits, people's tasks first, then the robot's, then the computer's.

    Args:
        actions: What the campaign needs next (`active_learning.campaign.next_actions`).
    """
    groups: dict[tuple[Who, ActionKind], list[Action]] = {}
    for action in actions:
        groups.setdefault((action.who, action.kind), []).append(action)
    order = [Who.PERSON, Who.ROBOT, Who.COMPUTER]
    found = [_task(who, kind, actions) for (who, kind), actions in groups.items()]
    return sorted(found, key=lambda task: order.index(task.who))


@attrs.frozen
class Worker:
    """A worker that is doing something at the moment."""

    action: Action
    holder: Holder


def worker_of(campaign: OpenCampaign, actions: Sequence[Action]) -> Worker | None:
    """Return who works on what the campaign needs next; None where nobody does.

    Args:
        campaign: The campaign.
        actions: What it needs next.

    Raises:
        FilmlabError: If the store cannot be read.
    """
    for action in actions[:_MOST_LOOKED_AT]:
        found = campaign.store.holder(lease_name(action), campaign.name)
        if found is not None:
            return Worker(action, found)
    return None


def _task(who: Who, kind: ActionKind, actions: Sequence[Action]) -> Task:
    whys = [action.why for action in actions]
    shown = "; ".join(whys[:3]) + (text("today.and_more", count=len(whys) - 3) if len(whys) > 3 else "")
    return Task(who, kind, name_of("tasks", kind), shown, sum(len(action.films) for action in actions))


def stage_steps(definition: CampaignDefinition, records: Records) -> list[StageStep]:
    """Return the stages of the campaign in their order, each done, now or later."""
    now = stage_of(definition, records)
    steps = []
    for stage in (Stage.LIBRARY, Stage.LOOPS, Stage.DESIGN, Stage.REPORT):
        state = "now" if stage is now else "done" if now.is_after(stage) else "later"
        steps.append(StageStep(name_of("stages", stage), state))
    return steps


def recent_events(records: Records) -> pd.DataFrame:
    """Return the last acts, newest first."""
    events = list(records.events.values())[-_RECENT:][::-1]
    return pd.DataFrame(
        {
            text("records.when"): [event.at for event in events],
            text("records.who"): [event.who for event in events],
            text("records.act"): [event.key for event in events],
            text("records.source"): [event.source for event in events],
        }
    )
