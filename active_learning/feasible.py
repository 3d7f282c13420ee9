"""The feasible space: the recipes that a campaign can make and that a quality model expects to give usable films."""

from functools import cached_property

import numpy as np

from active_learning.learners import QualityModel, Values
from lab.campaigns import CampaignDefinition
from lab.compositions import Fractions, lattice_size, snap
from lab.errors import NoRecipeError
from lab.seeds import generator

LARGEST_LATTICE = 1_000_000
"""Lattices with more points are sampled instead of listed: five materials at 2 wt% have 316,251, six 3,478,761."""

SAMPLE_SIZE = 200_000
"""Number of recipes drawn where the lattice is too large to list."""


class FeasibleSpace:
    """The recipes of a campaign with their predicted quality, computed once.

    Args:
        definition: The campaign; its bounds and its recipe lattice say what can be made.
        quality_model: The model of usable films.
    """

    def __init__(self, definition: CampaignDefinition, quality_model: QualityModel) -> None:
        self._definition = definition
        self._model = quality_model

    @property
    def complete(self) -> bool:
        """Whether `recipes` are all recipes of the campaign, not a sample of too many to list."""
        parts = round(1 / self._definition.recipe_step)
        return lattice_size(len(self._definition.ranges), parts) <= LARGEST_LATTICE

    @cached_property
    def recipes(self) -> Fractions:
        """All recipes on the lattice within the bounds, ``(n, k)``; a fixed sample of them where there are too many."""
        definition = self._definition
        materials, step = len(definition.ranges), definition.recipe_step
        if self.complete:
            recipes = definition.candidates()
        else:
            # The labels fix the sample: the same campaign always has the same recipes to choose from.
            drawn = definition.sample(generator(0, "recipes", definition.name, materials), SAMPLE_SIZE)
            snapped = np.unique(snap(drawn, step), axis=0)
            recipes = snapped[definition.within_bounds(snapped)]
        if len(recipes) == 0:
            raise NoRecipeError(
                f"no recipe in steps of {100 * step:g} wt% lies within the bounds of campaign {definition.name!r}",
                hint="widen the bounds of its materials or choose a smaller lattice.recipe_step",
            )
        recipes.setflags(write=False)
        return recipes

    @cached_property
    def recipe_quality(self) -> Values:
        """Predicted quality of every recipe, ``(n,)``."""
        quality = self.quality(self.recipes)
        quality.setflags(write=False)
        return quality

    def quality(self, compositions: Fractions) -> Values:
        """Return the predicted quality of any compositions: ``(n, k)`` to ``(n,)`` in [0, 1].

        Raises:
            NoRecipeError: If the model's answer is no number for some of them.
        """
        quality = np.array(self._model.predict(compositions), dtype=float)
        if not np.isfinite(quality).all():
            raise NoRecipeError(
                f"the quality model has no answer for {np.count_nonzero(~np.isfinite(quality))} recipes",
                hint="train the quality model again and look at its grades",
            )
        return np.clip(quality, 0.0, 1.0)

    predict = quality
    """The same as `quality`, so that a feasible space can stand where a quality model is wanted."""

    def share(self, threshold: float) -> float:
        """Return the share of the recipes, and so about of the simplex, that reach a quality of `threshold`."""
        return float(np.mean(self.recipe_quality >= threshold))

    def candidates(self, threshold: float) -> Fractions:
        """Return the recipes with a predicted quality of at least `threshold`, ``(n, k)``.

        Raises:
            NoRecipeError: If there is none.
        """
        feasible: Fractions = self.recipes[self.recipe_quality >= threshold]
        if len(feasible) == 0:
            highest = float(self.recipe_quality.max())
            raise NoRecipeError(
                f"none of the {len(self.recipes)} recipes of campaign {self._definition.name!r} has a predicted "
                f"quality of {threshold:g}; the highest is {highest:.3f}",
                hint=f"set the quality threshold below {highest:.2f}, widen the bounds, or grade more films",
            )
        return feasible
