"""Shapley values on the simplex: how much each material moves a prediction away from the average film.

A Shapley value shares out ``f(x) - average`` among the materials by their mean contribution over all orders in which
they could be fixed (Shapley 1953; Lundberg & Lee 2017). Fractions sum to 1, so a material cannot be swapped for that of
another film while the rest stay: the usual masking asks the model about mixtures of 130 %. Here a coalition's materials
keep their fractions, and the rest of the film is filled with the others in the proportion of a background film, so that
every question is a recipe.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from math import factorial

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.errors import InvalidInputError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Function = Callable[[Array], Array]
"""A model: recipes ``(n, k)`` to values ``(n, p)``."""

MOST_EXACT = 8
"""Up to this many materials all 2^k coalitions are asked; beyond it orders are sampled."""
_ROWS_A_CALL = 16_384


@attrs.frozen(eq=False)
class Explanation:
    """Shapley values of n recipes with k materials and p outputs."""

    values: Array
    """Contribution of each material, in the output's unit, shape ``(n, k, p)``; over the materials they sum to the
    prediction less the base."""
    base: Array
    """Mean prediction of the background films, shape ``(p,)``."""
    recipes: Array
    """The recipes explained, shape ``(n, k)``."""


def shapley_values(
    function: Function,
    recipes: ArrayLike,
    background: ArrayLike,
    *,
    closed: bool = True,
    orders: int = 64,
    rng: np.random.Generator | None = None,
) -> Explanation:
    """Return Shapley values: exact for up to `MOST_EXACT` materials, else the mean over sampled orders.

    Args:
        function: The model to explain.
        recipes: Recipes to explain, shape ``(n, k)``.
        background: Films that stand for "not known", shape ``(b, k)``; every coalition is averaged over them.
        closed: Whether coalitions are closed to 100 %. False swaps single columns as usual Shapley explainers do,
            for inputs that are no fractions.
        orders: Orders that are sampled where there are too many materials, half of them the reverse of the others.
        rng: Source of sampled orders.

    Raises:
        InvalidInputError: If the arrays do not fit, or orders must be sampled and `rng` is missing.
    """
    points, films = np.asarray(recipes, dtype=float), np.asarray(background, dtype=float)
    if points.ndim != 2 or films.ndim != 2 or points.shape[1] != films.shape[1] or 0 in points.shape + films.shape:
        raise InvalidInputError("recipes to explain", [f"shapes {points.shape} and {films.shape} do not fit"])
    game = _Game(function, points, films, closed)
    if points.shape[1] <= MOST_EXACT:
        values = _exact(game, points.shape[1])
    elif rng is not None:
        values = _sampled(game, points.shape[1], orders, rng)
    else:
        raise InvalidInputError("recipes to explain", ["more materials than can be explained exactly need an rng"])
    return Explanation(values, game.worth(np.zeros(points.shape[1], dtype=bool))[0], points)


def fill(recipes: Array, background: Array, kept: Mask, *, closed: bool = True) -> Array:
    """Return every recipe with what is not kept taken from every background film, shape ``(n, b, k)``.

    Args:
        recipes: Shape ``(n, k)``.
        background: Shape ``(b, k)``.
        kept: Which materials keep the recipe's fraction, shape ``(k,)``.
        closed: Whether the others share what is left to 100 %, in the proportion that they have in the background film
            (in equal parts where it has none of them).
    """
    others = np.where(kept, 0.0, background)
    if closed and kept.any():
        if kept.all():
            others = np.zeros_like(others)
        else:
            sums = others.sum(axis=1, keepdims=True)
            others = np.where(sums > 0, others / np.where(sums > 0, sums, 1.0), ~kept / (~kept).sum())
        left = 1.0 - np.where(kept, recipes, 0.0).sum(axis=1)
        return np.where(kept, recipes, 0.0)[:, None] + np.maximum(left, 0.0)[:, None, None] * others[None]
    return np.where(kept, recipes, 0.0)[:, None] + others[None]


@attrs.frozen(eq=False)
class _Game:
    """The worth of coalitions: the model's mean over the background."""

    function: Function
    recipes: Array
    background: Array
    closed: bool

    def worth(self, kept: Mask) -> Array:
        """Return the mean answer for every recipe if only the kept materials are known, shape ``(n, p)``."""
        rows = max(1, _ROWS_A_CALL // len(self.background))
        parts = []
        for start in range(0, len(self.recipes), rows):
            asked = fill(self.recipes[start : start + rows], self.background, kept, closed=self.closed)
            answers = self.function(asked.reshape(-1, asked.shape[-1]))
            parts.append(answers.reshape(*asked.shape[:2], -1).mean(axis=1))
        return np.concatenate(parts)


def _exact(game: _Game, materials: int) -> Array:
    """Sum ``|S|! (k - |S| - 1)! / k! (worth(S + i) - worth(S))`` over all coalitions S without material i."""
    coalitions = [s for size in range(materials + 1) for s in combinations(range(materials), size)]
    values = np.zeros((len(game.recipes), materials, 1))
    for coalition in coalitions:
        kept = np.isin(np.arange(materials), coalition)
        worth = game.worth(kept)
        for material in range(materials):
            others = len(coalition) - int(kept[material])
            weight = factorial(others) * factorial(materials - others - 1) / factorial(materials)
            gained = np.zeros((1, materials, 1))
            gained[0, material, 0] = weight if kept[material] else -weight
            values = values + gained * worth[:, None, :]
    return values


def _sampled(game: _Game, materials: int, orders: int, rng: np.random.Generator) -> Array:
    """Average contributions over orders and their reverses (Castro et al. 2009; antithetic pairs)."""
    drawn = [rng.permutation(materials) for _ in range(max(1, orders // 2))]
    drawn += [order[::-1] for order in drawn]
    nothing = game.worth(np.zeros(materials, dtype=bool))
    everything = game.worth(np.ones(materials, dtype=bool))
    values = np.zeros((len(game.recipes), materials, nothing.shape[1]))
    for order in drawn:
        kept, before = np.zeros(materials, dtype=bool), nothing
        for material in order:
            kept[material] = True
            after = everything if kept.all() else game.worth(kept)
            values[:, material] += (after - before) / len(drawn)
            before = after
    return values


def mean_absolute(explanation: Explanation) -> Array:
    """Return how much each material matters: the mean absolute Shapley value, shape ``(k, p)``."""
    importance: Array = np.abs(explanation.values).mean(axis=0)
    return importance


def ranking(explanation: Explanation, output: int) -> Sequence[int]:
    """Return the materials' indices, from the one that matters most for an output to the least."""
    order: list[int] = np.argsort(-mean_absolute(explanation)[:, output], kind="stable").tolist()
    return order
