"""Integrated variance reduction under Gaussian processes, one a property.

Cohn, Neural Networks 9, 1071-1083 (1996); the same criterion as BoTorch's qNIPV. Where the committee has Gaussian
processes beside its networks, theirs are the kernels; else one process imitates the committee's answers, see
`active_learning.acquisition.imitation`.
"""

from collections.abc import Sequence

import numpy as np

from active_learning.acquisition.imitation import imitation, input_weights
from active_learning.acquisition.knowledge import Knowledge
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection, learned_numbers
from active_learning.learners import FittedKernel, KernelCommittee, Values
from lab.arrays import Rows

REFERENCES = 500
"""Recipes over which the variance is integrated, drawn at random where there are more."""


class GpIntegratedVariance(CheckedRule):
    """Greedy reduction of the mean variance over the pool, where a recipe counts by its quality.

    Quality enters twice: what is learned about useless recipes is worth little, and a film of low quality probably
    yields nothing to measure. All properties count alike: variances are parts of each property's spread. The score is
    the mean over properties of the variance that the batch removes.
    """

    name = "gp-ivr"
    pool_limit = 2_000

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other, each after those before it are taken as measured."""
        drawn = rng.choice(len(pool), size=min(REFERENCES, len(pool)), replace=False)
        committee = pool.committee
        kernels = committee.kernels if isinstance(committee, KernelCommittee) else ()
        known = _of_processes(pool, drawn, kernels) if kernels else [_imitated(pool, drawn, rng, self.name)]
        weights = self.weights(pool, drawn)
        free = np.ones(len(pool), dtype=bool)
        rows, score = [], 0.0
        for _ in range(batch):
            removed = np.mean([one.variance_removed(weights) for one in known], axis=0)
            worth = np.where(free, removed * pool.value, -np.inf)
            row = int(np.argmax(worth))
            rows.append(row)
            score += float(worth[row])
            free[row] = False
            for one in known:
                one.measure(row)
        return Selection(np.array(rows), score)

    def weights(self, pool: Pool, drawn: Rows) -> Values:
        """Return what knowing each of the drawn recipes is worth, shape ``(r,)``, positive."""
        weights: Values = pool.quality[drawn] + 1e-9
        return weights


def _of_processes(pool: Pool, drawn: Rows, kernels: Sequence[FittedKernel]) -> list[Knowledge]:
    return [
        Knowledge(
            kernel.covariance,
            pool.candidates,
            kernel.variance(pool.candidates),
            pool.candidates[drawn],
            pool.existing,
            noise=kernel.noise,
        )
        for kernel in kernels
    ]


def _imitated(pool: Pool, drawn: Rows, rng: np.random.Generator, rule: str) -> Knowledge:
    points = np.concatenate([pool.candidates, pool.existing])
    predicted = pool.committee.predict(points)
    means = learned_numbers(rule, "predictions", predicted.mean)
    noise = learned_numbers(rule, "predicted noise", predicted.noise_sd)
    spread = means.std(axis=0)
    # Properties that are the same everywhere tell nothing about near and far.
    varied = spread > 1e-12 * (1.0 + np.abs(means).max(axis=0))
    answers = (means[:, varied] - means[:, varied].mean(axis=0)) / spread[varied]
    share = float(((noise[:, varied] / spread[varied]) ** 2).mean()) if varied.any() else 1.0
    weighted = points * input_weights(points, answers, rng) if varied.any() else points
    count = len(pool)
    return imitation(weighted[:count], weighted[drawn], weighted[count:], answers=answers[count:], noise=share)


RULE = GpIntegratedVariance()
