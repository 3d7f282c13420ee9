"""What the robot makes of a recipe: the composition that it can dispense, how surely, in what time, of which stocks."""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import Worth, worth_of
from active_learning.learners import Values
from lab.arrays import Array
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.records import Purpose
from lab.seeds import generator
from lab.simplex import Fractions

DRAWS = 32
"""Compositions that are drawn around a recipe, half of them mirrored, to count the error of dispensing."""


@attrs.frozen(eq=False)
class Dispensed:
    """A recipe as a deck with this one film would make it."""

    composition: Fractions
    """Weight fractions that the dish will hold, ``(k,)``."""
    sd: Values
    """Their standard deviations, ``(k,)``."""
    minutes: float
    """Time of the robot for this film alone."""
    stocks: Mapping[str, float]
    """uL of every stock that goes into the dish."""
    tips: Mapping[str, int]
    """Tips used, by rack."""
    changed: str = ""
    """Why it is not the recipe that was asked for; empty where it is."""


@attrs.frozen
class Unmakeable:
    """A recipe that cannot be dispensed, and nothing near it either."""

    why: str
    """The root cause."""


def dispensed(definition: CampaignDefinition, recipe: Fractions) -> Dispensed | Unmakeable:
    """Return what the campaign's stocks and casting deck make of a recipe ``(k,)``.

    Where it cannot be made as it is, the nearest recipe that can is taken (see `robot_protocols.diagnosis`).
    """
    from robot_protocols.diagnosis import Cause, UnmakeableError

    if unstocked := set(definition.material_names) - {stock.material for stock in definition.stocks}:
        missing = ", ".join(name for name in definition.material_names if name in unstocked)
        return Unmakeable(f"the campaign lists no stock of {missing}; it comes in with filmlab campaign extend")
    names = definition.material_names
    try:
        return _planned(definition, Composition.from_vector(names, recipe))
    except UnmakeableError as error:
        first = error.diagnoses[0]
        if first.nearest is None:
            otherwise = ", or require 'films >= 1'" if first.cause is Cause.STOCK_SHORT else ""
            return Unmakeable(f"{first.message} ({first.hint}{otherwise})")
        try:
            return _planned(definition, first.nearest, changed=first.message)
        except UnmakeableError as again:
            return Unmakeable(again.diagnoses[0].message)


def _planned(definition: CampaignDefinition, recipe: Composition, changed: str = "") -> Dispensed:
    from robot_protocols.decks import campaign_deck
    from robot_protocols.planner import plan_decks
    from robot_protocols.plans import FilmOrder

    casting, names = definition.measured_casting, definition.material_names
    order = FilmOrder("design", recipe, casting.solids, casting.volume, dict(definition.attributes))
    (plan,) = plan_decks([order], definition.stocks, campaign_deck(definition, Purpose.LOOP))
    expected = plan.films[0].expected
    return Dispensed(
        composition=expected.composition.vector(names),
        sd=np.array([expected.sd.get(name, 0.0) for name in names]),
        minutes=plan.minutes,
        stocks={need.stock: need.needed for need in plan.stock_needs},
        tips=dict(plan.tips),
        changed=changed,
    )


def rescored(task: Task, recipes: Fractions, makings: Sequence[Dispensed | Unmakeable]) -> Worth:
    """Return what recipes are worth as they would be made: the mean over compositions drawn around each, ``(n,)``.

    A recipe that cannot be made is scored as it is written.
    """
    if len(recipes) == 0:
        return Worth(np.empty(0), np.empty(0))
    around = np.concatenate([_around(recipe, one, task) for recipe, one in zip(recipes, makings, strict=True)])
    worth = worth_of(task, around)
    shape = (len(recipes), DRAWS)
    return Worth(worth.met.reshape(shape).mean(axis=1), worth.usable.reshape(shape).mean(axis=1))


def _around(recipe: Fractions, one: Dispensed | Unmakeable, task: Task) -> Array:
    """Return compositions ``(DRAWS, k)`` that a dish may truly hold; a material that is not in the film stays out."""
    if isinstance(one, Unmakeable):
        return np.tile(recipe, (DRAWS, 1))
    half = generator(task.seed, "dispensing").standard_normal((DRAWS // 2, len(one.sd)))
    drawn = np.maximum(one.composition + np.concatenate([half, -half]) * one.sd, 0.0)
    closed: Array = drawn / drawn.sum(axis=1, keepdims=True)
    return closed
