import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from md_sim.neighbours import near_pairs, nearest_vectors


def _brute(first, second, cell, reach):
    """Every image in a 5 x 5 x 5 block."""
    shifts = np.array([[i, j, k] for i in range(-2, 3) for j in range(-2, 3) for k in range(-2, 3)]) @ cell
    found = []
    for i, start in enumerate(first):
        for j, end in enumerate(second):
            distances = np.linalg.norm(end + shifts - start, axis=1)
            found += [(i, j, round(float(value), 9)) for value in distances[distances <= reach]]
    return sorted(found)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), tilts=st.tuples(*[st.floats(-3, 3)] * 3), reach=st.floats(0.5, 4.0))
def test_pairs_are_those_of_all_images(seed, tilts, reach):
    rng = np.random.default_rng(seed)
    xy, xz, yz = tilts
    cell = np.array([[6.0, 0, 0], [xy, 7.0, 0], [xz, yz, 5.0]])
    first, second = rng.uniform(0, 1, (7, 3)) @ cell, rng.uniform(0, 1, (6, 3)) @ cell
    pairs, vectors = near_pairs(first, second, cell, reach)
    ours = sorted(
        (int(i), int(j), round(float(np.linalg.norm(v)), 9)) for (i, j), v in zip(pairs, vectors, strict=True)
    )
    assert ours == _brute(first, second, cell, reach)


@given(tilts=st.tuples(*[st.floats(-3, 3)] * 3), axis=st.integers(0, 2), reach=st.floats(0.5, 5.0))
def test_a_point_straight_behind_a_face_is_near(tilts, axis, reach):
    xy, xz, yz = tilts
    cell = np.array([[6.0, 0, 0], [xy, 7.0, 0], [xz, yz, 5.0]])
    across = np.cross(cell[axis - 2], cell[axis - 1])  # upright on the face of the two other vectors
    away = 0.999 * reach * across / np.linalg.norm(across)
    corner = np.full((1, 3), 1e-6) @ cell
    _, vectors = near_pairs(corner, corner - away, cell, reach)
    assert np.linalg.norm(vectors + away, axis=1).min() < 1e-6


def test_points_outside_the_cell_are_folded_back():
    cell = np.eye(3) * 10
    pairs, vectors = near_pairs(np.array([[-9.5, 0.0, 0.0]]), np.array([[19.8, 0.0, 0.0]]), cell, 1.0)
    assert pairs.tolist() == [[0, 0]]
    assert np.allclose(vectors, [[-0.7, 0, 0]])


def test_nothing_has_no_neighbours():
    for counts in ((0, 2), (2, 0), (0, 0)):
        first, second = (np.ones((count, 3)) for count in counts)
        pairs, vectors = near_pairs(first, second, np.eye(3), 1.0)
        assert pairs.shape == (0, 2)
        assert vectors.shape == (0, 3)


def test_nearest_vectors_are_the_shortest():
    cell = np.array([[10.0, 0, 0], [0, 10, 0], [0, 3, 10]])
    assert np.allclose(nearest_vectors(np.array([[9.0, 0.5, 0.0]]), cell), [[-1.0, 0.5, 0.0]])
