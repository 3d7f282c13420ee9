"""How the films of a deck stand after all of its runs: what each dish holds, and what is left to do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property

import attrs

from lab.records import DishState
from robot_protocols.decks import DeckDefinition, Place
from robot_protocols.plans import DeckPlan, DishDose, PlannedFilm
from robot_protocols.running.reckoning import Reckoning, StepState


@attrs.frozen
class LeftDose:
    """A stroke that a film still needs."""

    stock: str
    pipette: str
    handling: str
    volume: float
    """Volume to ask for, uL."""
    sd: float
    factor: float = 1.0
    """Share of it that is delivered, from a calibration."""


@attrs.frozen
class Standing:
    """A film with its dish."""

    film: PlannedFilm
    """As first planned; its dish is where it is now."""
    state: DishState
    contents: tuple[DishDose, ...]
    """What the dish holds for certain."""
    left: tuple[LeftDose, ...]
    """What it still needs; of a film whose dish is suspect, everything."""
    mix: bool
    """Whether it is still to be mixed."""
    steps: tuple[int, ...] = ()
    """Steps that gave `contents`."""


def standings(first: DeckPlan, ran: Sequence[tuple[DeckPlan, Reckoning]]) -> Mapping[str, Standing]:
    """Return how each film of a deck stands.

    Args:
        first: The deck's first plan, which has every film whole.
        ran: Every plan of the deck that was run, the first and its continuations in order, with what happened.
    """
    places: dict[str, PlannedFilm] = {film.order.label: film for film in first.films}
    states: dict[str, DishState] = dict.fromkeys(places, DishState.EMPTY)
    contents: dict[str, list[tuple[int, DishDose]]] = {label: [] for label in places}
    mixed: set[str] = set()
    for plan, reckoning in ran:
        for film in plan.films:
            label = film.order.label
            if film.dish != places[label].dish:
                # Made anew in another dish: what the old one holds is of no use.
                contents[label] = []
                mixed.discard(label)
            places[label] = attrs.evolve(places[label], dish=film.dish)
            states[label] = reckoning.dishes[label]
        for item, stroke in plan.strokes:
            if reckoning.steps[stroke.step] is StepState.DONE:
                dose = DishDose(item.stock, item.pipette, stroke.volume, stroke.sd, stroke.factor)
                contents[stroke.film].append((stroke.step, dose))
        for mixing in plan.mixings:
            if reckoning.steps[mixing.step] is StepState.DONE:
                mixed.add(mixing.film)
    suspect = {label for label, state in states.items() if state is DishState.SUSPECT}
    to_mix = {mixing.film for mixing in first.mixings} - (mixed - suspect)
    whole = _whole_films(first)
    return {
        label: _standing(film, states[label], whole[label], contents[label], mix=label in to_mix)
        for label, film in places.items()
    }


def dishes_used(ran: Sequence[tuple[DeckPlan, Reckoning]]) -> frozenset[Place]:
    """Return every dish that something was, or may have been, put into."""
    return frozenset(
        film.dish
        for plan, reckoning in ran
        for film in plan.films
        if reckoning.dishes[film.order.label] is not DishState.EMPTY
    )


def _standing(
    film: PlannedFilm,
    state: DishState,
    whole: Sequence[LeftDose],
    given: Sequence[tuple[int, DishDose]],
    *,
    mix: bool,
) -> Standing:
    if state is DishState.SUSPECT:
        return Standing(film, state, (), tuple(whole), mix)
    contents = tuple(dose for _, dose in given)
    had = Counter((dose.stock, dose.pipette, dose.volume) for dose in contents)
    left = []
    for dose in whole:
        key = (dose.stock, dose.pipette, dose.volume)
        if had[key]:
            had[key] -= 1
        else:
            left.append(dose)
    return Standing(film, state, contents, tuple(left), mix, tuple(step for step, _ in given))


def _whole_films(first: DeckPlan) -> Mapping[str, Sequence[LeftDose]]:
    """Every stroke of every film, as first planned."""
    doses: dict[str, list[LeftDose]] = {film.order.label: [] for film in first.films}
    for item, stroke in first.strokes:
        doses[stroke.film].append(
            LeftDose(item.stock, item.pipette, item.handling, stroke.volume, stroke.sd, stroke.factor)
        )
    return doses


@attrs.frozen(slots=False)
class DeckHistory:
    """A deck with everything that was run on it."""

    deck: DeckDefinition
    ran: tuple[tuple[DeckPlan, Reckoning], ...]
    """The first plan and its continuations, in order, with what happened."""
    runs: frozenset[str] = frozenset({""})
    """Names of all its runs, as the ledger has them; an empty one where they have none."""

    @property
    def first(self) -> DeckPlan:
        """The first plan."""
        return self.ran[0][0]

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """How each film stands."""
        return standings(self.first, self.ran)

    @property
    def done(self) -> bool:
        """Whether every film is finished."""
        return all(item.state is DishState.FINISHED for item in self.standings.values())
