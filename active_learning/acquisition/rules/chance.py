"""The films that most probably meet all requirements of a goal.

The probability of feasibility of Schonlau, Welch and Jones (IMS Lecture Notes 34, 11-25 (1998)), for campaigns that end
with the first film that keeps to all bounds. What is learned from a handful of films are standard deviations that are
estimates themselves, so predictions have the tails of Student's t, as with a Gaussian process of unknown variance
(Shah, Wilson and Ghahramani, AISTATS 2014, arXiv:1402.4306).
"""

import attrs
import numpy as np
from scipy.special import stdtr

from active_learning.acquisition.goals import BestOfProperty, MeetBounds
from active_learning.acquisition.greedy import greedy_selection
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.prospects import Prospects, prospects
from active_learning.acquisition.rule import CheckedRule, Selection
from active_learning.learners import Values


class Chance(CheckedRule):
    """Greedy probability to meet the goal x quality; the score is the number of films that are expected to meet it.

    A goal without requirements is met by a film that is better than the best so far. Within a batch each film is taken
    as measured with the values expected of it. That lessens the uncertainty around it: where the goal is expected to be
    missed the next film is looked for elsewhere.
    """

    name = "chance"
    pool_limit = 20_000
    needs_goal = True

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other."""
        wanted = _requirements(pool, self.name)
        degrees = max(1, len(pool.existing) - pool.existing.shape[1])

        def worth() -> Values:
            chances: Values = np.prod([one.chance(degrees) for one in wanted], axis=0)
            return chances * pool.value

        def measure(row: int) -> None:
            for one in wanted:
                one.expected.measure(row)

        return greedy_selection(worth, measure, batch)


@attrs.frozen(eq=False)
class _Requirement:
    expected: Prospects
    lower: float
    upper: float

    def chance(self, degrees: float) -> Values:
        """Return the probability that a measurement of each recipe lies within the bounds, ``(n,)``."""
        mean, sd = self.expected.mean, self.expected.total_sd()
        chance: Values = stdtr(degrees, (self.upper - mean) / sd) - stdtr(degrees, (self.lower - mean) / sd)
        return chance


def _requirements(pool: Pool, rule: str) -> list[_Requirement]:
    goal = pool.goal
    if not isinstance(goal, MeetBounds):
        expected = prospects(pool, rule)
        return [_Requirement(expected, expected.best, np.inf)]
    return [
        _Requirement(prospects(pool.seeking(BestOfProperty(column)), rule), goal.lower[column], goal.upper[column])
        for column in goal.columns
    ]


RULE = Chance()
