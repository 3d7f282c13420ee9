"""A robot at an address as the robot of a campaign's bench: every deck once, whatever happens in between.

What was run, and how far it came, is found in the workspace's journals, never guessed: `work` may be killed, the
network may fail, a person may go on by hand with `filmlab robot continue`; the next `work` takes up what it finds.
"""

import attrs

from lab.bench import DeckOrder, DeckOutcome
from lab.errors import BenchWaitsError, FilmlabError
from lab.records import DishState
from lab.stocks import Stock
from robot_protocols.robot_client.failures import RobotFailure
from robot_protocols.robot_client.identity import RobotIdentity, identify
from robot_protocols.robot_client.values import RunPhase
from robot_protocols.running.continuing import NextStep, chain_of, go_on, next_step
from robot_protocols.running.deck_outcomes import deck_outcome
from robot_protocols.running.facts import ending_of, latest
from robot_protocols.running.instructions import instruction_of, is_given_up
from robot_protocols.running.loading import job_of_order
from robot_protocols.running.offsets import SlotOffset, offsets_for
from robot_protocols.running.outcomes import RunEnd
from robot_protocols.running.places import RunFolder
from robot_protocols.running.runner import RobotRunner, Start
from robot_protocols.running.standing import DeckHistory


@attrs.frozen
class CampaignRobot:
    """Runs the decks of a campaign on one robot.

    Args:
        runner: The robot.
        identity: Who answers there.
        campaign: Name of the campaign, so that decks of other campaigns are not taken for its own.
        stocks: Stocks at hand, whose age is checked before each run.
        offsets: Labware offsets of this robot.
        serial: Serial number of the robot that is meant.
    """

    runner: RobotRunner
    identity: RobotIdentity
    campaign: str
    stocks: tuple[Stock, ...] = ()
    offsets: tuple[SlotOffset, ...] = ()
    serial: str | None = None

    @property
    def name(self) -> str:
        """The robot's name and serial number, for the records."""
        health = self.identity.health
        return f"{health.name} ({health.serial})" if health.serial else health.name

    @property
    def simulated(self) -> bool:
        """Whether the robot has no hardware."""
        return self.identity.health.simulated

    def run_robot(self, order: DeckOrder) -> DeckOutcome:
        """Run a deck, or find out how far it was run.

        Raises:
            BenchWaitsError: If the robot refuses it, cannot be reached, or has left films unfinished that a person can
                still have finished on this deck.
        """
        run = self._run_of(order) or self._start(order)
        step = self._gone_on(run, order)
        if step.outcome.end is RunEnd.NOT_STARTED and self._run_of(order) is None:
            raise BenchWaitsError(f"{order.deck} was not started: {step.outcome.problem}", hint="run: filmlab work")
        if step.history is None:
            raise BenchWaitsError(
                f"what {order.deck} is doing is not known: {step.outcome.problem}",
                hint=f"{step.outcome.hint}; then run: filmlab work",
            )
        runs = chain_of(self.runner.folder, run)
        if not step.history.done and _can_go_on(step) and not given_up(runs):
            raise _waits(order, step, step.history, runs[-1])
        return deck_outcome(order.deck, self.name, step.history, note=_note(runs))

    def _gone_on(self, run: RunFolder, order: DeckOrder) -> NextStep:
        """Return what has to be done about a deck, after a person's instruction to go on with it was followed."""
        runs = chain_of(self.runner.folder, run)
        told = None if given_up(runs) else instruction_of(runs[-1])
        step = next_step(self.runner, run, answers=told.answers_at(self.runner.clock()) if told else None)
        if told is None or step.continuation is None or step.continuation.plan is None:
            return step
        if step.continuation.plan.sha256 != told.plan_sha256:
            return step  # it is another plan by now than the one for which the deck was made ready
        outcome = go_on(self.runner, run, step, confirmed_by=told.who, confirm=order.confirm)
        if outcome.end is RunEnd.NOT_STARTED:
            raise BenchWaitsError(f"{run.label} was not gone on with: {outcome.problem}", hint=outcome.hint)
        return next_step(self.runner, run)

    def _run_of(self, order: DeckOrder) -> RunFolder | None:
        """The first run of a deck that may have moved, if only in a continuation; a run by hand counts as much.

        Where somebody has begun the deck again from new dishes, that counts: it is what stands there.
        """
        folder = self.runner.folder
        for run in reversed(folder.runs()):
            planned = latest(run.entries(), "planned")
            if planned is None or planned.data["plan"] != order.plan_sha256:
                continue
            if planned.data.get("order") not in {None, self._name_of(order)}:
                continue
            if any(_may_have_moved(one) for one in chain_of(folder, run)):
                return run
        return None

    def _name_of(self, order: DeckOrder) -> str:
        return f"{self.campaign}/{order.deck}"

    def _start(self, order: DeckOrder) -> RunFolder:
        job = job_of_order(order)
        start = Start(
            confirmed_by=order.signed_by,
            serial=self.serial,
            offsets=offsets_for(job.deck, self.offsets),
            stocks=self.stocks or None,
            signed_sha256=order.plan_sha256,
            order=self._name_of(order),
            confirm=order.confirm,
        )
        outcome = self.runner.start(job, start)
        if outcome.end is RunEnd.NOT_STARTED:
            raise BenchWaitsError(f"{order.deck} was not started: {outcome.problem}", hint=outcome.hint)
        return self.runner.folder.run(outcome.run)


