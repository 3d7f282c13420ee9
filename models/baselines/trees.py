"""Trees: one, boosted ones, and forests."""

from typing import Any

import numpy as np

from lab.arrays import Array
from lab.seeds import derived_seed
from models.baselines.interface import Known, Moments
from models.baselines.residuals import with_held_out_errors

_TREES = 300
"""Of a forest."""
_BOOSTED = 200
"""Of boosting, one after another."""


def _seed(known: Known) -> int:
    return derived_seed(known.seed, "baseline", "trees") % 2**32


def tree(known: Known, asked: Array) -> Moments:
    """One decision tree with at least five films a leaf."""
    from sklearn.tree import DecisionTreeRegressor

    estimator = DecisionTreeRegressor(min_samples_leaf=5, random_state=_seed(known))
    return with_held_out_errors(estimator, known, known.inputs, asked)


def boosting(known: Known, asked: Array) -> Moments:
    """Gradient boosted trees."""
    from sklearn.ensemble import GradientBoostingRegressor

    estimator = GradientBoostingRegressor(learning_rate=0.05, n_estimators=_BOOSTED, random_state=_seed(known))
    return with_held_out_errors(estimator, known, known.inputs, asked)


def random_forest(known: Known, asked: Array) -> Moments:
    """A random forest; the trees' variance and the error on films left out of their bootstrap make its uncertainty."""
    from sklearn.ensemble import RandomForestRegressor

    return _forest(RandomForestRegressor(_TREES, oob_score=True, random_state=_seed(known)), known, asked)


def extra_trees(known: Known, asked: Array) -> Moments:
    """Extremely randomised trees, with bootstrap so that films are left out."""
    from sklearn.ensemble import ExtraTreesRegressor

    estimator = ExtraTreesRegressor(_TREES, bootstrap=True, oob_score=True, random_state=_seed(known))
    return _forest(estimator, known, asked)


def _forest(estimator: Any, known: Known, asked: Array) -> Moments:
    estimator.fit(known.inputs, known.labels)
    answers = np.array([one.predict(asked) for one in estimator.estimators_])
    noise = float(np.mean((known.labels - estimator.oob_prediction_) ** 2))
    # The error on left-out films holds the trees' mean disagreement already; how it varies from film to film is kept.
    between = answers.var(axis=0)
    seen = np.array([one.predict(known.inputs) for one in estimator.estimators_]).var(axis=0)
    return Moments(answers.mean(axis=0), np.maximum(noise + between - float(seen.mean()), 0.25 * noise) + 1e-6)
