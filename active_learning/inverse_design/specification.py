"""A specification: a wish sorted into bounds on properties, bounds on the recipe, and aims."""

import math
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from active_learning.inverse_design.bounds import LinearBound, ratio_bounds
from active_learning.learners import Values
from lab.arrays import Mask
from lab.campaign_checks import never_met
from lab.campaigns import RECIPE_QUANTITIES, CampaignDefinition
from lab.compositions import BOUND_TOLERANCE
from lab.errors import InvalidInputError
from lab.impacts import footprints, prices
from lab.names import known_hint
from lab.requirements import RATIO, Aim, Requirement, Wish, joined_hints, parse_wish
from lab.simplex import Fractions, within

_LOOSEN = "loosen the bounds"


@attrs.frozen(eq=False)
class Specification:
    """Bounds on every property and every material, unbounded ones infinite, further bounds on the recipe, and aims."""

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
    recipe_texts: tuple[str, ...] = ()
    """Those of them that bound the recipe."""
    linear: tuple[LinearBound, ...] = ()
    """Ratios, cost and footprint."""
    least_quality: float = 0.0
    """Smallest accepted quality, where one is asked for."""
    aims: tuple[Aim, ...] = ()
    notes: tuple[str, ...] = ()
    """What could not be counted, as a factor is missing."""

    def allows(self, compositions: Fractions) -> Mask:
        """Return which compositions ``(n, k)`` keep to the requirements on the recipe (not on quality), ``(n,)``."""
        allowed = within(compositions, self.least, self.most)
        for bound in self.linear:
            allowed = allowed & bound.allows(compositions)
        return allowed


def read_wish(texts: Sequence[str], definition: CampaignDefinition) -> Wish:
    """Read requirements and aims for a campaign; what cannot be read and what cannot be met are listed in one error.

    Args:
        texts: See `lab.requirements.parse_wish`.
        definition: The campaign.

    Raises:
        InvalidInputError: If any of them cannot be read, with the faults of the others too.
    """
    faults: list[str] = []
    hints: list[str] = []
    read: list[Wish] = []
    for text in texts:
        try:
            read.append(parse_wish([text], definition.units))
        except InvalidInputError as error:
            faults.extend(error.faults)
            hints.append(error.hint)
    wish = Wish(tuple(r for one in read for r in one.requirements), tuple(aim for one in read for aim in one.aims))
    if not faults:
        return wish
    if read:
        try:
            specification(wish, definition)
        except InvalidInputError as error:
            faults.extend(error.faults)
            hints.append(error.hint)
    raise InvalidInputError("requirements", faults, hint=joined_hints(hints))


def specification(wish: Wish | Sequence[Requirement], definition: CampaignDefinition) -> Specification:
    """Sort a wish into a specification for a campaign; several requirements on one name must hold together.

    Raises:
        InvalidInputError: If nothing is asked, a name is unknown, or requirements exclude each other or every recipe;
            all faults at once.
    """
    wish = wish if isinstance(wish, Wish) else Wish(tuple(wish))
    sorter = _Sorter(definition)
    if not wish.requirements and not wish.aims:
        sorter.fault("nothing is required", "say what is wanted, for example 'tensile_strength >= 90 MPa'")
    for requirement in wish.requirements:
        sorter.take(requirement)
    for aim in wish.aims:
        if aim.name == "films":
            sorter.fault(f"{aim.text!r}: the number of films is no aim", "require it, as 'films >= 3'")
        elif aim.name not in definition.units:
            sorter.unknown(aim.text, aim.name)
    sorter.note_missing(set(wish.names))
    return sorter.specification(wish)


