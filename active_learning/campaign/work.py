"""`work`: the only doer. It takes the next action, does it, records it, and can be killed at any moment.

An action's outcome is added with its event in one transaction, or not at all. Every random number comes from the
campaign's seed and the action's key, so an action that was cut short gives the same outcome when it is done again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version

import attrs

from active_learning.campaign.actions import Action, ActionKind, Who
from active_learning.campaign.doing.context import DoingContext
from active_learning.campaign.doing.registry import DOERS
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.progress import Stage, stage_of
from active_learning.campaign.trained_models import TrainedModels
from lab.bench import Bench
from lab.open_campaigns import OpenCampaign
from lab.records import Event, Records


@attrs.frozen
class WorkStep:
    """One action that has just been done and recorded."""

    action: Action
    records: Records
    """The campaign's records after it."""
    count: int
    """How many actions this call has done."""


@attrs.frozen
class WorkResult:
    """Where `work` stopped."""

    done: int
    """Actions done by this call."""
    records: Records
    waiting: tuple[Action, ...]
    """Actions that are left; some may wait for people."""


def work(
    campaign: OpenCampaign,
    bench: Bench | None,
    *,
    max_actions: int | None = None,
    until: Stage | None = None,
    before: Callable[[Action, Records], None] = lambda action, records: None,
    after: Callable[[WorkStep], None] = lambda step: None,
) -> WorkResult:
    """Do and record one action after another until nothing is left that a computer or the bench can do.

    Args:
        campaign: The campaign.
        bench: Hands, robot and instruments; None where people do that work and record it themselves.
        max_actions: Stop after this many actions.
        until: Stop when this stage is complete.
        before: Called before an action is done.
        after: Called after an action is recorded.

    Raises:
        StoreBusyError: If another process works on this campaign.
        FilmlabError: If an action cannot be done; nothing of it is recorded.
    """
    definition, store = campaign.definition, campaign.store
    with store.exclusive(campaign.name), _doing_context(campaign, bench) as context:
        records = campaign.records()
        done = 0
        while max_actions is None or done < max_actions:
            if until is not None and stage_of(definition, records).is_after(until):
                break
            action = next((a for a in next_actions(definition, records) if can_do(a, bench)), None)
            if action is None:
                break
            before(action, records)
            outcome = DOERS[action.kind](context, action, records)
            event = Event(
                key=action.key,
                who=outcome.who or f"filmlab {version('filmlab')}",
                source=outcome.source,
                simulated=bench is not None and bench.simulated,
                at=datetime.now(UTC),
            )
            store.append(campaign.name, event, outcome.records, supersede=action.kind is ActionKind.REPORT)
            records = records.with_added(event, outcome.records)
            done += 1
            after(WorkStep(action, records, done))
        return WorkResult(done, records, tuple(next_actions(definition, records)))


def can_do(action: Action, bench: Bench | None) -> bool:
    """Return whether `work` can do an action with this bench; the others wait for people."""
    return action.who is Who.COMPUTER or (bench is not None and bench.can(action.kind))


@contextmanager
def _doing_context(campaign: OpenCampaign, bench: Bench | None) -> Iterator[DoingContext]:
    from robot_protocols.vendor import VendorSimulator

    with VendorSimulator() as simulator:
        yield DoingContext(
            campaign.definition, campaign.seed, campaign.artefacts, bench, simulator, TrainedModels(campaign.artefacts)
        )
