"""What a lab would use instead, as learners on a pool: peers' models, to be asked by peers' rules.

* ``paper``: the committee of Chen et al. 2024 on augmented films, with the A-score.
* ``botorch``: a SingleTaskGP a property with BoTorch's defaults, with the reduction of integrated variance (qNIPV).
* ``baybe``: BayBE's default surrogates and recommender (`benchmarks.pool_baybe`).
"""

import importlib.util
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import attrs
import numpy as np

from active_learning.acquisition import AcquisitionRule, rule_named
from active_learning.learners import Committee, FittedKernel, Values
from benchmarks.botorch_models import BotorchModels, Means, fit_botorch
from benchmarks.pool_baybe import BaybeRule, fit_baybe
from benchmarks.pool_tables import PoolTable
from lab.arrays import Rows
from lab.errors import OptionalPackageError
from lab.simplex import Fractions
from models.baselines.paper import PaperCommittee, fit_paper_committee
from models.film_table import FilmTable
from models.scaling import FRACTION_SCALE

if TYPE_CHECKING:
    import torch


STACKS: Mapping[str, AcquisitionRule] = MappingProxyType(
    {"paper": rule_named("a-score"), "botorch": rule_named("gp-ivr"), "baybe": BaybeRule()}
)
"""Rule of each peer's learner."""


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


def check_installed(peer: str) -> None:
    """Check that a peer's package is there.

    Raises:
        OptionalPackageError: If it is not.
    """
    if peer == "baybe" and importlib.util.find_spec("baybe") is None:
        raise OptionalPackageError("baybe", "dev")


def fit_peer(name: str, table: PoolTable, made: Rows, seed: int) -> Committee:
    """Return what a peer learned from some rows; it answers what the peer's own rule asks, and no more."""
    fit: Mapping[str, Callable[[PoolTable, Rows, int], object]] = {
        "paper": _paper,
        "botorch": _botorch,
        "baybe": fit_baybe,
    }
    return cast("Committee", fit[name](table, made, seed))


def _paper(table: PoolTable, made: Rows, seed: int) -> PaperCommittee:
    unknown = np.full((len(made), len(table.properties)), np.nan)
    films = FilmTable(table.inputs[made], table.targets[made], unknown, table.properties)
    return fit_paper_committee(films, table.input_scale.scale == FRACTION_SCALE, seed=seed)


def _botorch(table: PoolTable, made: Rows, seed: int) -> BotorchLearner:
    return BotorchLearner(fit_botorch(table.inputs[made], table.targets[made], table.properties, seed))


def _tensor(points: Fractions) -> "torch.Tensor":
    import torch

    return torch.tensor(np.array(points), dtype=torch.double)
