"""Requirements on a film, as a person writes them.

``tensile_strength >= 90 MPa``, ``MMT <= 30 wt%``, ``without gelatin``, ``CNF:gelatin = 2:1``, ``quality >= 90 %``,
``cost <= 20 USD/kg``, ``footprint <= 2 kg CO2e/kg``, ``films >= 6`` (that the stocks at hand must suffice for), and
aims without a bound: ``maximise toughness``, ``minimise cost``.
"""

import math
import re
from collections.abc import Mapping, Sequence

import attrs

from lab import library
from lab.errors import InvalidInputError, UnitError
from lab.names import known_hint, near_name
from lab.units import convert

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_NAME = r"\w+(?:[ -]\w+)*(?:\s*:\s*\w+)?"
"""Of one quantity or of two with a colon; names in several words are read to say which one was meant."""
_ONE_SIDED = re.compile(
    rf"^\s*(?P<name>{_NAME})\s*(?P<operator><=|>=|<|>|=)\s*(?P<value>{_NUMBER})\s*(?P<unit>.*?)\s*$"
)
_REVERSED = re.compile(
    rf"^\s*(?P<value>{_NUMBER})\s*(?P<unit>[^<>=]*?)\s*(?P<operator><=|>=|<|>)\s*(?P<name>{_NAME})\s*$"
)
_TWO_SIDED = re.compile(
    rf"^\s*(?P<low>{_NUMBER})\s*(?P<low_unit>[^<>=]*?)\s*<=?\s*(?P<name>{_NAME})\s*<=?\s*(?P<high>{_NUMBER})"
    rf"\s*(?P<unit>.*?)\s*$"
)
_ABSENT = re.compile(r"^\s*(?:without|no)\s+(?P<name>\w+)\s*$", re.IGNORECASE)
_SIGNS = {"≥": ">=", "≤": "<=", "=>": ">=", "=<": "<=", "==": "="}
_AIM = re.compile(r"^\s*(?P<sense>maximi[sz]e|minimi[sz]e)\s+(?P<name>\w+)\s*$", re.IGNORECASE)

RATIO = ":"
"""Between two materials it stands for the ratio of their fractions, ``CNF:gelatin``."""
_TO_ONE = re.compile(rf"{RATIO}\s*({_NUMBER})")
"""The second part of a ratio's value, as in ``2:1``."""


class UnknownQuantityError(InvalidInputError):
    """A requirement on something that nothing is known about."""


@attrs.frozen
class Requirement:
    """A lower and an upper bound on one quantity, in the quantity's unit."""

    name: str
    """Name of a property, a material or another quantity of a recipe; ``CNF:gelatin`` for a ratio of fractions."""
    lower: float
    """Smallest accepted value; minus infinity where there is no lower bound."""
    upper: float
    """Largest accepted value; infinity where there is no upper bound."""
    text: str
    """The requirement as it was written."""

    def met_by(self, value: float) -> bool:
        """Return whether a value lies within the bounds (NaN does not)."""
        return self.lower <= value <= self.upper

    def met_above(self, bound: float) -> bool | None:
        """Return whether a value that is at least this large lies within the bounds; None where that is open."""
        if bound > self.upper:
            return False
        return True if bound >= self.lower and self.upper == math.inf else None


@attrs.frozen
class Aim:
    """A quantity that shall be as large, or as small, as it can be."""

    name: str
    """Name of a property, a material or another quantity of a recipe."""
    sign: int
    """1 to maximise, -1 to minimise."""
    text: str
    """The aim as it was written."""


