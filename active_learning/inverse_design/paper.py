"""The reference work's inverse design, for comparison.

Chen et al., Nature Nanotechnology 19, 782-791 (2024), doi 10.1038/s41565-024-01635-z, as in the authors' public code
(github.com/chentl/MatAL, reverse_design.ipynb): mean predictions on the feasible grid, points that meet every
requirement by their mean, grouped by DBSCAN, one centre a group. Uncertainty plays no part.
"""

import numpy as np

from active_learning.inverse_design.found import Found
from active_learning.inverse_design.recipes import recipes_for
from active_learning.inverse_design.specification import Specification
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import worth_of
from lab.simplex import Fractions, snap

CLUSTER_RADIUS = 0.15
"""DBSCAN's eps (reverse_design.ipynb)."""

CLUSTER_CORE = 20
"""DBSCAN's min_samples (reverse_design.ipynb), there on a grid of 1/150."""

_PAPER_STEP = 1 / 150


def find(task: Task) -> Found:
    """Return one recipe for each group of recipes whose mean predictions meet all requirements, large groups first.

    The grid is the campaign's recipe lattice instead of 1/150, and the number of points that make a group is smaller in
    proportion; a group's centre is taken to the nearest lattice recipe. Nothing is random.
    """
    wish = task.wish
    recipes = recipes_for(task)
    mean = np.asarray(task.committee.predict(recipes.compositions).mean)
    # The authors' score is 0 if and only if no property misses its bound.
    misses = np.minimum(mean - wish.lower, 0).sum(axis=1) + np.minimum(wish.upper - mean, 0).sum(axis=1)
    meeting = recipes.compositions[misses >= 0]
    centres = _centres(meeting, task.definition.recipe_step)[: task.top]
    if len(centres) == 0:
        note = "too few recipes for a group meet" if len(meeting) else "no recipe meets"
        notes = (*recipes.notes, f"{note} all requirements by the mean")
        return Found(centres, np.empty(0), np.empty(0), recipes.threshold, len(recipes.compositions), notes)
    centres = _allowed_nearest(centres, meeting, wish)
    worth = worth_of(task, centres)
    return Found(centres, worth.met, worth.usable, recipes.threshold, len(recipes.compositions), recipes.notes, False)


def _centres(points: Fractions, step: float) -> Fractions:
    """Return the centres of the groups of points, the largest group first, on the lattice."""
    from sklearn.cluster import DBSCAN

    if len(points) == 0:
        return points
    dimensions = points.shape[1] - 1
    core = max(1, round(CLUSTER_CORE * (_PAPER_STEP / step) ** dimensions))
    # As in the authors' code the last-but-one coordinate is left out: it follows from the others.
    labels = DBSCAN(eps=CLUSTER_RADIUS, min_samples=core).fit(np.delete(points, -2, axis=1)).labels_
    groups = [points[labels == label] for label in range(labels.max() + 1)]
    groups.sort(key=len, reverse=True)
    centres = np.array([group.mean(axis=0) for group in groups]).reshape(-1, points.shape[1])
    return snap(centres, step) if len(centres) else centres


def _allowed_nearest(centres: Fractions, meeting: Fractions, wish: Specification) -> Fractions:
    """Return the centres, where one breaks a requirement on materials the nearest meeting recipe instead."""
    allowed = wish.allows(centres)
    kept = [
        centre if ok else meeting[np.argmin(np.abs(meeting - centre).sum(axis=1))]
        for centre, ok in zip(centres, allowed, strict=True)
    ]
    return np.array(kept).reshape(-1, meeting.shape[1])
