"""Going on after a run that did not end well: top up what is known, make anew what is not, ask where only eyes help."""

from collections.abc import Iterator, Mapping, Sequence, Set
from enum import StrEnum
from math import isfinite

import attrs

from lab.records import DishState
from robot_protocols.decks import DeckDefinition, Place
from robot_protocols.dishes import dishes_for
from robot_protocols.plans import DeckPlan, FilmOrder, load_text
from robot_protocols.running.continuation_plan import ContinuationPlanner
from robot_protocols.running.ledger import DeckState
from robot_protocols.running.standing import DeckHistory, Standing, dishes_used, standings
from robot_protocols.timing import duration_text

WAIT_MINUTES = 45.0
"""How long a mixture that is not complete may wait in its dish before a person has to look at it: a warm gelatin
solution stays liquid for about as long (see handling.toml), and an open dish loses about 0.1 mm of water in it."""


class QuestionCode(StrEnum):
    """What only a person can answer."""

    DISHES_WAITED = "DISHES_WAITED"
    """Are partial mixtures that waited for long still good? yes: top them up; no: make them anew."""


@attrs.frozen
class Question:
    """Something that a person has to say before the robot goes on."""

    code: QuestionCode
    text: str
    choices: tuple[str, ...] = ("yes", "no")


@attrs.frozen
class Continuation:
    """How to go on."""

    plan: DeckPlan | None
    """What is left on this deck; None where nothing is."""
    elsewhere: tuple[FilmOrder, ...]
    """Films that have to be made anew, for whom this deck has no clean dish left."""
    fresh_racks: tuple[int, ...]
    """Slots that need full tip racks first."""
    refills: tuple[tuple[Place, str, float], ...]
    """Containers that have to be filled up first: place, stock, volume in it then, uL."""
    to_do: tuple[str, ...]
    """What the operator has to do before it may start, one sentence each."""


def questions(history: DeckHistory, waited_minutes: float, answers: Mapping[str, str]) -> tuple[Question, ...]:
    """Return what a person has to say first.

    Args:
        history: The deck.
        waited_minutes: Time since the robot was last seen at work; infinite where that is not known.
        answers: What was said already, by the question's code.
    """
    partial = [label for label, item in history.standings.items() if item.state is DishState.PARTIAL]
    if not partial or waited_minutes <= WAIT_MINUTES or answers.get(QuestionCode.DISHES_WAITED) in {"yes", "no"}:
        return ()
    shown = ", ".join(partial[:5]) + (" and more" if len(partial) > 5 else "")
    waited = duration_text(waited_minutes) if isfinite(waited_minutes) else "longer than this computer's clock can tell"
    return (
        Question(
            QuestionCode.DISHES_WAITED,
            f"Half-made films have waited for {waited}: {shown}. "
            "Look at their dishes: are they still liquid and of their full volume?",
        ),
    )


