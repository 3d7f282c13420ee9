"""Climb: many starts climb by gradient, then on the lattice; for campaigns whose recipes are too many to list."""

import numpy as np

from active_learning.inverse_design.aiming import aiming, by_aims
from active_learning.inverse_design.box import lattice_box
from active_learning.inverse_design.diversity import diverse
from active_learning.inverse_design.exchange import exchange
from active_learning.inverse_design.found import Found
from active_learning.inverse_design.gradient import climb
from active_learning.inverse_design.recipes import recipes_for
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import HOPELESS, rank, worth_of
from active_learning.learners import DifferentiableCommittee, Values
from lab.compositions import Fractions
from lab.seeds import generator

SCREENED = 4_000
"""Recipes drawn at random that are scored to find starts."""

STARTS = 48
"""Starts: half of them the best of those that differ, half at random."""

_START_DISTANCE = 0.1


def find(task: Task) -> Found:
    """Return the recipes with the highest probability x quality that differ from each other.

    A committee without gradients (see `DifferentiableCommittee`) climbs on the lattice only.
    """
    box = lattice_box(task.wish, task.definition.recipe_step)
    recipes = recipes_for(task)
    rng = generator(task.seed, "design", *task.wish.texts)
    count = len(recipes.compositions)
    rows = rng.choice(count, size=min(SCREENED, count), replace=False)
    screened, quality = recipes.compositions[rows], recipes.quality[rows]
    order, _ = rank(task, screened, worth_of(task, screened, quality))
    good = diverse(screened, order, STARTS // 2, least=_START_DISTANCE)
    starts = screened[np.unique(np.concatenate([good, np.arange(min(STARTS // 2, len(screened)))]))]
    if isinstance(task.committee, DifferentiableCommittee):
        starts = np.concatenate([starts, climb(task, task.committee, starts, box)])

    def worth(compositions: Fractions) -> Values:
        value = worth_of(task, compositions)
        possible = (value.quality >= recipes.threshold) & task.wish.allows(compositions)
        return np.where(possible, value.probability, -np.inf)

    counts, values = exchange(box.counts(starts), box, worth)
    counts = counts[np.isfinite(values)]
    if task.wish.aims and len(counts) and values.max() >= HOPELESS:
        scale = aiming(task, counts / box.parts, values[np.isfinite(values)])
        counts, _ = exchange(counts, box, lambda points: by_aims(task, scale, points, worth(points)))
    # Screened recipes stay in the choice: five different designs may need more than the peaks that climbers end on.
    reached = np.unique(np.concatenate([counts / box.parts, screened[good]]), axis=0)
    possible = (np.asarray(task.quality.predict(reached)) >= recipes.threshold) & task.wish.allows(reached)
    reached = reached[possible]
    value = worth_of(task, reached)
    order, notes = rank(task, reached, value)
    chosen = diverse(reached, order, task.top)
    return Found(
        reached[chosen],
        value.met[chosen],
        value.quality[chosen],
        recipes.threshold,
        len(rows),
        (*recipes.notes, *notes),
    )
