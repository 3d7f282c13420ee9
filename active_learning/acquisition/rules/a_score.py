"""The A-score of the reference work: far from all films and uncertain.

Chen et al., Nature Nanotechnology 19, 782-791 (2024), doi 10.1038/s41565-024-01635-z, as in the authors' public code
(github.com/chentl/MatAL, matal/ml/al.py and active_learning.ipynb).
"""

import numpy as np
from scipy.spatial.distance import cdist

from active_learning.acquisition.pool import Pool, nearest_distance
from active_learning.acquisition.rule import CheckedRule, Selection, learned_numbers
from active_learning.learners import Values
from lab.arrays import Rows
from lab.simplex import Fractions

ITERATIONS = 10_000
"""Monte-Carlo swaps (active_learning.ipynb: n_iters=10000)."""

_LEAST_MEAN = 1e-6
"""A mean counts as at least this part of its standard deviation: over one of 0 any doubt would be endless."""


class AScore(CheckedRule):
    """Smallest distance times mean uncertainty of a batch, raised by Monte-Carlo swaps.

    * Uncertainty of a film: the sum over properties of the variance of the committee's members over their mean, in
      property units.
    * Distance of a batch: the smallest Euclidean distance among its films and between them and existing films.
    * Score of a batch: distance times mean uncertainty.

    Beginning with a random batch, a film is replaced by a random candidate; the film of rank r, ordered by rising
    uncertainty, is picked with a probability proportional to exp(-r); the swap stays if the score is higher. Quality
    enters as in the reference work only: through the threshold that makes a recipe a candidate. Candidates are lattice
    recipes where the authors draw normalised uniform numbers.
    """

    name = "a-score"

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows by Monte-Carlo swaps; only recipes that the swaps draw are asked of the committee."""
        start = rng.choice(len(pool), size=batch, replace=False)
        draws = rng.integers(len(pool), size=ITERATIONS)
        weights = np.exp(-np.arange(batch, dtype=float))
        ranks = rng.choice(batch, size=ITERATIONS, p=weights / weights.sum())
        drawn, position = np.unique(np.concatenate([start, draws]), return_inverse=True)
        swaps = _Swaps(
            pool.candidates[drawn],
            self._uncertainty(pool, pool.candidates[drawn]),
            nearest_distance(pool.candidates[drawn], pool.existing),
            position[:batch],
        )
        for new, rank in zip(position[batch:].tolist(), ranks.tolist(), strict=True):
            swaps.try_swap(rank, new)
        return Selection(drawn[swaps.rows_by_uncertainty()], swaps.score)

    def _uncertainty(self, pool: Pool, compositions: Fractions) -> Values:
        predicted = pool.committee.predict(compositions)
        sd = np.asarray(predicted.model_sd, dtype=float)
        # The authors' properties are positive; of one that may be negative, the size of the mean counts.
        mean = np.maximum(np.abs(predicted.mean), _LEAST_MEAN * sd)
        ratio = np.divide(sd**2, mean, out=np.where(sd == 0, 0.0, np.nan), where=mean > 0)
        return learned_numbers(self.name, "variance over mean", ratio).sum(axis=1)


class _Swaps:
    """A batch under Monte-Carlo swaps, with its distances kept up to date."""

    def __init__(self, points: Fractions, uncertainty: Values, to_existing: Values, rows: Rows) -> None:
        self._points = points
        self._uncertainty = uncertainty
        self._to_existing = to_existing
        self._rows = rows.copy()
        self._between = cdist(points[rows], points[rows])
        np.fill_diagonal(self._between, np.inf)
        self._order = np.argsort(uncertainty[rows], kind="stable")
        self.score = self._score(self._between.min(initial=np.inf), rows)

    def _score(self, between: float, rows: Rows) -> float:
        distance = min(between, float(self._to_existing[rows].min()))
        # A single film with nothing to be far from is judged by its uncertainty alone.
        distance = distance if np.isfinite(distance) else 1.0
        return distance * float(self._uncertainty[rows].mean())

    def rows_by_uncertainty(self) -> Rows:
        """Return the batch, the most uncertain film first."""
        return self._rows[self._order[::-1]]

    def try_swap(self, rank: int, new: int) -> None:
        """Put a new point in the place of the film of that rank if the score rises."""
        place = int(self._order[rank])
        rows = self._rows.copy()
        rows[place] = new
        to_new = np.sqrt(((self._points[rows] - self._points[new]) ** 2).sum(axis=1))
        to_new[place] = np.inf
        between = self._between.copy()
        between[place] = between[:, place] = to_new
        score = self._score(float(between.min()), rows)
        if score > self.score:
            self._rows, self._between, self.score = rows, between, score
            self._order = np.argsort(self._uncertainty[rows], kind="stable")


RULE = AScore()
