"""A specification: requirements sorted into bounds on properties and bounds on the composition."""

import math
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from active_learning.learners import Values
from lab.campaigns import CampaignDefinition
from lab.compositions import Fractions
from lab.errors import InvalidInputError
from lab.requirements import Requirement

_TOLERANCE = 1e-9


@attrs.frozen(eq=False)
class Specification:
    """Lower and upper bounds on every property and every material; unbounded ones are infinite."""

    lower: Values
    """Smallest accepted value of every property, ``(p,)``."""
    upper: Values
    """Largest accepted value of every property, ``(p,)``."""
    least: Values
    """Smallest accepted fraction of every material, ``(k,)``."""
    most: Values
    """Largest accepted fraction of every material, ``(k,)``."""
    texts: tuple[str, ...]
    """The requirements as they were written."""

    def allows(self, compositions: Fractions) -> NDArray[np.bool_]:
        """Return which compositions ``(n, k)`` keep to the requirements on materials, ``(n,)``."""
        allowed: NDArray[np.bool_] = (
            (compositions >= self.least - _TOLERANCE) & (compositions <= self.most + _TOLERANCE)
        ).all(axis=1)
        return allowed


def specification(requirements: Sequence[Requirement], definition: CampaignDefinition) -> Specification:
    """Sort requirements into a specification for a campaign; several on one name must hold together.

    Raises:
        InvalidInputError: If there is no requirement, a name is unknown, or requirements exclude each other or every
            recipe; all faults at once.
    """
    properties = dict.fromkeys(definition.property_names, (-math.inf, math.inf))
    # The campaign's own bounds hold as well.
    materials = {item.material.name: (item.lower, item.upper) for item in definition.ranges}
    faults = [] if requirements else ["there is none"]
    for requirement in requirements:
        table = properties if requirement.name in properties else materials
        if requirement.name not in table:
            faults.append(f"{requirement.text!r}: {requirement.name!r} is neither a property nor a material")
            continue
        low, high = table[requirement.name]
        table[requirement.name] = (max(low, requirement.lower), min(high, requirement.upper))
    for name, (low, high) in {**properties, **materials}.items():
        if low > high:
            texts = [repr(requirement.text) for requirement in requirements if requirement.name == name]
            bounds = "" if name in properties else " with the campaign's bounds of it"
            faults.append(f"{' and '.join(texts)} cannot hold together{bounds}")
    if not faults:
        faults = _faults_of_sums(materials)
    if faults:
        raise InvalidInputError(
            "requirements", faults, hint=f"known names: {', '.join((*properties, *materials))}; loosen the bounds"
        )
    low_p, high_p = np.array(list(properties.values())).T
    low_m, high_m = np.array(list(materials.values())).T
    return Specification(low_p, high_p, low_m, high_m, tuple(requirement.text for requirement in requirements))


def _faults_of_sums(materials: dict[str, tuple[float, float]]) -> list[str]:
    least = sum(low for low, _ in materials.values())
    most = sum(high for _, high in materials.values())
    if least > 1 + _TOLERANCE:
        return [f"no recipe is left, as the least fractions of the materials sum to {100 * least:g} wt%"]
    if most < 1 - _TOLERANCE:
        return [f"no recipe is left, as the largest fractions of the materials sum to {100 * most:g} wt%"]
    return []
