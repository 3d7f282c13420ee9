"""The recipes by which a diagnosis finds out how far requirements get."""

from collections.abc import Sequence

import attrs
import numpy as np

from active_learning.inverse_design.box import lattice_box
from active_learning.inverse_design.diversity import diverse
from active_learning.inverse_design.exchange import exchange
from active_learning.inverse_design.gradient import climb
from active_learning.inverse_design.recipes import recipes_for
from active_learning.inverse_design.slopes import slopes_of
from active_learning.inverse_design.specification import Specification, specification
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import probability_within, worth_of
from active_learning.learners import Values
from lab.arrays import Rows
from lab.errors import InvalidInputError, NoRecipeError
from lab.requirements import Requirement
from lab.seeds import generator
from lab.simplex import Fractions

_RECIPES = 2_000
"""Recipes that are looked at, drawn at random where there are more."""
_ALLOWED = 500
"""Recipes that are looked at besides where the wish bounds the recipe: such as keep to it."""

_ASKED_AT_ONCE = 100
"""Recipes for which several requirements are asked at once."""

_CLIMBERS = 4
_START_DISTANCE = 0.1
_NEARLY = 0.5
"""Where all recipes can be listed, those looked at come near the best: one climbs only from this part of enough on."""


@attrs.frozen(eq=False)
class LookedAt:
    """Recipes that are looked at."""

    task: Task
    """The models and the campaign; its wish is left out of account."""
    compositions: Fractions
    """Shape ``(n, k)``."""
    usable: Values
    """Probability of a usable film, ``(n,)``."""
    quality: Values
    """Predicted quality, ``(n,)``."""

    def chance(self, requirement: Requirement) -> Values:
        """Return every recipe's probability of meeting a requirement with a usable film, ``(n,)``."""
        return self._chance(specification([requirement], self.task.definition), np.arange(len(self.usable)))

    def highest(self, requirements: Sequence[Requirement], most: Values, enough: float) -> float:
        """Return the highest probability of several requirements, or one.

        All together are at most as likely as the least likely of them. So the most promising recipes are asked first,
        and the rest only while they can still be better: the answer is that of asking all.

        Args:
            requirements: What is to be met.
            most: Probability of the least likely of them, ``(n,)``.
            enough: Where less is reached, but nearly so much, better recipes are climbed for; for any less where
                recipes are a sample of too many to list.
        """
        try:
            wish = specification(requirements, self.task.definition)
        except InvalidInputError:  # they exclude each other, so nothing meets all
            return 0.0
        order, highest = np.argsort(-most, kind="stable"), 0.0
        for start in range(0, len(order), _ASKED_AT_ONCE):
            rows = order[start : start + _ASKED_AT_ONCE]
            if most[rows[0]] <= highest:
                break
            highest = max(highest, float(self._chance(wish, rows).max()))
        if not (_NEARLY * enough if self.task.space.complete else 0.0) <= highest < enough:
            return highest
        starts = diverse(self.compositions, most, _CLIMBERS, least=_START_DISTANCE)
        return max(highest, self._climbed(wish, self.compositions[starts]))

    def _climbed(self, wish: Specification, starts: Fractions) -> float:
        """Return the highest probability to which recipes ``(m, k)`` climb; recipes at random seldom lie in corners."""
        task = attrs.evolve(self.task, wish=wish)
        slopes = slopes_of(task, wish.least_quality)
        try:
            box = lattice_box(wish, task.definition.recipe_step)
        except NoRecipeError:
            return 0.0
        if slopes is not None and not task.space.complete:
            # Of few recipes among very many even the best may be hopeless, where only the logarithm has a slope.
            starts = np.concatenate([starts, climb(slopes, starts, box)])

        def worth(recipes: Fractions) -> Values:
            allowed = wish.allows(recipes) & (task.space.quality(recipes) >= wish.least_quality)
            values = np.full(len(recipes), -np.inf)
            values[allowed] = worth_of(task, recipes[allowed]).probability
            return values

        gradient = None if slopes is None else slopes.gradient
        _, values = exchange(box.counts(starts), box, worth, gradient, wish.linear)
        return max(0.0, float(values.max()))

    def _chance(self, wish: Specification, rows: Rows) -> Values:
        recipes, chance = self.compositions[rows], np.zeros(len(rows))
        allowed = wish.allows(recipes) & (self.quality[rows] >= wish.least_quality)
        met = probability_within(self.task, recipes[allowed], wish.lower, wish.upper)
        chance[allowed] = met * self.usable[rows][allowed]
        return chance


def looked_at(task: Task, found: Fractions) -> LookedAt:
    """Return recipes of the campaign at random, others that keep to the wish's bounds on the recipe, and those found.

    Few recipes at random may keep to narrow bounds, and then none of them be good at anything else.

    Args:
        task: The models, the campaign and the wish.
        found: Recipes that a search found for the wish, ``(n, k)``.
    """
    space, rng = task.space, generator(task.seed, "diagnosis")
    rows = np.arange(len(space.recipes))
    if len(rows) > _RECIPES:
        rows = np.sort(rng.choice(rows, size=_RECIPES, replace=False))
    parts = [(space.recipes[rows], space.usable_recipes(rows), space.recipe_quality[rows])]
    if task.wish.recipe_texts:
        allowed = recipes_for(task).some(_ALLOWED, rng)
        parts.append((allowed.compositions, allowed.usable(space), allowed.quality))
    if len(found):
        parts.append((found, space.usable_probability(found), space.quality(found)))
    return LookedAt(task, *(np.concatenate(columns) for columns in zip(*parts, strict=True)))
