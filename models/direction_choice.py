"""Decides whether a table's processes learn directions that all its properties share (`models.process_kernels`).

Where materials do the same in a film, they halve the error; where every material is of its own kind, or rare, they are
learned from chance. The likelihood that they are fitted to cannot tell, so films do that they were not fitted to.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.folds import fold_numbers

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float64]

DIRECTIONS = 3
"""Directions that are tried."""
_FEWEST_RECIPES = 40
"""With fewer, halves are too small to tell."""
_CLEARLY = 2.0
"""Standard errors by which directions must make the other half's films likelier."""


def useful_directions(
    inputs: "Tensor",
    labels: "Tensor",
    variances: "Tensor",
    *,
    bends: "Tensor",
    recipes: NDArray[np.int64],
    rng: np.random.Generator,
) -> int:
    """Return how many directions the processes of a table should learn: `DIRECTIONS` or none.

    Each half of the recipes is predicted by processes that learned from the other half.

    Args:
        inputs: Scaled inputs, shape ``(n, d)``.
        labels: Standardised labels, shape ``(p, n)``, NaN where missing.
        variances: Known variance of each label, shape ``(p, n)``.
        bends: Which inputs may be bent, boolean, shape ``(d,)``.
        recipes: Number of each film's recipe, shape ``(n,)``.
        rng: Source of the halves.
    """
    count = int(recipes.max()) + 1
    if count < _FEWEST_RECIPES or inputs.shape[1] <= DIRECTIONS:
        return 0
    halves = fold_numbers(count, 2, rng)[recipes]

    def losses(directions: int) -> Array:
        return _losses((inputs, labels, variances, bends), halves, directions)

    gains = losses(0) - losses(DIRECTIONS)
    standard_error = gains.std(ddof=1) * np.sqrt(len(gains))
    return DIRECTIONS if gains.sum() > _CLEARLY * standard_error else 0


def _losses(table: "tuple[Tensor, Tensor, Tensor, Tensor]", halves: NDArray[np.int64], directions: int) -> Array:
    """Return each film's negative log-likelihood, all its labels together, by the other half's processes, ``(n,)``."""
    from models.gaussian_processes import fit_gaussian_processes

    inputs, labels, variances, bends = table
    losses = np.empty(len(halves))
    for half in (0, 1):
        learned, asked = halves != half, halves == half
        found = fit_gaussian_processes(
            inputs[learned], labels[:, learned], variances[:, learned], bends=bends, directions=directions
        )
        mean, variance = found.predict(inputs[asked])
        total = variance + found.noise[:, None] + variances[:, asked]
        errors = labels[:, asked] - mean
        losses[asked] = (0.5 * (total.log() + errors**2 / total)).nansum(dim=0).numpy()
    return losses
