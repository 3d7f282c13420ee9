"""A least-squares support vector machine: a kernel classifier that is solved at once, held-out answers included.

Labels 0 and 1 are regressed on a kernel with a ridge (Suykens & Vandewalle 1999), which is also the mean of a Gaussian
process. So the kernel's length scales, one a feature, are those that make the labels most likely, and how freely they
may differ is what held-out films decide. Held-out answers follow from the inverse of the kernel matrix, fold by fold.
"""

from collections.abc import Sequence

import attrs
import numpy as np

from lab.arrays import Array, Integers
from models.threads import one_thread

OWN_LENGTH_SDS = (0.2, 0.4)
"""How freely length scales may differ from the common one (SD of the logarithm): both are tried."""
_MOST_TO_CHOOSE = 1500
"""The kernel is chosen on so many films at most."""
MOST_FILMS = 4000
"""The machine learns from so many films at most."""
_CHUNK = 4096


@attrs.frozen(eq=False)
class Kernel:
    """Matern kernel of smoothness 5/2 and variance 1, and a linear one."""

    axes: Array
    """From features to what distances are taken of: every feature in its length scale, and r directions (see
    `models.process_kernels`), shape ``(d, d + r)``."""
    linear: float
    """Variance of the linear part's slopes."""

    def __call__(self, first: Array, second: Array) -> Array:
        """Return the kernel, shapes ``(n, d)`` and ``(m, d)`` to ``(n, m)``."""
        distance = self._distance(first, second)
        smooth: Array = (1.0 + distance * (1.0 + distance / 3.0)) * np.exp(-distance)
        return smooth + self.linear * (first @ second.T)

    def slope(self, first: Array, second: Array, weights: Array) -> Array:
        """Return the gradient of ``sum_j weights_ij k(first_i, second_j)`` by `first`.

        That of the smooth part of k is ``-5/3 (1 + r) exp(-r) (x - z) A A^T``, with A the axes and r the distance of x
        and z along them times the root of 5.

        Args:
            first: Shape ``(n, d)``.
            second: Shape ``(m, d)``.
            weights: Shape ``(n, m)``.

        Returns:
            Shape ``(n, d)``.
        """
        distance = self._distance(first, second)
        pull = 5.0 / 3.0 * weights * (1.0 + distance) * np.exp(-distance)
        smooth = (pull @ second - pull.sum(axis=1, keepdims=True) * first) @ self.axes @ self.axes.T
        slope: Array = smooth + self.linear * (weights @ second)
        return slope

    def variance(self, features: Array) -> Array:
        """Return the kernel of each row of ``(n, d)`` with itself, ``(n,)``."""
        variance: Array = 1.0 + self.linear * (features**2).sum(axis=1)
        return variance

    def _distance(self, first: Array, second: Array) -> Array:
        from scipy.spatial.distance import cdist

        distance: Array = cdist(first @ self.axes, second @ self.axes) * np.sqrt(5.0)
        return distance


@attrs.frozen(eq=False)
class LeastSquaresMachine:
    """The function ``f(x) = mean + sum_i weight_i k(x, support_i)``."""

    support: Array
    """Features of the films, shape ``(s, d)``."""
    weights: Array
    """Shape ``(s,)``."""
    mean: float
    kernel: Kernel

    def __call__(self, features: Array) -> Array:
        """Return the function's values, shape ``(n, d)`` to ``(n,)``; near 0 to 1, not kept within."""
        parts = [
            self.kernel(features[start : start + _CHUNK], self.support) @ self.weights
            for start in range(0, len(features), _CHUNK)
        ]
        return self.mean + np.concatenate([np.zeros(0), *parts])


def fit_least_squares_machine(
    features: Array,
    labels: Array,
    folds: Integers,
    rng: np.random.Generator,
    weights: Array | None = None,
) -> tuple[LeastSquaresMachine, Array]:
    """Return the machine and what it answers about each film from the other folds' films.

    Args:
        features: Shape ``(n, d)``.
        labels: 0 or 1, shape ``(n,)``, of both kinds.
        folds: Number of each film's fold, shape ``(n,)``.
        rng: Source of the random part that the kernel is chosen on, and of that learned from.
        weights: How much each film counts, shape ``(n,)``, positive: its ridge is divided by it. All the same by
            default. They play no part in the search for length scales.

    Returns:
        The machine, and held-out answers of shape ``(n,)``; films beyond `MOST_FILMS` are answered by the whole
        machine, which has not seen them.
    """
    counts = np.ones(len(labels)) if weights is None else weights
    some = _part(len(labels), _MOST_TO_CHOOSE, rng)
    tried = []
    for freedom in OWN_LENGTH_SDS:
        kernel, ridge = likeliest_kernel(features[some], labels[some], freedom)
        answers = _solve(kernel, features[some], labels[some], ridge / counts[some], folds[some])[2]
        tried.append((float(np.average((answers - labels[some]) ** 2, weights=counts[some])), kernel, ridge))
    _, kernel, ridge = min(tried, key=lambda one: one[0])
    learned = _part(len(labels), MOST_FILMS, rng)
    mean, solved, held_out = _solve(kernel, features[learned], labels[learned], ridge / counts[learned], folds[learned])
    machine = LeastSquaresMachine(features[learned], solved, mean, kernel)
    answers = machine(features)
    answers[learned] = held_out
    return machine, answers


def likeliest_kernel(features: Array, labels: Array, freedom: float, directions: int = 0) -> tuple[Kernel, float]:
    """Return the kernel under which labels are most likely, and the ridge in its unit.

    Args:
        features: Shape ``(n, d)``.
        labels: 0 or 1, shape ``(n,)``.
        freedom: SD of the logarithm of one length scale about the common one.
        directions: Directions that the kernel may have, see `models.kernel_choice`.
    """
    import torch

    from models.gaussian_processes import fit_gaussian_processes

    wanted = torch.from_numpy(standardised(labels))[None]
    with one_thread():
        found = fit_gaussian_processes(
            torch.from_numpy(features), wanted, torch.zeros_like(wanted), freedom=freedom, directions=directions
        ).hyperparameters
        axes = found.in_lengths(torch.eye(features.shape[1], dtype=torch.double))[0].numpy()
    signal, noise, linear = (float(value.exp()) for value in (found.signal, found.noise, found.linear))
    return Kernel(axes, linear / signal), noise / signal


def standardised(labels: Array) -> Array:
    """Return labels ``(n,)`` of mean 0 and, where they differ, SD 1."""
    centred: Array = (labels - labels.mean()) / (labels.std() or 1.0)
    return centred


def _solve(
    kernel: Kernel, features: Array, labels: Array, ridges: Array, folds: Integers
) -> tuple[float, Array, Array]:
    """Return mean, weights, and held-out answers ``y - (K^-1 in the fold)^-1 w`` (Rasmussen & Williams 2006, 5.4.2)."""
    from scipy.linalg import cho_factor, cho_solve

    mean = float(np.average(labels, weights=1.0 / ridges))
    factor = cho_factor(kernel(features, features) + np.diag(ridges), lower=True)
    inverse = cho_solve(factor, np.eye(len(labels)))
    weights = inverse @ (labels - mean)
    answers = np.empty(len(labels))
    for number in np.unique(folds):
        out = np.flatnonzero(folds == number)
        answers[out] = labels[out] - np.linalg.solve(inverse[np.ix_(out, out)], weights[out])
    return mean, weights, answers


def _part(films: int, most: int, rng: np.random.Generator) -> Sequence[int] | Integers:
    return np.arange(films) if films <= most else np.sort(rng.choice(films, most, replace=False))
