"""Integrated variance reduction: the films after which least is unknown over all candidates.

Cohn, Neural Networks 9, 1071-1083 (1996) ("active learning Cohn"); as qNIPV in BoTorch. Built film by film.
"""

import numpy as np

from active_learning.acquisition.disagreement import Disagreement
from active_learning.acquisition.greedy import greedy_selection
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection


class IntegratedVariance(CheckedRule):
    """Greedy reduction of the mean variance over the pool, where a recipe counts by its quality.

    Quality enters twice: what is learned about useless recipes is worth little, and a film of low quality probably
    yields nothing to measure. The score is the sum of what each film removes.
    """

    name = "ivr"
    pool_limit = 20_000

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other, each after those before it are taken as measured."""
        disagreement = Disagreement.on_properties(pool, self.name)
        weights = pool.quality + 1e-9
        return greedy_selection(
            lambda: disagreement.variance_removed(weights) * pool.value, disagreement.measure, batch
        )


RULE = IntegratedVariance()
