"""Aims: of the recipes that are about equally sure to meet what is required, those that get furthest.

Each aim is a desirability between 0 and 1, from the worst to the best of the recipes in question, and several aims
count by their geometric mean (Derringer and Suich, Journal of Quality Technology 12, 214-219 (1980)).
"""

import attrs
import numpy as np

from active_learning.inverse_design.task import Task
from active_learning.learners import Values
from lab.impacts import footprints, prices
from lab.simplex import Fractions

KEPT = 0.8
"""Recipes whose probability is at least this share of the highest compete by their aims."""

_LEAST = 1e-3
"""Least desirability, so that the worst recipe by one aim is still ordered by the others."""


@attrs.frozen(eq=False)
class Aiming:
    """The scale of a wish's aims."""

    probability: float
    """Probability from which recipes compete."""
    low: Values
    """Worst value of each aim among them, turned so that more is better, ``(a,)``."""
    high: Values
    """Best value of each aim, ``(a,)``."""


def aiming(task: Task, compositions: Fractions, probability: Values) -> Aiming:
    """Return the scale of the aims over recipes ``(n, k)`` with their probability ``(n,)``."""
    least = KEPT * float(probability.max())
    values = aimed_values(task, compositions[probability >= least])
    return Aiming(least, values.min(axis=0), values.max(axis=0))


def by_aims(task: Task, scale: Aiming, compositions: Fractions, probability: Values) -> Values:
    """Return by what recipes are compared: 1 + desirability where they compete, the probability elsewhere, ``(n,)``."""
    worth = np.array(probability, dtype=float)
    rows = np.flatnonzero(probability >= scale.probability)
    if len(rows):
        values = aimed_values(task, compositions[rows])
        span = np.where(scale.high > scale.low, scale.high - scale.low, 1.0)
        desirability = np.maximum((values - scale.low) / span, _LEAST)
        worth[rows] = 1.0 + np.exp(np.log(desirability).mean(axis=1))
    return worth


def aimed_values(task: Task, compositions: Fractions) -> Values:
    """Return the value of every aim, turned so that more is better, ``(n, a)``."""
    definition = task.definition
    columns = []
    mean = None
    for aim in task.wish.aims:
        if aim.name in definition.property_names:
            mean = np.asarray(task.committee.predict(compositions).mean) if mean is None else mean
            column = mean[:, definition.property_names.index(aim.name)]
        elif aim.name in definition.material_names:
            column = compositions[:, definition.material_names.index(aim.name)]
        elif aim.name == "quality":
            column = task.space.quality(compositions)
        else:
            factors = prices(definition) if aim.name == "cost" else footprints(definition)
            column = compositions @ np.array([factors[name] or 0.0 for name in definition.material_names])
        columns.append(aim.sign * column)
    return np.stack(columns, axis=1)
