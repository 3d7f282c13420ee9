import numpy as np
import pytest

from benchmarks.error_curves import films_until, median_curve


def test_films_are_counted_between_loops():
    curve = [(10, 0.4), (20, 0.2), (30, 0.3)]

    assert films_until(curve, 0.3) == pytest.approx(15)
    assert films_until(curve, 0.5) == 10
    assert films_until(curve, 0.1) == np.inf


def test_the_median_goes_as_far_as_all_campaigns():
    curves = [[(10, 0.4), (20, 0.2)], [(10, 0.2), (20, 0.1), (30, 0.0)], [(10, 0.1), (20, 0.3)]]

    assert median_curve(curves) == [[10, pytest.approx(0.2)], [20, pytest.approx(0.2)]]
