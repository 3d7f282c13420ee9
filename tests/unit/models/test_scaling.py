import numpy as np
import pytest

from models.scaling import FRACTION_SCALE, InputScale


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_numbers_are_scaled_by_their_sd_in_any_unit(unit):
    inputs = unit * np.array([[1.0], [2.0], [6.0]])
    scaled = InputScale.for_columns(inputs, [False])(inputs)
    assert scaled.mean() == pytest.approx(0.0, abs=1e-9)
    assert scaled.std() == pytest.approx(1.0)


def test_a_constant_number_is_not_blown_up():
    inputs = np.full((7, 1), 0.1)
    assert np.abs(InputScale.for_columns(inputs, [False])(inputs)).max() < 1e-9


def test_fractions_are_scaled_by_a_constant():
    inputs = np.array([[0.5, 0.5], [0.25, 0.75]])
    assert InputScale.for_columns(inputs, [True, True])(inputs) == pytest.approx(inputs / FRACTION_SCALE)


def test_numbers_are_told_from_fractions_whatever_their_zero():
    coded = np.array([[-1.0, 0.2], [0.0, 0.3], [1.0, 0.5]])
    scale = InputScale.for_columns(coded, [False, True])
    moved = coded + np.array([2.0, 0.0])
    shifted = InputScale.for_columns(moved, [False, True])
    assert scale.numbers.tolist() == shifted.numbers.tolist() == [True, False]
    assert scale(coded) == pytest.approx(shifted(moved))
