import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from active_learning.inverse_design.box import LatticeBox, lattice_box
from active_learning.inverse_design.exchange import exchange
from active_learning.inverse_design.specification import Specification
from lab.errors import NoRecipeError
from lab.simplex import lattice, sample_uniform


def box(least, most, parts=20):
    return LatticeBox(parts, np.array(least), np.array(most))


@st.composite
def boxes(draw):
    materials = draw(st.integers(2, 6))
    bounds = [sorted(draw(st.tuples(st.integers(0, 12), st.integers(0, 20)))) for _ in range(materials)]
    least, most = np.array(bounds).T
    assume(least.sum() <= 20 <= most.sum())
    return LatticeBox(20, least, most)


@given(boxes(), st.integers(0, 1000))
def test_projection_and_rounding_keep_to_the_bounds(bounds, seed):
    points = sample_uniform(np.random.default_rng(seed), 5, len(bounds.least))
    projected = bounds.project(points)
    counts = bounds.counts(points)

    np.testing.assert_allclose(projected.sum(axis=1), 1)
    assert (projected >= bounds.lower - 1e-9).all() and (projected <= bounds.upper + 1e-9).all()
    assert bounds.contains(counts).all()
    assert (counts.sum(axis=1) == 20).all()


@given(boxes(), st.integers(0, 1000))
def test_points_within_stay_where_they_are(bounds, seed):
    inside = bounds.project(sample_uniform(np.random.default_rng(seed), 5, len(bounds.least)))

    np.testing.assert_allclose(bounds.project(inside), inside, atol=1e-9)
    assert np.abs(bounds.counts(inside) / 20 - inside).max() < 1 / 20 + 1e-9


def test_the_projection_is_the_nearest_point():
    bounds = box([0, 0, 4], [8, 20, 20])
    point = np.array([[0.7, 0.2, 0.1]])
    grid = lattice(3, 0.01)
    inside = grid[(grid >= bounds.lower - 1e-9).all(axis=1) & (grid <= bounds.upper + 1e-9).all(axis=1)]
    nearest = inside[np.linalg.norm(inside - point, axis=1).argmin()]

    np.testing.assert_allclose(bounds.project(point)[0], nearest, atol=0.01)


def test_bounds_between_two_lattice_points_leave_no_recipe():
    infinite = np.full(1, np.inf)
    wish = Specification(-infinite, infinite, np.array([0.41, 0.0]), np.array([0.44, 1.0]), ("0.41 <= a <= 0.44",))

    with pytest.raises(NoRecipeError, match="steps of 5 wt%"):
        lattice_box(wish, 0.05)


def test_exchange_climbs_to_the_one_peak_from_anywhere():
    peak = np.array([0.35, 0.05, 0.45, 0.15])
    bounds = box([0] * 4, [20] * 4)
    starts = bounds.counts(sample_uniform(np.random.default_rng(1), 30, 4))
    counts, worth = exchange(starts, bounds, lambda points: -((points - peak) ** 2).sum(axis=1))

    np.testing.assert_array_equal(counts, [[7, 1, 9, 3]])
    assert worth == pytest.approx([0.0], abs=1e-12)


def test_with_a_gradient_exchange_asks_fewer_recipes_and_climbs_as_high():
    peak = sample_uniform(np.random.default_rng(2), 1, 10)[0].round(1)
    peak[0] += 1.0 - peak.sum()
    bounds = box([0] * 10, [20] * 10)
    starts = bounds.counts(sample_uniform(np.random.default_rng(1), 5, 10))
    asked = []

    def worth(points):
        asked.append(len(points))
        return -((points - peak) ** 2).sum(axis=1)

    plain, _ = exchange(starts, bounds, worth)
    all_asked, asked = sum(asked), []
    guided, _ = exchange(starts, bounds, worth, lambda points: 2 * (peak - points))

    np.testing.assert_array_equal(guided, plain)
    assert sum(asked) < all_asked / 3
