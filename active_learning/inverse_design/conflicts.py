"""Where no recipe is likely to do all that is required: how far each requirement gets, and which ones collide.

For every requirement alone and for every pair, the highest probability over the campaign's recipes is looked
up. Two requirements conflict if each can be met by some recipe, but both together by none. Where all pairs go together,
two may still be in each other's way beside the rest.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import attrs
import numpy as np

from active_learning.inverse_design.compromises import Compromise, fronts
from active_learning.inverse_design.looked_at import LookedAt, looked_at
from active_learning.inverse_design.task import Task
from active_learning.learners import Values
from lab.requirements import Requirement
from lab.simplex import Fractions

LIKELY = 0.5
"""Probability from which a requirement counts as one that can be met."""

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
    """Highest probability for each of them without the other."""
    together: float
    """Highest probability for both."""
    front: tuple[Compromise, ...] = ()
    """What one costs of the other, where both are on properties."""
    beside_the_rest: bool = False
    """Whether all other requirements are to be met as well, in `alone` and `together`: any two go together."""

    def __str__(self) -> str:
        how = "with all others" if self.beside_the_rest else "alone"
        return (
            f"{self.first!r} ({how} up to {self.alone[0]:.0%}) and {self.second!r} ({how} up to {self.alone[1]:.0%}) "
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
    recipes = looked_at(task, found)
    by_text = {requirement.text: requirement for requirement in requirements}
    chances = {text: recipes.chance(one) for text, one in by_text.items()}
    reach = {text: recipes.highest([by_text[text]], chance, LIKELY) for text, chance in chances.items()}
    alone = tuple(Reach((text,), probability) for text, probability in reach.items())
    pairs = tuple(
        Reach(pair, _together(recipes, by_text, chances, pair, _CONFLICT * min(reach[text] for text in pair)))
        for pair in combinations(by_text, 2)
    )
    conflicts = _conflicts(reach, pairs)
    if not conflicts and all(one.probability >= LIKELY for one in alone):
        conflicts = _beside_the_rest(recipes, by_text, chances)
    found_fronts = fronts(task, [(by_text[one.first], by_text[one.second]) for one in conflicts], recipes.compositions)
    return Diagnosis(
        alone, pairs, tuple(attrs.evolve(one, front=some) for one, some in zip(conflicts, found_fronts, strict=True))
    )


def _together(
    recipes: LookedAt,
    by_text: Mapping[str, Requirement],
    chances: Mapping[str, Values],
    texts: Sequence[str],
    enough: float = 0.0,
) -> float:
    most = np.min([chances[text] for text in texts], axis=0)
    return recipes.highest([by_text[text] for text in texts], most, enough)


def _conflicts(reach: Mapping[str, float], pairs: Sequence[Reach]) -> list[Conflict]:
    found = [
        Conflict(first, second, (reach[first], reach[second]), pair.probability)
        for pair in pairs
        for first, second in [pair.requirements]
        if min(reach[first], reach[second]) >= LIKELY
        and pair.probability < _CONFLICT * min(reach[first], reach[second])
    ]
    return sorted(found, key=lambda conflict: conflict.together)


def _beside_the_rest(
    recipes: LookedAt, by_text: Mapping[str, Requirement], chances: Mapping[str, Values]
) -> list[Conflict]:
    """Return the two requirements of which either must go for the rest to get furthest, where that helps by much."""
    if len(by_text) < 3:
        return []
    without = {
        text: _together(recipes, by_text, chances, [other for other in by_text if other != text]) for text in by_text
    }
    first, second = sorted(sorted(without, key=lambda text: -without[text])[:2], key=list(by_text).index)
    alone, together = (without[second], without[first]), _together(recipes, by_text, chances, list(by_text))
    if together >= _CONFLICT * min(alone):
        return []
    return [Conflict(first, second, alone, together, beside_the_rest=True)]
