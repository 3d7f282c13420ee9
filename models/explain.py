"""Shapley values on the simplex: how much each material moves a prediction away from the average film.

A Shapley value shares out ``f(x) - average`` among the materials by their mean contribution over all orders in which
they could be fixed (Shapley 1953; Lundberg & Lee 2017). Fractions sum to 1, so a material cannot be swapped for that of
another film while the rest stay: the usual masking asks the model about mixtures of 130 %. Here every question is a
recipe, closed to 100 %. There are two (`Question`), and which one is asked belongs to the answer:

* ``reference``: what does knowing this fraction tell, beside a reference film? A coalition's materials keep their
  fractions, and the rest of the film is filled with the others in the proportion that they have in a background film.
* ``rest``: what would the film be without it? A coalition's materials alone make the film, in proportion; the empty
  coalition is the mean of the background films.

Attributes of a batch (source of the gelatin, size of the platelets) are further players that are swapped as they are.
"""

from collections.abc import Callable, Sequence
from enum import StrEnum
from itertools import combinations
from math import ceil, factorial

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array, Integers, Mask
from lab.errors import InvalidInputError

Function = Callable[[Array], Array]
"""A model: inputs ``(n, d)`` to values ``(n, p)``."""

MOST_EXACT = 8
"""Up to this many players all 2^k coalitions are asked; beyond it orders are sampled."""
MOST_FILMS = 300
"""Of more films so many, drawn at random, are explained: they tell the same, in a part of the time."""
_ROWS_A_CALL = 16_384
_ROUNDING = 1e-12
"""Values this small beside the base come from rounding: a model that always answers the same has none."""


class Question(StrEnum):
    """What takes the place of a material that is not known."""

    REFERENCE = "reference"
    REST = "rest"


@attrs.frozen
class Players:
    """What shares out a prediction: weight fractions, one column each, and further groups of columns."""

    fractions: int
    """The first columns of an input are so many weight fractions that sum to 1."""
    others: tuple[tuple[int, ...], ...] = ()
    """Columns of each further player, such as the one-hot columns of an attribute."""

    @property
    def count(self) -> int:
        """Number of players."""
        return self.fractions + len(self.others)


@attrs.frozen(eq=False)
class Explanation:
    """Shapley values of n recipes with k players and p outputs."""

    values: Array
    """Contribution of each player, in the output's unit, shape ``(n, k, p)``; over the players they sum to the
    prediction less the base."""
    base: Array
    """Mean prediction of the background films, shape ``(p,)``."""
    recipes: Array
    """The inputs explained, shape ``(n, d)``."""
    interactions: Array | None = None
    """Shapley interaction index of each pair (Grabisch and Roubens 1999), shape ``(n, k, k, p)``, symmetric with a zero
    diagonal: by how much the two together do more than both alone. None where orders were sampled."""
    question: Question = Question.REFERENCE


def drawn_rows(n: int, most: int, rng: np.random.Generator) -> Integers:
    """Return the rows of n films, or of at most so many, drawn without replacement, in their order."""
    rows: Integers = np.arange(n) if n <= most else np.sort(rng.choice(n, most, replace=False))
    return rows


def drawn_text(drawn: int, films: int) -> str:
    """Return in words how many films were drawn from how many."""
    return f"{drawn:,} of {films:,} measured films, drawn at random"


def background_films(compositions: Array, most: int, rng: np.random.Generator) -> Array:
    """Return at most so many films, drawn without replacement, in their order."""
    chosen: Array = compositions[drawn_rows(len(compositions), most, rng)]
    return chosen


def shapley_values(
    function: Function,
    recipes: ArrayLike,
    background: ArrayLike,
    *,
    closed: bool = True,
    question: Question = Question.REFERENCE,
    players: Players | None = None,
    orders: int = 64,
    rng: np.random.Generator | None = None,
) -> Explanation:
    """Return Shapley values: exact for up to `MOST_EXACT` players, else the mean over sampled orders.

    Args:
        function: The model to explain.
        recipes: Inputs to explain, shape ``(n, d)``.
        background: Films that stand for "not known", shape ``(b, d)``; every coalition is averaged over them.
        closed: Whether coalitions are closed to 100 %. False swaps single columns as usual Shapley explainers do,
            for inputs that are no fractions.
        question: What takes the place of an unknown material, where coalitions are closed.
        players: Who shares out the prediction; every column is a weight fraction if left out.
        orders: Orders that are sampled at least where there are too many players, as many for each background film.
        rng: Source of sampled orders.

    Raises:
        InvalidInputError: If the arrays do not fit, or orders must be sampled and `rng` is missing.
    """
    points, films = np.asarray(recipes, dtype=float), np.asarray(background, dtype=float)
    if points.ndim != 2 or films.ndim != 2 or points.shape[1] != films.shape[1] or 0 in points.shape + films.shape:
        raise InvalidInputError("recipes to explain", [f"shapes {points.shape} and {films.shape} do not fit"])
    who = players or Players(points.shape[1])
    game = _Game(function, points, films, closed, question, who)
    base = game.worth(np.zeros(who.count, dtype=bool))[0]
    interactions = None
    if who.count <= MOST_EXACT:
        worths = _worths(game)
        values, interactions = _exact(worths, who.count), _interactions(worths, who.count)
        interactions = _without_rounding(interactions, base)
    elif rng is None:
        raise InvalidInputError("recipes to explain", ["more materials than can be explained exactly need an rng"])
    else:
        values = _sampled(game, orders, rng)
    return Explanation(_without_rounding(values, base), base, points, interactions, question)


