"""Goals that no film can be told to reach are refused with the campaign, all faults at once."""

from typing import Any

import attrs
import pytest

from lab.campaign_checks import definition_faults
from lab.campaign_files import builtin_definition
from lab.campaigns import CostRule, GoalRule


def faults(*require: str) -> list[str]:
    known = builtin_definition()
    goal = attrs.evolve(known.loop, goal=GoalRule(require=require))
    return definition_faults(attrs.evolve(known, loop=goal))


def test_a_goal_of_properties_and_materials_is_accepted() -> None:
    assert faults("tensile_strength >= 75 MPa", "1 GPa <= youngs_modulus <= 7 GPa", "CNF <= 40 %", "no MMT") == []
    assert faults("youngs_modulus >= 3 GPa", "youngs_modulus <= 3.3 GPa") == []


@pytest.mark.parametrize(
    ("require", "expected"),
    [
        (
            ("tensile_strength >= 80 MPa", "tensile_strength <= 70 MPa"),
            "'tensile_strength >= 80 MPa' and 'tensile_strength <= 70 MPa' cannot hold together",
        ),
        (
            ("toughness >= 2 MJ/m^3", "CNF >= 60 %", "MMT >= 60 %"),
            "no recipe in steps of 0.02 keeps to the bounds of the materials and to 'CNF >= 60 %', 'MMT >= 60 %'",
        ),
        (("CNF <= 40 %",), "nothing that is measured is required: name a property too"),
        (
            ("toughness >= 2 MJ/m^3", "cost <= 20 USD/kg"),
            "'cost <= 20 USD/kg' is known of designs, not of films: require properties and materials",
        ),
    ],
)
def test_a_goal_that_cannot_be_reached_says_why(require: tuple[str, ...], expected: str) -> None:
    assert faults(*require) == [f"loop.goal: {expected}"]


def test_all_faults_of_a_goal_are_listed() -> None:
    found = faults("CNF:gelatin >= 2", "films >= 3", "CNF >= 60 %", "CNF <= 50 %")
    assert len(found) == 4
    assert sum("known of designs" in fault for fault in found) == 2
    assert sum("cannot hold together" in fault for fault in found) == 1
    assert sum("nothing that is measured" in fault for fault in found) == 1


def test_a_requirement_that_cannot_be_read_is_the_only_fault_told_of_a_goal() -> None:
    (fault,) = faults("toughness >= 2 MJ/m^3", "toughness >= many")
    assert fault.startswith("loop.goal: 'toughness >= many'")


def test_a_step_that_divides_nothing_is_its_own_fault() -> None:
    known = builtin_definition()
    goal = attrs.evolve(known.loop, goal=GoalRule(require=("toughness >= 2 MJ/m^3", "CNF >= 60 %")))
    found = definition_faults(attrs.evolve(known, loop=goal, recipe_step=0.03))
    assert len(found) == 1 and found[0].startswith("lattice.recipe_step")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"goal": GoalRule(require=("toughness >= 2 MJ/m^3",), maximise=("toughness",))},
            ["loop.goal: either require, or maximise and minimise, not both"],
        ),
        (
            {"goal": GoalRule(maximise=("toughness", "CNF"), minimise=("toughness",))},
            ["loop.goal: toughness is there twice", "loop.goal: 'CNF' is not measured"],
        ),
        (
            {"costs": CostRule(film=1.0, materials={"CNF": 2.0, "CNX": 3.0})},
            ["'CNX' is not a material of this campaign"],
        ),
        ({"batch": 4, "repeats": 4}, []),
        ({"batch": 4, "repeats": 5}, ["loop.repeats: 5 repeats do not fit into a batch of 4 films"]),
        ({"vary": ("CNF.colour", "CNF.colour")}, ["loop.vary: CNF.colour is there twice", "'CNF.colour' is no attr"]),
    ],
)
def test_faults_of_a_loop_are_told(changes: dict[str, Any], expected: list[str]) -> None:
    known = builtin_definition()
    found = definition_faults(attrs.evolve(known, loop=attrs.evolve(known.loop, **changes)))
    assert len(found) == len(expected)
    assert all(said in fault for said, fault in zip(expected, found, strict=True))


def test_a_material_without_a_stock_is_no_second_fault_where_its_batches_vary() -> None:
    known = builtin_definition()
    stocks = tuple(stock for stock in known.stocks if stock.material != "gelatin")
    vary: dict[str, Any] = {"vary": ("gelatin.source",)}
    varied = attrs.evolve(known, stocks=stocks, loop=attrs.evolve(known.loop, **vary))
    assert definition_faults(varied) == ["stocks: there is no stock of gelatin"]
