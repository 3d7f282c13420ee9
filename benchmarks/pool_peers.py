"""What a lab would use instead, as learners on a pool: peers' models, to be asked by peers' rules.

* ``paper``: the committee of Chen et al. 2024 on augmented films, with the A-score.
* ``botorch``: a SingleTaskGP a property with BoTorch's defaults, with the reduction of integrated variance (qNIPV).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import attrs
import numpy as np
from numpy.typing import NDArray

from active_learning.learners import Committee, FittedKernel, Values
from benchmarks.botorch_models import BotorchModels, Means, fit_botorch
from benchmarks.pool_tables import PoolTable
from lab.compositions import Fractions
from models.baselines.paper import paper_committee
from models.film_table import FilmTable
from models.scaling import FRACTION_SCALE

if TYPE_CHECKING:
    import torch

Rows = NDArray[np.intp]

STACKS: Mapping[str, str] = MappingProxyType({"paper": "a-score", "botorch": "gp-ivr"})
"""Rule of each peer's learner."""


@attrs.frozen(eq=False)
class _Told:
    mean: Values
    model_sd: Values


@attrs.frozen(eq=False)
class PaperAnswers:
    """What the committee of the reference work answers about every row of a table; it is trained once for all."""

    _rows: Mapping[bytes, int]
    _told: _Told

    def predict(self, inputs: Fractions) -> _Told:
        """Return mean and spread at rows of the table, each ``(n, p)``."""
        rows = [self._rows[row.tobytes()] for row in np.ascontiguousarray(inputs)]
        return _Told(self._told.mean[rows], self._told.model_sd[rows])


@attrs.frozen(eq=False)
class _BotorchKernel:
    _model: Any

    @property
    def noise(self) -> float:
        return float(self._model.likelihood.noise.detach().mean())

    def covariance(self, first: Fractions, second: Fractions) -> Values:
        import torch

        with torch.no_grad():
            found: Values = self._model.covar_module(_tensor(first), _tensor(second)).to_dense().numpy()
        return found

    def variance(self, recipes: Fractions) -> Values:
        import torch

        with torch.no_grad():
            found: Values = self._model.covar_module(_tensor(recipes), diag=True).numpy()
        return found


@attrs.frozen(eq=False)
class BotorchLearner:
    """BoTorch's models with their kernels, by which the rule `gp-ivr` lessens their integrated variance."""

    models: BotorchModels

    @property
    def kernels(self) -> tuple[FittedKernel, ...]:
        """Kernels of the learned properties."""
        return tuple(_BotorchKernel(model) for model in self.models.models if model is not None)

    def predict(self, inputs: Fractions) -> Means:
        """Return the posterior means, ``(n, p)``."""
        return self.models.predict(inputs)


def fit_peer(name: str, table: PoolTable, made: Rows, seed: int) -> Committee:
    """Return what a peer learned from some rows; it answers what the peer's own rule asks, and no more."""
    learner = _paper(table, made, seed) if name == "paper" else _botorch(table, made, seed)
    return cast("Committee", learner)


def _paper(table: PoolTable, made: Rows, seed: int) -> PaperAnswers:
    unknown = np.full((len(made), len(table.properties)), np.nan)
    films = FilmTable(table.inputs[made], table.targets[made], unknown, table.properties)
    fractions = np.full(table.inputs.shape[1], bool((table.input_scale.scale == FRACTION_SCALE).all()))
    mean, sd = paper_committee(films, fractions, table.inputs, seed=seed)
    rows = {row.tobytes(): number for number, row in enumerate(np.ascontiguousarray(table.inputs))}
    return PaperAnswers(rows, _Told(mean, sd))


def _botorch(table: PoolTable, made: Rows, seed: int) -> BotorchLearner:
    return BotorchLearner(fit_botorch(table.inputs[made], table.targets[made], table.properties, seed))


def _tensor(points: Fractions) -> "torch.Tensor":
    import torch

    return torch.tensor(np.array(points), dtype=torch.double)
