"""The ledger of a robot's deck: tips, containers and dishes, charged for what happened and for nothing else.

Before a run its whole plan is set aside (pending). After it, what the reckoning found is charged (commit), or nothing
(rollback). What may have been used is never offered again. The ledger outlives runs: racks go on where they stand.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from lab.errors import DuplicateRecordError, InvalidInputError, StoreError
from lab.records import Charge, DishState
from robot_protocols.decks import DeckDefinition, Place, Use
from robot_protocols.plans import DeckPlan
from robot_protocols.running.journal import Entry, Journal
from robot_protocols.running.reckoning import Reckoning


@attrs.frozen
class Container:
    """A stock in its container."""

    stock: str
    loaded: float
    """What was put in, uL."""
    drawn: float = 0.0
    """What left it for certain, uL."""
    perhaps: float = 0.0
    """What may have left it beyond that, uL."""
    gone: bool = False
    """Whether another deck was loaded since that has no such container: nobody knows what stands there."""

    @property
    def left(self) -> float:
        """What is in it at least, uL."""
        return 0.0 if self.gone else max(0.0, self.loaded - self.drawn - self.perhaps)


@attrs.frozen
class Dish:
    """A dish that is not empty, or is set aside."""

    film: str
    state: DishState
    run: str = ""
    """The run that gave it what it holds; a film of the same name may have been begun again since."""


@attrs.frozen
class DeckState:
    """What stands on a robot's deck, as far as the ledger knows."""

    tips: frozenset[Place] = frozenset()
    """Places of racks without a tip that may be used."""
    containers: Mapping[Place, Container] = attrs.field(factory=dict)
    dishes: Mapping[Place, Dish] = attrs.field(factory=dict)
    runs: Mapping[str, Charge] = attrs.field(factory=dict)
    """Every run that the ledger has heard of."""
    pending: Mapping[str, frozenset[Place]] = attrs.field(factory=dict)
    """Tips that are set aside, by run."""

    @property
    def standing(self) -> Mapping[Place, Container]:
        """The containers that stand on the deck."""
        return {place: box for place, box in self.containers.items() if not box.gone}


