"""Compositions: points on the simplex, as weight fractions of dry solids.

Here is one composition with its names, and what there is to say of a lattice without making it. Arrays of many are in
`lab.simplex`. Numpy is imported where an array is asked for: a command that only reads a campaign does without it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, comb, floor
from typing import TYPE_CHECKING

import attrs

from lab.errors import CompositionError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from lab.simplex import Fractions

SUM_TOLERANCE = 1e-6
"""How far the sum of fractions may be from 1 before the numbers are refused."""
BOUND_TOLERANCE = 1e-9
"""How far a fraction may be beyond the bounds of its material."""


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


def lattice_within(bounds: Iterable[tuple[float, float]], parts: int) -> bool:
    """Return whether a simplex lattice has a point within bounds, without making the lattice.

    Every material may have a range of whole parts. Some point shares out all parts if the least that the materials need
    is not more, and the most that they take is not less.

    Args:
        bounds: Least and greatest fraction of each material.
        parts: Into how many parts the lattice divides 1.
    """
    shares = [(ceil((low - BOUND_TOLERANCE) * parts), floor((high + BOUND_TOLERANCE) * parts)) for low, high in bounds]
    fits = all(low <= high for low, high in shares)
    return fits and sum(low for low, _ in shares) <= parts <= sum(high for _, high in shares)


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
            from lab.simplex import check_fractions

            check_fractions(values)

    @classmethod
    def from_vector(cls, materials: Sequence[str], fractions: "ArrayLike") -> "Composition":
        """Return the composition with the given fractions, in the order of `materials`."""
        import numpy as np

        return cls(dict(zip(materials, np.asarray(fractions, dtype=float).tolist(), strict=True)))

    def vector(self, materials: Sequence[str]) -> "Fractions":
        """Return the fractions in the order of `materials`, shape ``(k,)``; an absent material is 0.

        Raises:
            CompositionError: If the composition holds a material that is not among `materials`.
        """
        import numpy as np

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
