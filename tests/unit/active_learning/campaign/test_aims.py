"""What a campaign looks for."""

import attrs
import numpy as np
import pytest

from active_learning.campaign.aims import fitting
from lab.campaign_files import builtin_definition
from lab.campaigns import GoalRule
from lab.errors import NoRecipeError

RECIPES = np.array([[0.5, 0.5, 0.0, 0.0], [0.1, 0.2, 0.3, 0.4]])


def seeking(*require):
    known = builtin_definition()
    return attrs.evolve(known, loop=attrs.evolve(known.loop, goal=GoalRule(require=require)))


def test_candidates_keep_to_the_materials_of_the_goal():
    np.testing.assert_array_equal(fitting(seeking("CNF <= 40 %", "toughness >= 1 MJ/m^3"), RECIPES), RECIPES[1:])
    np.testing.assert_array_equal(fitting(seeking("toughness >= 1 MJ/m^3"), RECIPES), RECIPES)


def test_materials_that_leave_no_usable_recipe_are_named():
    with pytest.raises(NoRecipeError, match=r"none of the 2 recipes .* 'CNF >= 60 %' and 'MMT <= 10 %'") as found:
        fitting(seeking("CNF >= 60 %", "MMT <= 10 %", "toughness >= 1 MJ/m^3"), RECIPES)
    assert "[loop.goal]" in found.value.hint
