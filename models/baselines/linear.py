"""Linear methods: the mean, ridge regression, and Scheffe's mixture polynomial."""

import numpy as np

from lab.arrays import Array
from models.baselines.interface import Known, Moments
from models.baselines.residuals import with_held_out_errors
from models.scaling import InputScale

_PENALTIES = np.logspace(-3, 3, 13)
"""Ridge penalties that leave-one-out errors choose from."""


def training_mean(known: Known, asked: Array) -> Moments:
    """Answer the mean of the known labels, with their variance."""
    variance = float(known.labels.var(ddof=1)) if len(known.labels) > 1 else 1.0
    return Moments(np.full(len(asked), known.labels.mean()), np.full(len(asked), max(variance, 1e-6)))


def ridge(known: Known, asked: Array) -> Moments:
    """Ridge regression on inputs scaled as the committee's, the penalty by leave-one-out errors."""
    from sklearn.linear_model import RidgeCV

    scale = InputScale.for_columns(known.inputs, known.fractions)
    return with_held_out_errors(RidgeCV(_PENALTIES), known, scale(known.inputs), scale(asked))


def scheffe(known: Known, asked: Array) -> Moments:
    """Scheffe's quadratic mixture polynomial (Scheffe 1958) with a ridge; other inputs enter as straight lines.

    Fractions sum to 1, so the polynomial has the fractions and their products and no intercept.
    """
    from sklearn.linear_model import RidgeCV

    scale = InputScale.for_columns(known.inputs, known.fractions)

    def features(inputs: Array) -> Array:
        fractions = inputs[:, known.fractions]
        first, second = np.triu_indices(fractions.shape[1], 1)
        # A product is at most 1/4: four times it spans 0 to 1, as fractions do.
        products = 4.0 * fractions[:, first] * fractions[:, second]
        return np.hstack([fractions, products, scale(inputs)[:, ~known.fractions]])

    if not known.fractions.any():
        return ridge(known, asked)
    estimator = RidgeCV(_PENALTIES, fit_intercept=False)
    return with_held_out_errors(estimator, known, features(known.inputs), features(asked))
