import numpy as np
import pytest

from lab.errors import InvalidInputError
from lab.instruments.tensile.bezier import bezier
from lab.library import properties
from lab.seeds import generator
from lab.simplex import sample_uniform
from models.committee import fit_committee
from models.curves import CURVE_PROPERTIES, predict_curve

NAMES = (*CURVE_PROPERTIES, "toughness")


def truth(points: np.ndarray) -> np.ndarray:
    """Strength, strain, modulus, alpha, beta and toughness of films that differ by their first two materials."""
    strength = 20 + 60 * points[:, 0]
    strain = 0.02 + 0.1 * points[:, 1]
    modulus = 1500 + 3000 * points[:, 0]
    alpha, beta = 0.5 + 0.3 * points[:, 0], 0.2 + 0.3 * points[:, 1]
    steepness = np.maximum(modulus * strain / strength, 1.0)
    area = []
    for a, b, m in zip(alpha, beta, steepness, strict=True):
        x, y = bezier(a, b, m)
        area.append(np.trapezoid(y, x) if hasattr(np, "trapezoid") else np.trapz(y, x))
    return np.stack([strength, strain, modulus, alpha, beta, strength * strain * np.array(area)], axis=1)


@pytest.fixture(scope="module")
def committee():
    points = sample_uniform(generator(1, "films"), 60, 3)
    noise = 1 + 0.05 * generator(1, "noise").normal(size=(60, 6))
    return fit_committee(
        points, truth(points) * noise, np.full((60, 6), np.nan), [properties()[n] for n in NAMES], members=4, seed=1
    )


def test_a_curve_agrees_with_the_labels_that_it_is_made_of(committee):
    recipe = np.array([0.4, 0.3, 0.3])
    strength, strain, modulus, _, _, toughness = truth(recipe[None])[0]
    curve = predict_curve(committee, recipe)
    assert curve.stress[0] == 0.0
    assert np.nanmax(curve.stress) == pytest.approx(strength, rel=0.1)
    assert curve.stress[5] / curve.strain[5] == pytest.approx(modulus, rel=0.2)
    half = curve.strain[np.argmin(np.abs(curve.unbroken - 0.5))]
    assert half == pytest.approx(strain, rel=0.15)
    low, middle, high = curve.toughness
    assert low < toughness < high and middle == pytest.approx(toughness, rel=0.15)
    assert middle == pytest.approx(committee.predict(recipe[None]).mean[0, 5], rel=0.1), "the toughness learned alone"


def test_the_band_holds_the_median_and_films_break_one_by_one(committee):
    curve = predict_curve(committee, [0.2, 0.5, 0.3])
    assert (curve.p05 <= curve.stress).all() and (curve.stress <= curve.p95).all()
    assert (np.diff(curve.unbroken) <= 0).all() and curve.unbroken[0] == 1.0
    np.testing.assert_array_equal(np.isfinite(curve.until_break), curve.unbroken >= 0.5)


def test_equal_seeds_draw_equal_curves(committee):
    first, second = (predict_curve(committee, [0.2, 0.5, 0.3], seed=3) for _ in range(2))
    np.testing.assert_array_equal(first.p95, second.p95)


def test_a_committee_without_tensile_tests_draws_no_curve():
    points = sample_uniform(generator(1, "films"), 12, 3)
    optical = fit_committee(
        points, points[:, :1], points[:, :1] * np.nan, [properties()["transmittance_vis"]], members=2, epochs=5, seed=1
    )
    with pytest.raises(InvalidInputError, match="curve_beta"):
        predict_curve(optical, points[0])
