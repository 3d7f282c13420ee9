"""What is planned for a deck that did not complete."""

from functools import cache
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.records import DishState
from robot_protocols.decks import Place, deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.plans import load_text
from robot_protocols.preflight import preflight, refused
from robot_protocols.running.continuation import WAIT_MINUTES, plan_continuation, questions
from robot_protocols.running.ledger import Container, DeckState, Dish
from robot_protocols.running.reckoning import RunFacts, reckon
from robot_protocols.running.standing import DeckHistory
from tests.unit.robot_protocols.examples import STOCKS, deck_with_deep_dishes, library, order

STOCKS_IN_TROUGHS = [attrs.evolve(stock, dead_volume=1_000.0) for stock in STOCKS]


def test_a_film_made_anew_in_another_kind_of_dish_is_mixed_as_that_allows(tmp_path: Path):
    """Short tips reach down into the dishes of slot 1; in the deep ones of the others they would mix air."""
    deck = deck_with_deep_dishes(tmp_path, (2, 3, 4))
    films = [order(f"F{n}", solids=6.0, volume=4000.0, gelatin=1.0) for n in range(6)]
    (plan,) = plan_decks(films, STOCKS, deck)
    assert len(plan.mixings) == 6
    facts = RunFacts((), {}, {}, flagged=frozenset(film.label for film in films))
    history = DeckHistory(deck, ((plan, reckon(plan, deck, facts)),))
    anew = plan_continuation(history, DeckState()).plan
    assert anew is not None
    assert {film.dish.slot for film in anew.films}.isdisjoint({film.dish.slot for film in plan.films})
    assert anew.mixings == ()
    assert not refused(preflight(anew, deck, STOCKS))


@cache
def never_run() -> DeckHistory:
    """A deck of troughs, some stocks in several, of which the robot did nothing."""
    deck = deck_named("screening-24-well-troughs")
    (plan,) = plan_decks(library()[100:136], STOCKS_IN_TROUGHS, deck)
    assert any(len(need.places) > 1 for need in plan.stock_needs)
    return DeckHistory(deck, ((plan, reckon(plan, deck, RunFacts((), {}, {}))),))


@settings(max_examples=30)
@given(st.data())
def test_a_continuation_takes_tips_and_liquid_that_are_there(data: st.DataObject):
    history = never_run()
    (first,) = (plan for plan, _ in history.ran)
    racks = {item.pipette.model: history.deck.tip_places(item.pipette.model) for item in history.deck.pipettes}
    spent = {model: data.draw(st.integers(0, len(places)), model) for model, places in racks.items()}
    tips = frozenset(place for model, places in racks.items() for place in places[: spent[model]])
    boxes: dict[Place, Container] = {}
    for need in first.stock_needs:
        # About as much as is needed: a stroke is never split, so what is left over in each container counts.
        strokes = [stroke.volume for item, stroke in first.strokes if item.stock == need.stock]
        spare = sum(strokes) + max(strokes) * data.draw(st.floats(-1, len(need.places) + 1), f"{need.stock} spare")
        for loaded in need.places:
            share = 1.0 if loaded is need.places[-1] else data.draw(st.floats(0.5, 1))
            usable = share * max(0.0, min(spare, loaded.volume - need.dead))
            spare -= usable
            boxes[loaded.place] = Container(need.stock, loaded.volume, loaded.volume - need.dead - usable)
    found = plan_continuation(history, DeckState(tips=tips, containers=boxes))
    plan = found.plan
    assert plan is not None and not found.elsewhere
    taken = [item.tip for item in plan.passes] + [mixing.tip for mixing in plan.mixings]
    assert len(set(taken)) == len(taken)
    assert not {tip for tip in taken if tip in tips and tip.slot not in found.fresh_racks}
    # No rack is swapped whose tips would have sufficed.
    for model, places in racks.items():
        swapped = {place.slot for place in places} <= set(found.fresh_racks)
        assert swapped == (len(places) - spent[model] < plan.tips.get(model, 0))
    assert found.to_do == (
        *(f"Put a full tip rack into slot {slot}." for slot in found.fresh_racks),
        *(f"Fill {stock} at {place} up to {load_text(full)} mL." for place, stock, full in found.refills),
    )
    left = {place: box.left for place, box in boxes.items()} | {place: full for place, _, full in found.refills}
    dead = {need.stock: need.dead for need in first.stock_needs}
    for item, stroke in plan.strokes:
        left[stroke.source] -= stroke.volume
        assert left[stroke.source] >= dead[item.stock] - 0.06
    assert all(full <= history.deck.well(place).capacity for place, _, full in found.refills)


