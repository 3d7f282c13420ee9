"""How values are written in figures and tables."""

import attrs
import numpy as np
import pytest

from lab.export import parity
from lab.export.figures import Plot
from lab.export.wording import interval_text, name_text, range_text, recipe_text, spread_text, value_text, wish_text
from lab.library import property_named


@pytest.mark.parametrize(
    ("value", "unit", "beside", "text"),
    [
        (0.7684, "fraction", "transmittance_vis >= 75 %", "76.8 %"),
        (0.7684, "fraction", "transmittance_vis >= 0.75", "0.768"),
        (4806.2, "MPa", "youngs_modulus >= 1.3 GPa", "4,806 MPa"),
        (0.25, "MJ/m^3", "", "0.25 MJ/m³"),
    ],
)
def test_values_are_written_as_what_they_stand_beside(value, unit, beside, text):
    assert value_text(value, unit, beside) == text


def test_what_is_told_of_one_value_has_one_unit():
    wish = "transmittance_vis >= 75 %"
    assert spread_text(0.7684, 0.0029, "fraction", wish) == "76.8 ± 0.29 %"
    assert spread_text(81.2, None, "MPa") == "81.2 MPa"
    assert interval_text(0.819, 0.809, 0.83, "fraction", wish) == "81.9 (80.9 to 83) %"
    assert range_text(0.809, 0.83, "fraction", wish) == "80.9 to 83 %"
    assert range_text(68.6, 103.0, "MPa") == "68.6 to 103 MPa"
    assert interval_text(84.7, 68.6, 103.0, "MPa") == "84.7 (68.6 to 103) MPa"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tensile_strength", "tensile strength"),
        ("youngs_modulus", "Young's modulus"),
        ("transmittance_uv", "UV transmittance"),
        ("transmittance_vis", "visible transmittance"),
        ("transmittance_ir", "IR transmittance"),
        ("CNF", "CNF"),
    ],
)
def test_a_property_has_the_same_name_alone_and_in_a_requirement(name, text):
    assert name_text(name) == text
    assert wish_text(f"20 % <= {name} <= 80 %") == f"20 % ≤ {text} ≤ 80 %"


def test_a_plot_shows_itself_in_a_notebook():
    shown = Plot("stress < strain", "data:image/png;base64,AA")._repr_html_()

    assert 'src="data:image/png;base64,AA"' in shown and "stress &lt; strain" in shown


def test_no_part_of_a_recipe_is_rounded_away():
    assert recipe_text({"CNF": 0.42, "MMT": 0.575, "gelatin": 0.005}) == "CNF 42 / MMT 57.5 / gelatin 0.5 wt%"


def test_a_long_title_over_a_panel_has_its_unit_in_a_line_of_its_own():
    prop = property_named("tensile_strength")
    assert parity._title(prop) == "tensile strength, MPa"
    long = attrs.evolve(prop, name="water_vapour_permeability", unit="g mm/(m2 d kPa)")
    assert parity._title(long).splitlines() == ["water vapour permeability,", "g mm/(m2 d kPa)"]


def test_a_value_of_zero_has_no_relative_error():
    """As in the models' metrics, beside which the plot stands."""
    assert parity._note(np.array([0.0, 2.0, 4.0]), np.array([0.1, 3.0, 3.0])) == "MRE 38%\nn = 3"
    assert parity._note(np.zeros(2), np.ones(2)) == "n = 2"
