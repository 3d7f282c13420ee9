"""Peers of inverse design: BoTorch with processes of its own, and pymoo's genetic algorithm on our probability.

BoTorch: a SingleTaskGP a property (on the campaign's scales: log, logit) and one on the grades as numbers; the
acquisition is the logarithm of the probability that all requirements hold and the film is usable, climbed by
`optimize_acqf` on the simplex with an equality constraint. pymoo: a genetic algorithm on the committee's probability x
quality.
"""

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
import torch

from benchmarks.design_worlds import Laboratory
from lab.arrays import Array
from lab.properties import Transform
from lab.requirements import Requirement

Designs = list[tuple[Array, float]]
"""Recipes with the probability that is stated for each, the best first."""


def have(package: str) -> bool:
    """Return whether a peer is installed."""
    from importlib.util import find_spec

    return find_spec(package) is not None


@attrs.frozen(eq=False)
class BoTorchDesigner:
    """Gaussian processes that learned from the laboratory's films."""

    lab: Laboratory
    models: dict[str, Any]
    quality: Any

    @classmethod
    def learn(cls, lab: Laboratory) -> "BoTorchDesigner":
        """Fit all processes."""
        points = torch.tensor(lab.films, dtype=torch.double)
        models = {}
        for column, prop in enumerate(lab.definition.properties):
            values = lab.values[:, column]
            known = np.isfinite(values)
            models[prop.name] = _fitted(points[known], _forward(prop.transform, values[known]))
        scores = np.array([grade.score for grade in lab.grades])
        return cls(lab, models, _fitted(torch.tensor(lab.graded, dtype=torch.double), scores))

    def design(self, requirements: Sequence[Requirement], top: int, seed: int) -> Designs:
        """Return designs by `optimize_acqf` with several restarts; the different ones among the ends."""
        from botorch.optim.optimize import optimize_acqf

        torch.manual_seed(seed)
        k = self.lab.films.shape[1]
        upper = [item.upper for item in self.lab.definition.ranges]
        bounds = torch.tensor([[0.0] * k, upper], dtype=torch.double)
        equality = [(torch.arange(k), torch.ones(k, dtype=torch.double), 1.0)]
        answer: Any = optimize_acqf(
            _LogProbability(self, requirements),  # type: ignore[arg-type]  # any module with this forward will do
            bounds=bounds,
            q=1,
            num_restarts=10,
            raw_samples=256,
            equality_constraints=equality,
            return_best_only=False,
            options={"maxiter": 100},
        )
        found, value = answer
        order = torch.argsort(value, descending=True)
        return _different(found[order, 0].numpy(), value[order].exp().numpy(), top)

    def log_probability(self, points: torch.Tensor, requirements: Sequence[Requirement]) -> torch.Tensor:
        """Return the logarithm of the probability of all requirements and of a usable film, ``(n,)``."""
        posterior: Any = self.quality.posterior(points)
        threshold = self.lab.definition.quality.design_threshold
        total: torch.Tensor = torch.special.log_ndtr(((posterior.mean - threshold) / posterior.variance.sqrt())[:, 0])
        for requirement in requirements:
            prop = next(p for p in self.lab.definition.properties if p.name == requirement.name)
            posterior = self.models[prop.name].posterior(points, observation_noise=True)
            mean, sd = posterior.mean[:, 0], posterior.variance.sqrt()[:, 0]
            below, above = (
                torch.special.ndtr((float(_forward(prop.transform, _inside(prop, bound))) - mean) / sd)
                if np.isfinite(bound)
                else torch.full_like(mean, float(bound > 0))
                for bound in (requirement.lower, requirement.upper)
            )
            total = total + torch.log((above - below).clamp(min=1e-12))
        return total


def pymoo_design(lab: Laboratory, requirements: Sequence[Requirement], top: int, seed: int) -> Designs:
    """Return designs by pymoo's genetic algorithm on the committee's probability x quality."""
    from pymoo.algorithms.soo.nonconvex.ga import GA
    from pymoo.core.problem import Problem
    from pymoo.optimize import minimize

    from active_learning.inverse_design.specification import specification

    wish = specification(requirements, lab.definition)

    class Recipes(Problem):  # type: ignore[misc]
        """Fractions by a softmax, so that every point is a recipe."""

        def __init__(self) -> None:
            super().__init__(n_var=lab.films.shape[1], n_obj=1, xl=-6.0, xu=2.0)

        def _evaluate(self, x: Array, out: dict[str, Any], *_: object, **__: object) -> None:
            recipes = _softmax(x)
            met = lab.committee.probability_within(recipes, wish.lower, wish.upper)
            out["F"] = -(met * lab.space.quality(recipes) * lab.definition.within_bounds(recipes))[:, None]

    result = minimize(Recipes(), GA(pop_size=100), ("n_gen", 40), seed=seed, verbose=False)
    order = np.argsort(result.pop.get("F")[:, 0])
    return _different(_softmax(result.pop.get("X")[order]), -result.pop.get("F")[order, 0], top)


class _LogProbability(torch.nn.Module):
    """The acquisition function for `optimize_acqf`, for one point at a time."""

    def __init__(self, designer: BoTorchDesigner, requirements: Sequence[Requirement]) -> None:
        super().__init__()
        self.designer, self.requirements = designer, requirements

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        """Return values ``(b,)`` for points ``(b, 1, k)``."""
        return self.designer.log_probability(points[:, 0], self.requirements)


def _fitted(points: torch.Tensor, values: Array) -> Any:
    from botorch.fit import fit_gpytorch_mll
    from botorch.models import SingleTaskGP
    from botorch.models.transforms import Standardize
    from gpytorch.mlls import ExactMarginalLogLikelihood

    targets = torch.tensor(values, dtype=torch.double)[:, None]
    model = SingleTaskGP(points, targets, outcome_transform=Standardize(1))
    fit_gpytorch_mll(ExactMarginalLogLikelihood(model.likelihood, model))
    return model


def _forward(transform: Transform, values: Any) -> Array:
    array: Array = np.asarray(values, dtype=float)
    if transform is Transform.LOG:
        logs: Array = np.log(np.maximum(array, 1e-6))
        return logs
    if transform is Transform.LOGIT:
        squeezed = np.clip(array, 1e-4, 1 - 1e-4)
        odds: Array = np.log(squeezed / (1 - squeezed))
        return odds
    return array


def _inside(prop: Any, bound: float) -> float:
    return float(np.clip(bound, prop.lower, prop.upper))


def _softmax(x: Array) -> Array:
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    shares: Array = powers / powers.sum(axis=1, keepdims=True)
    return shares


def _different(recipes: Array, probability: Array, top: int) -> Designs:
    """Return the best recipes that differ in at least 5 wt%."""
    from active_learning.inverse_design.diversity import LEAST_DISTANCE, total_variation

    chosen: Designs = []
    for recipe, stated in zip(recipes, probability, strict=True):
        kept = np.array([one for one, _ in chosen]).reshape(-1, recipes.shape[1])
        if len(chosen) < top and (total_variation(kept, recipe) >= LEAST_DISTANCE).all():
            chosen.append((np.maximum(recipe, 0.0) / np.maximum(recipe, 0.0).sum(), float(stated)))
    return chosen
