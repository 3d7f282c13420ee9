"""What the networks of each property learn, and which films each member holds out."""

import attrs
import numpy as np

from lab.arrays import Array, Integers, Mask
from lab.seeds import generator
from models.film_table import FilmTable
from models.folds import fold_numbers
from models.known_noise import label_variances
from models.transforms import TargetScale

_MOST_FOLDS = 10


@attrs.frozen(eq=False)
class Task:
    """What the networks of one property learn, on the standardised scale."""

    labels: Array
    """Shape ``(n,)``, NaN where missing."""
    variances: Array
    """Known variance of each label, shape ``(n,)``."""
    typical_variance: float
    """Known variance that a new measurement will have."""
    learn: Mask
    """Which films each member learns from, shape ``(members, n)``."""
    held_out: Mask
    """Which films each member is tested on, shape ``(members, n)``."""

    @property
    def first_folds(self) -> Integers:
        """The first member that holds out each film, shape ``(n,)``; -1 where none does."""
        return np.where(self.held_out.any(axis=0), self.held_out.argmax(axis=0), -1)


def new_task(table: FilmTable, column: int, scale: TargetScale, members: int, seed: int) -> Task:
    """Return what one property's networks learn.

    Args:
        table: The films.
        column: The property's place in the table.
        scale: The property's scale.
        members: Networks of the property.
        seed: Seed of the folds.
    """
    values = table.targets[:, column]
    labelled = np.isfinite(values)
    rng = generator(seed, "committee", "folds", table.properties[column].name)
    held_out = np.zeros((members, len(values)), dtype=bool)
    held_out[:, labelled] = _hold_outs(table.recipe_numbers(np.flatnonzero(labelled)), members, rng)
    variances, typical = label_variances(np.where(labelled, table.target_sd[:, column], np.nan) * scale.slope(values))
    return Task(scale.forward(values), variances, typical, labelled & ~held_out, held_out)


def _hold_outs(recipes: Integers, members: int, rng: np.random.Generator) -> Mask:
    """Return which films each member holds out, shape ``(members, n)``.

    Films of one recipe are held out together: a replicate in training would give the answer away. With a single recipe
    nothing is held out.
    """
    count = int(recipes.max()) + 1
    folds = min(members, _MOST_FOLDS, count)
    rows: list[Mask] = []
    while len(rows) < members and folds > 1:
        fold = fold_numbers(count, folds, rng)[recipes]
        rows += [fold == number for number in range(folds)]
    return np.array(rows[:members]) if rows else np.zeros((members, len(recipes)), dtype=bool)