def plan_continuation(
    history: DeckHistory,
    state: DeckState,
    answers: Mapping[str, str] | None = None,
    *,
    on_robot: DeckDefinition | None = None,
) -> Continuation:
    """Plan what is left of a deck.

    Films with a known part are topped up in their dish. Films that are suspect, or whose dish went when the deck was
    loaded for others, are made anew, in clean dishes of this deck while there are some. Doses are those of the first
    plan, so every film becomes what was signed.

    Args:
        history: The deck and what was run on it.
        state: The robot's ledger after that.
        answers: Answers to `questions`.
        on_robot: The deck that was loaded last, where it may be of another kind: then nothing can be made on it.
    """
    standing = dict(history.standings)
    if on_robot is not None and on_robot.as_json()["slots"] != history.deck.as_json()["slots"]:
        return _on_another_deck(standing, on_robot)
    gone = {label for label, item in standing.items() if _is_gone(history, item, state)}
    bad = (answers or {}).get(QuestionCode.DISHES_WAITED) == "no"
    standing = {
        label: _anew(history, item) if label in gone or (bad and item.state is DishState.PARTIAL) else item
        for label, item in standing.items()
    }
    anew = [item.film.order for item in standing.values() if item.state is DishState.SUSPECT]
    free = [place for place in history.deck.dishes if place not in _taken(history, state)]
    dishes = dishes_for([order.volume for order in anew], free, history.deck)
    clean = {order.label: dish for order, dish in zip(anew, dishes, strict=True)}
    films: list[Standing] = []
    elsewhere: list[FilmOrder] = []
    for item in standing.values():
        if item.state is DishState.FINISHED:
            continue
        dish = clean[item.film.order.label] if item.state is DishState.SUSPECT else item.film.dish
        if dish is None:
            elsewhere.append(item.film.order)
        else:
            films.append(attrs.evolve(item, film=attrs.evolve(item.film, dish=dish)))
    planner = ContinuationPlanner(history, state, films)
    plan = planner.build() if films else None
    return Continuation(
        plan=plan,
        elsewhere=tuple(elsewhere),
        fresh_racks=tuple(planner.fresh_racks),
        refills=tuple(planner.refills),
        to_do=tuple(_to_do(history, standing, gone, planner, elsewhere)),
    )


def _on_another_deck(standing: Mapping[str, Standing], on_robot: DeckDefinition) -> Continuation:
    left = tuple(item.film.order for item in standing.values() if item.state is not DishState.FINISHED)
    labels = ", ".join(order.label for order in left)
    told = f"Plan another deck for {labels}: the deck {on_robot.name!r} was loaded since, and has other dishes."
    return Continuation(None, left, (), (), (told,))


def _is_gone(history: DeckHistory, item: Standing, state: DeckState) -> bool:
    """Return whether a deck was loaded since, so that a film's dish stands there no more, or is in use again."""
    dish = state.dishes.get(item.film.dish)
    if dish is None:
        return item.state is DishState.PARTIAL
    others = dish.film != item.film.order.label or dish.run not in history.runs
    return others and item.state in {DishState.EMPTY, DishState.PARTIAL}


def _anew(history: DeckHistory, item: Standing) -> Standing:
    """Return a film of which nothing in its dish counts."""
    label = item.film.order.label
    whole = standings(history.first, ())[label]
    return attrs.evolve(whole, state=DishState.SUSPECT, film=item.film)


def _taken(history: DeckHistory, state: DeckState) -> set[Place]:
    """Dishes that are not clean, or are kept for a film that is still to come."""
    kept = {item.film.dish for item in history.standings.values() if item.state is not DishState.SUSPECT}
    return {*dishes_used(history.ran), *state.dishes, *kept}


def _to_do(
    history: DeckHistory,
    standing: Mapping[str, Standing],
    gone: Set[str],
    planner: ContinuationPlanner,
    elsewhere: Sequence[FilmOrder],
) -> Iterator[str]:
    if history.ran[-1][1].tip_on:
        yield "Look at both pipettes: a tip may still hang on one. Take it off by hand."
    for slot in planner.fresh_racks:
        yield f"Put a full tip rack into slot {slot}."
    for place, stock, volume in planner.refills:
        box = planner.state.standing.get(place)
        if box is not None and box.stock != stock:
            yield f"Take {box.stock} away from {place}, and put a clean container there for {stock}."
        yield f"Fill {stock} at {place} up to {load_text(volume)} mL."
    if gone:
        yield f"Leave the deck that was loaded since: {', '.join(sorted(gone))} are made anew in clean dishes of it."
    spoiled = [label for label, item in standing.items() if item.state is DishState.SUSPECT and label not in gone]
    if spoiled:
        yield f"Discard what is in the first dishes of {', '.join(spoiled)}: what they hold is not known or not good."
    if elsewhere:
        labels = ", ".join(order.label for order in elsewhere)
        yield f"Plan another deck for {labels}: this one has no clean dish left."
