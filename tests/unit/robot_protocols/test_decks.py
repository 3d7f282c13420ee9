from pathlib import Path

import pytest

from lab.errors import InvalidInputError, UnknownNameError
from robot_protocols.decks import Place, builtin_decks, deck_named, parse_deck
from robot_protocols.decks.checks import deck_findings
from robot_protocols.decks.files import builtin_text

TEXT = builtin_text("screening-24-well")


@pytest.mark.parametrize("name", builtin_decks())
def test_built_in_decks_have_no_faults(name: str):
    assert deck_findings(deck_named(name)) == ()


def test_casting_areas_are_those_of_the_dishes():
    assert deck_named("casting-6-dish").casting_area == pytest.approx(9.08, abs=0.01)
    assert deck_named("screening-24-well").casting_area == pytest.approx(2.08, abs=0.01)


def test_dishes_fill_plate_by_plate():
    dishes = deck_named("screening-24-well").dishes
    assert len(dishes) == 96
    assert dishes[0] == Place(1, "A1")
    assert dishes[24] == Place(2, "A1")


def test_a_deck_file_is_read_by_its_path(tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_text(TEXT.replace('name = "screening-24-well"', 'name = "own"'))
    assert deck_named(path).name == deck_named(str(path)).name == "own"


def test_an_unknown_deck_is_named_with_what_is_known():
    with pytest.raises(UnknownNameError, match="casting-6-dish"):
        deck_named("kitchen-table")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("reserve = 0.10", "reserve = ["), "TOML"),
        (("reserve = 0.10", "reserve = 3"), "reserve"),
        (("reserve = 0.10", "depth = 3"), "depth"),
        (("corning_24_wellplate_3.4ml_flat", "tea_cup"), "tea_cup"),
        (("p1000_single_gen2", "p50_multi"), "p50_multi"),
        (("slot = 11", "slot = 12"), "waste bin"),
        (("slot = 11", "slot = 10"), "slot 10 is given 2 times"),
        (("reserve = 0.10", 'labware_files = ["none.json"]'), "none.json"),
        (("reserve = 0.10", 'labware_files = ["../holder.json"]'), "put it beside the deck file"),
        (("[film]", "[handling.syrup]\norder = 1\n[film]"), "syrup"),
        (("[film]", "[handling.fibre-gel]\naspirate = -1\n[film]"), "fibre-gel.aspirate"),
    ],
)
def test_faults_of_a_deck_file_are_named(change: tuple[str, str], words: str):
    assert change[0] in TEXT
    with pytest.raises(InvalidInputError, match=words):
        parse_deck(TEXT.replace(*change))


def test_handling_may_be_changed_in_a_deck_file():
    deck = parse_deck(TEXT + "\n[handling.fibre-gel]\ntip_uses = 7\n")
    assert deck.handling["fibre-gel"].tip_uses == 7
    assert deck.handling["fibre-gel"].prewet == deck_named("screening-24-well").handling["fibre-gel"].prewet
    assert deck.sha256 != deck_named("screening-24-well").sha256
