"""Max-det: the batch that together tells most about the committee.

The information of a batch of Gaussian predictions is half the log-determinant of its covariance over the noise's:
BatchBALD (Kirsch et al., NeurIPS 2019, arXiv:1906.08158), called MaxDet for regression by Holzmueller et al., JMLR 24,
164 (2023), arXiv:2203.09410. It is found greedily, which is within 1 - 1/e of the best (Nemhauser et al. 1978).
"""

import numpy as np

from active_learning.acquisition.disagreement import Disagreement
from active_learning.acquisition.greedy import greedy_selection
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection


class MaxDet(CheckedRule):
    """Greedy log-determinant of the committee's covariance, each film weighted by its quality.

    A film of low quality probably yields nothing to measure, so the information that it adds counts by its quality. The
    score is the sum of what each film added.
    """

    name = "max-det"
    pool_limit = 20_000

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other, each after those before it are taken as measured."""
        disagreement = Disagreement.on_properties(pool, self.name)
        return greedy_selection(lambda: disagreement.information() * pool.value, disagreement.measure, batch)


RULE = MaxDet()
