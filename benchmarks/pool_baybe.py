"""BayBE's defaults as a whole stack on a pool: its surrogate of a property, and its recommender on the rows left.

BayBE seeks best values and has no aim to learn a map, so each batch seeks the best value of another property.
"""

from functools import cache
from typing import Any

import attrs
import numpy as np

from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection
from benchmarks.botorch_models import Means
from benchmarks.pool_tables import PoolTable
from lab.arrays import Rows
from lab.simplex import Fractions
from models.transforms import TargetScale, fit_target_scale

_VALUE = "value"


@attrs.frozen(eq=False)
class BaybeLearner:
    """What BayBE is told of the rows made."""

    table: PoolTable
    scales: tuple[TargetScale, ...]
    """Of each property, as filmlab learns it too."""
    measured: tuple[Any, ...]
    """Of each property, a data frame of recipes and values on its scale."""
    seed: int

    def predict(self, inputs: Fractions) -> Means:
        """Return the means of BayBE's default surrogates, ``(n, p)`` in the properties' units."""
        from baybe import Settings

        space, objective = _space(self.table, self.table.inputs), _objective()
        columns = []
        for scale, measured in zip(self.scales, self.measured, strict=True):
            with Settings(random_seed=self.seed):
                recommender = _recommender().get_non_meta_recommender(1, space, objective, measured)
                surrogate = recommender.get_surrogate(space, objective, measured)
                mean = surrogate.posterior_stats(_frame(inputs), ["mean"]).to_numpy()[:, 0]
            columns.append(scale.inverse(mean))
        return Means(np.stack(columns, axis=1))

    def recommended(self, recipes: Fractions, batch: int, turn: int) -> Rows:
        """Return the rows of recipes ``(n, d)`` that BayBE recommends for the property whose turn it is."""
        from baybe import Settings

        measured = self.measured[turn % len(self.measured)]
        with Settings(random_seed=self.seed):
            found = _recommender().recommend(batch, _space(self.table, recipes), _objective(), measured)
        rows: Rows = found.index.to_numpy(dtype=np.intp)
        return rows


class BaybeRule(CheckedRule):
    """Asks a `BaybeLearner` what it recommends."""

    name = "baybe"

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select what is recommended; it has no score."""
        learner: Any = pool.committee
        return Selection(learner.recommended(pool.candidates, batch, len(pool.existing) // batch), 0.0)


def fit_baybe(table: PoolTable, made: Rows, seed: int) -> BaybeLearner:
    """Return BayBE told of some rows of a table; rows without a property's value do not tell of it."""
    scales, measured = [], []
    for column, prop in enumerate(table.properties):
        values = table.targets[made, column]
        scales.append(fit_target_scale(prop, values))
        known = np.isfinite(values)
        measured.append(_frame(table.inputs[made[known]]).assign(**{_VALUE: scales[-1].forward(values[known])}))
    return BaybeLearner(table, tuple(scales), tuple(measured), seed % 2**31)


def _recommender() -> Any:
    from baybe.recommenders import TwoPhaseMetaRecommender

    return TwoPhaseMetaRecommender()


def _objective() -> Any:
    from baybe.targets import NumericalTarget

    return NumericalTarget(_VALUE).to_objective()


def _space(table: PoolTable, recipes: Fractions) -> Any:
    # Built from its parts: `SearchSpace.from_dataframe` compares all values of a column with each other, for minutes.
    from baybe.searchspace import SearchSpace
    from baybe.searchspace.discrete import SubspaceDiscrete

    return SearchSpace(discrete=SubspaceDiscrete(parameters=_parameters(table), exp_rep=_frame(recipes)))


@cache
def _parameters(table: PoolTable) -> list[Any]:
    from baybe.parameters import NumericalDiscreteParameter

    columns = _frame(table.inputs).items()
    return [NumericalDiscreteParameter(name, sorted(set(values))) for name, values in columns]


def _frame(recipes: Fractions) -> Any:
    import pandas as pd

    return pd.DataFrame(np.array(recipes), columns=[f"input {column}" for column in range(recipes.shape[1])])
