"""The recipes among which a design is looked for."""

import attrs
import numpy as np
from numpy.typing import NDArray

from active_learning.inverse_design.box import no_recipe
from active_learning.inverse_design.task import Task
from active_learning.learners import Values
from lab.campaigns import CampaignDefinition
from lab.simplex import Fractions

_NEAR_HIGHEST = 0.9
"""Where no recipe reaches a threshold: the recipes within a tenth of the highest quality are looked at."""


@attrs.frozen(eq=False)
class Recipes:
    """Recipes that keep to the requirements on materials and reach a quality."""

    compositions: Fractions
    """Shape ``(n, k)``."""
    rows: NDArray[np.integer]
    """Their rows in the campaign's recipes, shape ``(n,)``."""
    threshold: float
    """Quality that all of them reach."""
    notes: tuple[str, ...]
    """Why the threshold is not the campaign's, if so."""


def recipes_for(task: Task) -> Recipes:
    """Return the recipes to look at: those above the campaign's design threshold, or a lower one that some reach.

    Args:
        task: The wish, the campaign and the models.

    Raises:
        NoRecipeError: If the requirements on the recipe leave none of the lattice.
    """
    wish, definition, space = task.wish, task.definition, task.space
    allowed = np.flatnonzero(wish.allows(space.recipes))
    if len(allowed) == 0:
        raise no_recipe(wish, definition.recipe_step)
    predicted = space.recipe_quality[allowed]
    threshold, notes = _threshold(predicted, max(definition.quality.design_threshold, wish.least_quality), definition)
    rows = allowed[predicted >= threshold]
    return Recipes(space.recipes[rows], rows, threshold, notes)


def _threshold(quality: Values, wanted: float, definition: CampaignDefinition) -> tuple[float, tuple[str, ...]]:
    highest = float(quality.max())
    if highest >= wanted:
        return wanted, ()
    loop = definition.quality.loop_threshold
    threshold = loop if loop <= highest else _NEAR_HIGHEST * highest
    note = f"no recipe reaches the quality of {wanted:g}, so recipes from {threshold:.3g} on were looked at"
    return threshold, (note,)
