import numpy as np
import pytest

from lab.errors import InvalidInputError
from models.feasible_surface import feasible_surface


def ball(points: np.ndarray) -> np.ndarray:
    """Quality 0.5 at a distance of 0.12 (of the first three fractions) from the middle."""
    return 0.5 + 0.12 - np.linalg.norm(points[:, :3] - 0.25, axis=1)


def half(points: np.ndarray) -> np.ndarray:
    return points[:, 0]


def test_a_ball_within_the_simplex_has_its_volume_and_radius():
    surface = feasible_surface(ball, 0.5)
    assert surface.share == pytest.approx(6 * 4 / 3 * np.pi * 0.12**3, rel=0.02)
    np.testing.assert_allclose(np.linalg.norm(surface.vertices[:, :3] - 0.25, axis=1), 0.12, atol=0.005)
    np.testing.assert_allclose(surface.vertices.sum(axis=1), 1.0)


def test_a_space_that_reaches_the_sides_is_closed_there():
    surface = feasible_surface(half, 0.4)
    exact = (1 - 0.4) ** 3
    assert surface.share == pytest.approx(exact, rel=0.03)
    assert surface.vertices.min() >= 0.0
    edges = np.sort(
        np.concatenate([surface.faces[:, [0, 1]], surface.faces[:, [1, 2]], surface.faces[:, [2, 0]]]), axis=1
    )
    _, counts = np.unique(edges, axis=0, return_counts=True)
    assert (counts == 2).all(), "every edge of a closed mesh has two triangles"


def test_a_threshold_that_nothing_reaches_is_refused():
    with pytest.raises(InvalidInputError, match="no recipe"):
        feasible_surface(half, 1.5)
