"""What a campaign looks for."""

import attrs
import numpy as np
import pytest

from active_learning.acquisition import BestCompromises
from active_learning.campaign.aims import films_that_meet, fitting, goal_of
from active_learning.campaign.training_data import MeasuredFilms
from lab.campaign_files import builtin_definition
from lab.campaigns import GoalRule
from lab.compositions import Composition
from lab.errors import NoRecipeError
from lab.records import AsMade, Film, Purpose
from tests.factories import synthetic_campaign

RECIPES = np.array([[0.5, 0.5, 0.0, 0.0], [0.1, 0.2, 0.3, 0.4]])


def seeking(*require, **goal):
    known = builtin_definition()
    return attrs.evolve(known, loop=attrs.evolve(known.loop, goal=GoalRule(require=require, **goal)))


def sought(definition, values, at_least):
    """The goal after films with values of the strain at break, or bounds of it, and with a toughness of 1, 2, 3, ..."""
    count, names = len(values), definition.property_names
    table, bounds = np.full((2, count, len(names)), np.nan)
    table[:, names.index("fracture_strain")] = values
    table[:, names.index("toughness")] = 1.0 + np.arange(count)
    bounds[:, names.index("fracture_strain")] = at_least
    recipes = np.tile(RECIPES[0], (count, 1))
    films = MeasuredFilms(tuple("ABCD")[:count], recipes, table, np.full_like(table, 0.1), bounds)
    goal = goal_of(definition, films)
    assert goal is not None
    return goal


def test_candidates_keep_to_the_materials_of_the_goal():
    np.testing.assert_array_equal(fitting(seeking("CNF <= 40 %", "toughness >= 1 MJ/m^3"), RECIPES), RECIPES[1:])
    np.testing.assert_array_equal(fitting(seeking("toughness >= 1 MJ/m^3"), RECIPES), RECIPES)


def test_materials_that_leave_no_usable_recipe_are_named():
    with pytest.raises(NoRecipeError, match=r"none of the 2 recipes .* 'CNF >= 60 %' and 'MMT <= 10 %'") as found:
        fitting(seeking("CNF >= 60 %", "MMT <= 10 %", "toughness >= 1 MJ/m^3"), RECIPES)
    assert "[loop.goal]" in found.value.hint


def test_values_beyond_the_range_of_an_instrument_meet_or_miss_a_goal_where_their_bounds_do():
    nan = np.nan
    films = ([0.1, 0.2, nan, nan], [nan, nan, 0.25, 0.4])
    least = seeking("fracture_strain >= 30 %")
    goal = sought(least, *films)
    # More than 40 % is met for certain; more than 25 % is left open.
    assert len(goal.measured) == 3 and goal.best == goal.measured[2] > 0
    most = seeking("fracture_strain <= 30 %")
    goal = sought(most, *films)
    assert len(goal.measured) == 3 and goal.measured[2] < 0 < goal.best
    both = seeking("15 <= fracture_strain <= 50 %")
    assert len(sought(both, *films).measured) == 2


def test_what_was_reached_of_a_property_that_shall_be_high_counts():
    films = ([0.1, 0.2, np.nan], [np.nan, np.nan, 0.4])
    high = seeking(maximise=["fracture_strain"])
    assert sought(high, *films).best == 0.4
    low = seeking(minimise=["fracture_strain"])
    assert sought(low, *films).best == -0.1
    front = sought(seeking(maximise=["fracture_strain", "toughness"]), *films)
    assert isinstance(front, BestCompromises)
    np.testing.assert_array_equal(front.measured_values, [[0.1, 1.0], [0.2, 2.0], [0.4, 3.0]])
    against = sought(seeking(maximise=["toughness"], minimise=["fracture_strain"]), *films)
    assert len(against.measured) == 2


def test_a_film_whose_composition_leaves_out_a_material_has_none_of_it():
    campaign = synthetic_campaign(upto="library")
    halves = Composition({"CNF": 0.5, "gelatin": 0.5})
    films = [Film(label, Purpose.MANUAL, halves, 40.0, 4500.0) for label in ("made", "planned")]
    campaign.add("by hand", [*films, AsMade("made", halves, {}, 40.0)])

    def met(*require):
        goal = attrs.evolve(campaign.definition.loop, goal=GoalRule(require=require))
        return set(films_that_meet(attrs.evolve(campaign.definition, loop=goal), campaign.records)) & {
            "made",
            "planned",
        }

    assert met("MMT <= 10 %") == met("CNF >= 50 %", "MMT <= 0 %") == {"made"}
    assert met("MMT >= 10 %") == met("MMT <= 10 %", "toughness >= 1 MJ/m^3") == set()
