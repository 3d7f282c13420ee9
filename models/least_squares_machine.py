"""A least-squares support vector machine: a kernel classifier that is solved at once, held-out answers included.

Labels 0 and 1 are regressed on a Matern kernel with a ridge (Suykens & Vandewalle 1999), which is also the mean of a
Gaussian process. Held-out answers follow from the inverse of the kernel matrix, fold by fold.
"""

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LENGTHS = (0.5, 1.0, 2.0, 4.0)
"""Length scales that are tried, in median distances between films."""
RIDGES = (0.25, 0.6, 1.5)
"""Ridges that are tried, in prior variances of the answer."""
_MOST_TO_CHOOSE = 800
"""Length scale and ridge are chosen on so many films at most."""
MOST_FILMS = 4000
"""The machine learns from so many films at most."""
_CHUNK = 4096


@attrs.frozen(eq=False)
class LeastSquaresMachine:
    """The function ``f(x) = mean + sum_i weight_i k(|x - support_i| / length)``."""

    support: Array
    """Features of the films, shape ``(s, d)``."""
    weights: Array
    """Shape ``(s,)``."""
    mean: float
    length: float

    def __call__(self, features: Array) -> Array:
        """Return the function's values, shape ``(n, d)`` to ``(n,)``; near 0 to 1, not kept within."""
        parts = [
            _kernel(features[start : start + _CHUNK], self.support, self.length) @ self.weights
            for start in range(0, len(features), _CHUNK)
        ]
        return self.mean + np.concatenate([np.zeros(0), *parts])


def fit_least_squares_machine(
    features: Array,
    labels: Array,
    folds: NDArray[np.int64],
    rng: np.random.Generator,
    weights: Array | None = None,
) -> tuple[LeastSquaresMachine, Array]:
    """Return the machine and what it answers about each film from the other folds' films.

    Args:
        features: Shape ``(n, d)``.
        labels: 0 or 1, shape ``(n,)``.
        folds: Number of each film's fold, shape ``(n,)``.
        rng: Source of the random part that length scale and ridge are chosen on, and of that learned from.
        weights: How much each film counts, shape ``(n,)``, positive: its ridge is divided by it. All the same by
            default.

    Returns:
        The machine, and held-out answers of shape ``(n,)``; films beyond `MOST_FILMS` are answered by the whole
        machine, which has not seen them.
    """
    counts = np.ones(len(labels)) if weights is None else weights
    some = _part(len(labels), _MOST_TO_CHOOSE, rng)
    unit = _median_distance(features[some])
    tried = []
    for length in LENGTHS:
        for ridge in RIDGES:
            answers = _solve(features[some], labels[some], length * unit, ridge / counts[some], folds[some])[2]
            loss = float(np.average((answers - labels[some]) ** 2, weights=counts[some]))
            tried.append((loss, length * unit, ridge))
    _, length, ridge = min(tried)
    learned = _part(len(labels), MOST_FILMS, rng)
    mean, solved, held_out = _solve(features[learned], labels[learned], length, ridge / counts[learned], folds[learned])
    machine = LeastSquaresMachine(features[learned], solved, mean, length)
    answers = machine(features)
    answers[learned] = held_out
    return machine, answers


def _solve(
    features: Array, labels: Array, length: float, ridges: Array, folds: NDArray[np.int64]
) -> tuple[float, Array, Array]:
    """Return mean, weights, and held-out answers ``y - (K^-1 in the fold)^-1 w`` (Rasmussen & Williams 2006, 5.4.2)."""
    from scipy.linalg import cho_factor, cho_solve

    mean = float(np.average(labels, weights=1.0 / ridges))
    factor = cho_factor(_kernel(features, features, length) + np.diag(ridges), lower=True)
    inverse = cho_solve(factor, np.eye(len(labels)))
    weights = inverse @ (labels - mean)
    answers = np.empty(len(labels))
    for number in np.unique(folds):
        out = np.flatnonzero(folds == number)
        answers[out] = labels[out] - np.linalg.solve(inverse[np.ix_(out, out)], weights[out])
    return mean, weights, answers


def _kernel(first: Array, second: Array, length: float) -> Array:
    """Return the Matern kernel of smoothness 5/2, shapes ``(n, d)`` and ``(m, d)`` to ``(n, m)``."""
    from scipy.spatial.distance import cdist

    distance = cdist(first, second) * (np.sqrt(5.0) / length)
    kernel: Array = (1.0 + distance * (1.0 + distance / 3.0)) * np.exp(-distance)
    return kernel


def _median_distance(features: Array) -> float:
    from scipy.spatial.distance import pdist

    distances = pdist(features)
    apart = distances[distances > 0]
    return float(np.median(apart)) if len(apart) else 1.0


def _part(films: int, most: int, rng: np.random.Generator) -> Sequence[int] | NDArray[np.int64]:
    return np.arange(films) if films <= most else np.sort(rng.choice(films, most, replace=False))
