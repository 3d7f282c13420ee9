"""How values are written in figures and tables."""

import pytest

from lab.export.figures import Plot
from lab.export.wording import value_text


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


def test_a_plot_shows_itself_in_a_notebook():
    shown = Plot("stress < strain", "data:image/png;base64,AA")._repr_html_()

    assert 'src="data:image/png;base64,AA"' in shown and "stress &lt; strain" in shown
