"""Expected hypervolume improvement: by how much a film is expected to push the front of best compromises.

Emmerich, Giannakoglou and Naujoks, IEEE Transactions on Evolutionary Computation 10, 421-439 (2006); batches as the
kriging believer. The volume is measured by random points between the point below which nothing counts and the best that
any member of the committee expects (Bader and Zitzler, Evolutionary Computation 19, 45-76 (2011)), so any number of
properties will do.
"""

import numpy as np

from active_learning.acquisition.disagreement import calibrated_members
from active_learning.acquisition.goals import BestCompromises
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection, learned_numbers
from active_learning.learners import Values
from lab.errors import AcquisitionError

POINTS = 2_000
"""Random points that measure volumes."""


class ExpectedHypervolume(CheckedRule):
    """Greedy expected hypervolume improvement x quality; the score is the share of the volume that the batch gains."""

    name = "ehvi"
    pool_limit = 2_000
    needs_goal = True

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other; each is taken to become what the mean of the committee expects."""
        from scipy.stats import rankdata  # whose import takes most of a second

        members, measured = _objectives(pool, self.name)
        mean = members.mean(axis=0)
        worst = _worst(measured, mean)
        best = np.maximum(members.max(axis=(0, 1)), measured.max(axis=0, initial=-np.inf))
        points = rng.uniform(worst, np.maximum(best, worst), size=(POINTS, len(worst)))
        open_points = points[~_reached(measured, points).any(axis=0)]
        ranks = rankdata(mean, axis=0).mean(axis=1) / len(pool)
        free = np.ones(len(pool), dtype=bool)
        rows, score = [], 0.0
        for _ in range(batch):
            gains = np.mean([_reached(one, open_points).sum(axis=1) for one in members], axis=0) / POINTS
            # Where nothing more can be gained, the recipes of the best mean ranks are taken.
            worth = np.where(free, (gains + 1e-9 * ranks) * pool.value, -np.inf)
            row = int(np.argmax(worth))
            rows.append(row)
            score += float(gains[row])
            free[row] = False
            open_points = open_points[~_reached(mean[[row]], open_points)[0]]
        return Selection(np.array(rows), score)


def _objectives(pool: Pool, rule: str) -> tuple[Values, Values]:
    """Return objectives, high is good: every member's of the pool, ``(members, n, k)``, and the films', ``(m, k)``.

    Members are drawn apart to the calibrated spread. A goal that is one number is one objective.
    """
    goal = pool.goal
    if goal is None:
        raise AcquisitionError(f"the rule {rule!r} needs a goal")
    predicted = pool.committee.predict(pool.candidates)
    members = calibrated_members(
        np.asarray(pool.committee.member_means(pool.candidates), dtype=float), np.asarray(predicted.model_sd)
    )
    if isinstance(goal, BestCompromises):
        objectives, measured = goal.objectives(members), goal.measured_values
    else:
        objectives, measured = goal.utility(members)[..., None], goal.measured[:, None]
    found = learned_numbers(rule, "objectives", objectives)
    if found.shape != objectives.shape:
        raise AcquisitionError(
            f"the rule {rule!r} seeks a compromise with a property that was never measured",
            hint="measure it on some films first, or choose the rule 'distance'",
        )
    return found, measured


def _worst(measured: Values, mean: Values) -> Values:
    """Return the objectives below which nothing counts, ``(k,)``: a tenth of the range below the lowest film.

    As is the custom for the reference point of a hypervolume (Ishibuchi et al., Evolutionary Computation 26, 411-440
    (2018)). Without films it is the lowest that the committee expects.
    """
    if len(measured) == 0:
        return mean.min(axis=0)
    lowest: Values = measured.min(axis=0) - 0.1 * np.ptp(measured, axis=0)
    return lowest


def _reached(films: Values, points: Values) -> np.ndarray:
    """Return which points films are at least as good as, in every objective: ``(n, k)``, ``(s, k)`` to ``(n, s)``."""
    reached = np.ones((len(films), len(points)), dtype=bool)
    for column in range(points.shape[1]):
        reached &= films[:, column, None] >= points[None, :, column]
    return reached


RULE = ExpectedHypervolume()
