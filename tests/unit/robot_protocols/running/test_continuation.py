"""What is planned for a deck that did not complete."""

import json
import re
from importlib import resources
from pathlib import Path

from robot_protocols.decks import parse_deck
from robot_protocols.decks.files import builtin_text
from robot_protocols.planner import plan_decks
from robot_protocols.preflight import preflight, refused
from robot_protocols.running.continuation import plan_continuation
from robot_protocols.running.ledger import DeckState
from robot_protocols.running.reckoning import RunFacts, reckon
from robot_protocols.running.standing import DeckHistory
from tests.unit.robot_protocols.examples import STOCKS, order


def test_a_film_made_anew_in_another_kind_of_dish_is_mixed_as_that_allows(tmp_path: Path):
    """Short tips reach down into the dishes of slot 1; in the deep ones of the others they would mix air."""
    holder = json.loads(resources.files("robot_protocols.labware").joinpath("filmlab_6_dish_35mm.json").read_text())
    holder["parameters"]["loadName"] = "deep"
    holder["dimensions"]["zDimension"] = 60
    for well in holder["wells"].values():
        well |= {"depth": 58, "z": 2, "totalLiquidVolume": 50_000}
    (tmp_path / "deep.json").write_text(json.dumps(holder))
    text = builtin_text("casting-6-dish").replace("p300_single", "p20_single").replace("_300ul", "_20ul")
    text = re.sub(r"pipettes = \[.*\]", 'pipettes = ["p20_single_gen2"]', text)
    text = re.sub(r'(slot = [234]\nlabware = )"\w+"', r'\1"deep"', text)
    deck = parse_deck(text.replace("[film]", 'labware_files = ["deep.json"]\n[film]', 1), folder=tmp_path)
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
