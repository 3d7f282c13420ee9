"""The probability of a usable film, with what is not known counted in: a Gaussian process on films usable or not.

The reference work's quality is compared with thresholds and promises nothing: a search for its highest values ends on
recipes that it is too sure of. The process also says how little it knows about a recipe, and the less it knows, the
nearer its promise is to one half (moderated output: MacKay, Neural Computation 4, 720-736 (1992)).
"""

from functools import cached_property

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array, Mask, Rows
from models.folds import recipe_numbers
from models.kernel_choice import choose_kernel
from models.least_squares_machine import Kernel, likeliest_kernel, standardised
from models.scaling import FRACTION_SCALE, InputScale
from models.sigmoid import Sigmoid, fit_sigmoid

_OWN_LENGTH_SD = 0.4
"""How freely a material's length scale may differ from the common one (SD of the logarithm)."""
MOST_FILMS = 1500
"""It learns from so many films at most: covariances grow with their square."""
_FEWEST = 10
"""With fewer films, or with one kind only, nothing can be learned."""
_CHUNK = 2048
_SUREST = 1e-9
_STEEPEST = 1e3
"""Slope beyond which a sigmoid is a step: where the process knows no doubt, any slope fits."""


@attrs.frozen(eq=False)
class Usability:
    """A Gaussian process on labels 1 (usable) and 0, and the sigmoid that makes a probability of its answer."""

    films: Array
    """Weight fractions, shape ``(n, k)``."""
    labels: Array
    """0 or 1, shape ``(n,)``."""
    ridges: Array
    """Variance of each label's noise in units of the kernel's, shape ``(n,)``."""
    kernel: Kernel
    """Of scaled fractions."""
    sigmoid: Sigmoid
    """From the process's answer, fully known, to a probability."""

    def __call__(self, compositions: ArrayLike) -> Array:
        """Return the probability that films of recipes ``(n, k)`` are usable, ``(n,)``."""
        points = np.asarray(compositions, dtype=float)
        parts = [self._probability(points[start : start + _CHUNK]) for start in range(0, len(points), _CHUNK)]
        return np.concatenate([np.zeros(0), *parts])

    def held_out(self) -> tuple[Array, Array]:
        """Return what the films of other recipes tell about each film: mean and variance of the process, ``(n,)``.

        Rasmussen & Williams 2006, equations 5.12, for all films of a recipe at once.
        """
        mean, variance = np.empty(len(self.labels)), np.empty(len(self.labels))
        for out in _recipes(self.films):
            covariance = np.linalg.inv(self._inverse[np.ix_(out, out)])
            mean[out] = self.labels[out] - covariance @ self._weights[out]
            variance[out] = np.maximum(np.diag(covariance) - self.ridges[out], 0.0)
        return mean, self._signal * variance

    def log_gradient(self, compositions: ArrayLike) -> tuple[Array, Array]:
        """Return the logarithm of the probability for few recipes ``(n, k)``, and its gradient by the fractions.

        Returns:
            Shapes ``(n,)`` and ``(n, k)``.
        """
        from scipy.special import log_expit

        points = _scaled(np.asarray(compositions, dtype=float))
        films = _scaled(self.films)
        mean, variance, solved = self._answer(points)
        shrunk = _shrunk(self.sigmoid, variance)
        argument = (self.sigmoid.slope * mean + self.sigmoid.offset) / shrunk
        doubt = -np.expm1(log_expit(argument))
        by_mean = doubt * self.sigmoid.slope / shrunk
        by_variance = -doubt * argument * np.pi / 16.0 * self.sigmoid.slope**2 / shrunk**2
        pull = by_mean[:, None] * self._weights - 2.0 * self._signal * by_variance[:, None] * solved
        slope = self.kernel.slope(points, films, pull)
        slope = slope + (2.0 * self._signal * self.kernel.linear * by_variance)[:, None] * points
        return log_expit(argument), slope / FRACTION_SCALE

    def _probability(self, points: Array) -> Array:
        return _moderated(self.sigmoid, *self._answer(_scaled(points))[:2])

    def _answer(self, features: Array) -> tuple[Array, Array, Array]:
        """Return mean and variance at scaled recipes, ``(n,)``, and their covariance with the films, solved for."""
        covariance = self.kernel(features, _scaled(self.films))
        solved = covariance @ self._inverse
        known = np.einsum("ij,ij->i", solved, covariance)
        variance = self._signal * np.maximum(self.kernel.variance(features) - known, 0.0)
        return self._mean + covariance @ self._weights, variance, solved

    @cached_property
    def _mean(self) -> float:
        return float(np.average(self.labels, weights=1.0 / self.ridges))

    @cached_property
    def _inverse(self) -> Array:
        from scipy.linalg import cho_factor, cho_solve

        features = _scaled(self.films)
        factor = cho_factor(self.kernel(features, features) + np.diag(self.ridges), lower=True)
        inverse: Array = cho_solve(factor, np.eye(len(features)))
        return inverse

    @cached_property
    def _weights(self) -> Array:
        weights: Array = self._inverse @ (self.labels - self._mean)
        return weights

    @cached_property
    def _signal(self) -> float:
        """Variance of the process: the one that makes the labels most likely."""
        return float((self.labels - self._mean) @ self._weights / len(self.labels))


