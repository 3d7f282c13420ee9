"""Figures of merit for predicted properties and predicted quality.

Arrays hold one value a film, ``(n,)``; none is missing.
"""

import numpy as np

from lab.arrays import Array, Mask
from models.reliability import reliability_bins

_DRAWS = 50


def mean_relative_error(truth: Array, prediction: Array) -> float:
    """Return the mean of ``|prediction - truth| / |truth|``, the reference work's MRE, as a fraction.

    Values of exactly zero have no relative error and are left out.
    """
    known = truth != 0
    return float(np.mean(np.abs(prediction[known] - truth[known]) / np.abs(truth[known]))) if known.any() else np.nan


def root_mean_squared_error(truth: Array, prediction: Array) -> float:
    """Return the root of the mean squared error, in the unit of the values."""
    return float(np.sqrt(np.mean((prediction - truth) ** 2)))


def r_squared(truth: Array, prediction: Array) -> float:
    """Return the coefficient of determination; NaN where the truth does not vary."""
    spread = float(np.sum((truth - truth.mean()) ** 2))
    return 1.0 - float(np.sum((truth - prediction) ** 2)) / spread if spread > 0 else np.nan


def coverage(truth: Array, lower: Array, upper: Array) -> float:
    """Return the share of values that lie within their intervals."""
    return float(np.mean((truth >= lower) & (truth <= upper)))


def gaussian_nll(truth: Array, mean: Array, sd: Array) -> float:
    """Return the mean negative log-likelihood of the values under Gaussian predictions, in nats."""
    return float(np.mean(0.5 * ((truth - mean) / sd) ** 2 + np.log(sd) + 0.5 * np.log(2 * np.pi)))


def brier_score(happened: Mask, probability: Array) -> float:
    """Return the mean squared distance of probabilities from what happened (Brier 1950)."""
    return float(np.mean((probability - happened) ** 2))


def roc_auc(happened: Mask, score: Array) -> float:
    """Return the chance that a film where it happened scores above one where it did not (ties count half).

    NaN where all films are of one kind.
    """
    from scipy.stats import rankdata

    positive, negative = int(happened.sum()), int((~happened).sum())
    if positive == 0 or negative == 0:
        return np.nan
    ranks = rankdata(score)
    return float((ranks[happened].sum() - positive * (positive + 1) / 2) / (positive * negative))


def expected_calibration_error(happened: Mask, probability: Array, bins: int = 10) -> float:
    """Return the mean distance of predicted from observed frequency over bins of equal width, weighted by films."""
    gaps = [abs(b.promised - b.observed) * b.films for b in reliability_bins(happened, probability, bins)]
    return float(np.sum(gaps) / len(probability))


def calibration_error_by_chance(probability: Array, rng: np.random.Generator) -> float:
    """Return the mean calibration error of promises that come true exactly as often as promised.

    It is not 0, as shares of few films scatter.
    """
    drawn = rng.random((_DRAWS, len(probability))) < probability
    return float(np.mean([expected_calibration_error(one, probability) for one in drawn]))
