"""Requirements as people write them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.requirements import parse_requirement, parse_requirements, parse_wish

UNITS = {
    "youngs_modulus": "MPa",
    "toughness": "MJ/m^3",
    "transmittance_vis": "fraction",
    "CNF": "fraction",
    "MMT": "fraction",
    "quality": "fraction",
    "cost": "USD/kg",
    "footprint": "kg CO2e/kg",
    "films": "1",
}


@pytest.mark.parametrize(
    ("text", "name", "lower", "upper"),
    [
        ("youngs_modulus >= 7.4 GPa", "youngs_modulus", 7400.0, math.inf),
        ("youngs_modulus>=7400MPa", "youngs_modulus", 7400.0, math.inf),
        ("youngs_modulus > 7400 MPa", "youngs_modulus", 7400.0, math.inf),
        ("  toughness <= 2.5 MJ/m^3 ", "toughness", -math.inf, 2.5),
        ("toughness < 2500 kJ/m^3", "toughness", -math.inf, 2.5),
        ("transmittance_vis >= 80 %", "transmittance_vis", 0.8, math.inf),
        ("transmittance_vis >= 0.8", "transmittance_vis", 0.8, math.inf),
        ("CNF <= 30 wt%", "CNF", -math.inf, 0.3),
        ("CNF <= .3", "CNF", -math.inf, 0.3),
        ("CNF <= 3e-1", "CNF", -math.inf, 0.3),
        ("0.2 <= CNF <= 0.5", "CNF", 0.2, 0.5),
        ("0.2 < CNF < 0.5", "CNF", 0.2, 0.5),
        ("20 <= CNF <= 50 %", "CNF", 0.2, 0.5),
        ("CNF = 20 %", "CNF", 0.2, 0.2),
        ("CNF:MMT = 2", "CNF:MMT", 2.0, 2.0),
        ("CNF : MMT == 3 : 2", "CNF:MMT", 1.5, 1.5),
        ("CNF:MMT >= 1:4", "CNF:MMT", 0.25, math.inf),
        ("1 <= CNF:MMT <= 3:2", "CNF:MMT", 1.0, 1.5),
        ("1:2 <= CNF:MMT <= 2", "CNF:MMT", 0.5, 2.0),
        ("20% <= CNF <= 0.5", "CNF", 0.2, 0.5),
        ("2 GPa <= youngs_modulus <= 7400 MPa", "youngs_modulus", 2000.0, 7400.0),
        ("without CNF", "CNF", -math.inf, 0.0),
        ("no CNF", "CNF", -math.inf, 0.0),
        ("CNF:MMT >= 2", "CNF:MMT", 2.0, math.inf),
        ("1 <= CNF : MMT <= 3", "CNF:MMT", 1.0, 3.0),
        ("quality >= 90 %", "quality", 0.9, math.inf),
        ("youngs_modulus ≥ 7.4 GPa", "youngs_modulus", 7400.0, math.inf),
        ("20 ≤ CNF ≤ 50 %", "CNF", 0.2, 0.5),
        ("youngs_modulus => 7.4 GPa", "youngs_modulus", 7400.0, math.inf),
        ("7.4 GPa <= youngs_modulus", "youngs_modulus", 7400.0, math.inf),
        ("30 % > CNF", "CNF", -math.inf, 0.3),
        ("0.5 kg CO2e/kg <= footprint <= 2 kg CO2e/kg", "footprint", 0.5, 2.0),
        ("2 kg CO2e/kg >= footprint", "footprint", -math.inf, 2.0),
        ("cost <= 0.02 USD/g", "cost", -math.inf, 20.0),
        ("footprint <= 1500 g CO2e/kg", "footprint", -math.inf, 1.5),
        ("films >= 6", "films", 6.0, math.inf),
    ],
)
def test_requirements_are_read_in_the_units_of_the_lab(text: str, name: str, lower: float, upper: float) -> None:
    requirement = parse_requirement(text, UNITS)
    assert (requirement.name, requirement.text) == (name, text.strip())
    assert requirement.lower == pytest.approx(lower)
    assert requirement.upper == pytest.approx(upper)


@pytest.mark.parametrize(
    ("text", "complaint", "hint"),
    [
        ("strong please", "cannot be read", "write for example"),
        ("CNF == = 0.3", "cannot be read", "'20 <= CNF <= 30 %'"),
        ("chitosan >= 10 %", "neither a property nor a material", "filmlab campaign extend"),
        ("CNF:Chitosan >= 2", "neither a property nor a material", "chitosan is no material of this campaign"),
        ("90 MPa = youngs_modulus", "cannot be read", "write for example"),
        ("90 <= 80", "cannot be read|neither a property", ""),
        ("", "cannot be read", "write for example"),
        ("youngs_modulos >= 7 GPa", "neither a property nor a material", "did you mean youngs_modulus"),
        ("YOUNGS_MODULUS >= 7 GPa", "neither a property nor a material", "did you mean youngs_modulus"),
        ("Young modulus >= 7 GPa", "'Young modulus' is neither", "did you mean youngs_modulus"),
        ("cnf <= 20 %", "neither a property nor a material", "did you mean CNF"),
        ("xyz >= 7 GPa", "neither a property nor a material", "known: youngs_modulus"),
        ("youngs_modulus >= 7", "needs a unit", "7 MPa"),
        ("youngs_modulus >= 7 mg", "can be turned", "use MPa"),
        ("youngs_modulus >= 7 furlongs per", "can be turned", "use MPa"),
        ("0.5 <= CNF <= 0.2", "above the upper bound", ""),
        ("toughness >= 1e999 MJ/m^3", "too large", ""),
        ("youngs_modulus >= 7,5 GPa", "has a comma in a number", "decimal point"),
        ("CNF:MMT = 2:1:1", "is no ratio", "2:1"),
        ("CNF:MMT = 2:0", "is no ratio", "2:1"),
        ("CNF:MMT = 1e308:1e-308", "is no ratio", "2:1"),
        ("CNF = 2:1", "is no ratio of two materials", "CNF:gelatin"),
        ("youngs_modulus >= 7,500 MPa", "has a comma in a number", "no thousands"),
        ("CNF >= 0,5", "has a comma in a number", "decimal point"),
        ("0,2 <= CNF <= 0.5", "has a comma in a number", "decimal point"),
        ("without CNX", "neither a property nor a material", "did you mean CNF"),
        ("CNF:MMX >= 2", "neither a property nor a material", "did you mean MMT"),
        ("CNF:MMT >= 2 MPa", "can be turned", "fraction"),
        ("cost <= 20", "needs a unit", "USD/kg"),
        ("footprint <= 2 kg", "can be turned", "CO2e"),
    ],
)
def test_requirements_that_cannot_be_read_are_refused(text: str, complaint: str, hint: str) -> None:
    with pytest.raises(InvalidInputError, match=complaint) as caught:
        parse_requirement(text, UNITS)
    assert hint in caught.value.hint


def test_all_faults_are_listed_at_once() -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_requirements(["CNF >= 0.1", "CNG >= 0.2", "youngs_modulus >= 7", "what"], UNITS)
    assert len(caught.value.faults) == 3
    assert "did you mean CNF?" in caught.value.hint
    assert "7 MPa" in caught.value.hint


def test_no_requirements_are_no_fault() -> None:
    assert parse_requirements([], UNITS) == ()


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_a_value_meets_a_requirement_between_its_bounds(first: float, second: float, value: float) -> None:
    lower, upper = sorted([first, second])
    requirement = parse_requirement(f"{lower!r} <= toughness <= {upper!r} MJ/m^3", UNITS)
    assert (requirement.lower, requirement.upper) == (lower, upper)
    assert requirement.met_by(value) == (lower <= value <= upper)
    assert requirement.met_by(lower)
    assert not requirement.met_by(math.nan)


def test_a_wish_holds_requirements_and_aims_in_any_order() -> None:
    wish = parse_wish(["maximize toughness", "CNF <= 30 %", "minimise cost"], UNITS)
    assert [(aim.name, aim.sign) for aim in wish.aims] == [("toughness", 1), ("cost", -1)]
    assert [one.name for one in wish.requirements] == ["CNF"]
    assert wish.texts == ("CNF <= 30 %", "maximize toughness", "minimise cost")


def test_all_faults_of_a_wish_are_listed_at_once() -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_wish(["maximise toughnes", "CNX <= 30 %", "CNF <= 0.3"], UNITS)
    assert len(caught.value.faults) == 2
    assert "did you mean toughness?" in caught.value.hint and "did you mean CNF?" in caught.value.hint
