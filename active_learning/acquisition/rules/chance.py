"""The films that most probably meet all requirements of a goal, each away from those that did not.

The probability of feasibility of Schonlau, Welch and Jones (IMS Lecture Notes 34, 11-25 (1998)), for campaigns that end
with the first film that keeps to all bounds.
"""

import numpy as np
from scipy.spatial.distance import cdist
from scipy.special import ndtr

from active_learning.acquisition.goals import MeetBounds
from active_learning.acquisition.greedy import greedy_selection
from active_learning.acquisition.pool import Pool, nearest_distance
from active_learning.acquisition.prospects import prospects
from active_learning.acquisition.rule import CheckedRule, Selection, learned_numbers
from active_learning.learners import Values
from lab.errors import AcquisitionError

_LEAST_CHANCE = 1e-9
"""Where no film has a greater chance, distance and quality alone decide."""

_FARTHEST = 2.0
"""No two recipes of a simplex are so far apart."""


class Chance(CheckedRule):
    """Greedy chance to meet the goal x quality x squared distance to the nearest film.

    A goal without requirements is met by a film that is better than the best so far. Chances of few films are nearly
    the same over wide regions, and what is not known they hold for scatter: alone they would have one recipe made five
    times over, and again after it has missed. By the square, so that what is untried counts until some films have come
    near the goal (`benchmarks.campaign`). The score is the number of films that are expected to meet the goal, where
    all cost the same.
    """

    name = "chance"
    pool_limit = 20_000
    needs_goal = True

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other."""
        expected = _chance(pool, self.name) * pool.value
        # Without any film all recipes are as far away, and infinity would drown the chance.
        distance = np.minimum(nearest_distance(pool.candidates, pool.existing), _FARTHEST)

        def measure(row: int) -> None:
            np.minimum(distance, cdist(pool.candidates, pool.candidates[[row]])[:, 0], out=distance)

        rows = greedy_selection(lambda: expected * distance**2, measure, batch).rows
        return Selection(rows, float(expected[rows].sum()))


def _chance(pool: Pool, rule: str) -> Values:
    """Return the probability that each film meets the goal, ``(n,)``."""
    goal = pool.goal
    if not isinstance(goal, MeetBounds):
        found = prospects(pool, rule)
        chance: Values = ndtr((found.mean - found.best) / found.total_sd())
    else:
        _check_learned(pool, goal, rule)
        within = pool.committee.probability_within(pool.candidates, goal.lower, goal.upper)
        chance = learned_numbers(rule, "probabilities", np.asarray(within)[:, None])[:, 0]
    return np.maximum(chance, _LEAST_CHANCE)


def _check_learned(pool: Pool, goal: MeetBounds, rule: str) -> None:
    known = ~np.isnan(pool.committee.predict(pool.candidates[:1]).mean[0])
    if not known[goal.columns].all():
        raise AcquisitionError(
            f"the rule {rule!r} seeks films that meet a bound on a property that was never measured",
            hint="measure it on some films first, or choose the rule 'distance'",
        )


RULE = Chance()
