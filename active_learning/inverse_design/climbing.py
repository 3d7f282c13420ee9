"""Climb: many starts climb by gradient, then on the lattice; for campaigns whose recipes are too many to list."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from active_learning.inverse_design.aiming import aiming, by_aims
from active_learning.inverse_design.box import LatticeBox, lattice_box
from active_learning.inverse_design.diversity import diverse
from active_learning.inverse_design.exchange import exchange
from active_learning.inverse_design.found import Found
from active_learning.inverse_design.gradient import climb
from active_learning.inverse_design.recipes import Recipes, recipes_for
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import HOPELESS, rank, worth_of
from active_learning.learners import DifferentiableCommittee, Values
from lab.compositions import Fractions
from lab.seeds import generator

SCREENED = 4_000
"""Recipes drawn at random that are scored to find starts."""

STARTS = 48
"""Starts: half of them the best of those that differ, half at random."""

ENDS = 12
"""Ends of the climb, the best of those that differ, from which the last steps are taken."""

_START_DISTANCE = 0.1


def find(task: Task) -> Found:
    """Return the recipes with the highest probability that differ from each other.

    The quality leads the climb; the last steps and the choice go by the probability of a usable film, which takes long.
    A committee without gradients (see `DifferentiableCommittee`) climbs on the lattice only.
    """
    box = lattice_box(task.wish, task.definition.recipe_step)
    recipes = recipes_for(task)

    def possible(compositions: Fractions, quality: Values) -> NDArray[np.bool_]:
        return (quality >= recipes.threshold) & task.wish.allows(compositions)

    def leading(compositions: Fractions) -> Values:
        quality = task.space.quality(compositions)
        worth = worth_of(task, compositions, quality).probability
        return np.where(possible(compositions, quality), worth, -np.inf)

    def final(compositions: Fractions) -> Values:
        rows = possible(compositions, task.space.quality(compositions))
        values = np.full(len(compositions), -np.inf)
        values[rows] = worth_of(task, compositions[rows]).probability
        return values

    starts, screened = _starts(task, recipes, box)
    counts, values = exchange(box.counts(starts), box, leading)
    counts = counts[np.isfinite(values)]
    if task.wish.aims and len(counts) and values.max() >= HOPELESS:
        scale = aiming(task, counts / box.parts, values[np.isfinite(values)])
        counts, _ = exchange(counts, box, lambda points: by_aims(task, scale, points, leading(points)))
    # Screened recipes stay in the choice: five different designs may need more than the peaks that climbers end on.
    reached = np.unique(np.concatenate([counts / box.parts, screened]), axis=0)
    reached = reached[possible(reached, task.space.quality(reached))]
    if not task.wish.aims:
        reached = _further(task, reached, box, final)
    value = worth_of(task, reached)
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


def _starts(task: Task, recipes: Recipes, box: LatticeBox) -> tuple[Fractions, Fractions]:
    """Return where climbers start, those that climbed by gradient among them, and the best of the screened recipes."""
    rng = generator(task.seed, "design", *task.wish.texts)
    count = len(recipes.compositions)
    rows = rng.choice(count, size=min(SCREENED, count), replace=False)
    screened = recipes.compositions[rows]
    order, _ = rank(task, screened, worth_of(task, screened, task.space.recipe_quality[recipes.rows[rows]]))
    good = diverse(screened, order, STARTS // 2, least=_START_DISTANCE)
    starts = screened[np.unique(np.concatenate([good, np.arange(min(STARTS // 2, len(screened)))]))]
    if isinstance(task.committee, DifferentiableCommittee):
        starts = np.concatenate([starts, climb(task, task.committee, starts, box)])
    return starts, screened[good]


def _further(task: Task, reached: Fractions, box: LatticeBox, worth: Callable[[Fractions], Values]) -> Fractions:
    """Return recipes ``(n, k)``, and those that the best different ones of them climb to."""
    order, _ = rank(task, reached, worth_of(task, reached))
    ends = reached[diverse(reached, order, ENDS)]
    counts, _ = exchange(box.counts(ends), box, worth)
    return np.unique(np.concatenate([reached, counts / box.parts]), axis=0)
