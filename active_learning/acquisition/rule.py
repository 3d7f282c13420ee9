"""The interface of every acquisition rule, and the checks that all of them share."""

from abc import ABC, abstractmethod
from typing import ClassVar, Protocol

import attrs
import numpy as np

from active_learning.acquisition.context import AcquisitionContext, Chosen
from active_learning.acquisition.pool import Pool, drawn_pool_of
from lab.arrays import Array, Rows
from lab.errors import AcquisitionError


class AcquisitionRule(Protocol):
    """A way to choose films."""

    @property
    def name(self) -> str:
        """Name by which a campaign asks for the rule."""
        ...

    @property
    def needs_committee(self) -> bool:
        """Whether the rule asks a committee."""
        ...

    @property
    def needs_goal(self) -> bool:
        """Whether the rule looks for the best film and so has to know what is good."""
        ...

    def choose(self, context: AcquisitionContext, batch: int, rng: np.random.Generator) -> Chosen:
        """Choose a batch of films; the same context and generator state give the same films."""
        ...


@attrs.frozen(eq=False)
class Selection:
    """Rows of a pool that a rule selected, the most wanted first."""

    rows: Rows
    """Rows of the pool, ``(b,)``."""
    score: float
    """The rule's score of the batch."""


class CheckedRule(ABC):
    """A rule whose input and output are checked; a new rule only has to `select` from a clean pool."""

    name: ClassVar[str]
    """Name by which a campaign asks for the rule."""
    needs_committee: ClassVar[bool] = True
    """Whether the rule asks a committee; without one the rule "distance" chooses instead."""
    needs_goal: ClassVar[bool] = False
    """Whether the rule looks for the best film and so has to know what is good."""
    pool_limit: ClassVar[int | None] = None
    """Largest pool that the rule looks at as a whole; of a larger one it sees a random draw of this size."""

    def choose(self, context: AcquisitionContext, batch: int, rng: np.random.Generator) -> Chosen:
        """Choose films.

        Args:
            context: Candidates, quality, films that exist, committee.
            batch: Number of films.
            rng: Source of all randomness.

        Raises:
            NoRecipeError: If fewer different recipes are left than the batch needs.
            AcquisitionError: If the committee or the rule yields values that are no numbers, or a goal is missing.
        """
        pool = drawn_pool_of(context, batch, self.pool_limit, rng)
        if self.needs_goal and pool.goal is None:
            raise AcquisitionError(
                f"the rule {self.name!r} looks for the best film and there is no goal that says what is good",
                hint="choose a rule that learns the map, such as 'gp-ivr', or give the campaign a goal",
            )
        if self.needs_committee and not pool.has_committee:
            from active_learning.acquisition.rules.distance import RULE as DISTANCE

            note = f"there is no committee yet for the rule {self.name!r}: chosen by distance instead"
            return attrs.evolve(DISTANCE.choose(context, batch, rng), note=note)
        selection = self.select(pool, batch, rng)
        self._check(selection, batch)
        rows = pool.indices[selection.rows]
        return Chosen(context.candidates[rows], float(selection.score), rows, self.name)

    @abstractmethod
    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select `batch` different rows of a pool that has at least so many."""

    def _check(self, selection: Selection, batch: int) -> None:
        if np.isnan(selection.score):
            raise AcquisitionError(
                f"the rule {self.name!r} scores its batch with a value that is no number",
                hint="train the committee again; if that does not help, choose another rule such as 'distance'",
            )
        if len(np.unique(selection.rows)) != batch:
            raise AcquisitionError(
                f"the rule {self.name!r} chose {len(np.unique(selection.rows))} different films instead of {batch}",
                hint="choose another rule such as 'distance'",
            )


def learned_numbers(rule: str, what: str, values: Array) -> Array:
    """Return values ``(..., p)`` of the properties that a committee has learned, after checking that they are numbers.

    A property that no film was measured for is NaN everywhere; it is left out.

    Raises:
        AcquisitionError: If a value is NaN or infinite beyond that, or no property is learned.
    """
    values = np.asarray(values, dtype=float)
    values = values[..., ~np.isnan(values).reshape(-1, values.shape[-1]).all(axis=0)]
    if values.shape[-1] == 0:
        raise AcquisitionError(
            f"the rule {rule!r} asks a committee that has learned no property",
            hint="measure films first, or choose the rule 'distance'",
        )
    wrong = np.count_nonzero(~np.isfinite(values))
    if wrong:
        raise AcquisitionError(
            f"the rule {rule!r} got {wrong} of {values.size} values of the {what} that are no numbers",
            hint="train the committee again; a property without any measurement, or with one value only, spoils it",
        )
    return values
