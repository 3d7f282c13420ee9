"""Compositions: points on the simplex, as weight fractions of dry solids.

Many compositions at once are numpy arrays of shape ``(n, k)``, one row a film, one column a material in the order of
the campaign's materials. One composition with its names is a `Composition`.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from math import comb

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.errors import CompositionError

Fractions = NDArray[np.float64]

SUM_TOLERANCE = 1e-6
"""How far the sum of fractions may be from 1 before the numbers are refused."""


def check_fractions(fractions: ArrayLike, *, tolerance: float = SUM_TOLERANCE) -> Fractions:
    """Return the fractions as a float array after checking that every row is a composition.

    Args:
        fractions: Shape ``(k,)`` or ``(n, k)``.
        tolerance: Largest accepted distance of a row's sum from 1.

    Raises:
        CompositionError: If a value is NaN, infinite or negative, or a row does not sum to 1.
    """
    array = np.asarray(fractions, dtype=float)
    if array.ndim not in (1, 2) or array.shape[-1] == 0:
        raise CompositionError(f"a composition needs at least one material, got an array of shape {array.shape}")
    rows = np.atleast_2d(array)
    with np.errstate(invalid="ignore"):  # inf - inf
        sums = rows.sum(axis=1)
    if (rows >= 0).all() and (np.abs(sums - 1) <= tolerance).all():
        return array
    faults = []
    for index in np.flatnonzero(~np.isfinite(rows).all(axis=1))[:5]:
        faults.append(f"row {index} has a value that is no number: {rows[index].tolist()}")
    for index in np.flatnonzero((rows < 0).any(axis=1))[:5]:
        faults.append(f"row {index} has a negative fraction: {rows[index].tolist()}")
    for index in np.flatnonzero(np.abs(sums - 1) > tolerance)[:5]:
        faults.append(f"row {index} sums to {sums[index]:.6g}, not to 1")
    raise CompositionError(
        "not a composition: " + "; ".join(faults),
        hint="give weight fractions of the dry film that are at least 0 and sum to 1 (not percent)",
    )


def close(amounts: ArrayLike) -> Fractions:
    """Return amounts scaled so that every row sums to 1 (Aitchison's closure).

    Args:
        amounts: Shape ``(k,)`` or ``(n, k)``, at least 0, each row with a positive sum.

    Raises:
        CompositionError: If an amount is negative or no number, or a row is all zero.

    >>> close([3, 1])
    array([0.75, 0.25])
    """
    array = np.asarray(amounts, dtype=float)
    if not np.isfinite(array).all() or (array < 0).any():
        raise CompositionError("amounts to close must be numbers that are at least 0")
    sums = array.sum(axis=-1, keepdims=True)
    if (sums <= 0).any():
        raise CompositionError("amounts to close must have a positive sum")
    closed: Fractions = array / sums
    return closed


def lattice_size(materials: int, parts: int) -> int:
    """Return how many points the simplex lattice {materials, parts} has: C(parts + materials - 1, materials - 1)."""
    return comb(parts + materials - 1, materials - 1)


def lattice_parts(step: float) -> int:
    """Return into how many parts a lattice step divides 1.

    Raises:
        CompositionError: If 1 / step is not a whole number.
    """
    parts = round(1 / step) if step >= 1e-9 else 0  # a smaller one, or NaN, divides into nothing that can be weighed
    if parts < 1 or abs(parts * step - 1) > 1e-9:
        raise CompositionError(
            f"a lattice step of {step!r} does not divide 1 into whole parts",
            hint="choose a step such as 0.1, 0.05, 0.02 or 0.01",
        )
    return parts


def lattice(materials: int, step: float) -> Fractions:
    """Return every composition whose fractions are multiples of a step (Scheffe's simplex lattice).

    Args:
        materials: Number of materials, k.
        step: Distance of lattice points as a weight fraction; 1 / step must be a whole number.

    Returns:
        Shape ``(C(1/step + k - 1, k - 1), k)``, in lexicographic order of the first materials. Four materials give 286
        rows at a step of 0.1 and 23,426 at 0.02.

    Raises:
        CompositionError: If 1 / step is not a whole number, or there is no material.
    """
    parts = lattice_parts(step)
    if materials < 1:
        raise CompositionError(f"a lattice needs at least one material, got {materials}")
    # Stars and bars: the gaps between chosen bar positions are the parts of each material.
    places = list(combinations(range(parts + materials - 1), materials - 1))
    bars = np.array(places, dtype=np.int64).reshape(len(places), materials - 1)
    edges = np.hstack([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), parts + materials - 1)])
    points: Fractions = (np.diff(edges, axis=1) - 1) / parts
    return points


def snap(fractions: ArrayLike, step: float) -> Fractions:
    """Return the nearest lattice point of every row (largest-remainder rounding, so that the sum stays 1).

    Args:
        fractions: Shape ``(k,)`` or ``(n, k)``.
        step: The lattice step, see `lattice`.

    Raises:
        CompositionError: If a row is no composition, or 1 / step is not a whole number.
    """
    array = check_fractions(fractions)
    parts = lattice_parts(step)
    scaled = np.atleast_2d(array) * parts
    floor = np.floor(scaled + 1e-9)
    missing = np.rint(parts - floor.sum(axis=1)).astype(int)
    order = np.argsort(-(scaled - floor), axis=1, kind="stable")
    ranks = np.argsort(order, axis=1, kind="stable")
    snapped: Fractions = (floor + (ranks < missing[:, None])) / parts
    return snapped.reshape(array.shape)


def sample_uniform(rng: np.random.Generator, n: int, materials: int) -> Fractions:
    """Return compositions drawn uniformly from the simplex (Dirichlet with all parameters 1).

    Returns:
        Shape ``(n, materials)``.
    """
    return rng.dirichlet(np.ones(materials), size=n)


def aitchison_distance(first: ArrayLike, second: ArrayLike, *, floor: float = 1e-3) -> NDArray[np.float64]:
    """Return the Aitchison distance of compositions row by row: the Euclidean distance of their centred log-ratios.

    Args:
        first: Shape ``(..., k)``.
        second: Shape ``(..., k)``, broadcast against `first`.
        floor: Fractions below it are raised to it before closing, as a logarithm of zero does not exist
            (multiplicative replacement, Martin-Fernandez et al. 2003).

    Returns:
        Shape ``(...)``.
    """
    difference = centred_log_ratio(first, floor=floor) - centred_log_ratio(second, floor=floor)
    distance: NDArray[np.float64] = np.linalg.norm(difference, axis=-1)
    return distance


def centred_log_ratio(fractions: ArrayLike, *, floor: float = 1e-3) -> NDArray[np.float64]:
    """Return the centred log-ratio of compositions, shape ``(..., k)`` (Aitchison 1982)."""
    logs = np.log(close(np.maximum(np.asarray(fractions, dtype=float), floor)))
    ratio: NDArray[np.float64] = logs - logs.mean(axis=-1, keepdims=True)
    return ratio


def _as_pairs(fractions: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((str(name), float(value)) for name, value in fractions.items())


@attrs.frozen
class Composition(Mapping[str, float]):
    """One dry film's weight fractions by material name; they are at least 0 and sum to 1.

    >>> Composition({"CNF": 0.6, "gelatin": 0.4}).vector(["CNF", "MMT", "gelatin"])
    array([0.6, 0. , 0.4])
    """

    _pairs: tuple[tuple[str, float], ...] = attrs.field(converter=_as_pairs)

    def __attrs_post_init__(self) -> None:
        values = [value for _, value in self._pairs]
        # Ten thousand films are read at a time: numpy is asked only to say what is wrong.
        right = values and min(values) >= 0 and abs(sum(values) - 1) <= SUM_TOLERANCE
        if not right:
            check_fractions(values)

    @classmethod
    def from_vector(cls, materials: Sequence[str], fractions: ArrayLike) -> "Composition":
        """Return the composition with the given fractions, in the order of `materials`."""
        return cls(dict(zip(materials, np.asarray(fractions, dtype=float).tolist(), strict=True)))

    def vector(self, materials: Sequence[str]) -> Fractions:
        """Return the fractions in the order of `materials`, shape ``(k,)``; an absent material is 0.

        Raises:
            CompositionError: If the composition holds a material that is not among `materials`.
        """
        unknown = [name for name, value in self._pairs if value > 0 and name not in materials]
        if unknown:
            raise CompositionError(f"{', '.join(unknown)} is not among the materials {', '.join(materials)}")
        return np.array([self.get(name, 0.0) for name in materials])

    def __getitem__(self, material: str) -> float:
        for name, value in self._pairs:
            if name == material:
                return value
        raise KeyError(material)

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)

    def __str__(self) -> str:
        return " / ".join(f"{name} {100 * value:.1f}" for name, value in self._pairs) + " wt%"