@pytest.mark.parametrize(
    ("partial", "waited", "answer", "asked"),
    [
        (0, 1000.0, None, False),
        (1, WAIT_MINUTES, None, False),
        (1, WAIT_MINUTES + 0.1, None, True),
        (1, 1000.0, "yes", False),
        (1, 1000.0, "no", False),
        (1, 1000.0, "perhaps", True),
        (5, 90.0, None, True),
        (6, 90.0, None, True),
    ],
)
def test_only_films_that_waited_for_long_are_asked_about(partial: int, waited: float, answer: str | None, asked: bool):
    ((plan, reckoning),) = never_run().ran
    labels = [film.order.label for film in plan.films]
    states = dict.fromkeys(labels, DishState.FINISHED) | dict.fromkeys(labels[:partial], DishState.PARTIAL)
    history = DeckHistory(never_run().deck, ((plan, attrs.evolve(reckoning, dishes=states)),))
    found = questions(history, waited, {} if answer is None else {"DISHES_WAITED": answer})
    assert len(found) == asked
    for question in found:
        assert ", ".join(labels[: min(partial, 5)]) in question.text
        assert (labels[5] in question.text, "and more" in question.text) == (False, partial > 5)
        assert question.choices == ("yes", "no")
    if waited == 90.0:
        assert "1 h 30 min" in found[0].text


@pytest.mark.parametrize(
    ("state", "answer", "anew"),
    [
        (DishState.SUSPECT, None, True),
        (DishState.PARTIAL, "no", True),
        (DishState.PARTIAL, "yes", False),
        (DishState.EMPTY, None, False),
    ],
)
def test_films_are_made_anew_in_clean_dishes_while_there_are_some(state: DishState, answer: str | None, anew: bool):
    deck = deck_named("screening-24-well-troughs")
    clean = 3
    (plan,) = plan_decks(library()[: len(deck.dishes) - clean], STOCKS_IN_TROUGHS, deck)
    labels = [film.order.label for film in plan.films]
    concerned = labels[-clean - 2 :]
    states = dict.fromkeys(labels, DishState.FINISHED) | dict.fromkeys(concerned, state)
    reckoning = attrs.evolve(reckon(plan, deck, RunFacts((), {}, {})), dishes=states, tip_on=anew)
    answers = {} if answer is None else {"DISHES_WAITED": answer}
    dishes = {film.order.label: film.dish for film in plan.films}
    there = {dishes[one]: Dish(one, stands) for one, stands in states.items() if stands is not DishState.EMPTY}
    found = plan_continuation(DeckHistory(deck, ((plan, reckoning),)), DeckState(dishes=there), answers)
    assert found.plan is not None
    assert [mixing.film for mixing in found.plan.mixings] == [film.order.label for film in found.plan.films]
    if anew:
        assert [film.order.label for film in found.plan.films] == concerned[:clean]
        assert [order.label for order in found.elsewhere] == concerned[clean:]
        assert {film.dish for film in found.plan.films}.isdisjoint(dishes.values())
        assert found.to_do[0].startswith("Look at both pipettes")
        assert f"the first dishes of {', '.join(concerned)}:" in found.to_do[-2]
        assert f"Plan another deck for {', '.join(concerned[clean:])}:" in found.to_do[-1]
    else:
        assert {film.order.label: film.dish for film in found.plan.films} == {one: dishes[one] for one in concerned}
        assert found.elsewhere == ()
        assert all(text.startswith("Fill ") for text in found.to_do)
