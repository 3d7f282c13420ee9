"""The grade of a film anywhere between the 286 published recipes.

Each grade has a score field: the Gaussian-weighted share of that grade among the published lattice points around a
composition (Nadaraya-Watson regression). Around every lattice point lies a plateau on which the score of its own grade
is 1, so that an error of a pipette does not flip a grade; it blends into the field by a smooth step. The film's grade
is the one with the largest score.
"""

from functools import cache

import numpy as np

from lab import library
from lab.arrays import Array
from lab.grades import Grade
from lab.simplex import Fractions
from lab.virtual.constants import Constants

LETTERS = tuple(Grade)
"""Grades in the order of the columns of a score array."""

_ROLE_ORDER = ("CNF", "MMT", "gelatin", "glycerol")
_CHUNK = 8192


@cache
def _lattice() -> tuple[Fractions, Array]:
    """Published recipes by roles, shape ``(286, 4)``, and their grades one-hot, shape ``(286, 4)``."""
    graded = library.published_grades()
    points = np.array([composition.vector(_ROLE_ORDER) for composition, _ in graded])
    return points, np.eye(len(LETTERS))[[LETTERS.index(grade) for _, grade in graded]]


def grade_scores(coordinates: Fractions, constants: Constants) -> Array:
    """Return the score of each grade.

    Args:
        coordinates: Fractions of fibre, platelet, matrix and plasticiser, shape ``(n, 4)``.
        constants: The world's constants, here those of ``grades``.

    Returns:
        Shape ``(n, 4)``, in [0, 1], columns in the order of `LETTERS`; every row sums to 1.
    """
    parts = [_scores(coordinates[i : i + _CHUNK], constants) for i in range(0, len(coordinates), _CHUNK)]
    return np.vstack(parts) if parts else np.empty((0, len(LETTERS)))


def _scores(coordinates: Fractions, constants: Constants) -> Array:
    points, one_hot = _lattice()
    squares = (coordinates**2).sum(axis=1)[:, None] + (points**2).sum(axis=1) - 2 * coordinates @ points.T
    nearest = squares.argmin(axis=1)
    distance = np.sqrt(np.maximum(squares[np.arange(len(squares)), nearest], 0.0))
    weights = np.exp(-squares / (2 * constants["grades.smoothing"] ** 2))
    field = weights @ one_hot / weights.sum(axis=1, keepdims=True)
    start, end = constants["grades.plateau"], constants["grades.plateau_end"]
    blend = smooth_step((distance - start) / (end - start))[:, None]
    scores: Array = (1 - blend) * one_hot[nearest] + blend * field
    return scores


def smooth_step(position: Array) -> Array:
    """Return a step from 0 at 0 to 1 at 1 with two continuous derivatives (Perlin's quintic)."""
    t = np.clip(position, 0.0, 1.0)
    step: Array = t**3 * (t * (6 * t - 15) + 10)
    return step


def letters(scores: Array) -> list[Grade]:
    """Return the grade with the largest score of every row, shape ``(n, 4)`` to a list of n."""
    return [LETTERS[index] for index in scores.argmax(axis=1)]


def margin(scores: Array) -> Array:
    """Return how far the best score lies above the second best, shape ``(n,)``."""
    ordered = np.sort(scores, axis=1)
    ahead: Array = ordered[:, -1] - ordered[:, -2]
    return ahead