def fill(
    recipes: Array,
    background: Array,
    kept: Mask,
    *,
    closed: bool = True,
    question: Question = Question.REFERENCE,
    players: Players | None = None,
    typical: Array | None = None,
) -> Array:
    """Return every recipe with what is not kept taken from every background film, shape ``(n, b, d)``.

    Args:
        recipes: Shape ``(n, d)``.
        background: Shape ``(b, d)``.
        kept: Which players keep the recipe's columns, shape ``(k,)``.
        closed: Whether the fractions are closed to 100 %.
        question: ``reference``: the others share what is left, in the proportion that they have in the background film;
            where it has none of them in the typical one, and in equal parts where that has none either. ``rest``: the
            kept fractions are scaled to 100 %; where none of them is in the film, the background film stands for it.
        players: Who the players are; every column is a weight fraction if left out.
        typical: The mean of all background films ``(d,)``; that of `background` if left out.
    """
    who = players or Players(recipes.shape[1])
    mean = background.mean(axis=0) if typical is None else typical
    filled = np.broadcast_to(background, (len(recipes), *background.shape)).copy()
    part = slice(0, who.fractions)
    filled[..., part] = _fractions(
        recipes[:, part], background[:, part], mean[part], kept[part], closed=closed, question=question
    )
    for player, columns in enumerate(who.others, start=who.fractions):
        if kept[player]:
            filled[..., list(columns)] = recipes[:, None, list(columns)]
    return filled


def _fractions(
    recipes: Array, background: Array, typical: Array, kept: Mask, *, closed: bool, question: Question
) -> Array:
    own = np.where(kept, recipes, 0.0)
    sums = own.sum(axis=1)
    if not closed or not kept.any():
        filled: Array = own[:, None] + np.where(kept, 0.0, background)
    elif question is Question.REST:
        scaled = own / np.where(sums > 0, sums, 1.0)[:, None]
        filled = np.where((sums > 0)[:, None, None], scaled[:, None], background[None])
    elif kept.all():
        filled = np.repeat(own[:, None], len(background), axis=1)
    else:
        others = _proportions(background, kept, otherwise=_proportions(typical[None], kept, ~kept / (~kept).sum()))
        filled = own[:, None] + np.maximum(1.0 - sums, 0.0)[:, None, None] * others[None]
    return filled


def _proportions(films: Array, kept: Mask, otherwise: Array) -> Array:
    """Return the proportions of what is not kept in films ``(b, k)``, each summing to 1; others where there is none."""
    others = np.where(kept, 0.0, films)
    totals = others.sum(axis=1, keepdims=True)
    found: Array = np.where(totals > 0, others / np.where(totals > 0, totals, 1.0), otherwise)
    return found


