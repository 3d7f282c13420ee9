"""Uncertainty: the films that the committee knows least about, each for itself.

For Gaussian predictions the information that a measurement gives on the model is half the logarithm of one plus the
model's variance over the noise's: BALD (Houlsby et al., arXiv:1112.5745; MacKay, Neural Computation 4, 590-604 (1992)).
The films of a batch do not know of each other and often tell the same.
"""

import numpy as np

from active_learning.acquisition.disagreement import Disagreement
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection


class Uncertainty(CheckedRule):
    """The recipes with the highest information x quality; the score is the sum over the batch."""

    name = "uncertainty"
    pool_limit = 20_000

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select the rows with the highest values."""
        worth = Disagreement.on_properties(pool, self.name).information() * pool.value
        rows = np.argsort(-worth, kind="stable")[:batch]
        return Selection(rows, float(worth[rows].sum()))


RULE = Uncertainty()
