"""Scores of the answers to many problems of inverse design."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import attrs
import numpy as np

from lab.export.curves import wilson_interval
from lab.seeds import generator
from models.metrics import calibration_error_by_chance, expected_calibration_error

SHARES = (0.0, 0.01, 0.1, 1.0)
"""Problems are also scored by the share of usable recipes that meet them: up to 1 %, up to 10 %, more."""


PROMISES = (0.0, 0.5, 0.8, 1.0)
"""First designs are also scored by the probability that was stated for them."""


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
    """By the clock."""
    processor_seconds: float
    """Of all threads together, which other work on the machine hardly changes."""
    promises: tuple[tuple[float, bool], ...]
    """Stated probability of each design, and whether the film measured for it kept it."""


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the numbers of one method."""
    promises = [promise for one in outcomes for promise in one.promises]
    right = [one.first for one in outcomes]
    return {
        "problems": len(outcomes),
        "first": float(np.mean(right)),
        "first_interval": wilson_interval(sum(right), len(right)),
        "first_by_share": _right_between(SHARES, [(one.share, one.first) for one in outcomes]),
        "first_by_promise": _right_between(
            PROMISES, [(one.promises[0][0], one.first) for one in outcomes if one.promises]
        ),
        "any": float(np.mean([one.any for one in outcomes])),
        "designs": float(np.mean([one.designs for one in outcomes])),
        "seconds": float(np.median([one.seconds for one in outcomes])),
        "processor_seconds": float(np.median([one.processor_seconds for one in outcomes])),
        **(_promises(promises) if promises else {}),
    }


def _promises(promises: Sequence[tuple[float, bool]]) -> dict[str, float]:
    """Return how well promises are kept; see `models.metrics` for the calibration error."""
    stated, kept = np.array(promises, dtype=float).T
    return {
        "stated": float(stated.mean()),
        "kept": float(kept.mean()),
        "calibration_error": expected_calibration_error(kept > 0, stated),
        "calibration_error_by_chance": calibration_error_by_chance(stated, generator(0, "chance")),
    }


def _right_between(
    limits: Sequence[float], firsts: Sequence[tuple[float, bool]]
) -> dict[str, tuple[int, float | None]]:
    """Return, by the upper end of each interval, the number of first designs in it and the share that is right.

    Args:
        limits: Ends of the intervals, which hold their upper end; the first one its lower end too.
        firsts: For every first design the number that it is sorted by, and whether it is right.
    """
    table = {}
    for low, high in pairwise(limits):
        some = [right for number, right in firsts if low < number <= high or number == limits[0] == low]
        table[f"{high:g}"] = (len(some), float(np.mean(some)) if some else None)
    return table
