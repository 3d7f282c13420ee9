import numpy as np
import pytest

from lab.library import properties
from lab.seeds import generator
from lab.simplex import lattice, sample_uniform
from models.committee import fit_committee
from models.lattice_prediction import Refinement, interpolated, refinement_of


def smooth(points: np.ndarray) -> np.ndarray:
    """Two smooth functions of a composition, shape (2, 1, n)."""
    values = [np.sin(4 * points[:, 0]) + points[:, 1] ** 2, np.exp(points[:, -1] - points[:, 0])]
    return np.array(values)[:, None]


def close(found: np.ndarray, exact: np.ndarray) -> bool:
    return bool(np.abs(found - exact).max() < 1e-4)


def test_only_many_points_of_a_fine_lattice_are_interpolated(monkeypatch):
    monkeypatch.setattr("models.lattice_prediction.FEWEST_POINTS", 100)
    fine = lattice(3, 1 / 120)
    assert refinement_of(fine) == Refinement(3, 120, 40)
    assert refinement_of(fine[:50]) is None
    assert refinement_of(np.vstack([fine, [0.1234567, 0.2, 0.6765433]])) is None
    assert refinement_of(np.hstack([fine / 2, fine / 2])) is None
    assert refinement_of(lattice(3, 1 / 40)) is None


@pytest.mark.parametrize("materials", [2, 3, 4])
def test_a_smooth_function_is_interpolated_to_four_digits_from_far_fewer_points(materials):
    asked = []

    def counting(points: np.ndarray) -> np.ndarray:
        asked.append(len(points))
        return smooth(points)

    points = lattice(materials, 1 / 120)
    how = Refinement(materials, 120, 40)
    found = interpolated(counting, points, how, close)
    np.testing.assert_allclose(found, smooth(points), atol=1e-4)
    assert len(asked) == 2 and (materials < 4 or asked[0] < len(points) / 4)


def test_what_is_not_smooth_is_answered_exactly():
    def steps(points: np.ndarray) -> np.ndarray:
        return np.round(10 * points[:, 0])[None]

    points = lattice(3, 1 / 120)
    np.testing.assert_array_equal(interpolated(steps, points, Refinement(3, 120, 40), close), steps(points))


def test_weights_of_a_cubic_reproduce_cubics():
    how = Refinement(2, 150, 50)
    coarse = np.arange(-1, 53) / 50
    fine = np.arange(151) / 150
    np.testing.assert_allclose(how.weights() @ (coarse**3 - coarse), fine**3 - fine, atol=1e-12)


def test_a_committee_answers_a_fine_lattice_as_it_answers_points(monkeypatch):
    rng = generator(1, "films")
    points = sample_uniform(rng, 40, 3)
    strength = np.exp(3 + 2 * points[:, :1] + 0.1 * rng.normal(size=(40, 1)))
    prop = [properties()["tensile_strength"]]
    committee = fit_committee(points, strength, strength * np.nan, prop, members=3, epochs=150, seed=1)
    fine = lattice(3, 1 / 120)
    exact = committee.predict(fine)
    monkeypatch.setattr("models.lattice_prediction.FEWEST_POINTS", 100)
    quick = committee.predict(fine)
    assert not np.array_equal(quick.mean, exact.mean), "interpolated"
    for name in ("mean", "sd", "model_sd", "noise_sd", "p05", "p95"):
        assert np.abs(getattr(quick, name) - getattr(exact, name)).max() < 0.02 * exact.sd.max(), name


def test_a_property_that_spans_decades_is_interpolated_too(monkeypatch):
    """What a cubic through the values themselves misses by more than is allowed, so that all points were answered."""
    points = sample_uniform(generator(1, "films"), 60, 3)
    strain = 0.05 * np.exp(3 * np.sin(7 * points[:, :1]))
    prop = [properties()["fracture_strain"]]
    committee = fit_committee(points, strain, strain * 0.02, prop, members=3, epochs=300, seed=1)
    fine = lattice(3, 1 / 120)
    exact = committee.predict(fine)
    monkeypatch.setattr("models.lattice_prediction.FEWEST_POINTS", 100)
    quick = committee.predict(fine)
    assert not np.array_equal(quick.mean, exact.mean), "interpolated"
    assert (np.abs(quick.mean - exact.mean) / exact.sd).max() < 0.02
