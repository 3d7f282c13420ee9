"""The Pareto front between two requirements on properties that conflict: what one costs of the other."""

from collections.abc import Sequence

import attrs
import numpy as np

from active_learning.inverse_design.task import Task
from active_learning.learners import Values
from lab.arrays import Array, Rows
from lab.requirements import Requirement
from lab.simplex import Fractions

MOST = 9
"""Compromises shown of a front."""


@attrs.frozen
class Compromise:
    """A recipe than which none is better in both."""

    composition: tuple[float, ...]
    """Weight fractions in the order of the campaign's materials."""
    values: tuple[float, float]
    """Predicted means of the two required properties, in their units."""


def fronts(
    task: Task, pairs: Sequence[tuple[Requirement, Requirement]], recipes: Fractions
) -> list[tuple[Compromise, ...]]:
    """Return the Pareto front of predicted means of every pair, from the best for the first to the best for the second.

    Args:
        task: The models and the campaign.
        pairs: Requirements.
        recipes: Recipes to choose from, ``(n, k)``; those that keep to the wish's bounds on the recipe count.

    Returns:
        For each pair at most `MOST`, spread evenly along the front; nothing where one of the two is not on a property
        or both are on the same one.
    """
    recipes = recipes[task.wish.allows(recipes)]
    if not pairs or len(recipes) == 0:
        return [()] * len(pairs)
    predicted = task.committee.predict(recipes)
    return [
        _front(task.definition.property_names, pair, recipes, np.asarray(predicted.mean), np.asarray(predicted.sd))
        for pair in pairs
    ]


def _front(
    names: tuple[str, ...], pair: tuple[Requirement, Requirement], recipes: Fractions, mean: Values, sd: Values
) -> tuple[Compromise, ...]:
    first, second = pair
    if first.name not in names or second.name not in names or first.name == second.name:
        return ()
    columns = [names.index(one.name) for one in pair]
    short = np.stack([_shortfall(mean[:, c], sd[:, c], one) for c, one in zip(columns, pair, strict=True)], axis=1)
    rows = _undominated(short)
    rows = rows[np.unique(np.linspace(0, len(rows) - 1, min(MOST, len(rows))).round().astype(int))]
    return tuple(
        Compromise(tuple(recipes[row].tolist()), (float(mean[row, columns[0]]), float(mean[row, columns[1]])))
        for row in rows
    )


def _shortfall(mean: Values, sd: Values, requirement: Requirement) -> Values:
    """Return by how many standard deviations the mean misses a requirement; negative where it lies beyond it."""
    short: Values = np.nan_to_num(np.maximum(requirement.lower - mean, mean - requirement.upper) / sd, nan=np.inf)
    return short


def _undominated(short: Array) -> Rows:
    """Return the rows that no other is below in both columns, ordered by the first column."""
    order = np.lexsort((short[:, 1], short[:, 0]))
    before = np.concatenate([[np.inf], np.minimum.accumulate(short[order, 1])[:-1]])
    kept: Rows = order[short[order, 1] < before]
    return kept
