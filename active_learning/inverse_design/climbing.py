"""Climb: many starts climb by gradient, then on the lattice; for campaigns whose recipes are too many to list."""

import numpy as np

from active_learning.inverse_design.aiming import aiming, by_aims
from active_learning.inverse_design.box import lattice_box
from active_learning.inverse_design.diversity import diverse
from active_learning.inverse_design.exchange import exchange
from active_learning.inverse_design.found import Found
from active_learning.inverse_design.gradient import climb
from active_learning.inverse_design.recipes import Recipes, recipes_for
from active_learning.inverse_design.slopes import slopes_of
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import HOPELESS, Worth, rank, worth_of
from active_learning.learners import Values
from lab.arrays import Mask
from lab.seeds import generator
from lab.simplex import Fractions

SCREENED = 2_000
"""Recipes drawn at random that are scored to find starts."""

STARTS = 16
"""Starts: half of them the best of those that differ, half at random."""

ENDS = 8
"""Ends of the climb by gradient, the best of those that differ, that climb on along the lattice."""

_START_DISTANCE = 0.1


def find(task: Task) -> Found:
    """Return the recipes with the highest probability that differ from each other.

    Where a model does not know its gradients (see `active_learning.inverse_design.slopes`), starts climb on the lattice
    only.
    """
    box = lattice_box(task.wish, task.definition.recipe_step)
    recipes = recipes_for(task)

    def possible(compositions: Fractions) -> Mask:
        allowed = task.wish.allows(compositions)
        allowed[allowed] = task.space.quality(compositions[allowed]) >= recipes.threshold
        return allowed

    def worth(compositions: Fractions) -> Values:
        rows = possible(compositions)
        values = np.full(len(compositions), -np.inf)
        found = worth_of(task, compositions[rows])
        asked.append((compositions[rows], found))
        values[rows] = found.probability
        return values

    starts = points = _starts(task, recipes)
    slopes = slopes_of(task, recipes.threshold)
    if slopes is not None:
        points = np.concatenate([starts, climb(slopes, starts, box)])
    tried = np.unique(box.counts(points), axis=0)
    tried = tried[possible(tried / box.parts)]
    asked = [(tried / box.parts, worth_of(task, tried / box.parts))]
    order, _ = rank(task, *asked[0])
    ends = tried[diverse(tried / box.parts, order, ENDS)]
    counts, values = exchange(ends, box, worth, None if slopes is None else slopes.gradient, task.wish.linear)
    if task.wish.aims and values.max() >= HOPELESS:
        scale = aiming(task, counts / box.parts, values)
        exchange(counts, box, lambda some: by_aims(task, scale, some, worth(some)), bounds=task.wish.linear)
    # All that was asked stays in the choice: five different designs may need more than the peaks that climbers end on.
    reached, met, usable = (
        np.concatenate(columns)
        for columns in zip(*((recipes, found.met, found.usable) for recipes, found in asked), strict=True)
    )
    reached, first = np.unique(reached, axis=0, return_index=True)
    value = Worth(met[first], usable[first])
    order, notes = rank(task, reached, value)
    chosen = diverse(reached, order, task.top)
    return Found(
        reached[chosen],
        value.met[chosen],
        value.usable[chosen],
        recipes.threshold,
        min(SCREENED, len(recipes.compositions)),
        (*recipes.notes, *notes),
    )


def _starts(task: Task, recipes: Recipes) -> Fractions:
    """Return where climbers start; the quality stands for the probability of a usable film, which takes longer."""
    screened = recipes.some(SCREENED, generator(task.seed, "design", *task.wish.texts))
    order, _ = rank(task, screened.compositions, worth_of(task, screened.compositions, screened.quality))
    good = diverse(screened.compositions, order, STARTS // 2, least=_START_DISTANCE)
    return screened.compositions[np.unique(np.append(good, np.arange(min(STARTS // 2, len(order)))))]