@attrs.frozen
class AwayRobot:
    """A robot that does not answer, or not as it should: its decks wait for it, and all else goes on."""

    name: str
    """Its address."""
    why: FilmlabError
    simulated: bool = False

    def run_robot(self, order: DeckOrder) -> DeckOutcome:
        """Let a deck wait.

        Raises:
            BenchWaitsError: Always.
        """
        raise BenchWaitsError(f"{order.deck} waits for the robot: {self.why.message}", hint=self.why.hint)


def connected(runner: RobotRunner, *, serial: str | None = None) -> RobotIdentity:
    """Return who answers at a robot's address.

    Raises:
        FilmlabError: If it is no OT-2 that may be used, with what was found.
    """
    found = identify(runner.client, serial=serial)
    if isinstance(found, RobotFailure):
        raise FilmlabError(found.message, hint=found.hint)
    return found


def given_up(runs: tuple[RunFolder, ...]) -> bool:
    """Return whether a person has said that a deck shall not be gone on with."""
    return any(is_given_up(run) for run in runs)


def _may_have_moved(run: RunFolder) -> bool:
    ending = ending_of(run.entries())
    return ending is None or ending.phase is not RunPhase.IDLE


def _can_go_on(step: NextStep) -> bool:
    return bool(step.questions) or (step.continuation is not None and step.continuation.plan is not None)


def _waits(order: DeckOrder, step: NextStep, history: DeckHistory, last: RunFolder) -> BenchWaitsError:
    states = [item.state for item in history.standings.values()]
    counts = ", ".join(f"{states.count(state)} {state}" for state in DishState if state in states)
    why = f": {step.outcome.problem}" if step.outcome.problem else ""
    return BenchWaitsError(
        f"{order.deck} is not complete ({counts}); its last run {last.label} {step.outcome.end}{why}",
        hint=f"look at the robot, then run: filmlab robot continue {last.label}, and filmlab work again "
        f"(or filmlab robot give-up {last.label}: the other films are planned anew)",
    )


def _note(runs: tuple[RunFolder, ...]) -> str:
    told = []
    for run in runs:
        ending = ending_of(run.entries())
        if ending is not None and ending.phase is not RunPhase.SUCCEEDED:
            why = f": {'; '.join(ending.errors)}" if ending.errors else ""
            told.append(f"{run.label} {ending.phase}{why}")
    return "; ".join(told)
