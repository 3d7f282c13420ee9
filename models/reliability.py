"""Reliability: how often things happened that were promised with some probability."""

import attrs
import numpy as np

from lab.arrays import Array, Mask


@attrs.frozen
class ReliabilityBin:
    """Films whose promised probabilities are about equal."""

    promised: float
    """Mean probability that was promised."""
    observed: float
    """Share of the films for which it came true."""
    films: int


def reliability_bins(happened: Mask, probability: Array, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """Return the bins of equal width from 0 to 1 that hold a film, in order.

    Args:
        happened: Whether it came true, shape ``(n,)``.
        probability: What was promised, shape ``(n,)``.
        bins: Number of bins.
    """
    index = np.minimum((probability * bins).astype(int), bins - 1)
    return tuple(
        ReliabilityBin(float(probability[inside].mean()), float(happened[inside].mean()), int(inside.sum()))
        for inside in (index == number for number in range(bins))
        if inside.any()
    )
