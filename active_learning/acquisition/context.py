"""What a rule is given and what it gives back."""

import attrs
import numpy as np

from active_learning.acquisition.goals import Goal
from active_learning.learners import Committee, Values
from lab.arrays import Rows, floats
from lab.errors import InvalidInputError
from lab.simplex import Fractions

ANYTHING_AGAIN = -1.0
"""A tolerance by which no candidate counts as made."""


@attrs.frozen(eq=False)
class AcquisitionContext:
    """The situation in which films are chosen.

    Raises:
        InvalidInputError: If shapes do not fit, or candidates or quality hold a value that is no number.
    """

    candidates: Fractions = attrs.field(converter=floats)
    """Recipes to choose from, ``(n, k)``."""
    quality: Values = attrs.field(converter=floats)
    """Predicted quality of every candidate in [0, 1], ``(n,)``."""
    existing: Fractions = attrs.field(converter=floats)
    """Films made or under way, ``(m, k)``; none is an array of shape ``(0, k)``."""
    committee: Committee | None = None
    """The property committee; None before the first films are measured."""
    goal: Goal | None = None
    """What makes one film better than another; None where the whole map is wanted."""
    cost: Values | None = attrs.field(default=None, converter=attrs.converters.optional(floats))
    """Cost of making every candidate, in any currency, ``(n,)``, above 0; None where all cost the same."""
    tolerance: float = 0.01
    """A candidate no fraction of which differs by more than this from an existing film counts as made.

    Half the recipe step of the reference campaign: a film and its neighbour on the lattice stay distinct.
    """

    def only(self, rows: Rows) -> "AcquisitionContext":
        """Return the situation with some of the candidates."""
        return attrs.evolve(
            self,
            candidates=self.candidates[rows],
            quality=self.quality[rows],
            cost=None if self.cost is None else self.cost[rows],
        )

    def __attrs_post_init__(self) -> None:
        faults = []
        if self.candidates.ndim != 2:
            faults.append(f"candidates must have the shape (n, k), not {self.candidates.shape}")
        elif self.existing.size and (self.existing.ndim != 2 or self.existing.shape[1] != self.candidates.shape[1]):
            faults.append(f"existing films have the shape {self.existing.shape}, candidates {self.candidates.shape}")
        if self.quality.shape != self.candidates.shape[:1]:
            faults.append(f"quality has the shape {self.quality.shape} for {len(self.candidates)} candidates")
        if self.cost is not None and (self.cost.shape != self.quality.shape or not (self.cost > 0).all()):
            faults.append("costs must be one positive number a candidate")
        faults += [
            f"{name} holds a value that is no number"
            for name in ("candidates", "quality", "existing")
            if not np.isfinite(getattr(self, name)).all()
        ]
        if faults:
            raise InvalidInputError("acquisition", faults, hint="check the models that the candidates come from")


@attrs.frozen(eq=False)
class Chosen:
    """The films that a rule chose."""

    @classmethod
    def nothing(cls, materials: int, rule: str) -> "Chosen":
        """Return no films."""
        return cls(np.empty((0, materials)), 0.0, np.empty(0, dtype=np.intp), rule)

    compositions: Fractions
    """Recipes, ``(b, k)``, the most wanted first."""
    score: float
    """The rule's score of the whole batch; scores of different rules cannot be compared."""
    indices: Rows
    """Rows of the candidates, ``(b,)``."""
    rule: str
    """Name of the rule that chose: another one than was asked where that could not work."""
    note: str = ""
    """What a person should know about the choice; empty where all went as asked."""
