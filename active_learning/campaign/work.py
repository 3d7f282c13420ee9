"""`work`: the only doer. It leases the next action, does it, records it, and can be killed at any moment.

An action's outcome is added with its event in one transaction, or not at all. Every random number comes from the
campaign's seed and the action's key, so an action that was cut short gives the same outcome when it is done again.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

import attrs

from active_learning.campaign.actions import Action, ActionKind, Who, lease_name
from active_learning.campaign.doing.context import DoingContext, Outcome
from active_learning.campaign.doing.registry import DOERS
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.progress import Stage, stage_of
from active_learning.campaign.trained_models import TrainedModels
from lab.bench import Bench
from lab.campaign_files import stored_definition
from lab.errors import BenchWaitsError, ChangedMeanwhileError, DuplicateRecordError, StoreBusyError
from lab.names import free_key
from lab.open_campaigns import OpenCampaign, definition_files, newest_definition_text
from lab.records import RECORD_TYPES, Approval, Event, Film, Record, Records, Simulation, WorkRequest
from lab.store import Lease

if TYPE_CHECKING:
    from robot_protocols.calibration import Calibration

_NO_MATTER: dict[ActionKind, tuple[type[Record], ...]] = {
    **dict.fromkeys(
        (ActionKind.TRAIN, ActionKind.REVIEW, ActionKind.SUGGEST, ActionKind.DESIGN), (WorkRequest, Simulation)
    ),
    ActionKind.REPORT: (WorkRequest,),
    ActionKind.PLAN_DECK: tuple(kind for kind in RECORD_TYPES if kind not in (Film, Approval)),
}
"""Actions that think about records for a while, and the kinds of records that they do not look at. What else is
recorded meanwhile, as a corrected grade or an edited recipe, would be passed over, and replay, which takes all records
before the event, would find something else; a report is written once. So they are done again."""


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
    calibrations: "Sequence[Calibration]" = (),
    before: Callable[[Action, Records], None] = lambda action, records: None,
    after: Callable[[WorkStep], None] = lambda step: None,
) -> WorkResult:
    """Do and record one action after another until nothing is left that a computer or the bench can do.

    Args:
        campaign: The campaign.
        bench: Hands, robot and instruments; None where people do that work and record it themselves.
        max_actions: Stop after this many actions.
        until: Stop when this stage is complete.
        calibrations: What pipettes deliver of the stocks, weighed; decks are planned with them.
        before: Called before an action is done.
        after: Called after an action is recorded.

    Several workers may work on one campaign, from one computer or (with PostgreSQL) many: each action, and the robot,
    is leased while it is done.

    Raises:
        StoreBusyError: If others are doing everything that there is to do.
        LeaseLostError: If the database was restarted or out of reach, and somebody else has taken over the action.
        ChangedMeanwhileError: If the campaign was extended meanwhile.
        BenchWaitsError: If a person has to see to the robot first.
        FilmlabError: If an action cannot be done; nothing of it is recorded.
    """
    with doing_context(campaign, bench, calibrations) as context:
        worker = _Worker(campaign, bench, context, before)
        done = 0
        while True:
            worker.look()
            if done == max_actions:
                break
            if until is not None and stage_of(campaign.definition, worker.records).is_after(until):
                break
            try:
                action = worker.do_next()
            except StoreBusyError:
                if done == 0:
                    raise
                break
            if action is None:
                break
            done += 1
            after(WorkStep(action, worker.records, done))
        return WorkResult(done, worker.records, tuple(next_actions(campaign.definition, worker.records)))


class _Worker:
    """Does one action after another, beside other workers of the same campaign."""

    def __init__(
        self,
        campaign: OpenCampaign,
        bench: Bench | None,
        context: DoingContext,
        before: Callable[[Action, Records], None],
    ) -> None:
        self._campaign, self._bench, self._context, self._before = campaign, bench, context, before
        self._version = -1
        self._definitions: tuple[str, ...] = ()
        self._waits: dict[str, BenchWaitsError] = {}
        self.records = Records()

    def look(self) -> bool:
        """Read the records if others have added to them, and return whether they have."""
        version = self._campaign.store.version(self._campaign.name)
        if version == self._version:
            return False
        # The number is older than the records at worst: then they are read once more.
        self._version, self.records = version, self._campaign.records()
        self._check_definition()
        return True

    def _check_definition(self) -> None:
        """What is done by a definition that was replaced could not be derived again.

        Raises:
            ChangedMeanwhileError: If the campaign was extended after it was opened.
        """
        files = definition_files(self.records)
        if files == self._definitions:
            return
        self._definitions = files
        text = newest_definition_text(self.records, self._campaign.artefacts)
        if text is not None and stored_definition(text, self._campaign.name) != self._campaign.definition:
            raise ChangedMeanwhileError(
                "the campaign was extended while it was open", hint="the same command goes on by the new definition"
            )

    def do_next(self) -> Action | None:
        """Do and record the first action that nobody else is doing, and return it; None where there is none to do.

        Raises:
            BenchWaitsError: If nothing is left to do before a person has seen to the robot.
            StoreBusyError: If others are doing everything that there is.
        """
        busy: StoreBusyError | None = None
        for action in self._doable():
            if action.key in self._waits:
                continue
            with ExitStack() as leases:
                try:
                    held = self._take(action, leases)
                except StoreBusyError as error:
                    busy = error
                    continue
                try:
                    if self._is_still_due(action) and self._do(action, held):
                        return action
                except BenchWaitsError as error:
                    # A robot that waits for a person keeps nobody from training a model.
                    self._waits[action.key] = error
            return self.do_next()
        for waiting in (*self._waits.values(), busy):
            if waiting is not None:
                raise waiting
        return None

    def _is_still_due(self, action: Action) -> bool:
        """Somebody may have done it between looking and taking it."""
        return not self.look() or action in self._doable()

    def _doable(self) -> list[Action]:
        return [a for a in next_actions(self._campaign.definition, self.records) if can_do(a, self._bench)]

    def _take(self, action: Action, leases: ExitStack) -> list[Lease]:
        store, bench = self._campaign.store, self._bench
        held = [leases.enter_context(store.lease(lease_name(action), self._campaign.name))]
        if action.who is Who.ROBOT and bench is not None:
            # A robot has one deck, whichever campaigns it works for.
            held.append(leases.enter_context(store.lease(f"robot {bench.name}")))
        return held

    def _do(self, action: Action, held: Sequence[Lease]) -> bool:
        """Do and record an action; return False where what others have recorded meanwhile asks for another look."""
        self._before(action, self.records)
        known = self._version
        outcome = DOERS[action.kind](attrs.evolve(self._context, leases=held), action, self.records)
        event = Event(
            key=_event_key(action, self.records),
            who=outcome.who or f"filmlab {version('filmlab')}",
            source=outcome.source,
            simulated=self._is_simulated(outcome),
            at=datetime.now(UTC),
        )
        supersede = outcome.supersede or action.kind is ActionKind.REPORT
        try:
            added = self._campaign.store.append(
                self._campaign.name,
                event,
                outcome.records,
                supersede=supersede,
                under=held[0],  # what a robot has done is so, whoever has it now
                known=known if action.kind in _NO_MATTER else None,
                apart_from=_NO_MATTER.get(action.kind, ()),
            )
        except (DuplicateRecordError, ChangedMeanwhileError):
            if not self.look():
                raise
            return False
        if added.before == self._version:
            self._version, self.records = added.after, self.records.with_added(event, outcome.records)
        else:
            self.look()
        return True

    def _is_simulated(self, outcome: Outcome) -> bool:
        if outcome.simulated is not None:
            return outcome.simulated
        return self._bench is not None and self._bench.simulated


def _event_key(action: Action, records: Records) -> str:
    """Return the key under which an action is recorded.

    What the bench does to a deck it may do in parts, as where people have dried some of its films: the later ones are
    numbered.
    """
    return free_key(action.key, records.events) if action.who is Who.PERSON else action.key


def can_do(action: Action, bench: Bench | None) -> bool:
    """Return whether `work` can do an action with this bench; the others wait for people."""
    if action.who is Who.COMPUTER:
        return True
    return bench is not None and not action.elsewhere and bench.can(action.kind)


@contextmanager
def doing_context(
    campaign: OpenCampaign, bench: Bench | None, calibrations: "Sequence[Calibration]" = ()
) -> Iterator[DoingContext]:
    """Give what doers work with, and end the vendor's simulator when they are done.

    Linear algebra has one thread meanwhile: the order of additions, and with it the last bits of models, depends on the
    number of threads, and a computer with other cores has to derive the same.
    """
    import scipy.linalg  # noqa: F401  the limit holds for libraries that are loaded by then
    from threadpoolctl import threadpool_limits

    from robot_protocols.vendor import VendorSimulator

    with threadpool_limits(1, user_api="blas"), VendorSimulator() as simulator:
        yield DoingContext(
            campaign.definition,
            campaign.seed,
            campaign.artefacts,
            bench,
            simulator,
            TrainedModels(campaign.artefacts),
            calibrations,
        )
