"""Expected improvement: by how much a film is expected to be better than the best so far.

Jones, Schonlau and Welch, Journal of Global Optimization 13, 455-492 (1998). Within a batch each film is taken as
measured with the value expected of it (the "kriging believer" of Ginsbourger, Le Riche and Carraro 2010), so that the
next one is not chosen beside it for the same reason.
"""

import numpy as np
from scipy.special import ndtr

from active_learning.acquisition.greedy import greedy_selection
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.prospects import prospects
from active_learning.acquisition.rule import CheckedRule, Selection
from active_learning.learners import Values


class ExpectedImprovement(CheckedRule):
    """Greedy expected improvement of the goal's utility x quality; the score is the sum over the batch."""

    name = "ei"
    pool_limit = 20_000
    needs_goal = True

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other."""
        expected = prospects(pool, self.name)
        return greedy_selection(
            lambda: _improvement(expected.mean - expected.best, expected.sd()) * pool.value, expected.measure, batch
        )


def _improvement(ahead: Values, sd: Values) -> Values:
    sd = np.maximum(sd, 1e-12 * (1.0 + np.abs(ahead)))
    z = ahead / sd
    density = np.exp(-0.5 * z**2) / np.sqrt(2 * np.pi)
    improvement: Values = sd * (z * ndtr(z) + density)
    return improvement


RULE = ExpectedImprovement()
