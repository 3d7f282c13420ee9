"""Upper confidence bound: films that may well be good.

Auer, JMLR 3, 397-422 (2002); for Gaussian models Srinivas et al., ICML 2010, arXiv:0912.3995; batches as in Desautels,
Krause and Burdick, JMLR 15, 4053-4103 (2014): within a batch only the uncertainty is updated.
"""

import math

import numpy as np

from active_learning.acquisition.pool import Pool
from active_learning.acquisition.prospects import prospects
from active_learning.acquisition.rule import CheckedRule, Selection


def width(films: int) -> float:
    """Return how many standard deviations above the mean count after so many films: 1.1 after 10, 1.5 after 120.

    As in Srinivas et al. its square grows with the logarithm of the films, so that no region is left unseen for ever;
    their constants, which make sure of that, explore far more than pays within a hundred films.
    """
    return math.sqrt(math.log(1 + films) / 2)


class UpperConfidence(CheckedRule):
    """Greedy upper confidence bound of the goal's utility.

    The gain over the pool's median bound counts by quality, so that a film that is probably not usable needs a higher
    bound. (Over the lowest one, a single hopeless recipe would make all others alike, and quality would decide alone.)
    The score is the mean bound of the batch.
    """

    name = "ucb"
    pool_limit = 20_000
    needs_goal = True

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other."""
        expected = prospects(pool, self.name)
        deviations = width(len(pool.existing))
        free = np.ones(len(pool), dtype=bool)
        rows, bounds = [], []
        for _ in range(batch):
            bound = expected.mean + deviations * expected.sd()
            worth = (bound - np.median(bound)) * pool.value
            row = int(np.argmax(np.where(free, worth, -np.inf)))
            rows.append(row)
            bounds.append(float(bound[row]))
            free[row] = False
            expected.measure(row)
        return Selection(np.array(rows), float(np.mean(bounds)))


RULE = UpperConfidence()
