"""Draws recipes that keep to a wish, where a campaign has too many recipes to list.

Of many recipes at random none may keep to a narrow wish, such as one without six of ten materials, though thousands of
the lattice do. So walkers start in corners of what the wish allows and move parts from one material to another at
random. All moves are as likely as their opposites, so that walkers spread evenly over the recipes that they can reach.
"""

import numpy as np

from active_learning.inverse_design.box import LatticeBox
from active_learning.inverse_design.moves import moves
from active_learning.inverse_design.specification import Specification
from lab.arrays import Integers
from lab.simplex import Fractions

WALKERS = 2_000
CORNERS = 16
"""Corners that are looked for, as walkers may be unable to pass from one part of what is allowed to another."""
_STEPS = 120
_SIZES = (1, 2, 4, 8, 16)
"""How much of a move a step makes."""


def drawn_recipes(wish: Specification, box: LatticeBox, rng: np.random.Generator) -> Fractions:
    """Return different recipes of the lattice that keep to a wish's bounds on the recipe, ``(n, k)``.

    Args:
        wish: Whose bounds on materials, ratios, cost and footprint are kept.
        box: Its bounds on materials in parts of the lattice.
        rng: Source of directions and steps.

    Returns:
        At most `WALKERS`; none where no recipe of the lattice keeps to the wish.
    """
    corners = _corners(wish, box, rng)
    if len(corners) == 0:
        return corners / box.parts
    walked = _walked(corners[rng.integers(len(corners), size=WALKERS)], wish, box, rng)
    return np.unique(np.concatenate([corners, walked]), axis=0) / box.parts


def _corners(wish: Specification, box: LatticeBox, rng: np.random.Generator) -> Integers:
    """Return the recipes in parts that lie farthest in random directions, ``(m, k)``."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    materials = len(box.least)
    constraints = [LinearConstraint(np.ones(materials), box.parts, box.parts)]
    constraints += [LinearConstraint(one.coefficients / box.parts, one.lower, one.upper) for one in wish.linear]
    found = []
    whole, bounds = np.ones(materials, dtype=np.int64), Bounds(box.least, box.most)
    for direction in rng.normal(size=(CORNERS, materials)):
        farthest = milp(direction, integrality=whole, bounds=bounds, constraints=constraints).x
        if farthest is None:
            break
        found.append(np.rint(farthest).astype(np.int64))
    corners = np.unique(np.array(found, dtype=np.int64).reshape(-1, materials), axis=0)
    # The solver keeps to bounds within a tolerance of its own.
    return corners[box.contains(corners) & wish.allows(corners / box.parts)]


def _walked(counts: Integers, wish: Specification, box: LatticeBox, rng: np.random.Generator) -> Integers:
    """Return where walkers ``(n, k)`` come to; a step that would leave what is allowed is not taken."""
    single = moves(counts.shape[1], box.parts, wish.linear)
    # No move is left where bounds tie all materials together.
    for _ in range(_STEPS if len(single) else 0):
        size = rng.choice(_SIZES, size=len(counts))
        moved = counts + size[:, None] * single[rng.integers(len(single), size=len(counts))]
        allowed = box.contains(moved)
        allowed[allowed] = wish.allows(moved[allowed] / box.parts)
        counts = np.where(allowed[:, None], moved, counts)
    return counts
