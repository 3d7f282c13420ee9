"""Goals that no film can be told to reach are refused with the campaign, all faults at once."""

import attrs
import pytest

from lab.campaign_checks import definition_faults
from lab.campaign_files import builtin_definition
from lab.campaigns import GoalRule


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
