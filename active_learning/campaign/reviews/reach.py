"""Whether a campaign's goal is within reach, by what is known."""

from active_learning.acquisition import MeetBounds
from active_learning.campaign.aims import fitting, goal_of
from active_learning.campaign.reviews.facts import Facts
from active_learning.campaign.reviews.review import Check, Verdict
from active_learning.feasible import FeasibleSpace
from lab.errors import NoRecipeError
from lab.seeds import generator

FEWEST = 10
"""Measured films below which no goal is called out of reach."""
_HOPELESS = 1e-3
"""Chance of the most promising recipe below which a film that meets the goal is not to be expected."""
_ASKED = 5_000
"""Recipes that are asked, drawn at random where there are more: nearly always with one of the best thousandth."""


def goal_checks(facts: Facts, space: FeasibleSpace) -> tuple[Check, ...]:
    """Return whether some recipe has a chance to meet all requirements of the goal; nothing where there are none."""
    definition = facts.definition
    goal = goal_of(definition, facts.films)
    if not isinstance(goal, MeetBounds):
        return ()
    count = len(facts.films.labels)
    if facts.committee is None or count < FEWEST:
        return (Check("goal", Verdict.UNKNOWN, f"{count} measured films are too few to tell"),)
    try:
        recipes = fitting(definition, space.candidates(definition.quality.loop_threshold))
    except NoRecipeError as error:
        return (Check("goal", Verdict.FAILED, f"{error.message}; {error.hint}"),)
    if len(recipes) > _ASKED:
        recipes = generator(0, "reach of a goal").permutation(recipes)[:_ASKED]
    best = float(facts.committee.probability_within(recipes, goal.lower, goal.upper).max())
    finding = f"the most promising recipe meets the goal with a probability of {best:.1g}"
    if best >= _HOPELESS:
        return (Check("goal", Verdict.OK, finding),)
    return (Check("goal", Verdict.FAILED, f"{finding}; loosen the requirements under [loop.goal]"),)
