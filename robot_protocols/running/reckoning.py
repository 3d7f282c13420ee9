"""What happened: from a plan and the commands that were seen to the state of every stroke, tip, container and dish.

Whatever may have happened unseen counts as doubtful, never as done and never as not done.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from enum import StrEnum
from math import sqrt

import attrs

from lab.records import DishState, Transfer
from robot_protocols.decks import DeckDefinition, Place
from robot_protocols.plans import DeckPlan, Mixing, StockPass, Stroke
from robot_protocols.robot_client.values import Command

_SAME_VOLUME = 0.05
"""uL."""


class StepState(StrEnum):
    """State of a stroke or a mixing."""

    TO_DO = "to do"
    DRAWN = "drawn"
    """The stock is in the tip, or was; the dish got nothing."""
    DONE = "done"
    DOUBTFUL = "doubtful"
    """It may have happened, wholly or in part."""


@attrs.frozen
class RunFacts:
    """What a journal knows of a run."""

    commands: tuple[Command, ...]
    labware: Mapping[str, int]
    """Slot by labware id."""
    pipettes: Mapping[str, str]
    """Model by pipette id."""
    unseen_seconds: float = 0.0
    """How long the robot may have moved after the last look at it; infinite where that is not known."""
    no_motion: bool = False
    """Whether liquid moves in no time and only delays take some, as on a robot-server with a simulated robot."""
    flagged: frozenset[str] = frozenset()
    """Films that a person says are spoiled."""


@attrs.frozen
class Reckoning:
    """What a run did."""

    steps: Mapping[int, StepState]
    """By step: strokes and mixings."""
    dishes: Mapping[str, DishState]
    """By film."""
    tips: frozenset[Place]
    """Tips that were picked up, or may have been."""
    drawn: Mapping[Place, float]
    """What left each container for certain, uL."""
    perhaps: Mapping[Place, float]
    """What may have left it beyond that, uL."""
    tip_on: bool
    """Whether a pipette may still carry a tip."""
    notes: tuple[str, ...] = ()

    def films(self, state: DishState) -> tuple[str, ...]:
        """Return the films in a state."""
        return tuple(film for film, found in self.dishes.items() if found is state)

    def transfers(self, plan: DeckPlan, deck: str) -> tuple[Transfer, ...]:
        """Return what was delivered; of a doubtful stroke the middle of what is possible, as uncertain as that is."""
        found = []
        for item, stroke in plan.strokes:
            state = self.steps[stroke.step]
            if state in {StepState.TO_DO, StepState.DRAWN}:
                continue
            doubtful = state is StepState.DOUBTFUL
            # Anything between nothing and all of it: a uniform distribution (GUM 4.3.7).
            delivered, sd = (
                (stroke.delivered / 2, stroke.volume / sqrt(12)) if doubtful else (stroke.delivered, stroke.sd)
            )
            found.append(
                Transfer(deck, stroke.step, stroke.film, item.stock, item.pipette, stroke.volume, delivered, sd)
            )
        return tuple(found)


def reckon(plan: DeckPlan, deck: DeckDefinition, facts: RunFacts) -> Reckoning:
    """Return what a run did.

    Args:
        plan: The plan that was run.
        deck: Its deck, for the flow rates that bound what can have happened unseen.
        facts: What was seen.
    """
    follower = _Follower(plan, facts)
    for command in facts.commands:
        follower.follow(command)
    if facts.unseen_seconds > 0:
        follower.go_on_unseen(deck, facts.unseen_seconds)
    return follower.reckoning()


class _Follower:
    """Follows commands, in order."""

    def __init__(self, plan: DeckPlan, facts: RunFacts) -> None:
        self.plan = plan
        self.facts = facts
        self.strokes = {stroke.step: (item, stroke) for item, stroke in plan.strokes}
        self.mixings = {mixing.step: mixing for mixing in plan.mixings}
        self.sources = {loaded.place for need in plan.stock_needs for loaded in need.places}
        self.steps = dict.fromkeys([*self.strokes, *self.mixings], StepState.TO_DO)
        self.mixed: Counter[int] = Counter()
        self.tips: set[Place] = set()
        self.drawn: dict[Place, float] = defaultdict(float)
        self.perhaps: dict[Place, float] = defaultdict(float)
        self.step = 0
        self.tip_on = False
        self.ended = False
        self.notes: list[str] = []

    def follow(self, command: Command) -> None:
        """Take a command into account."""
        if command.status == "queued":
            return
        match command.kind:
            case "comment":
                self._comment(str(command.params.get("message", "")))
            case "pickUpTip":
                self.tips.add(self._place(command))
                self.tip_on = True
            case "dropTip" | "dropTipInPlace":
                self.tip_on = command.status != "succeeded"
            case "aspirate":
                self._aspirate(command, self._place(command), float(command.params["volume"]))
            case "dispense":
                self._dispense(command, self._place(command), float(command.params["volume"]))

    def _comment(self, message: str) -> None:
        if message.startswith("step "):
            self.step = int(message.removeprefix("step ").split(" ", 1)[0])
        self.ended = message.startswith("done ")

    def _place(self, command: Command) -> Place:
        slot = self.facts.labware.get(str(command.params.get("labwareId")), 0)
        return Place(slot, str(command.params.get("wellName")))

    def _aspirate(self, command: Command, place: Place, volume: float) -> None:
        sure = command.status == "succeeded"
        if place in self.sources:
            (self.drawn if sure else self.perhaps)[place] += volume
            # Prewetting comes before its step is announced, when the step before is done.
            if sure and self.step in self.strokes and self.steps[self.step] is StepState.TO_DO:
                self.steps[self.step] = StepState.DRAWN
        elif self.step in self.mixings and self.mixings[self.step].dish == place:
            # Part of the film is in the tip until it is given back.
            self.steps[self.step] = StepState.DOUBTFUL
        else:
            self._unplanned(command, place)

    def _dispense(self, command: Command, place: Place, volume: float) -> None:
        sure = command.status == "succeeded"
        if place in self.sources:
            self.drawn[place] -= volume
            if not sure:
                self.perhaps[place] += volume
        elif self.step in self.strokes:
            _, stroke = self.strokes[self.step]
            as_planned = stroke.dish == place and abs(stroke.volume - volume) <= _SAME_VOLUME
            first = self.steps[self.step] is StepState.DRAWN
            if not as_planned or not first:
                self._unplanned(command, place)
            self.steps[self.step] = StepState.DONE if sure and as_planned and first else StepState.DOUBTFUL
        elif self.step in self.mixings and self.mixings[self.step].dish == place:
            self._mixed_once(self.mixings[self.step], sure=sure)
        else:
            self._unplanned(command, place)

    def _mixed_once(self, mixing: Mixing, *, sure: bool) -> None:
        self.mixed[mixing.step] += sure
        if sure:
            done = self.mixed[mixing.step] >= mixing.times
            self.steps[mixing.step] = StepState.DONE if done else StepState.TO_DO

    def _unplanned(self, command: Command, place: Place) -> None:
        """Note a command that the plan does not have; the film in that place is not what was planned."""
        self.notes.append(f"command {command.index}: {command.kind} at {place} is not in the plan")
        for film in self.plan.films:
            if film.dish == place:
                steps = [step for step, (_, stroke) in self.strokes.items() if stroke.film == film.order.label]
                self.steps.update(dict.fromkeys(steps, StepState.DOUBTFUL))

    def go_on_unseen(self, deck: DeckDefinition, seconds: float) -> None:
        """Mark everything that the robot can have begun within a time that nobody saw.

        A pipette cannot be faster than its flow rates and delays; all movement is taken to cost no time, so that more
        is marked than can have happened, never less. On a simulated robot only the delays take time.
        """
        if self.ended:
            return
        spent = 0.0
        for item in self.plan.passes:
            left = [stroke for stroke in item.strokes if self._can_come(stroke)]
            if not left or spent > seconds:
                continue
            self.tips.add(item.tip)
            self.tip_on = True
            if len(left) == len(item.strokes):
                self.perhaps[left[0].source] += left[0].volume  # prewetting, in the tip
            for stroke in left:
                spent = self._stroke_unseen(deck, item, stroke, spent, seconds)
        for mixing in self.plan.mixings:
            if spent > seconds or self.steps[mixing.step] is StepState.DONE:
                continue
            self.tips.add(mixing.tip)
            self.tip_on = True
            self.steps[mixing.step] = StepState.DOUBTFUL
            pipette, handling = deck.pipette(mixing.pipette), deck.handling["mixture"]
            begun = mixing.step == self.step
            once = self._seconds(mixing.volume, handling.aspirate_flow(pipette))
            once += self._seconds(mixing.volume, handling.dispense_flow(pipette))
            spent += 0.0 if begun else mixing.times * once

    def _can_come(self, stroke: Stroke) -> bool:
        return self.steps[stroke.step] in {StepState.TO_DO, StepState.DRAWN}

    def _stroke_unseen(
        self, deck: DeckDefinition, item: StockPass, stroke: Stroke, spent: float, seconds: float
    ) -> float:
        """Mark a stroke as far as it can have come; return the least time after which it can be over."""
        if spent > seconds:
            return spent
        pipette, handling = deck.pipette(item.pipette), deck.handling[item.handling]
        # The step that was running when it was last seen may have been at its end.
        running = stroke.step == self.step
        if self.steps[stroke.step] is StepState.TO_DO:
            self.perhaps[stroke.source] += stroke.volume
        if not running:
            spent += self._seconds(stroke.volume, handling.aspirate_flow(pipette)) + handling.aspirate_delay
        if spent <= seconds:
            self.steps[stroke.step] = StepState.DOUBTFUL
        if not running:
            spent += self._seconds(stroke.volume, handling.dispense_flow(pipette)) + handling.dispense_delay
        return spent

    def _seconds(self, volume: float, flow: float) -> float:
        return 0.0 if self.facts.no_motion else volume / flow

    def reckoning(self) -> Reckoning:
        """Return what was found."""
        return Reckoning(
            steps=self.steps,
            dishes={film.order.label: self._dish(film.order.label) for film in self.plan.films},
            tips=frozenset(self.tips),
            drawn={place: round(volume, 3) for place, volume in self.drawn.items() if round(volume, 3)},
            perhaps={place: round(volume, 3) for place, volume in self.perhaps.items() if round(volume, 3)},
            tip_on=self.tip_on,
            notes=tuple(self.notes),
        )

    def _dish(self, film: str) -> DishState:
        own = [self.steps[step] for step, (_, stroke) in self.strokes.items() if stroke.film == film]
        mixing = [self.steps[step] for step, item in self.mixings.items() if item.film == film]
        if film in self.facts.flagged or StepState.DOUBTFUL in {*own, *mixing}:
            return DishState.SUSPECT
        if all(state is StepState.DONE for state in (*own, *mixing)):
            return DishState.FINISHED
        had = film in {content.film for content in self.plan.contents}
        return DishState.PARTIAL if had or StepState.DONE in own else DishState.EMPTY
