"""Decides which kernel a table's processes learn: with directions that properties share, or free length scales.

Where materials do the same in a film, shared directions (`models.process_kernels`) halve the error; where every
material is of its own kind, or rare, they are learned from chance. Where few of many inputs tell anything, a length
scale for every input lowers the error by up to a quarter; where most do, it too is learned from chance. The likelihood
that they are fitted to cannot tell, so films do that they were not fitted to.
"""

import attrs
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
_LIKELIER = 1.0
"""Standard errors by which free length scales must make a property's left-out labels likelier. With none at all,
cuts of 60 rows of concrete are predicted 2 % worse (and as well as before with one); with two, a fifth of what is
gained on tables of which few inputs tell is lost."""


@attrs.frozen(eq=False)
class KernelChoice:
    """What the processes of a table should learn."""

    directions: int
    """Directions that properties share: `DIRECTIONS` or none."""
    free: Mask
    """Of which properties inputs may have a length scale each, shape ``(p,)``."""


@attrs.frozen(eq=False)
class _Table:
    """The arguments of `choose_kernel`."""

    inputs: Array
    labels: Array
    variances: Array
    bends: Mask


@attrs.frozen
class _Way:
    """A kernel that is tried."""

    directions: int = 0
    free: bool = False
    """Whether inputs may have a length scale each."""


_USUAL, _DIRECTED, _FREE = _Way(), _Way(directions=DIRECTIONS), _Way(free=True)


def choose_kernel(
    inputs: Array,
    labels: Array,
    variances: Array,
    *,
    bends: Mask,
    recipes: Integers,
    rng: np.random.Generator,
) -> KernelChoice:
    """Return what the processes of a table should learn.

    Each half of the recipes is predicted by processes that learned from the other half. For directions squared errors
    are compared: of labels that are 0 or 1 the likelihood of a normal distribution says little. Free length scales are
    tried where numbers are among the inputs, and not beside directions.

    Args:
        inputs: Scaled inputs, shape ``(n, d)``.
        labels: Standardised labels, shape ``(p, n)``, NaN where missing.
        variances: Known variance of each label, shape ``(p, n)``.
        bends: Which inputs may be bent, shape ``(d,)``: those that are numbers.
        recipes: Number of each film's recipe, shape ``(n,)``.
        rng: Source of the halves.
    """
    none = np.zeros(len(labels), dtype=bool)
    count = int(recipes.max()) + 1
    if count < _FEWEST_RECIPES or inputs.shape[1] <= DIRECTIONS:
        return KernelChoice(0, none)
    halves = fold_numbers(count, 2, rng)[recipes]
    ways = [_USUAL, _DIRECTED, *([_FREE] if bends.any() else [])]
    table = _Table(inputs, labels, variances, bends)
    squares, losses = ({way: np.empty(labels.shape) for way in ways} for _ in range(2))

    def judge(tried: tuple[int, _Way]) -> None:
        half, way = tried
        out = halves == half
        squares[way][:, out], losses[way][:, out] = _left_out(table, out, way)

    in_threads(judge, [(half, way) for half in (0, 1) for way in ways])
    gains = np.nansum(squares[_USUAL] - squares[_DIRECTED], axis=0)
    if _clear(gains, _CLEARLY):
        return KernelChoice(DIRECTIONS, none)
    if _FREE not in ways:
        return KernelChoice(0, none)
    gains = losses[_USUAL] - losses[_FREE]
    return KernelChoice(0, np.array([_clear(gain[np.isfinite(gain)], _LIKELIER) for gain in gains]))


def _clear(gains: Array, errors: float) -> bool:
    """Return whether the sum of gains ``(n,)`` exceeds so many of its standard errors."""
    return len(gains) > 1 and bool(gains.sum() > errors * gains.std(ddof=1) * np.sqrt(len(gains)))


def _left_out(table: _Table, out: Mask, way: _Way) -> tuple[Array, Array]:
    """Return squared error and minus log-likelihood of each left-out label, by processes of the others, ``(p, m)``."""
    import torch

    from models.gaussian_processes import fit_gaussian_processes

    parts = (table.inputs, table.labels, table.variances, table.bends)
    inputs, labels, variances, bends = (torch.from_numpy(np.ascontiguousarray(part)) for part in parts)
    learned, asked = torch.from_numpy(~out), torch.from_numpy(out)
    found = fit_gaussian_processes(
        inputs[learned],
        labels[:, learned],
        variances[:, learned],
        bends=bends,
        free=torch.full((len(labels),), way.free),
        directions=way.directions,
    )
    mean, variance = found.predict(inputs[asked])
    squares = (labels[:, asked] - mean) ** 2
    total = variance + found.noise[:, None] + variances[:, asked]
    return squares.numpy(), (0.5 * (squares / total + total.log())).numpy()
