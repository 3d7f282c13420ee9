"""Goals: what makes one film better than another, for campaigns that look for the best film, not the whole map."""

from typing import Protocol

import attrs
import numpy as np

from active_learning.learners import Values


class Goal(Protocol):
    """Tells how good films are."""

    @property
    def best(self) -> float:
        """Utility of the best film measured so far; minus infinity if there is none."""
        ...

    def utility(self, values: Values) -> Values:
        """Return how good films are, the higher the better: properties ``(..., p)`` to ``(...)``."""
        ...


@attrs.frozen
class BestOfProperty:
    """The highest, or lowest, value of one property."""

    column: int
    """Column of the property."""
    best: float = -np.inf
    maximise: bool = True

    @classmethod
    def among(cls, measured: Values, column: int, *, maximise: bool = True) -> "BestOfProperty":
        """Return the goal after films with measured properties ``(m, p)``, NaN where missing."""
        values = (1.0 if maximise else -1.0) * np.asarray(measured, dtype=float)[:, column]
        known = values[np.isfinite(values)]
        return cls(column, float(known.max()) if len(known) else -np.inf, maximise)

    def utility(self, values: Values) -> Values:
        """Return the property, with a minus sign where the lowest is wanted."""
        column: Values = values[..., self.column]
        return column if self.maximise else -column


@attrs.frozen(eq=False)
class MeetBounds:
    """All properties within bounds: the film that misses least, each miss in units of the property's scale."""

    lower: Values
    """Smallest accepted value of every property, ``(p,)``; minus infinity for none."""
    upper: Values
    """Largest accepted value, infinity for none."""
    scale: Values
    """What counts as a miss of one, ``(p,)``: for example the spread of the property over the films made."""
    best: float = -np.inf

    def utility(self, values: Values) -> Values:
        """Return minus the largest miss; positive where all bounds hold, by the margin of the tightest one."""
        with np.errstate(invalid="ignore"):
            margin = np.minimum(values - self.lower, self.upper - values) / self.scale
        bounded = np.isfinite(self.lower) | np.isfinite(self.upper)
        tightest: Values = margin[..., bounded].min(axis=-1)
        return tightest
