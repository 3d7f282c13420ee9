"""Integrated variance reduction under a Gaussian process that imitates the committee.

Cohn, Neural Networks 9, 1071-1083 (1996); the same criterion as BoTorch's qNIPV. The process takes its input weights,
smoothness and noise from the committee, see `active_learning.acquisition.imitation`.
"""

import numpy as np

from active_learning.acquisition.imitation import Imitation, input_weights
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection, learned_numbers

REFERENCES = 1_000
"""Recipes over which the variance is integrated, drawn at random where there are more."""


class GpIntegratedVariance(CheckedRule):
    """Greedy reduction of the mean variance over the pool, where a recipe counts by its quality.

    Quality enters twice: what is learned about useless recipes is worth little, and a film of low quality probably
    yields nothing to measure. The score is the share of the variance that the batch removes.
    """

    name = "gp-ivr"
    pool_limit = 4_000

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other, each after those before it are taken as measured."""
        points = np.concatenate([pool.candidates, pool.existing])
        predicted = pool.committee.predict(points)
        means = learned_numbers(self.name, "predictions", predicted.mean)
        noise = learned_numbers(self.name, "predicted noise", predicted.noise_sd)
        spread = means.std(axis=0)
        # Properties that are the same everywhere tell nothing about near and far.
        varied = spread > 1e-12 * (1.0 + np.abs(means).max(axis=0))
        answers = (means[:, varied] - means[:, varied].mean(axis=0)) / spread[varied]
        share = float(((noise[:, varied] / spread[varied]) ** 2).mean()) if varied.any() else 1.0
        weighted = points * input_weights(points, answers, rng) if varied.any() else points
        count = len(pool)
        drawn = rng.choice(count, size=min(REFERENCES, count), replace=False)
        imitation = Imitation(weighted[:count], weighted[drawn], weighted[count:], answers=answers[count:], noise=share)
        weights = pool.quality[drawn] + 1e-9
        free = np.ones(count, dtype=bool)
        rows, score = [], 0.0
        for _ in range(batch):
            worth = np.where(free, imitation.variance_removed(weights) * pool.quality, -np.inf)
            row = int(np.argmax(worth))
            rows.append(row)
            score += float(worth[row])
            free[row] = False
            imitation.measure(row)
        return Selection(np.array(rows), score)


RULE = GpIntegratedVariance()