@attrs.frozen(eq=False)
class _Game:
    """The worth of coalitions: the model's mean over the background."""

    function: Function
    recipes: Array
    background: Array
    closed: bool
    question: Question
    players: Players

    def worth(self, kept: Mask) -> Array:
        """Return the mean answer for every recipe if only the kept players are known, shape ``(n, p)``."""
        background = self.background[:1] if self._alone(kept) else self.background
        rows = max(1, _ROWS_A_CALL // len(background))
        # Where nothing is known, one recipe is as good as all.
        recipes = self.recipes if kept.any() else self.recipes[:1]
        parts = []
        for start in range(0, len(recipes), rows):
            asked = self._fill(recipes[start : start + rows], background, kept)
            answers = self.function(asked.reshape(-1, asked.shape[-1]))
            parts.append(answers.reshape(*asked.shape[:2], -1).mean(axis=1))
        found = np.concatenate(parts)
        return np.broadcast_to(found, (len(self.recipes), found.shape[1]))

    def _alone(self, kept: Mask) -> bool:
        """Return whether no background film matters: all is known, or all but one material, which is the rest."""
        left = ~kept
        closing = self.closed and self.question is Question.REFERENCE and kept[: self.players.fractions].any()
        return not left.any() or bool(closing and left.sum() == 1 and left[: self.players.fractions].any())

    def filled(self, kept: Mask, film: int) -> Array:
        """Return the recipes with what is not kept taken from one background film, shape ``(n, d)``."""
        return self._fill(self.recipes, self.background[film : film + 1], kept)[:, 0]

    def answers(self, asked: Array) -> Array:
        """Return the model's answers to inputs of shape ``(..., d)``, shape ``(m, p)`` for m inputs in all."""
        rows = asked.reshape(-1, asked.shape[-1])
        parts = [self.function(rows[start : start + _ROWS_A_CALL]) for start in range(0, len(rows), _ROWS_A_CALL)]
        return np.concatenate(parts).reshape(len(rows), -1)

    def _fill(self, recipes: Array, background: Array, kept: Mask) -> Array:
        return fill(
            recipes,
            background,
            kept,
            closed=self.closed,
            question=self.question,
            players=self.players,
            typical=self.background.mean(axis=0),
        )


def _worths(game: _Game) -> Array:
    """Return the worth of every coalition, shape ``(2^k, n, p)``; bit i of the row says whether player i is in."""
    bits = np.arange(game.players.count)
    return np.stack([game.worth((number >> bits & 1).astype(bool)) for number in range(2 ** len(bits))])


def _exact(worths: Array, players: int) -> Array:
    """Sum ``|S|! (k - |S| - 1)! / k! (worth(S + i) - worth(S))`` over all coalitions S without player i."""
    values = np.zeros((worths.shape[1], players, worths.shape[2]))
    for number in range(len(worths)):
        size = number.bit_count()
        for player in range(players):
            if not number >> player & 1:
                weight = factorial(size) * factorial(players - size - 1) / factorial(players)
                values[:, player] += weight * (worths[number | 1 << player] - worths[number])
    return values


def _interactions(worths: Array, players: int) -> Array:
    """Sum ``|S|! (k - |S| - 2)! / (k - 1)! (v(S + ij) - v(S + i) - v(S + j) + v(S))`` over S without i and j."""
    found = np.zeros((worths.shape[1], players, players, worths.shape[2]))
    for i, j in combinations(range(players), 2):
        for number in range(len(worths)):
            if number >> i & 1 or number >> j & 1:
                continue
            size = number.bit_count()
            weight = factorial(size) * factorial(players - size - 2) / factorial(players - 1)
            both = worths[number | 1 << i | 1 << j] - worths[number | 1 << i] - worths[number | 1 << j] + worths[number]
            found[:, i, j] += weight * both
        found[:, j, i] = found[:, i, j]
    return found


def _without_rounding(values: Array, base: Array) -> Array:
    """Return values ``(..., p)`` with 0 in the place of what rounding leaves beside a base ``(p,)``."""
    kept: Array = np.where(np.abs(values) <= _ROUNDING * np.abs(base), 0.0, values)
    return kept


def _sampled(game: _Game, orders: int, rng: np.random.Generator) -> Array:
    """Average contributions over orders, each with one background film in the place of what is not known.

    Strumbelj and Kononenko, Knowledge and Information Systems 41, 647-665 (2014), with every order's reverse beside it
    (Castro et al. 2009). Every background film has as many orders, so that contributions sum to the prediction less
    the base.
    """
    players, films = game.players.count, len(game.background)
    pairs = ceil(orders / (2 * films))
    drawn = [(film, rng.permutation(players)) for film in range(films) for _ in range(pairs)]
    walks = [(film, way) for film, order in drawn for way in (order, order[::-1])]
    asked = np.stack([game.filled(kept, film) for film, order in walks for kept in _growing(order)])
    worths = game.answers(asked).reshape(len(walks), players, len(game.recipes), -1)
    everything = game.worth(np.ones(players, dtype=bool))
    last = np.broadcast_to(everything, (len(walks), 1, *everything.shape))
    gains = np.diff(np.concatenate([worths, last], axis=1), axis=1)
    values = np.zeros((len(game.recipes), players, everything.shape[1]))
    for (_, order), gain in zip(walks, gains, strict=True):
        values[:, order] += gain.transpose(1, 0, 2) / len(walks)
    return values


def _growing(order: Integers) -> list[Mask]:
    """Return the coalitions of an order's first players, from none to all but one, each ``(k,)``."""
    return [np.isin(np.arange(len(order)), order[:size]) for size in range(len(order))]


def mean_absolute(explanation: Explanation) -> Array:
    """Return how much each player matters: the mean absolute Shapley value, shape ``(k, p)``."""
    importance: Array = np.abs(explanation.values).mean(axis=0)
    return importance


def ranking(explanation: Explanation, output: int) -> Sequence[int]:
    """Return the players' indices, from the one that matters most for an output to the least."""
    order: list[int] = np.argsort(-mean_absolute(explanation)[:, output], kind="stable").tolist()
    return order
