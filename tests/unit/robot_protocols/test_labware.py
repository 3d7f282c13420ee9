import json
from copy import deepcopy
from pathlib import Path

import pytest

from lab.errors import InvalidInputError, UnknownNameError
from robot_protocols.labware import Labware, LabwareKind, labware_faults, labware_named, read_labware
from robot_protocols.labware.catalogue import catalogue, parse_definition

HOLDER = labware_named("filmlab_6_dish_35mm")


def definition() -> dict:
    assert HOLDER.definition is not None
    return json.loads(json.dumps(HOLDER.definition))


def test_all_known_labware_can_stand_on_a_deck():
    assert {name: labware_faults(labware) for name, labware in catalogue().items() if labware_faults(labware)} == {}


def test_the_dish_holder_holds_six_dishes_of_5_ml():
    assert HOLDER.kind is LabwareKind.DISHES
    assert list(HOLDER.wells) == ["A1", "B1", "A2", "B2", "A3", "B3"]
    assert {well.capacity for well in HOLDER.wells.values()} == {5000}
    # 34 mm across inside: 9.08 cm^2, so 4.5 mL stand 5 mm high in a dish 10 mm deep.
    assert HOLDER.wells["A1"].level(4500) == pytest.approx(4.96, abs=0.01)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"dimensions": {"xDimension": 140.0}}, "footprint"),
        ({"dimensions": {"zDimension": 200.0}}, "tall"),
        ({"A1": {"x": 500.0}}, "outside the footprint in x"),
        ({"A1": {"y": -5.0}}, "outside the footprint in y"),
        ({"A1": {"x": 50.0}}, "overlap"),
        ({"A1": {"z": -1.0}}, "below the deck"),
        ({"A1": {"depth": 30.0}}, "ends"),
        ({"A1": {"totalLiquidVolume": 20000.0}}, "said to hold"),
        ({"A1": {"diameter": None}}, "no size"),
    ],
)
def test_impossible_geometry_is_found(change: dict[str, dict[str, float]], words: str):
    wrong = deepcopy(definition())
    for place, values in change.items():
        (wrong["wells"][place] if place in wrong["wells"] else wrong[place]).update(values)
    with pytest.raises(InvalidInputError, match=words):
        parse_definition(wrong, what="holder")


def test_a_definition_of_our_own_is_read(tmp_path: Path):
    path = tmp_path / "holder.json"
    path.write_text(json.dumps(definition()))
    assert read_labware(path) == HOLDER


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schemaVersion": 3}'])
def test_what_is_no_definition_is_refused(text: str, tmp_path: Path):
    path = tmp_path / "wrong.json"
    path.write_text(text)
    with pytest.raises(InvalidInputError):
        read_labware(path)


def test_unknown_labware_is_named_with_what_is_known():
    with pytest.raises(UnknownNameError, match="nest_1_reservoir_195ml"):
        labware_named("bucket")


def test_wells_are_in_the_order_of_columns():
    plate: Labware = labware_named("corning_24_wellplate_3.4ml_flat")
    assert list(plate.wells)[:5] == ["A1", "B1", "C1", "D1", "A2"]
