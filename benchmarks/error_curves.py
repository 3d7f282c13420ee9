"""Errors over the number of films: pairs of both, in the order in which the films were made."""

from collections.abc import Sequence

import numpy as np

Curve = Sequence[tuple[float, float]]
"""Films made and error."""


def films_until(curve: Curve, error: float) -> float:
    """Return the number of films at which a curve comes down to an error, between points by a straight line.

    Infinite where it never does; where it starts below, the number of films that it starts with.
    """
    for (n0, e0), (n1, e1) in zip([(0, np.inf), *curve], curve, strict=False):
        if e1 <= error:
            return float(n1) if not np.isfinite(e0) else float(n0 + (n1 - n0) * (e0 - error) / (e0 - e1))
    return float("inf")


def median_curve(curves: Sequence[Curve]) -> list[list[float]]:
    """Return the median error of campaigns over the films, as far as all of them went."""
    steps = min(len(curve) for curve in curves)
    heights = np.median([[error for _, error in curve[:steps]] for curve in curves], axis=0)
    return [[int(n), float(height)] for (n, _), height in zip(curves[0], heights, strict=False)]
