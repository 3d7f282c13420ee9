"""Scores of the answers to many problems of inverse design."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import attrs
import numpy as np

SHARES = (0.0, 0.01, 0.1, 1.0)
"""Problems are also scored by the share of usable recipes that meet them: up to 1 %, up to 10 %, more."""


@attrs.frozen
class Outcome:
    """What became of one method's answer to one problem."""

    share: float
    """Share of the usable recipes that meet the problem."""
    first: bool
    """Whether the first design truly meets all and is usable."""
    any: bool
    designs: int
    seconds: float
    promises: tuple[tuple[float, bool], ...]
    """Stated probability of each design, and whether the film measured for it kept it."""


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the numbers of one method."""
    promises = [promise for one in outcomes for promise in one.promises]
    return {
        "problems": len(outcomes),
        "first": float(np.mean([one.first for one in outcomes])),
        "first_by_share": _by_share(outcomes),
        "any": float(np.mean([one.any for one in outcomes])),
        "designs": float(np.mean([one.designs for one in outcomes])),
        "seconds": float(np.median([one.seconds for one in outcomes])),
        "stated": float(np.mean([stated for stated, _ in promises])) if promises else None,
        "kept": float(np.mean([kept for _, kept in promises])) if promises else None,
        "calibration_error": calibration_error(promises) if promises else None,
    }


def calibration_error(promises: Sequence[tuple[float, bool]]) -> float:
    """Return the expected calibration error over ten equal bins (Naeini, Cooper and Hauskrecht, AAAI 2015)."""
    stated, kept = np.array(promises, dtype=float).T
    bins = np.minimum((10 * stated).astype(int), 9)
    gaps = [(bins == one).sum() * abs(stated[bins == one].mean() - kept[bins == one].mean()) for one in np.unique(bins)]
    return float(sum(gaps) / len(stated))


def _by_share(outcomes: Sequence[Outcome]) -> dict[str, tuple[int, float | None]]:
    """Return, by the upper end of the share, the number of problems and the share of first designs that are right."""
    table = {}
    for low, high in pairwise(SHARES):
        some = [one.first for one in outcomes if low < one.share <= high]
        table[f"{high:g}"] = (len(some), float(np.mean(some)) if some else None)
    return table
