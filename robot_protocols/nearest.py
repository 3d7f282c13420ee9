"""The nearest recipe that the stocks can serve."""

from collections.abc import Mapping

import numpy as np

from lab.compositions import Composition
from lab.simplex import Fractions
from robot_protocols.plans import FilmOrder

_BISECTIONS = 60


def without(order: FilmOrder, materials: set[str]) -> Composition | None:
    """Return the recipe with some materials left out and the rest closed to 1; None if nothing is left."""
    kept = {name: 0.0 if name in materials else value for name, value in order.composition.items()}
    total = sum(kept.values())
    return Composition({name: value / total for name, value in kept.items()}) if total > 0 else None


def within_volume(order: FilmOrder, strongest: Mapping[str, float]) -> Composition | None:
    """Return the nearest recipe whose doses fit into the casting volume; None if no recipe of these materials does.

    The Euclidean projection onto the simplex cut by sum_i x_i / c_i <= volume / solids: with the multiplier l of that
    bound it is the projection of x - l / c onto the simplex, and the left side falls as l grows, so l is bisected.

    Args:
        order: The film.
        strongest: Concentration of the strongest stock by material, mg/mL.
    """
    names = list(strongest)
    asked = np.array([order.composition.get(name, 0.0) for name in names])
    cost = 1 / np.array([strongest[name] for name in names])
    budget = order.volume / 1000 / order.solids * (1 - 1e-6)
    if cost.min() > budget:
        return None
    low, high = 0.0, 1.0
    while float(cost @ _onto_simplex(asked - high * cost)) > budget:
        high *= 2
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        if float(cost @ _onto_simplex(asked - middle * cost)) > budget:
            low = middle
        else:
            high = middle
    return Composition(dict(zip(names, _onto_simplex(asked - high * cost).tolist(), strict=True)))


def _onto_simplex(point: Fractions) -> Fractions:
    """Euclidean projection onto the simplex (Held, Wolfe and Crowder 1974)."""
    descending = np.sort(point)[::-1]
    excess = np.cumsum(descending) - 1
    count = int(np.flatnonzero(descending - excess / np.arange(1, len(point) + 1) > 0)[-1]) + 1
    projected: Fractions = np.maximum(point - excess[count - 1] / count, 0.0)
    closed: Fractions = projected / projected.sum()
    return closed
