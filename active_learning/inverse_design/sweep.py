"""Sweep: score every recipe of the lattice by the probability that it does all that is required.

On few materials the lattice is small enough to look at every point, so nothing can be missed; and a probability, other
than a mean that meets the specification, says how sure it is.
"""

from active_learning.inverse_design.diversity import diverse
from active_learning.inverse_design.found import Found
from active_learning.inverse_design.recipes import recipes_for
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import rank, worth_of


def find(task: Task) -> Found:
    """Return the recipes with the highest probability that differ from each other; nothing is random."""
    recipes = recipes_for(task)
    worth = worth_of(task, recipes.compositions, recipes.usable(task.space))
    order, notes = rank(task, recipes.compositions, worth)
    rows = diverse(recipes.compositions, order, task.top)
    return Found(
        recipes.compositions[rows],
        worth.met[rows],
        worth.usable[rows],
        recipes.threshold,
        len(recipes.compositions),
        (*recipes.notes, *notes),
    )
