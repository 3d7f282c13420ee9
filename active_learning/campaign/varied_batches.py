"""Attributes that vary from film to film, each value from a stock of its own: source of a gelatin, size of platelets.

Models learn them beside the fractions, as one column for every value: 0, or `STEP` where a film is of it.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import attrs
import numpy as np

from active_learning.learners import Values
from lab.campaigns import CampaignDefinition
from lab.simplex import Fractions
from models.scaling import FRACTION_SCALE

STEP = FRACTION_SCALE
"""Two values of an attribute are as far from each other as recipes of which a quarter is replaced, for models that
scale all inputs as fractions and for rules that look at distances."""


@attrs.frozen
class VariedBatches:
    """The attributes that a campaign varies, and films in the columns that models learn from."""

    choices: Mapping[str, tuple[str, ...]]
    """Values on the deck of each attribute, the usual one first; empty where nothing varies."""
    _rest: Mapping[str, str]
    """Attributes of the batches in use."""

    @classmethod
    def of(cls, definition: CampaignDefinition) -> "VariedBatches":
        """Return what a campaign varies."""
        return cls(definition.varied, definition.attributes)

    @property
    def width(self) -> int:
        """Number of columns, a."""
        return sum(map(len, self.choices.values()))

    @property
    def usual(self) -> Values:
        """Columns of the batches that are used where nothing else is said, ``(a,)``."""
        return self.columns(self._rest)

    def columns(self, attributes: Mapping[str, str]) -> Values:
        """Return the columns of one film, ``(a,)``."""
        present = [attributes.get(name) == value for name, values in self.choices.items() for value in values]
        return STEP * np.array(present, dtype=float)

    def all_columns(self, attributes: Sequence[Mapping[str, str]]) -> Values:
        """Return the columns of n films, ``(n, a)``."""
        return np.array([self.columns(film) for film in attributes]).reshape(len(attributes), self.width)

    def each(self, recipes: Fractions) -> Values:
        """Return every recipe with every choice of batches: ``(n, k)`` to ``(n * c, k + a)``, recipe by recipe."""
        combinations = self.all_columns([dict(zip(self.choices, one, strict=True)) for one in self._products()])
        columns = np.tile(combinations, (len(recipes), 1))
        return np.hstack([np.repeat(recipes, len(combinations), axis=0), columns])

    @property
    def count(self) -> int:
        """Number of choices of batches for one recipe."""
        return len(self._products())

    def _products(self) -> list[tuple[str, ...]]:
        return list(product(*self.choices.values()))

    def recipe(self, row: Values) -> Values:
        """Return the recipe of a row of inputs: ``(k + a,)`` to ``(k,)``."""
        return row[: len(row) - self.width]

    def attributes(self, row: Values) -> dict[str, str]:
        """Return all attributes of the film of a row of inputs, ``(k + a,)``."""
        columns = row[len(self.recipe(row)) :]
        found, start = dict(self._rest), 0
        for name, values in self.choices.items():
            found[name] = values[int(np.argmax(columns[start : start + len(values)]))]
            start += len(values)
        return found