def fit_usability(compositions: Array, usable: Mask, counts: Array, rng: np.random.Generator) -> Usability | None:
    """Learn how probable a usable film is; None where there are too few films, or films of one kind only.

    The kernel is the one that makes the labels most likely; the sigmoid is fitted to what films of other recipes tell.

    Args:
        compositions: Weight fractions, shape ``(n, k)``.
        usable: Whether each film is usable, shape ``(n,)``.
        counts: How much each film counts, of mean 1, shape ``(n,)``: its label's noise is divided by it.
        rng: Source of the random part that is learned from where there are more than `MOST_FILMS`, and of the halves by
            which the kernel's directions are decided (`models.kernel_choice`).
    """
    rows = np.sort(rng.permutation(len(usable))[:MOST_FILMS])
    films, happened = compositions[rows], usable[rows]
    if len(rows) < _FEWEST or happened.all() or not happened.any():
        return None
    labels, features = happened.astype(float), _scaled(films)
    choice = choose_kernel(
        features,
        standardised(labels)[None],
        np.zeros((1, len(films))),
        bends=np.zeros(films.shape[1], dtype=bool),
        recipes=recipe_numbers(films),
        rng=rng,
    )
    kernel, ridge = likeliest_kernel(features, labels, _OWN_LENGTH_SD, choice.directions)
    found = Usability(films, labels, ridge / counts[rows], kernel, Sigmoid(1.0, 0.0))
    return attrs.evolve(found, sigmoid=_fitted_sigmoid(*found.held_out(), happened))


def _moderated(sigmoid: Sigmoid, mean: Array, variance: Array) -> Array:
    """Return the mean of a sigmoid over what is not known, ``sigmoid(z / sqrt(1 + pi / 8 var z))``, ``(n,)``."""
    from scipy.special import expit

    probability: Array = expit((sigmoid.slope * mean + sigmoid.offset) / _shrunk(sigmoid, variance))
    return probability


def _shrunk(sigmoid: Sigmoid, variance: Array) -> Array:
    """Return what a sigmoid's argument is divided by for what is not known, ``(n,)``."""
    divisor: Array = np.sqrt(1.0 + np.pi / 8.0 * sigmoid.slope**2 * variance)
    return divisor


def _fitted_sigmoid(mean: Array, variance: Array, happened: Mask) -> Sigmoid:
    """Return the sigmoid under which, moderated, what happened is likeliest; Platt's targets keep it from certainty."""
    from scipy.optimize import minimize

    start = fit_sigmoid(mean, happened)
    targets = np.where(happened, (happened.sum() + 1) / (happened.sum() + 2), 1 / ((~happened).sum() + 2))

    def loss(parameters: Array) -> float:
        probability = np.clip(_moderated(Sigmoid(*parameters), mean, variance), _SUREST, 1.0 - _SUREST)
        return -float(np.sum(targets * np.log(probability) + (1.0 - targets) * np.log1p(-probability)))

    found = minimize(loss, (start.slope, start.offset), method="L-BFGS-B", bounds=[(0.0, _STEEPEST), (None, None)])
    return Sigmoid(float(found.x[0]), float(found.x[1]))


def _scaled(points: Array) -> Array:
    return InputScale.for_fractions(points.shape[1])(points)


def _recipes(films: Array) -> list[Rows]:
    """Return the rows of the films of each recipe."""
    recipe = recipe_numbers(films)
    order = np.argsort(recipe, kind="stable")
    return np.split(order, np.cumsum(np.bincount(recipe))[:-1])
