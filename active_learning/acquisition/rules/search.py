"""Active search: the films that are most probably among the good ones.

Garnett, Krishnamurthy, Xiong, Schneider and Mann, ICML 2012, arXiv:1206.6406: where many good films are wanted and not
the one best, the greedy policy takes the films of highest probability to be good. What counts as good is learned here
as it goes: the value that as many films of the pool are expected to reach as are wanted.
"""

import numpy as np
from scipy.special import ndtr

from active_learning.acquisition.greedy import greedy_selection
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.prospects import Prospects, prospects
from active_learning.acquisition.rule import CheckedRule, Selection
from active_learning.learners import Values

WANTED = 0.05
"""Share of all films, made or not, that counts as good."""
_ROUNDS = 60
"""Halvings of the interval in which the threshold lies."""


class Search(CheckedRule):
    """Greedy probability of being among the good films x quality; the score is the number of good films expected.

    A film that is taken as measured lessens the uncertainty of its neighbours. So the batch goes on beside it where
    more good films are expected, and elsewhere where it has been told enough.
    """

    name = "search"
    pool_limit = 20_000
    needs_goal = True

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other."""
        expected = prospects(pool, self.name)
        threshold = good_from(expected, pool.quality)
        return greedy_selection(
            lambda: ndtr((expected.mean - threshold) / expected.total_sd()) * pool.value, expected.measure, batch
        )


def good_from(expected: Prospects, quality: Values) -> float:
    """Return the utility that a share `WANTED` of all films is expected to reach."""
    sd, measured = expected.total_sd(), expected.measured
    wanted = WANTED * (len(measured) + quality.sum())
    ends = np.concatenate([expected.mean - 6 * sd, expected.mean + 6 * sd, measured])
    low, high = float(ends.min()), float(ends.max())
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        count = float((ndtr((expected.mean - middle) / sd) * quality).sum() + (measured > middle).sum())
        low, high = (middle, high) if count > wanted else (low, middle)
    return high


RULE = Search()
