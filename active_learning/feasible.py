"""The feasible space: the recipes that a campaign can make and that a quality model expects to give usable films."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from active_learning.learners import DifferentiableQuality, QualityModel, UsableModel, Values
from lab.campaigns import CampaignDefinition
from lab.compositions import lattice_size
from lab.errors import NoRecipeError
from lab.seeds import generator
from lab.simplex import Fractions, snap

LARGEST_LATTICE = 1_000_000
"""Lattices with more points are sampled instead of listed: five materials at 2 wt% have 316,251, six 3,478,761."""

SAMPLE_SIZE = 200_000
"""Number of recipes drawn where the lattice is too large to list."""


def recipes_to_choose(definition: CampaignDefinition) -> Fractions:
    """Return all recipes of a campaign, ``(n, k)``; a fixed sample of them where there are too many to list."""
    if _can_be_listed(definition):
        return definition.candidates()
    # The labels fix the sample: the same campaign always has the same recipes to choose from.
    drawn = definition.sample(generator(0, "recipes", definition.name, len(definition.ranges)), SAMPLE_SIZE)
    snapped = np.unique(snap(drawn, definition.recipe_step), axis=0)
    kept: Fractions = snapped[definition.within_bounds(snapped)]
    return kept


def _can_be_listed(definition: CampaignDefinition) -> bool:
    return lattice_size(len(definition.ranges), round(1 / definition.recipe_step)) <= LARGEST_LATTICE


class FeasibleSpace:
    """The recipes of a campaign with their predicted quality, computed once.

    Args:
        definition: The campaign; its bounds and its recipe lattice say what can be made.
        quality_model: The model of usable films.
    """

    def __init__(self, definition: CampaignDefinition, quality_model: QualityModel) -> None:
        self._definition = definition
        self._model = quality_model
        self._usable: Values | None = None

    @property
    def complete(self) -> bool:
        """Whether `recipes` are all recipes of the campaign, not a sample of too many to list."""
        return _can_be_listed(self._definition)

    @cached_property
    def recipes(self) -> Fractions:
        """All recipes on the lattice within the bounds, ``(n, k)``; a fixed sample of them where there are too many."""
        definition = self._definition
        recipes = recipes_to_choose(definition)
        if len(recipes) == 0:
            raise NoRecipeError(
                f"no recipe in steps of {100 * definition.recipe_step:g} wt% lies within the bounds of campaign "
                f"{definition.name!r}",
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
        return _checked(self._model.predict(compositions))

    predict = quality
    """The same as `quality`, so that a feasible space can stand where a quality model is wanted."""

    def usable_probability(self, compositions: Fractions) -> Values:
        """Return the probability that films of any compositions are usable: ``(n, k)`` to ``(n,)``.

        It is the quality where the model knows no other probability.

        Raises:
            NoRecipeError: If the model's answer is no number for some of them.
        """
        if not isinstance(self._model, UsableModel):
            return self.quality(compositions)
        return _checked(self._model.usable_probability(compositions))

    def usable_recipes(self, rows: NDArray[np.integer]) -> Values:
        """Return `usable_probability` of some of `recipes`, by their rows ``(m,)``; what was asked is remembered."""
        if self._usable is None:
            self._usable = np.full(len(self.recipes), np.nan)
        unknown = rows[np.isnan(self._usable[rows])]
        self._usable[unknown] = self.usable_probability(self.recipes[unknown])
        return self._usable[rows]

    @property
    def gradients(self) -> DifferentiableQuality | None:
        """The quality model where it knows its gradients, None where it does not."""
        return self._model if isinstance(self._model, DifferentiableQuality) else None

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
            # Rounded down: one that is followed has to leave a recipe. Where it would be 0, it is no remedy.
            reached = np.floor(100 * highest) / 100
            lower = f"set the quality threshold to {reached:.2f} or below, " if reached > 0 else ""
            raise NoRecipeError(
                f"none of the {len(self.recipes)} recipes of campaign {self._definition.name!r} has a predicted "
                f"quality of {threshold:g}; the highest is {highest:.3f}",
                hint=f"{lower}widen the bounds (filmlab campaign extend --films 0 --file FILE), or grade more films",
            )
        return feasible


def _checked(answer: Values) -> Values:
    """Return a model's answer within [0, 1].

    Raises:
        NoRecipeError: If some of it is no number.
    """
    answer = np.array(answer, dtype=float)
    if not np.isfinite(answer).all():
        raise NoRecipeError(
            f"the quality model has no answer for {np.count_nonzero(~np.isfinite(answer))} recipes",
            hint="train the quality model again and look at its grades",
        )
    return np.clip(answer, 0.0, 1.0)
