"""A Gaussian process that imitates a committee: as smooth as it, along each input as sensitive, as noisy.

A committee of ten members tells how uncertain each recipe is, but how two recipes hang together it tells only by ten
numbers, and chance similarities between far recipes look like knowledge. A Gaussian process has a clear idea of near
and far. Its kernel (Matern 5/2) lives on inputs that are weighted by how much the committee's answer changes along
them, so that inputs that matter little make little distance.
"""

import numpy as np
from scipy.linalg import cho_solve, cholesky
from scipy.optimize import nnls
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from active_learning.acquisition.knowledge import Knowledge
from active_learning.learners import Values
from lab.simplex import Fractions

_PAIRED, _NEIGHBOURS = 400, 12
"""Recipes, and neighbours of each, between which the committee's answers are compared."""
_LEAST_WEIGHT = 0.1
"""Least weight of an input, as a part of the root mean square of all: the committee may overlook an input."""
_LENGTHS = (0.2, 0.35, 0.5, 0.7, 1.0, 1.5, 2.5, 4.0)
"""Length scales that are tried, as multiples of the root mean square distance of recipes from their middle."""
_NOISE = (0.02, 1.0)
"""Least and largest variance of the noise, as a part of the variance of the answers."""


def input_weights(points: Fractions, answers: Values, rng: np.random.Generator) -> Values:
    """Return how much answers change along each input, ``(d,)``, with a root mean square of about 1.

    Squared differences of answers between near recipes are explained by squared differences of the inputs, with
    coefficients that are at least 0. Other than derivatives, this never leaves the recipes that exist.

    Args:
        points: Shape ``(n, d)``.
        answers: Standardised answers at them, ``(n, p)``.
        rng: Draws the recipes that are compared.
    """
    rows = rng.choice(len(points), size=min(_PAIRED, len(points)), replace=False)
    count = min(_NEIGHBOURS + 1, len(points))
    neighbours = cKDTree(points).query(points[rows], k=count)[1].reshape(len(rows), count)[:, 1:]
    moved = (points[rows][:, None, :] - points[neighbours]).reshape(-1, points.shape[1]) ** 2
    changed = ((answers[rows][:, None, :] - answers[neighbours]) ** 2).mean(axis=2).ravel()
    squares, _ = nnls(moved, changed)
    mean = squares.mean()
    if mean == 0:
        return np.ones(points.shape[1])
    weights: Values = np.sqrt(np.maximum(squares / mean, _LEAST_WEIGHT**2))
    return weights


def imitation(
    candidates: Fractions, references: Fractions, existing: Fractions, *, answers: Values, noise: float
) -> Knowledge:
    """Return what a Gaussian process knows that is as smooth and as noisy as a committee's answers.

    Args:
        candidates: Recipes that can be measured, ``(n, d)``.
        references: Recipes about which something is to be learned, ``(r, d)``.
        existing: Films that were measured or are under way, ``(m, d)``.
        answers: The committee's standardised answers at existing films, ``(m, p)``: variance about 1 over the
            candidates.
        noise: Variance of the noise on that scale.
    """
    noise = float(np.clip(noise, *_NOISE))
    middle = np.sqrt(((candidates - candidates.mean(axis=0)) ** 2).sum(axis=1).mean())
    lengths = [factor * (middle or 1.0) for factor in _LENGTHS]
    length = lengths[4]
    if len(existing):
        length = max(lengths, key=lambda one: _likelihood(existing / one, answers, noise))
    return Knowledge(
        matern, candidates / length, np.ones(len(candidates)), references / length, existing / length, noise=noise
    )


def _likelihood(existing: Fractions, answers: Values, noise: float) -> float:
    """Return the log-likelihood of the answers, up to a constant, with the best variance of each property."""
    count = len(existing)
    lower = cholesky(matern(existing, existing) + noise * np.eye(count), lower=True)
    centred = answers - answers.mean(axis=0)
    squares = (centred * cho_solve((lower, True), centred)).sum(axis=0) / count
    logs = np.log(np.maximum(squares, 1e-300)).sum()
    return float(-0.5 * count * logs - answers.shape[1] * np.log(np.diag(lower)).sum())


def matern(first: Fractions, second: Fractions) -> Values:
    """Return the Matern 5/2 correlation of points ``(n, d)`` and ``(m, d)`` at a length scale of 1: ``(n, m)``."""
    scaled = np.sqrt(5.0) * cdist(first, second)
    correlation: Values = (1.0 + scaled + scaled**2 / 3.0) * np.exp(-scaled)
    return correlation
