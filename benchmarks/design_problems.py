"""Problems of inverse design that have an answer: what some usable recipe of a virtual laboratory truly does.

Three kinds, from what people usually ask to what 135 noisy films hardly tell:

* ``bounds``: one to three properties, each at least or at most, as in ``tensile_strength >= 90 MPa``;
* ``ranges``: four properties: one at least, one at most, two within a quarter of a standard deviation over the usable
  recipes each way, but no narrower than what a measurement can verify;
* ``tight``: the same without that last condition.

A bound lies a tenth of a standard deviation beside the recipe's true value. Nothing is left out because it is hard: how
many of the usable recipes meet a problem is told beside it (`Problem.share`).
"""

import attrs
import numpy as np

from benchmarks.design_worlds import ASKED, Laboratory
from lab.requirements import Requirement

KINDS = ("bounds", "ranges", "tight")

MOST_BOUNDS = 3
SLACK = 0.1
HALF_RANGE = 0.25
VERIFIABLE = 1.645
"""Standard deviations of a film's measured value: nine in ten films in the middle of a range are measured within it."""


@attrs.frozen
class Problem:
    """Requirements that some recipe meets."""

    requirements: tuple[Requirement, ...]
    share: float
    """Share of the usable recipes that truly meet all of them: how hard it is to find one."""


def problem(lab: Laboratory, rng: np.random.Generator, kind: str = "ranges") -> Problem:
    """Return requirements that the truth at some usable recipe meets.

    Args:
        lab: The laboratory.
        rng: Source of recipe and properties.
        kind: One of `KINDS`.
    """
    row = int(rng.integers(len(lab.answers)))
    if kind == "bounds":
        names = rng.choice(ASKED, size=rng.integers(1, MOST_BOUNDS + 1), replace=False).tolist()
        ways = [(SLACK, np.inf) if rng.random() < 0.5 else (np.inf, SLACK) for _ in names]
    else:
        names = rng.choice(ASKED, size=4, replace=False).tolist()
        ways = [(SLACK, np.inf), (np.inf, SLACK), (HALF_RANGE, HALF_RANGE), (HALF_RANGE, HALF_RANGE)]
    asked = []
    for name, (below, above) in zip(names, ways, strict=True):
        value, sd = float(lab.true_answers[name][row]), float(lab.true_answers[name].std())
        least = VERIFIABLE * lab.repeatability[name] * value if kind == "ranges" and below == above else 0.0
        asked.append(Requirement(name, value - max(below * sd, least), value + max(above * sd, least), name))
    meets = [(lab.true_answers[r.name] >= r.lower) & (lab.true_answers[r.name] <= r.upper) for r in asked]
    return Problem(tuple(asked), float(np.all(meets, axis=0).mean()))
