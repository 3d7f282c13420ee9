"""Where no recipe is likely to do all that is required: how far each requirement gets, and which ones collide.

For every requirement alone and for every pair, the highest probability over the campaign's recipes is looked
up. Two requirements conflict if each can be met by some recipe, but both together by none.
"""

from collections.abc import Sequence
from itertools import combinations

import attrs
import numpy as np

from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design.compromises import Compromise, fronts
from active_learning.inverse_design.specification import Specification, specification
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import probability_within
from active_learning.learners import Values
from lab.errors import InvalidInputError
from lab.requirements import Requirement
from lab.seeds import generator
from lab.simplex import Fractions

LIKELY = 0.5
"""Probability from which a requirement counts as one that can be met."""

_RECIPES = 2_000
"""Recipes that are looked at, drawn at random where there are more."""

_ASKED_AT_ONCE = 100
"""Recipes for which a pair is asked at once."""

_CONFLICT = 0.5
"""Two requirements conflict if together they reach less than this part of what the weaker one reaches alone."""


@attrs.frozen
class Reach:
    """How well some requirements can be met by any one recipe."""

    requirements: tuple[str, ...]
    """One requirement, or two, as they were written."""
    probability: float
    """Highest probability that a recipe reaches for them, whatever else is required."""


@attrs.frozen
class Conflict:
    """Two requirements that can be met each, but not together."""

    first: str
    second: str
    alone: tuple[float, float]
    """Highest probability for each of them alone."""
    together: float
    """Highest probability for both."""
    front: tuple[Compromise, ...] = ()
    """What one costs of the other, where both are on properties."""

    def __str__(self) -> str:
        return (
            f"{self.first!r} (alone up to {self.alone[0]:.0%}) and {self.second!r} (alone up to {self.alone[1]:.0%}) "
            f"reach {self.together:.0%} together"
        )


@attrs.frozen
class Diagnosis:
    """Why a wish is unlikely to come true."""

    alone: tuple[Reach, ...]
    """Every requirement by itself."""
    pairs: tuple[Reach, ...]
    """Every pair of requirements."""
    conflicts: tuple[Conflict, ...]
    """Pairs that stand in each other's way, the worst first."""

    @property
    def out_of_reach(self) -> tuple[Reach, ...]:
        """Requirements that no recipe is likely to meet even alone, the least likely first."""
        return tuple(sorted((one for one in self.alone if one.probability < LIKELY), key=lambda one: one.probability))


def diagnose(task: Task, requirements: Sequence[Requirement], found: Fractions) -> Diagnosis:
    """Return how far every requirement and every pair of them gets.

    Args:
        task: The models and the campaign; its wish is left out of account.
        requirements: The requirements of the wish.
        found: Recipes that a search found for the whole wish, ``(n, k)``; they are looked at too.
    """
    recipes, usable = _some_recipes(task.space, task.seed)
    if len(found):
        recipes = np.concatenate([recipes, found])
        usable = np.concatenate([usable, task.space.usable_probability(found)])
    texts = list(dict.fromkeys(requirement.text for requirement in requirements))
    by_text = {requirement.text: requirement for requirement in requirements}
    chances = {text: _chance(task, _wish([by_text[text]], task), recipes, usable) for text in texts}
    alone = tuple(Reach((text,), float(chances[text].max(initial=0.0))) for text in texts)
    pairs = tuple(
        Reach(pair, _highest(task, _wish([by_text[text] for text in pair], task), recipes, usable, most))
        for pair in combinations(texts, 2)
        for most in [np.minimum(chances[pair[0]], chances[pair[1]])]
    )
    conflicts = _conflicts(alone, pairs)
    found_fronts = fronts(task, [(by_text[one.first], by_text[one.second]) for one in conflicts], recipes)
    return Diagnosis(
        alone, pairs, tuple(attrs.evolve(one, front=some) for one, some in zip(conflicts, found_fronts, strict=True))
    )


def _conflicts(alone: Sequence[Reach], pairs: Sequence[Reach]) -> list[Conflict]:
    reach = {one.requirements[0]: one.probability for one in alone}
    found = [
        Conflict(first, second, (reach[first], reach[second]), pair.probability)
        for pair in pairs
        for first, second in [pair.requirements]
        if min(reach[first], reach[second]) >= LIKELY
        and pair.probability < _CONFLICT * min(reach[first], reach[second])
    ]
    return sorted(found, key=lambda conflict: conflict.together)


def _some_recipes(space: FeasibleSpace, seed: int) -> tuple[Fractions, Values]:
    rows = np.arange(len(space.recipes))
    if len(rows) > _RECIPES:
        rows = np.sort(generator(seed, "diagnosis").choice(rows, size=_RECIPES, replace=False))
    return space.recipes[rows], space.usable_recipes(rows)


def _wish(requirements: Sequence[Requirement], task: Task) -> Specification | None:
    try:
        return specification(requirements, task.definition)
    except InvalidInputError:  # the two exclude each other, so nothing meets both
        return None


def _chance(task: Task, wish: Specification | None, recipes: Fractions, usable: Values) -> Values:
    """Return the probability of every recipe, ``(n,)``."""
    chance = np.zeros(len(recipes))
    if wish is not None:
        allowed = wish.allows(recipes)
        chance[allowed] = probability_within(task, recipes[allowed], wish.lower, wish.upper) * usable[allowed]
    return chance


def _highest(task: Task, wish: Specification | None, recipes: Fractions, usable: Values, most: Values) -> float:
    """Return the highest probability of a pair.

    Both together are at most as likely as the less likely of the two, `most`, shape ``(n,)``. So the most promising
    recipes are asked first, and the rest only while they can still be better: the answer is that of asking all.
    """
    order, highest = np.argsort(-most, kind="stable"), 0.0
    for start in range(0, len(order), _ASKED_AT_ONCE):
        rows = order[start : start + _ASKED_AT_ONCE]
        if most[rows[0]] <= highest:
            break
        highest = max(highest, float(_chance(task, wish, recipes[rows], usable[rows]).max()))
    return highest