@attrs.frozen
class Wish:
    """All that a person asks of a film."""

    requirements: tuple[Requirement, ...]
    aims: tuple[Aim, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Requirements and aims as they were written."""
        return (*(one.text for one in self.requirements), *(one.text for one in self.aims))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the quantities that requirements and aims are about, in the order of `texts`."""
        return (*(one.name for one in self.requirements), *(one.name for one in self.aims))


def parse_requirement(text: str, units: Mapping[str, str]) -> Requirement:
    """Read one requirement.

    Args:
        text: For example ``"youngs_modulus >= 7.4 GPa"`` or ``"0.2 <= CNF <= 0.5"``.
        units: The unit of every name that may be required, for example ``{"youngs_modulus": "MPa"}``.

    Raises:
        UnknownQuantityError: If the name is unknown.
        InvalidInputError: If the text cannot be read, the unit does not fit, or the bounds are the wrong way round.

    >>> found = parse_requirement("tensile_strength >= 0.09 GPa", {"tensile_strength": "MPa"})
    >>> found.lower, found.upper
    (90.0, inf)
    """
    plain = text
    for sign, written in _SIGNS.items():
        plain = plain.replace(sign, written)
    if match := _ABSENT.match(plain):
        _unit_of(match["name"], units, text)
        return Requirement(match["name"], -math.inf, 0.0, text.strip())
    if match := _ONE_SIDED.match(plain) or _REVERSED.match(plain):
        name = _plain(match["name"])
        unit = _unit_of(name, units, text)
        bound = _converted(match["value"], match["unit"], unit, text)
        if match["operator"] == "=":
            return Requirement(name, bound, bound, text.strip())
        at_least = match["operator"].startswith(">") == (match.re is _ONE_SIDED)
        lower, upper = (bound, math.inf) if at_least else (-math.inf, bound)
    elif match := _TWO_SIDED.match(plain):
        name = _plain(match["name"])
        unit = _unit_of(name, units, text)
        shared = "" if match["unit"].startswith(RATIO) else match["unit"]
        lower = _converted(match["low"], match["low_unit"] or shared, unit, text)
        upper = _converted(match["high"], match["unit"], unit, text)
    else:
        raise InvalidInputError(
            "requirement",
            [f"{text!r} cannot be read"],
            hint="write for example 'tensile_strength >= 90 MPa' or '20 <= CNF <= 30 %'",
        )
    if lower > upper:
        raise InvalidInputError("requirement", [f"{text!r}: the lower bound is above the upper bound"])
    return Requirement(name, lower, upper, text.strip())


def parse_requirements(texts: Sequence[str], units: Mapping[str, str]) -> tuple[Requirement, ...]:
    """Read several requirements; the faults of all of them are listed in one error.

    Raises:
        InvalidInputError: If any of them is wrong (see `parse_requirement`).
    """
    requirements: list[Requirement] = []
    faults: list[str] = []
    hints: list[str] = []
    for text in texts:
        try:
            requirements.append(parse_requirement(text, units))
        except InvalidInputError as error:
            faults.extend(error.faults)
            hints.append(error.hint)
    if faults:
        raise InvalidInputError("requirements", faults, hint=joined_hints(hints))
    return tuple(requirements)


def joined_hints(hints: Sequence[str]) -> str:
    """Return what to do about several faults, each thing said once."""
    return "; ".join(dict.fromkeys(filter(None, hints)))


def parse_wish(texts: Sequence[str], units: Mapping[str, str]) -> Wish:
    """Read requirements and aims; the faults of all of them are listed in one error.

    Args:
        texts: Requirements, see `parse_requirement`, and aims such as ``"maximise toughness"``, in any order.
        units: The unit of every name that may be used.

    Raises:
        InvalidInputError: If any of them is wrong.
    """
    aims: list[Aim] = []
    faults: list[str] = []
    hints: list[str] = []
    others = []
    for text in texts:
        match = _AIM.match(text)
        if match is None:
            others.append(text)
            continue
        try:
            _unit_of(match["name"], units, text)
        except InvalidInputError as error:
            faults.extend(error.faults)
            hints.append(error.hint)
        aims.append(Aim(match["name"], 1 if match["sense"].lower().startswith("max") else -1, text.strip()))
    try:
        requirements = parse_requirements(others, units)
    except InvalidInputError as error:
        raise InvalidInputError(
            "requirements", [*faults, *error.faults], hint=joined_hints([*hints, error.hint])
        ) from error
    if faults:
        raise InvalidInputError("requirements", faults, hint=joined_hints(hints))
    return Wish(requirements, tuple(aims))


def _plain(name: str) -> str:
    return RATIO.join(part.strip() for part in name.split(RATIO))


def _unit_of(name: str, units: Mapping[str, str], text: str) -> str:
    if RATIO in name:
        for part in name.split(RATIO):
            if units.get(part) != "fraction":
                _unit_of(part, units, text)
        return ""
    if name in units:
        return units[name]
    fault = f"{text!r}: {name!r} is neither a property nor a material"
    raise UnknownQuantityError("requirement", [fault], hint=_unknown_hint(name, units))


def _unknown_hint(name: str, units: Mapping[str, str]) -> str:
    """Return what was probably meant; of a material of the library, how it comes into the campaign."""
    found = near_name(name, library.materials(), likeness=0.85)
    if found is None or found in units:
        return known_hint(name, units)
    return f"{found} is no material of this campaign: it joins with a stock of it, see filmlab campaign extend --help"


def _converted(number: str, unit: str, to: str, text: str) -> float:
    if unit.startswith(","):
        raise InvalidInputError(
            "requirement", [f"{text!r} has a comma in a number"], hint="write a decimal point and no thousands"
        )
    if math.isinf(float(number)):
        raise InvalidInputError("requirement", [f"{text!r}: {number} is too large"])
    if unit.startswith(RATIO):
        parts = None if to else _TO_ONE.fullmatch(unit)
        ratio = float(number) / float(parts[1]) if parts and float(parts[1]) > 0 else math.inf
        if ratio == math.inf:
            fault = f"{text!r}: {number}{unit} is no ratio of two materials"
            raise InvalidInputError("requirement", [fault], hint="write for example 'CNF:gelatin = 2:1'")
        return ratio
    try:
        return convert(float(number), unit, to)
    except UnitError as error:
        raise InvalidInputError("requirement", [f"{text!r}: {error.message}"], hint=error.hint) from error
