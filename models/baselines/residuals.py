"""Uncertainty for methods that have none of their own: the variance of their errors on held-out films."""

from typing import Any

import numpy as np

from lab.arrays import Array
from lab.seeds import generator
from models.baselines.interface import Known, Moments
from models.folds import fold_numbers

_FOLDS = 5
_FEWEST = 5
"""With fewer films than this the answer is their mean."""


def with_held_out_errors(estimator: Any, known: Known, learned: Array, asked: Array) -> Moments:
    """Fit an estimator of scikit-learn, and give each of its answers the mean squared error on held-out films.

    Args:
        estimator: Not yet fitted.
        known: What it learns from.
        learned: Features of the known films, shape ``(n, f)``.
        asked: Features of the new films, shape ``(m, f)``.
    """
    from sklearn.base import clone

    labels = known.labels
    if len(labels) < _FEWEST:
        spread = float(labels.var(ddof=1)) if len(labels) > 1 else 1.0
        return Moments(np.full(len(asked), labels.mean()), np.full(len(asked), max(spread, 1e-6)))
    folds = fold_numbers(len(labels), _FOLDS, generator(known.seed, "baseline", "folds"))
    errors = np.zeros(len(labels))
    for number in np.unique(folds):
        out = folds == number
        inside = ~out if not out.all() else out  # a single film is all there is to learn from
        errors[out] = labels[out] - clone(estimator).fit(learned[inside], labels[inside]).predict(learned[out])
    mean = estimator.fit(learned, labels).predict(asked)
    return Moments(mean, np.full(len(asked), max(float(np.mean(errors**2)), 1e-6)))
