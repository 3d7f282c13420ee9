"""The recipes among which a design is looked for."""

import attrs
import numpy as np
from numpy.typing import NDArray

from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design.box import lattice_box, no_recipe
from active_learning.inverse_design.drawing import WALKERS, drawn_recipes
from active_learning.inverse_design.task import Task
from active_learning.learners import Values
from lab.campaigns import CampaignDefinition
from lab.seeds import generator
from lab.simplex import Fractions

_NEAR_HIGHEST = 0.9
"""Where no recipe reaches a threshold: the recipes within a tenth of the highest quality are looked at."""


@attrs.frozen(eq=False)
class Recipes:
    """Recipes that keep to the requirements on materials and reach a quality."""

    compositions: Fractions
    """Shape ``(n, k)``."""
    quality: Values
    """Their predicted quality, shape ``(n,)``."""
    rows: NDArray[np.integer]
    """Their rows in the campaign's recipes, shape ``(n,)``; -1 where a recipe was drawn for the wish."""
    threshold: float
    """Quality that all of them reach."""
    notes: tuple[str, ...]
    """Why the threshold is not the campaign's, if so."""

    def some(self, count: int, rng: np.random.Generator) -> "Recipes":
        """Return so many of them at random, all where there are fewer."""
        chosen = rng.choice(len(self.rows), size=min(count, len(self.rows)), replace=False)
        return attrs.evolve(
            self, compositions=self.compositions[chosen], quality=self.quality[chosen], rows=self.rows[chosen]
        )

    def usable(self, space: FeasibleSpace) -> Values:
        """Return the probability of a usable film, ``(n,)``; the space remembers those of the campaign's recipes."""
        usable, listed = np.empty(len(self.rows)), self.rows >= 0
        usable[listed] = space.usable_recipes(self.rows[listed])
        usable[~listed] = space.usable_probability(self.compositions[~listed])
        return usable


def recipes_for(task: Task) -> Recipes:
    """Return the recipes to look at: those above the campaign's design threshold, or a lower one that some reach.

    Args:
        task: The wish, the campaign and the models.

    Raises:
        NoRecipeError: If the requirements on the recipe leave none of the lattice.
    """
    definition, space = task.definition, task.space
    rows = np.flatnonzero(task.wish.allows(space.recipes))
    compositions, quality = space.recipes[rows], space.recipe_quality[rows]
    if not space.complete and len(rows) < WALKERS:
        box = lattice_box(task.wish, definition.recipe_step)
        drawn = drawn_recipes(task.wish, box, generator(task.seed, "recipes", *task.wish.texts))
        compositions = np.concatenate([compositions, drawn])
        rows = np.append(rows, np.full(len(drawn), -1))
        quality = np.append(quality, space.quality(drawn) if len(drawn) else [])
    if len(rows) == 0:
        raise no_recipe(task.wish, definition.recipe_step)
    wanted = max(definition.quality.design_threshold, task.wish.least_quality)
    threshold, notes = _threshold(quality, wanted, definition)
    high = quality >= threshold
    return Recipes(compositions[high], quality[high], rows[high], threshold, notes)


def _threshold(quality: Values, wanted: float, definition: CampaignDefinition) -> tuple[float, tuple[str, ...]]:
    highest = float(quality.max())
    if highest >= wanted:
        return wanted, ()
    loop = definition.quality.loop_threshold
    threshold = loop if loop <= highest else _NEAR_HIGHEST * highest
    note = (
        f"no recipe reaches a quality of {100 * wanted:g} %, so recipes from {100 * threshold:.3g} % on were looked at"
    )
    return threshold, (note,)
