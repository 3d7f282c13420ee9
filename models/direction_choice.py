"""Decides whether a table's processes learn directions that all its properties share (`models.process_kernels`).

Where materials do the same in a film, they halve the error; where every material is of its own kind, or rare, they are
learned from chance. The likelihood that they are fitted to cannot tell, so films do that they were not fitted to.
"""

import numpy as np

from lab.arrays import Array, Integers, Mask
from models.folds import fold_numbers
from models.threads import in_threads

DIRECTIONS = 3
"""Directions that are tried."""
_FEWEST_RECIPES = 40
"""With fewer, halves are too small to tell."""
_CLEARLY = 2.0
"""Standard errors by which directions must lower the squared errors."""


def useful_directions(
    inputs: Array,
    labels: Array,
    variances: Array,
    *,
    bends: Mask,
    recipes: Integers,
    rng: np.random.Generator,
) -> int:
    """Return how many directions the processes of a table should learn: `DIRECTIONS` or none.

    Each half of the recipes is predicted by processes that learned from the other half. Squared errors are compared:
    of labels that are 0 or 1 the likelihood of a normal distribution says little.

    Args:
        inputs: Scaled inputs, shape ``(n, d)``.
        labels: Standardised labels, shape ``(p, n)``, NaN where missing.
        variances: Known variance of each label, shape ``(p, n)``.
        bends: Which inputs may be bent, shape ``(d,)``.
        recipes: Number of each film's recipe, shape ``(n,)``.
        rng: Source of the halves.
    """
    count = int(recipes.max()) + 1
    if count < _FEWEST_RECIPES or inputs.shape[1] <= DIRECTIONS:
        return 0
    halves = fold_numbers(count, 2, rng)[recipes]

    tried = [(half, directions) for half in (0, 1) for directions in (0, DIRECTIONS)]
    errors = {directions: np.empty(len(recipes)) for directions in (0, DIRECTIONS)}

    def judge(way: tuple[int, int]) -> None:
        half, directions = way
        table = (inputs, labels, variances, bends)
        errors[directions][halves == half] = _squared_errors(table, halves == half, directions)

    in_threads(judge, tried)
    gains = errors[0] - errors[DIRECTIONS]
    standard_error = gains.std(ddof=1) * np.sqrt(len(gains))
    return DIRECTIONS if gains.sum() > _CLEARLY * standard_error else 0


def _squared_errors(table: tuple[Array, Array, Array, Mask], out: Mask, directions: int) -> Array:
    """Return the sum of each left-out film's squared errors, of what processes of the others predict, ``(m,)``."""
    import torch

    from models.gaussian_processes import fit_gaussian_processes

    inputs, labels, variances, bends = (torch.from_numpy(np.ascontiguousarray(part)) for part in table)
    learned, asked = torch.from_numpy(~out), torch.from_numpy(out)
    found = fit_gaussian_processes(
        inputs[learned], labels[:, learned], variances[:, learned], bends=bends, directions=directions
    )
    mean, _ = found.predict(inputs[asked])
    squares: Array = ((labels[:, asked] - mean) ** 2).nansum(dim=0).numpy()
    return squares
