"""What a classifier has to be better than: other methods on the same folds."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lab.arrays import Array, Integers, Mask
from lab.seeds import derived_seed, generator
from models.metrics import brier_score, expected_calibration_error, roc_auc

_MOST_FOR_PROCESS = 500
"""A Gaussian process learns from so many films at most: its time grows with their third power."""


def _forest(seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(200, random_state=seed)


def _neighbours(seed: int) -> Any:
    from sklearn.neighbors import KNeighborsClassifier

    return KNeighborsClassifier(7)


def _process(seed: int) -> Any:
    from sklearn.gaussian_process import GaussianProcessClassifier
    from sklearn.gaussian_process.kernels import ConstantKernel, Matern

    # Fractions are divided by 0.25, so a length of 2 is half of the range; no search, which would take minutes.
    return GaussianProcessClassifier(ConstantKernel(4.0) * Matern(2.0, nu=2.5), optimizer=None, random_state=seed)


RIVALS: Mapping[str, Callable[[int], Any]] = {
    "random forest": _forest,
    "Gaussian process": _process,
    "k nearest neighbours": _neighbours,
}


def figures_of_merit(happened: Mask, probability: Array) -> dict[str, float]:
    """Return accuracy, ROC-AUC, Brier score and calibration error of probabilities for held-out films."""
    return {
        "accuracy": float(np.mean((probability >= 0.5) == happened)),
        "roc_auc": roc_auc(happened, probability),
        "brier": brier_score(happened, probability),
        "ece": expected_calibration_error(happened, probability),
    }


def rival_figures(scaled: Array, happened: Mask, folds: Integers, seed: int) -> dict[str, dict[str, float]]:
    """Return each rival's figures of merit on held-out films.

    Args:
        scaled: Scaled inputs, shape ``(n, d)``.
        happened: Shape ``(n,)``, of both kinds.
        folds: Number of each film's fold.
        seed: Seed of what is random in the rivals.
    """
    found = {}
    for name, make in RIVALS.items():
        probability = np.empty(len(happened))
        rng = generator(seed, "rivals", name)
        for number in np.unique(folds):
            out = folds == number
            rows = np.flatnonzero(~out)
            if make is _process and len(rows) > _MOST_FOR_PROCESS:
                rows = rng.choice(rows, _MOST_FOR_PROCESS, replace=False)
            if happened[rows].all() or not happened[rows].any():
                probability[out] = happened[rows].mean()
                continue
            machine = make(derived_seed(seed, "rivals", name) % 2**32).fit(scaled[rows], happened[rows])
            probability[out] = machine.predict_proba(scaled[out])[:, 1]
        found[name] = figures_of_merit(happened, probability)
    return found
