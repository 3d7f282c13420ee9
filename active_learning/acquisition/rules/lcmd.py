"""LCMD: the largest group of recipes that no chosen film stands for yet.

Largest cluster maximum distance (Holzmueller, Zaverkin, Kaestner and Steinwart, JMLR 24, 164 (2023), arXiv:2203.09410),
with the committee's differences as features: two recipes are near if the members differ in the same way on them. Each
recipe belongs to the chosen film that is nearest; the group whose squared distances sum to most gets the next film,
its farthest recipe.
"""

import numpy as np
from numpy.typing import NDArray

from active_learning.acquisition.disagreement import Disagreement
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection
from active_learning.learners import Values


class Lcmd(CheckedRule):
    """Largest cluster maximum distance, where a recipe counts by its quality.

    The films that the committee learned from are where it differs least, so a feature of zero stands for all of them.
    The score is the sum of the squared distances that the batch leaves, with a minus sign.
    """

    name = "lcmd"
    pool_limit = 20_000

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other."""
        features = Disagreement.on_properties(pool, self.name).features()
        squares = (features**2).sum(axis=1)
        nearest = squares.copy()
        owner = np.full(len(pool), -1)
        rows: list[int] = []
        for _ in range(batch):
            row = self._farthest(nearest * pool.quality, owner, rows)
            rows.append(row)
            away = np.maximum(squares + squares[row] - 2 * features @ features[row], 0.0)
            closer = away < nearest
            nearest[closer], owner[closer] = away[closer], row
            nearest[row], owner[row] = 0.0, row
        return Selection(np.array(rows), -float((nearest * pool.quality).sum()))

    @staticmethod
    def _farthest(worth: Values, owner: NDArray[np.int_], taken: list[int]) -> int:
        groups, label = np.unique(owner, return_inverse=True)
        largest = np.bincount(label, weights=worth, minlength=len(groups)).argmax()
        inside = label == largest
        inside[taken] = False
        if not inside.any():
            # Nothing is left to tell apart: any recipe that is not taken yet.
            inside[:] = True
            inside[taken] = False
        return int(np.argmax(np.where(inside, worth, -np.inf)))


RULE = Lcmd()
