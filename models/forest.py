"""Extremely randomised trees (Geurts et al. 2006, doi:10.1007/s10994-006-6226-1), kept as arrays.

They know steps, and values that few films share, which networks and Gaussian processes smooth away.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
from numpy.typing import NDArray

from lab.arrays import Array, Integers

if TYPE_CHECKING:
    from sklearn.ensemble import ExtraTreesRegressor

_TREES = 100
_FEWEST_IN_A_LEAF = 2
"""Films; leaves of single films would follow every slip of a measurement."""


@attrs.frozen(eq=False)
class Forest:
    """Trees of one property; arrays of shape ``(trees, nodes)``, padded with leaves that are never reached."""

    share: float
    """By how much the committee's answer is drawn to that of the trees."""
    feature: Integers
    """Input that a node looks at; any at a leaf."""
    threshold: Array
    """Up to which value of it the first child is next."""
    children: Integers
    """Both next nodes, ``(trees, nodes, 2)``, numbered through all trees; a leaf's are the leaf itself."""
    value: Array
    """Answer of a leaf, on the standardised scale."""

    def predict(self, inputs: Array) -> Array:
        """Return the trees' mean answer at scaled inputs, shape ``(n, d)`` to ``(n,)``."""
        points = np.asarray(inputs, dtype=np.float32)  # as scikit-learn compares them
        first = np.arange(len(points)) * points.shape[1]
        roots = np.arange(len(self.value)) * self.value.shape[1]
        nodes = np.repeat(roots[:, None], len(points), axis=1)
        while True:
            beyond = points.take(first + self.feature.take(nodes)) > self.threshold.take(nodes)
            following = self.children.take(2 * nodes + beyond)
            if np.array_equal(following, nodes):
                return self.value.take(nodes).mean(axis=0)
            nodes = following


def fit_forest(inputs: Array, labels: Array, *, share: float, seed: int) -> Forest:
    """Learn from scaled inputs ``(n, d)`` and labels ``(n,)`` on the standardised scale."""
    trees = [estimator.tree_ for estimator in _learned(inputs, labels, seed).estimators_]
    nodes = max(tree.node_count for tree in trees)

    def padded(columns: Sequence[NDArray[Any]]) -> NDArray[Any]:
        table: NDArray[Any] = np.zeros((len(columns), nodes), dtype=columns[0].dtype)
        for row, column in zip(table, columns, strict=True):
            row[: len(column)] = column
        return table

    def branch(children: Sequence[Integers]) -> Integers:
        own = padded([np.where(child < 0, np.arange(len(child)), child) for child in children])
        return own + nodes * np.arange(len(trees))[:, None]

    branches = [branch([tree.children_left for tree in trees]), branch([tree.children_right for tree in trees])]
    return Forest(
        share=share,
        feature=padded([np.maximum(tree.feature, 0) for tree in trees]),
        threshold=padded([tree.threshold for tree in trees]),
        children=np.stack(branches, axis=-1),
        value=padded([tree.value[:, 0, 0] for tree in trees]),
    )


def held_out_by_trees(inputs: Array, labels: Array, folds: Integers, seed: int) -> Array:
    """Return what trees answer about films from the other folds' films, shape ``(n,)``; NaN where no fold is said.

    Args:
        inputs: Scaled inputs, shape ``(n, d)``.
        labels: Shape ``(n,)``, on the standardised scale.
        folds: The fold of each film, shape ``(n,)``; -1 where there is no label.
        seed: Seed of the trees.
    """
    answers = np.full(len(labels), np.nan)
    known = folds >= 0
    for fold in np.unique(folds[known]):
        out, rest = folds == fold, known & (folds != fold)
        answers[out] = _learned(inputs[rest], labels[rest], seed).predict(inputs[out])
    return answers


def _learned(inputs: Array, labels: Array, seed: int) -> "ExtraTreesRegressor":
    from sklearn.ensemble import ExtraTreesRegressor

    return ExtraTreesRegressor(_TREES, min_samples_leaf=_FEWEST_IN_A_LEAF, random_state=seed % 2**32).fit(
        inputs, labels
    )
