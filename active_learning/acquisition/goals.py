"""Goals: what makes one film better than another, for campaigns that look for the best film, not the whole map."""

from collections.abc import Sequence
from typing import Protocol

import attrs
import numpy as np

from active_learning.learners import Values
from lab.arrays import Rows, floats
from lab.simplex import Fractions


class Goal(Protocol):
    """Tells how good films are."""

    @property
    def best(self) -> float:
        """Utility of the best film measured so far; minus infinity if there is none."""
        ...

    @property
    def measured(self) -> Values:
        """Utilities of the films measured so far, ``(m,)``."""
        ...

    def utility(self, values: Values) -> Values:
        """Return how good films are, the higher the better: properties ``(..., p)`` to ``(...)``."""
        ...


def _none() -> Values:
    return np.empty(0)


@attrs.frozen(eq=False)
class RatedFilms:
    """Films with how good each is."""

    recipes: Fractions
    """Inputs of the committee, ``(m, d)``."""
    ratings: Values
    """The higher the better, on any scale, ``(m,)``."""

    @classmethod
    def of(cls, recipes: Fractions, values: Values, *, maximise: bool = True) -> "RatedFilms":
        """Return the films ``(m, d)`` that have a value of a property ``(m,)``, NaN where missing."""
        known = np.isfinite(values)
        return cls(recipes[known], values[known] if maximise else -values[known])


@attrs.frozen(eq=False)
class BestOfProperty:
    """The highest, or lowest, value of one property."""

    column: int
    """Column of the property."""
    best: float = -np.inf
    maximise: bool = True
    measured: Values = attrs.field(factory=_none, converter=floats)
    """Utilities of the films measured so far, ``(m,)``."""
    films: "RatedFilms | None" = None
    """The same films for rules that learn which is better; None where their recipes are not told."""

    @classmethod
    def among(
        cls, measured: Values, column: int, *, maximise: bool = True, films: "RatedFilms | None" = None
    ) -> "BestOfProperty":
        """Return the goal after films with measured properties ``(m, p)``, NaN where missing."""
        values = (1.0 if maximise else -1.0) * np.asarray(measured, dtype=float)[:, column]
        known = values[np.isfinite(values)]
        return cls(column, float(known.max()) if len(known) else -np.inf, maximise, known, films)

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
    measured: Values = attrs.field(factory=_none, converter=floats)
    """Utilities of the films measured so far, ``(m,)``."""

    @classmethod
    def among(cls, measured: Values, lower: Values, upper: Values) -> "MeetBounds":
        """Return the goal after films with measured properties ``(m, p)``, NaN where missing.

        A miss of one is the standard deviation of the property over the films; with fewer than two it is the size of
        its bound.
        """
        measured = np.asarray(measured, dtype=float)
        scale = np.array([_spread(measured[:, i], lower[i], upper[i]) for i in range(len(lower))])
        goal = cls(lower, upper, scale)
        utilities = goal.utility(measured) if len(measured) else _none()
        known = utilities[np.isfinite(utilities)]
        return cls(lower, upper, scale, float(known.max()) if len(known) else -np.inf, known)

    def utility(self, values: Values) -> Values:
        """Return minus the largest miss; positive where all bounds hold, by the margin of the tightest one."""
        with np.errstate(invalid="ignore"):
            margin = np.minimum(values - self.lower, self.upper - values) / self.scale
        tightest: Values = margin[..., self.columns].min(axis=-1)
        return tightest

    @property
    def columns(self) -> Rows:
        """Columns of the properties that have a bound."""
        return np.flatnonzero(np.isfinite(self.lower) | np.isfinite(self.upper))


@attrs.frozen(eq=False)
class BestCompromises:
    """Several properties at once, none of which shall be given up for another: the front of best compromises."""

    columns: tuple[int, ...]
    """Columns of the properties."""
    signs: Values
    """1 where a property shall be high, -1 where it shall be low, ``(k,)``."""
    measured_values: Values
    """Objectives of the films measured so far, high is good, ``(m, k)``."""

    @classmethod
    def among(cls, measured: Values, columns: Sequence[int], *, maximise: Sequence[bool]) -> "BestCompromises":
        """Return the goal after films with measured properties ``(m, p)``, NaN where missing."""
        signs = np.where(maximise, 1.0, -1.0)
        values = np.asarray(measured, dtype=float)[:, list(columns)] * signs
        return cls(tuple(columns), signs, values[np.isfinite(values).all(axis=1)])

    @property
    def best(self) -> float:
        """Lowest objective, in parts of the measured range, of the most balanced film; minus infinity without films."""
        return float(self.measured.max()) if len(self.measured) else -np.inf

    @property
    def measured(self) -> Values:
        """Utilities of the films measured so far, ``(m,)``."""
        return self.utility_of(self.measured_values)

    def objectives(self, values: Values) -> Values:
        """Return the objectives, high is good: properties ``(..., p)`` to ``(..., k)``."""
        picked: Values = values[..., list(self.columns)] * self.signs
        return picked

    def utility(self, values: Values) -> Values:
        """Return the lowest objective in parts of the measured range, for rules that know one number only."""
        return self.utility_of(self.objectives(values))

    def utility_of(self, objectives: Values) -> Values:
        """Return the utility of objectives ``(..., k)``: ``(...)``."""
        if len(self.measured_values) == 0:
            lowest: Values = objectives.min(axis=-1)
            return lowest
        width = np.ptp(self.measured_values, axis=0)
        scaled: Values = ((objectives - self.measured_values.min(axis=0)) / np.where(width > 0, width, 1.0)).min(
            axis=-1
        )
        return scaled


def _spread(values: Values, lower: float, upper: float) -> float:
    known = values[np.isfinite(values)]
    spread = float(known.std()) if len(known) > 1 else 0.0
    bound = max((abs(one) for one in (lower, upper) if np.isfinite(one)), default=1.0)
    return spread or bound or 1.0
