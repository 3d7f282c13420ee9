import numpy as np
import pytest

from lab.library import properties
from lab.seeds import generator
from lab.simplex import sample_uniform
from models.augmentation import CAREFUL_SD, PAPER_SD, Augmentation, augment
from models.committee import fit_committee

ALL = np.ones(3, dtype=bool)


def films() -> np.ndarray:
    points = sample_uniform(generator(1, "films"), 20, 3)
    points[:5, 1] = 0.0
    return points / points.sum(axis=1, keepdims=True)


def test_measured_films_come_first_and_unchanged():
    found = augment(films(), ALL, Augmentation(4), generator(2))
    np.testing.assert_array_equal(found.inputs[:20], films())
    assert found.inputs.shape == (100, 3)
    assert (found.label_shift[:20] == 0).all()
    np.testing.assert_array_equal(np.bincount(found.parents), np.full(20, 5))


def test_the_careful_form_keeps_to_the_simplex_and_adds_no_material():
    found = augment(films(), ALL, Augmentation(50), generator(2))
    np.testing.assert_allclose(found.inputs.sum(axis=1), 1.0)
    assert found.inputs.min() >= 0.0
    assert (found.inputs[np.isin(found.parents, range(5)), 1] == 0).all()
    apart = found.inputs[20:] - found.inputs[found.parents[20:]]
    assert 0 < apart.std() < CAREFUL_SD * 1.5


def test_the_form_of_the_paper_leaves_the_simplex_as_published():
    found = augment(films(), ALL, Augmentation(200, "paper"), generator(2))
    apart = found.inputs[20:] - found.inputs[found.parents[20:]]
    assert apart.std() == pytest.approx(PAPER_SD, rel=0.05)
    assert found.inputs.min() < 0 and np.abs(found.inputs.sum(axis=1) - 1).max() > 0.05


def test_inputs_that_are_no_fractions_get_no_noise():
    inputs = np.column_stack([films(), np.arange(20.0)])
    found = augment(inputs, np.array([True, True, True, False]), Augmentation(3), generator(2))
    np.testing.assert_array_equal(found.inputs[:, 3], np.arange(20.0)[found.parents])


def test_a_committee_learns_from_virtual_films_and_is_tested_on_measured_ones():
    points = films()
    strength = np.exp(3.0 + points[:, :1])
    prop = [properties()["tensile_strength"]]
    found = fit_committee(
        points, strength, 0.05 * strength, prop, members=2, epochs=60, seed=1, augmentation=Augmentation(5)
    )
    assert found.films == 20
    assert np.isfinite(found.cross_validation.mean).sum() == 20
    assert np.abs(found.predict(points).mean / strength - 1).mean() < 0.3
