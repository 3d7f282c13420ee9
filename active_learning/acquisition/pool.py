"""The candidates that are left to choose from, and distances among them."""

import attrs
import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from active_learning.acquisition.context import AcquisitionContext
from active_learning.acquisition.goals import Goal
from active_learning.learners import Committee, Values
from lab.arrays import Mask, Rows
from lab.errors import AcquisitionError, InvalidInputError, NoRecipeError
from lab.seeds import generator
from lab.simplex import Fractions

_ROWS_AT_ONCE = 65_536
_AHEAD = 4
"""Times as many candidates are drawn as are looked at, as some of them are the same or made already."""


@attrs.frozen(eq=False)
class Pool:
    """Distinct candidates that have not been made yet."""

    candidates: Fractions
    """Recipes, ``(n, k)``, all different."""
    quality: Values
    """Predicted quality, ``(n,)``."""
    existing: Fractions
    """Films made or under way, ``(m, k)``."""
    indices: Rows
    """Row of each recipe among the candidates of the context, ``(n,)``."""
    cost: Values
    """Cost of each film, ``(n,)``."""
    _committee: Committee | None
    goal: Goal | None = None
    """What makes one film better than another; None where the whole map is wanted."""

    def __len__(self) -> int:
        return len(self.candidates)

    @property
    def value(self) -> Values:
        """Factor by which what a film tells counts: its quality, over its cost in units of the mean cost, ``(n,)``."""
        value: Values = self.quality / (self.cost / self.cost.mean())
        return value

    @property
    def has_committee(self) -> bool:
        """Whether there is a committee to ask."""
        return self._committee is not None

    @property
    def committee(self) -> Committee:
        """The committee.

        Raises:
            AcquisitionError: If there is none.
        """
        if self._committee is None:
            raise AcquisitionError(
                "the rule asks a committee and there is none yet", hint="choose the first films by the rule 'distance'"
            )
        return self._committee

    def asking(self, committee: Committee) -> "Pool":
        """Return the pool with another committee."""
        return attrs.evolve(self, committee=committee)

    def drawn(self, limit: int, rng: np.random.Generator) -> "Pool":
        """Return the pool itself, or `limit` of its recipes drawn at random where it is larger."""
        if len(self) <= limit:
            return self
        rows = np.sort(rng.choice(len(self), size=limit, replace=False))
        return attrs.evolve(
            self,
            candidates=self.candidates[rows],
            quality=self.quality[rows],
            cost=self.cost[rows],
            indices=self.indices[rows],
        )


def pool_of(context: AcquisitionContext, batch: int) -> Pool:
    """Return what is left to choose from: distinct candidates, without those already made.

    Raises:
        InvalidInputError: If the batch is not at least 1.
        NoRecipeError: If fewer recipes are left than the batch needs.
    """
    if batch < 1:
        raise InvalidInputError("acquisition", [f"a batch has at least one film, not {batch}"])
    first = _first_of_identical(context.candidates)
    left = first[~_made(context.candidates[first], context.existing, context.tolerance)]
    if len(left) < batch:
        raise NoRecipeError(
            f"{batch} films are asked for and {len(left)} different recipes are left "
            f"({len(context.candidates)} candidates, {len(first)} of them different, {len(first) - len(left)} made)",
            hint="lower the quality threshold, widen the bounds, take a finer recipe step or a smaller batch",
        )
    cost = np.ones(len(context.candidates)) if context.cost is None else context.cost
    return Pool(
        candidates=context.candidates[left],
        quality=context.quality[left],
        existing=context.existing,
        indices=left,
        cost=cost[left],
        committee=context.committee,
        goal=context.goal,
    )


def drawn_pool_of(context: AcquisitionContext, batch: int, limit: int | None, rng: np.random.Generator) -> Pool:
    """Return what is left to choose from as `pool_of` does, or so many recipes of it drawn at random.

    Raises:
        InvalidInputError: If the batch is not at least 1.
        NoRecipeError: If fewer recipes are left than the batch needs.
    """
    if limit is None:
        return pool_of(context, batch)
    limit = max(limit, batch)
    if len(context.candidates) > _AHEAD * limit:
        # Sorting out a million candidates takes longer than choosing among the few that are drawn.
        rows = np.sort(rng.choice(len(context.candidates), size=_AHEAD * limit, replace=False))
        try:
            pool = pool_of(context.only(rows), limit)
        except NoRecipeError:
            return pool_of(context, batch).drawn(limit, rng)
        return attrs.evolve(pool, indices=rows[pool.indices]).drawn(limit, rng)
    return pool_of(context, batch).drawn(limit, rng)


def nearest_distance(points: Fractions, to: Fractions) -> Values:
    """Return each point's Euclidean distance to the nearest of other points, ``(n,)``; infinite where there is none."""
    if len(to) == 0:
        return np.full(len(points), np.inf)
    parts = [cdist(points[i : i + _ROWS_AT_ONCE], to).min(axis=1) for i in range(0, len(points), _ROWS_AT_ONCE)]
    return np.concatenate(parts)


def _first_of_identical(candidates: Fractions) -> Rows:
    # One number a row sorts far faster than rows do; with random weights different rows practically never share one.
    weights = generator(0, "row keys", candidates.shape[1]).random(candidates.shape[1])
    keys = np.zeros(len(candidates))
    for column, weight in zip(candidates.T, weights, strict=True):
        keys += column * weight  # not a matrix product, whose last bit may depend on where the row stands
    _, first = np.unique(keys, return_index=True)
    return np.sort(first)


def _made(candidates: Fractions, existing: Fractions, tolerance: float) -> Mask:
    if len(existing) == 0 or len(candidates) == 0:
        return np.zeros(len(candidates), dtype=bool)
    distance, _ = cKDTree(existing).query(candidates, p=np.inf, distance_upper_bound=tolerance + 1e-12)
    made: Mask = np.isfinite(distance)
    return made
