"""Points on the simplex: closure, lattices, nearest points, samples."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.compositions import lattice_parts, lattice_size, lattice_within
from lab.errors import CompositionError
from lab.simplex import (
    check_fractions,
    close,
    lattice,
    sample_uniform,
    snap,
    within,
)

amounts = st.lists(st.floats(0.0, 1e6), min_size=1, max_size=6).filter(lambda values: sum(values) > 1e-3)


@given(amounts)
def test_closed_amounts_sum_to_one_and_keep_their_ratios(values: list[float]) -> None:
    closed = close(values)
    assert closed.sum() == pytest.approx(1.0)
    assert closed * sum(values) == pytest.approx(np.array(values))
    assert close(closed) == pytest.approx(closed)


@given(st.lists(amounts, min_size=1, max_size=5).map(lambda rows: [(row * 6)[:6] for row in rows]))
def test_every_row_is_closed_on_its_own(rows: list[list[float]]) -> None:
    rows = [row if sum(row) > 0 else [1.0] * 6 for row in rows]
    assert close(rows) == pytest.approx(np.array([close(row) for row in rows]))


@pytest.mark.parametrize(
    "values", [[-1.0, 2.0], [math.nan, 1.0], [math.inf, 1.0], [0.0, 0.0], [[1.0, 1.0], [0.0, 0.0]]]
)
def test_what_cannot_be_closed_is_refused(values: list[float]) -> None:
    with pytest.raises(CompositionError):
        close(values)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ([0.5, -0.1, 0.6], "it has a negative fraction"),
        ([0.5, math.nan], "it has a value that is no number"),
        ([0.5, math.inf], "no number"),
        ([-math.inf, math.inf], "no number"),
        ([0.5, 0.4], "it sums to 0.9, not to 1"),
        ([50.0, 50.0], "it sums to 100, not to 1"),
        ([], "at least one material"),
        (1.0, "at least one material"),
        (np.full((2, 2, 2), 0.5), "at least one material"),
        ([[0.5, 0.5], [0.7, 0.7]], "row 1 sums to 1.4"),
    ],
)
def test_numbers_that_are_no_composition_are_refused(values: object, complaint: str) -> None:
    with pytest.raises(CompositionError, match=complaint):
        check_fractions(values)  # type: ignore[arg-type]


def test_every_fault_of_the_rows_is_named() -> None:
    with pytest.raises(CompositionError) as caught:
        check_fractions([[0.5, 0.5], [math.nan, 1.0], [-0.5, 1.5], [0.2, 0.2]])
    message = str(caught.value)
    assert "row 1" in message
    assert "row 2" in message
    assert "row 3" in message
    assert "row 0" not in message
    assert "not percent" in caught.value.hint


@pytest.mark.parametrize(("off", "fits"), [(9e-7, True), (-9e-7, True), (2e-6, False), (-2e-6, False)])
def test_sums_may_miss_one_by_the_stated_tolerance(off: float, fits: bool) -> None:
    values = [0.5, 0.5 + off]
    if fits:
        assert check_fractions(values).tolist() == values
    else:
        with pytest.raises(CompositionError):
            check_fractions(values)


@pytest.mark.parametrize(
    ("materials", "step", "points"), [(4, 0.1, 286), (4, 0.02, 23_426), (3, 0.25, 15), (1, 0.1, 1)]
)
def test_lattices_have_as_many_points_as_counted(materials: int, step: float, points: int) -> None:
    found = lattice(materials, step)
    assert found.shape == (points, materials)
    assert lattice_size(materials, lattice_parts(step)) == points
    assert len(np.unique(found, axis=0)) == points
    check_fractions(found)
    assert np.abs(found / step - np.rint(found / step)).max() < 1e-9


@given(st.integers(1, 4), st.integers(1, 6))
def test_a_lattice_is_every_way_to_share_the_parts(materials: int, parts: int) -> None:
    expected = sorted(shares for shares in product(range(parts + 1), repeat=materials) if sum(shares) == parts)
    found = np.rint(lattice(materials, 1 / parts) * parts).astype(int)
    assert [tuple(row) for row in found.tolist()] == expected


ends = st.one_of(st.floats(0.0, 1.0), st.builds(lambda part, parts: min(part / parts, 1.0), *2 * [st.integers(1, 6)]))
"""Bounds on, between and a hair beside the points of lattices."""


@given(st.lists(st.tuples(ends, ends), min_size=1, max_size=4), st.integers(1, 6))
def test_whether_a_lattice_has_a_point_within_bounds_is_known_without_making_it(
    bounds: list[tuple[float, float]], parts: int
) -> None:
    lower, upper = np.array(bounds).T
    points = lattice(len(bounds), 1 / parts)
    assert lattice_within(bounds, parts) == within(points, lower, upper).any()


@pytest.mark.parametrize("step", [0.3, 0.0, -0.1, 2.0, math.nan, math.inf, 1e-12])
def test_steps_that_do_not_divide_one_are_refused(step: float) -> None:
    with pytest.raises(CompositionError, match="whole parts"):
        lattice(3, step)
    with pytest.raises(CompositionError, match="whole parts"):
        snap([0.5, 0.5], step)


def test_a_lattice_needs_a_material() -> None:
    with pytest.raises(CompositionError, match="material"):
        lattice(0, 0.1)


@given(st.lists(st.floats(0.0, 1.0), min_size=3, max_size=3).filter(lambda v: sum(v) > 0.01), st.integers(1, 8))
def test_snapping_finds_a_nearest_lattice_point(values: list[float], parts: int) -> None:
    composition = close(values)
    snapped = snap(composition, 1 / parts)
    points = lattice(3, 1 / parts)
    distances = np.linalg.norm(points - composition, axis=1)
    assert np.abs(points - snapped).max(axis=1).min() < 1e-12
    assert np.linalg.norm(snapped - composition) == pytest.approx(distances.min(), abs=1e-9)


def test_lattice_points_are_their_own_nearest() -> None:
    points = lattice(4, 0.02)
    assert np.array_equal(snap(points, 0.02), points)
    assert snap(points[5], 0.02).shape == (4,)


@given(st.integers(0, 2**32), st.integers(1, 5), st.integers(1, 50))
def test_samples_are_compositions(seed: int, materials: int, n: int) -> None:
    points = sample_uniform(np.random.default_rng(seed), n, materials)
    assert points.shape == (n, materials)
    check_fractions(points)


def test_samples_are_uniform() -> None:
    # Uniform on the triangle: each material has mean 1/3 and P(x > t) = (1 - t)^2.
    points = sample_uniform(np.random.default_rng(1), 20_000, 3)
    assert points.mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.01)
    assert (points > 0.5).mean(axis=0) == pytest.approx(np.full(3, 0.25), abs=0.015)