class Ledger:
    """A ledger that is open for writing.

    Args:
        journal: Its file.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._state = replay(journal.entries)

    @property
    def state(self) -> DeckState:
        """What stands on the deck now."""
        return self._state

    def load_deck(self, plan: DeckPlan, deck: DeckDefinition, who: str, *, fresh_racks: bool = True) -> None:
        """Record that somebody loaded a deck as its run card says: new dishes, stocks filled, racks full or left."""
        racks = [item.slot for item in deck.using(Use.TIPS)] if fresh_racks else []
        filled = [
            [loaded.place.slot, loaded.place.well, need.stock, loaded.volume]
            for need in plan.stock_needs
            for loaded in need.places
        ]
        dishes = [item.slot for item in deck.using(Use.DISHES)]
        self._add("loaded", who=who, plan=plan.sha256, racks=racks, filled=filled, dishes=dishes)

    def confirm(self, plan: DeckPlan, who: str) -> None:
        """Record that somebody has checked the deck for a plan that goes on with what stands on it."""
        self._add("loaded", who=who, plan=plan.sha256, racks=[], filled=[], dishes=[])

    def swap_rack(self, slot: int, who: str) -> None:
        """Record that a full tip rack was put in a slot."""
        self._add("loaded", who=who, plan="", racks=[slot], filled=[], dishes=[])

    def refill(self, place: Place, stock: str, volume: float, who: str) -> None:
        """Record that a container holds a volume of a stock now, uL."""
        self._add("loaded", who=who, plan="", racks=[], filled=[[place.slot, place.well, stock, volume]], dishes=[])

    def reserve(self, run: str, plan: DeckPlan) -> None:
        """Set aside what a plan needs.

        Raises:
            DuplicateRecordError: If the run is known already.
            InvalidInputError: If a tip is spent, or a dish is taken by another film.
        """
        if run in self._state.runs:
            raise DuplicateRecordError(
                f"run {run} stands in the ledger already", hint="every run has a name of its own"
            )
        faults = shortages(plan, self._state)
        if faults:
            raise InvalidInputError("deck", faults, hint="put fresh racks and dishes on the deck and say so")
        tips = [item.tip for item in plan.passes] + [mixing.tip for mixing in plan.mixings]
        dishes = [[film.dish.slot, film.dish.well, film.order.label] for film in plan.films]
        self._add("pending", run=run, tips=[list(tip) for tip in tips], dishes=dishes)

    def commit(self, run: str, plan: DeckPlan, reckoning: Reckoning) -> None:
        """Charge a run for what happened, once; a second time changes nothing.

        Raises:
            StoreError: If the run is not pending.
        """
        if self._state.runs.get(run) is Charge.COMMITTED:
            return
        self._needs_pending(run)
        at = {film.order.label: film.dish for film in plan.films}
        self._add(
            "commit",
            run=run,
            tips=[list(tip) for tip in sorted(reckoning.tips)],
            drawn=[[*place, volume] for place, volume in sorted(reckoning.drawn.items())],
            perhaps=[[*place, volume] for place, volume in sorted(reckoning.perhaps.items())],
            dishes=[[*at[film], film, str(state)] for film, state in reckoning.dishes.items()],
        )

    def rollback(self, run: str) -> None:
        """Give back everything that was set aside for a run that never moved.

        Raises:
            StoreError: If the run is not pending.
        """
        if self._state.runs.get(run) is Charge.ROLLED_BACK:
            return
        self._needs_pending(run)
        self._add("rollback", run=run)

    def _needs_pending(self, run: str) -> None:
        charge = self._state.runs.get(run)
        if charge is not Charge.PENDING:
            raise StoreError(
                f"run {run} is {charge or 'not'} in the ledger, not pending", hint="check the workspace's robot folder"
            )

    def _add(self, kind: str, **data: Any) -> None:
        self._state = after(self._state, self._journal.add(kind, **data))


def replay(entries: Iterable[Entry]) -> DeckState:
    """Return what stands on a deck after all entries."""
    state = DeckState()
    for entry in entries:
        state = after(state, entry)
    return state


def shortages(plan: DeckPlan, state: DeckState) -> list[str]:
    """Return what a plan counts on that the deck does not have, one sentence each."""
    pending = frozenset().union(*state.pending.values()) if state.pending else frozenset()
    tips = [item.tip for item in plan.passes] + [mixing.tip for mixing in plan.mixings]
    faults = [f"the tip at {tip} is spent" for tip in tips if tip in state.tips or tip in pending]
    known = {content.film for content in plan.contents}
    for film in plan.films:
        dish = state.dishes.get(film.dish)
        label = film.order.label
        if dish is not None and dish.film != label:
            faults.append(f"the dish {film.dish} for {label} holds film {dish.film}")
        elif dish is not None and dish.state is DishState.PARTIAL and label not in known:
            faults.append(f"the dish {film.dish} holds a part of {label} that the plan does not count on")
        elif dish is not None and dish.state in {DishState.SUSPECT, DishState.FINISHED}:
            faults.append(f"the dish {film.dish} for {label} is {dish.state}")
        elif dish is None and label in known:
            faults.append(f"the dish {film.dish} holds no part of {label}, which the plan counts on")
    return faults


def after(state: DeckState, entry: Entry) -> DeckState:
    """Return what stands on a deck after one more entry.

    Raises:
        StoreError: If the entry is of a kind that this filmlab does not know.
    """
    data = entry.data
    match entry.kind:
        case "loaded":
            return _loaded(state, data)
        case "pending":
            tips = frozenset(Place(*tip) for tip in data["tips"])
            return attrs.evolve(
                state,
                runs={**state.runs, data["run"]: Charge.PENDING},
                pending={**state.pending, data["run"]: tips},
            )
        case "commit":
            return _committed(state, data)
        case "robot":
            return state
        case "rollback":
            return attrs.evolve(
                state,
                runs={**state.runs, data["run"]: Charge.ROLLED_BACK},
                pending={run: tips for run, tips in state.pending.items() if run != data["run"]},
            )
    raise StoreError(f"the ledger has an entry of unknown kind {entry.kind!r}", hint="install the newer filmlab")


def _loaded(state: DeckState, data: Mapping[str, Any]) -> DeckState:
    filled = {Place(slot, well): Container(stock, volume) for slot, well, stock, volume in data["filled"]}
    # Whoever loads a deck with its dishes sets out the containers of its run card, and no others.
    gone = bool(data["dishes"])
    kept = {place: attrs.evolve(box, gone=box.gone or gone) for place, box in state.containers.items()}
    return attrs.evolve(
        state,
        tips=frozenset(tip for tip in state.tips if tip.slot not in data["racks"]),
        containers={**kept, **filled},
        dishes={place: dish for place, dish in state.dishes.items() if place.slot not in data["dishes"]},
    )


def _committed(state: DeckState, data: Mapping[str, Any]) -> DeckState:
    containers = dict(state.containers)
    for slot, well, volume in data["drawn"]:
        place = Place(slot, well)
        containers[place] = attrs.evolve(containers[place], drawn=containers[place].drawn + volume)
    for slot, well, volume in data["perhaps"]:
        place = Place(slot, well)
        containers[place] = attrs.evolve(containers[place], perhaps=containers[place].perhaps + volume)
    dishes = dict(state.dishes)
    for slot, well, film, word in data["dishes"]:
        if word != DishState.EMPTY:
            dishes[Place(slot, well)] = Dish(film, DishState(word), data["run"])
    return attrs.evolve(
        state,
        tips=state.tips | {Place(*tip) for tip in data["tips"]},
        containers=containers,
        dishes=dishes,
        runs={**state.runs, data["run"]: Charge.COMMITTED},
        pending={run: tips for run, tips in state.pending.items() if run != data["run"]},
    )
