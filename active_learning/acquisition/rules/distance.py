"""Distance: each film as far as possible from all others, found greedily.

Kennard and Stone, Technometrics 11, 137-148 (1969); as active learning the "GSx" of Wu, Lin and Huang, Information
Sciences 474, 90-105 (2019). It asks no committee, so it chooses the first films.
"""

import numpy as np
from scipy.spatial.distance import cdist

from active_learning.acquisition.pool import Pool, nearest_distance
from active_learning.acquisition.rule import CheckedRule, Selection


class Distance(CheckedRule):
    """Greedy max-min distance, weighted by quality.

    A film is worth its Euclidean distance to the nearest film that exists or is chosen already, times its predicted
    quality. The score of the batch is the distance of its closest pair of films, existing ones included.
    """

    name = "distance"
    needs_committee = False

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other; the first of all is the one nearest the middle of the candidates."""
        distance = nearest_distance(pool.candidates, pool.existing)
        rows: list[int] = []
        closest = np.inf
        for _ in range(batch):
            if np.isinf(distance).any():
                row = int(np.argmin(cdist(pool.candidates, pool.candidates.mean(axis=0, keepdims=True))))
            else:
                # A small floor keeps recipes of no quality in the game where nothing else is left.
                row = int(np.argmax(np.where(distance > 0, distance * (pool.value + 1e-9), -1.0)))
            closest = min(closest, float(distance[row]))
            rows.append(row)
            distance = np.minimum(distance, cdist(pool.candidates, pool.candidates[[row]])[:, 0])
        return Selection(np.array(rows), closest if np.isfinite(closest) else 0.0)


RULE = Distance()
