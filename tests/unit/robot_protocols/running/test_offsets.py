"""Labware offsets from a file: for what stands in their slots, every fault named."""

from pathlib import Path

import pytest

from lab.errors import InvalidInputError
from robot_protocols.decks import deck_named
from robot_protocols.running.offsets import SlotOffset, offsets_for, read_offsets
from tests.unit.robot_protocols.examples import own_deck


def _written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "offsets.toml"
    path.write_text(text)
    return path


def test_offsets_are_given_to_what_stands_in_the_slot(tmp_path: Path) -> None:
    offsets = read_offsets(_written(tmp_path, "[[offsets]]\nslot = 1\nx = 0.1\nz = -0.3\n"))
    assert offsets == (SlotOffset(1, 0.1, 0.0, -0.3),)
    deck = deck_named("casting-6-dish")
    (given,) = offsets_for(deck, offsets)
    labware = next(item.labware for item in deck.slots if item.slot == 1)
    assert labware.load_name in given.definition_uri
    assert (given.slot, given.x, given.y, given.z) == (1, 0.1, 0.0, -0.3)


def test_every_key_that_is_wrong_is_named(tmp_path: Path) -> None:
    path = _written(tmp_path, "[[offsets]]\nslot = 12\nx = 50\nq = 1\n[[offsets]]\nx = 0.1\n")
    with pytest.raises(InvalidInputError) as refused:
        read_offsets(path)
    places = [fault.split(":")[0] for fault in refused.value.faults]
    assert places == ["offsets.0.slot", "offsets.0.x", "offsets.0.q", "offsets.1.slot"]


def test_one_slot_has_one_offset_and_something_in_it(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="slot 1 is there twice"):
        read_offsets(_written(tmp_path, "[[offsets]]\nslot = 1\n[[offsets]]\nslot = 1\n"))
    with pytest.raises(InvalidInputError, match="nothing stands in slot 12"):
        offsets_for(deck_named("casting-6-dish"), [SlotOffset(12, 0.1, 0.0, 0.0)])


def test_labware_is_named_as_the_robot_knows_it(tmp_path: Path) -> None:
    deck = deck_named(own_deck(tmp_path / "mine"))
    stands = {item.labware.load_name: item.slot for item in deck.slots}
    own, bought = stands["my_holder"], stands["opentrons_96_tiprack_300ul"]
    given = offsets_for(deck, [SlotOffset(own, 0.1, 0.0, 0.0), SlotOffset(bought, 0.0, 0.0, 0.2)])
    assert [one.definition_uri for one in given] == [
        "filmlab/my_holder/1",
        "opentrons/opentrons_96_tiprack_300ul/1",
    ]
