"""Units where values enter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab import units
from lab.errors import UnitError
from lab.units import convert


@pytest.mark.parametrize(
    ("value", "unit", "to", "expected"),
    [
        (7.4, "GPa", "MPa", 7400.0),
        (1.0, "mL", "uL", 1000.0),
        (2.0, "mm", "um", 2000.0),
        (10.0, "g/L", "mg/mL", 10.0),
        (1.5, "MJ/m^3", "MJ/m^3", 1.5),
        (1500.0, "kJ/m**3", "MJ/m^3", 1.5),
        (1.5, "MJ/m3", "MJ/m^3", 1.5),
        (1.5, "MJ/m³", "MJ/m^3", 1.5),
        (7.0, "N/mm2", "MPa", 7.0),
        (500.0, "g CO2e/kg", "kg CO2e/kg", 0.5),
        (30.0, "%", "fraction", 0.3),
        (30.0, "wt%", "fraction", 0.3),
        (30.0, " percent ", "fraction", 0.3),
        (30.0, "permille", "fraction", 0.03),
        (30.0, "‰", "fraction", 0.03),
        (30.0, "ppm", "dimensionless", 3e-5),
        (0.3, "fraction", "%", 30.0),
        (0.3, "1", "percent", 30.0),
        (3.0, "permille", "%", 0.3),
        (0.5, "%", "ppm", 5000.0),
        (0.3, "", "fraction", 0.3),
        (0.3, "1", "", 0.3),
        (0.3, "fraction", "dimensionless", 0.3),
        (300.15, "K", "degC", 27.0),
    ],
)
def test_values_are_converted(value: float, unit: str, to: str, expected: float) -> None:
    assert convert(value, unit, to) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("unit", "to", "hint"),
    [
        ("", "MPa", "3 MPa"),
        ("", "%", "3 %"),
        ("1", "MPa", "3 MPa"),
        ("mg", "MPa", "use MPa"),
        ("MPa", "fraction", "use a fraction or %"),
        ("%", "MPa", "use MPa"),
        ("permille", "MPa", "use MPa"),
        ("degree", "fraction", "use a fraction or %"),
        ("no such unit", "MPa", "use MPa"),
        ("__import__('os')", "MPa", "use MPa"),
        ("2 MPa", "kPa", "use kPa"),
        ("MPa", "", "use a fraction"),
    ],
)
def test_units_that_do_not_fit_are_refused(unit: str, to: str, hint: str) -> None:
    with pytest.raises(UnitError) as caught:
        convert(3.0, unit, to)
    assert hint in caught.value.hint


@given(st.floats(-1e9, 1e9), st.sampled_from([("GPa", "MPa"), ("mL", "uL"), ("MJ/m^3", "J/m^3")]))
def test_there_and_back_is_where_one_was(value: float, units: tuple[str, str]) -> None:
    assert convert(convert(value, *units), *units[::-1]) == pytest.approx(value)


@pytest.mark.parametrize(("unit", "to"), sorted(units._EVERYDAY))
def test_everyday_factors_are_those_of_pint(unit: str, to: str) -> None:
    assert convert(7.0, unit, to) == pytest.approx(units._registry().Quantity(7.0, unit).to(to).magnitude, rel=1e-14)
