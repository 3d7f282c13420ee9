"""What is planned for a deck that did not complete."""

from functools import cache
from pathlib import Path

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from robot_protocols.decks import Place, deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.preflight import preflight, refused
from robot_protocols.running.continuation import plan_continuation
from robot_protocols.running.ledger import Container, DeckState
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
    left = {place: box.left for place, box in boxes.items()} | {place: full for place, _, full in found.refills}
    dead = {need.stock: need.dead for need in first.stock_needs}
    for item, stroke in plan.strokes:
        left[stroke.source] -= stroke.volume
        assert left[stroke.source] >= dead[item.stock] - 0.06
    assert all(full <= history.deck.well(place).capacity for place, _, full in found.refills)
