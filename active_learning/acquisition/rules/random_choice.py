"""Random choice: the baseline that every other rule has to beat."""

import numpy as np

from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection


class RandomChoice(CheckedRule):
    """Films drawn uniformly from the candidates."""

    name = "random"
    needs_committee = False

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows at random; the score is their mean quality."""
        rows = rng.choice(len(pool), size=batch, replace=False)
        return Selection(rows, float(pool.quality[rows].mean()))


RULE = RandomChoice()