class _Sorter:
    """Sorts requirements and collects their faults."""

    def __init__(self, definition: CampaignDefinition) -> None:
        self.definition = definition
        self.properties = dict.fromkeys(definition.property_names, (-math.inf, math.inf))
        # The campaign's own bounds hold as well.
        self.materials = {item.material.name: (item.lower, item.upper) for item in definition.ranges}
        self.linear: list[LinearBound] = []
        self.least_quality = 0.0
        self.faults: list[str] = []
        self.hints: list[str] = []
        self.notes: list[str] = []

    def fault(self, text: str, hint: str = "") -> None:
        """Note a fault and what to do about it."""
        self.faults.append(text)
        self.hints.append(hint)

    def take(self, requirement: Requirement) -> None:
        """Take one requirement."""
        name = requirement.name
        if name in self.properties and (why := never_met(self.definition, requirement)):
            self.fault(why, _LOOSEN)
        elif name in self.properties or name in self.materials:
            table = self.properties if name in self.properties else self.materials
            low, high = table[name]
            table[name] = (max(low, requirement.lower), min(high, requirement.upper))
        elif RATIO in name:
            if unknown := [part for part in name.split(RATIO) if part not in self.materials]:
                self.fault(
                    f"{requirement.text!r}: {' and '.join(unknown)} is no material of this campaign",
                    f"materials: {', '.join(self.materials)}",
                )
            elif len(set(name.split(RATIO))) == 1:
                self.fault(f"{requirement.text!r}: a ratio is one of two different materials", "name the other one")
            else:
                self.linear += ratio_bounds(requirement, self.definition.material_names)
        elif name == "quality":
            self.least_quality = max(self.least_quality, requirement.lower)
            if requirement.lower > 1 or math.isfinite(requirement.upper):
                self.fault(f"{requirement.text!r}: quality has a lower bound of at most 1, as 'quality >= 90 %'")
        elif name in ("cost", "footprint"):
            self._sum(requirement, prices(self.definition) if name == "cost" else footprints(self.definition))
        elif name == "films":
            self._films(requirement)
        else:
            self.unknown(requirement.text, name)

    def unknown(self, text: str, name: str) -> None:
        """Note that nothing is known about a name."""
        known = [*self.properties, *self.materials, *RECIPE_QUANTITIES]
        self.fault(f"{text!r}: {name!r} is neither a property nor a material", known_hint(name, known))

    def note_missing(self, names: set[str]) -> None:
        """Note which materials a cost or a footprint that is asked for cannot count."""
        for name, factors in (("cost", prices(self.definition)), ("footprint", footprints(self.definition))):
            missing = [material for material, factor in factors.items() if factor is None]
            if name in names and missing:
                self.notes.append(
                    f"the {name} leaves out {', '.join(missing)}, as no factor is known (give one in the campaign file)"
                )

    def _sum(self, requirement: Requirement, factors: Mapping[str, float | None]) -> None:
        coefficients = np.array([factors[name] or 0.0 for name in self.definition.material_names])
        self.linear.append(LinearBound(coefficients, requirement.lower, requirement.upper, requirement.text))

    def _films(self, requirement: Requirement) -> None:
        """Bound every material by what the stocks hold for so many films."""
        if not math.isfinite(requirement.lower) or requirement.lower <= 0 or math.isfinite(requirement.upper):
            self.fault(f"{requirement.text!r}: ask for a number of films, as 'films >= 3'")
            return
        solids = self.definition.measured_casting.solids
        for name, (low, high) in self.materials.items():
            # mg/mL x uL / 1000 = mg
            held = sum(s.concentration * s.usable_volume / 1000 for s in self.definition.stocks if s.material == name)
            self.materials[name] = (low, min(high, held / (requirement.lower * solids)))

    def specification(self, wish: Wish) -> Specification:
        """Return the specification.

        Raises:
            InvalidInputError: If there are faults.
        """
        for name, (low, high) in {**self.properties, **self.materials}.items():
            if low > high:
                texts = [repr(one.text) for one in wish.requirements if one.name == name]
                bounds = "" if name in self.properties else " with the campaign's bounds or stocks of it"
                self.fault(f"{' and '.join(texts) or name} cannot hold together{bounds}", _LOOSEN)
        if not self.faults and (why := _fault_of_sums(self.materials)):
            self.fault(why, _LOOSEN)
        if self.faults:
            raise InvalidInputError("requirements", self.faults, hint=joined_hints(self.hints))
        low_p, high_p = np.array(list(self.properties.values())).T
        low_m, high_m = np.array(list(self.materials.values())).T
        return Specification(
            lower=low_p,
            upper=high_p,
            least=low_m,
            most=high_m,
            texts=wish.texts,
            recipe_texts=tuple(one.text for one in wish.requirements if one.name not in (*self.properties, "quality")),
            linear=tuple(self.linear),
            least_quality=self.least_quality,
            aims=wish.aims,
            notes=tuple(self.notes),
        )


def _fault_of_sums(materials: Mapping[str, tuple[float, float]]) -> str:
    least = sum(low for low, _ in materials.values())
    most = sum(high for _, high in materials.values())
    if least > 1 + BOUND_TOLERANCE:
        return f"no recipe is left, as the least fractions of the materials sum to {100 * least:g} wt%"
    if most < 1 - BOUND_TOLERANCE:
        return f"no recipe is left, as the largest fractions of the materials sum to {100 * most:g} wt%"
    return ""
