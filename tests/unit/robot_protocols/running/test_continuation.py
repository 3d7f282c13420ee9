"""What is planned for a deck that did not complete."""

from pathlib import Path

from robot_protocols.planner import plan_decks
from robot_protocols.preflight import preflight, refused
from robot_protocols.running.continuation import plan_continuation
from robot_protocols.running.ledger import DeckState
from robot_protocols.running.reckoning import RunFacts, reckon
from robot_protocols.running.standing import DeckHistory
from tests.unit.robot_protocols.examples import STOCKS, deck_with_deep_dishes, order


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
