"""Units where values enter and leave; inside, every quantity is a float in the one unit documented here.

======================  ==========================================
quantity                unit inside filmlab
======================  ==========================================
volume                  uL
mass                    mg
concentration           mg/mL
composition             weight fraction of the dry film
stress, modulus         MPa (GPa only for molecular dynamics)
strain, transmittance   fraction
residual ratio          fraction
toughness               MJ/m^3
thickness               um
cost                    USD/kg
footprint               kg CO2e/kg
temperature             degC
======================  ==========================================
"""

import re
from functools import cache
from typing import Any

from lab.errors import UnitError

_DIMENSIONLESS = {"", "1", "fraction", "dimensionless"}
_PARTS = {"%": 100, "percent": 100, "wt%": 100, "wt.%": 100, "permille": 1000, "‰": 1000, "ppm": 1_000_000}
"""Units of a fraction, and how many make a whole."""
_EVERYDAY = {("GPa", "MPa"): 1000.0, ("kJ/m^3", "MJ/m^3"): 1 / 1000, ("mm", "um"): 1000.0, ("mL", "uL"): 1000.0}
"""Factors between units that nearly every campaign uses, so that a command like `filmlab status` need not load pint."""
_PLAIN_POWER = re.compile(r"(?<=[A-Za-z])([23])(?![A-Za-z0-9])")
"""The power in `MJ/m3` and `N/mm2`, as people type them; not the 2 in `CO2e`."""


@cache
def _registry() -> Any:
    # pint takes 0.3 s to load: only those who convert units pay for it.
    import pint

    registry: Any = pint.UnitRegistry(preprocessors=[lambda text: _PLAIN_POWER.sub(r"^\1", text)])
    # Dimensions of their own, so that money and emissions cannot be taken for masses or numbers.
    registry.define("USD = [currency]")
    registry.define("CO2e = [carbon_dioxide_equivalent]")
    return registry


def convert(value: float, unit: str, to: str) -> float:
    """Return a value in another unit.

    Args:
        value: The number.
        unit: Its unit as a person writes it: "GPa", "%", "wt%", "MJ/m^3". An empty text means a fraction if `to` is
            one, and is refused otherwise.
        to: The unit wanted: one of those in this module's table, or what a property of the campaign file has.

    Raises:
        UnitError: If the unit cannot be read, is missing, or measures something else.

    >>> convert(7.4, "GPa", "MPa")
    7400.0
    >>> convert(85.0, "%", "fraction")
    0.85
    """
    unit, to = unit.strip(), to.strip()
    if unit == to:
        return value
    of_whole = {**dict.fromkeys(_DIMENSIONLESS, 1), **_PARTS}
    # A bare number is a fraction, but where percents are kept it may well be percent: there it is asked for its unit.
    if unit in of_whole and to in of_whole and (unit or to in _DIMENSIONLESS):
        return value * of_whole[to] / of_whole[unit]
    if (unit, to) in _EVERYDAY:
        return value * _EVERYDAY[unit, to]
    if unit in _DIMENSIONLESS:
        raise UnitError(f"the value {value:g} needs a unit", hint=f"write for example '{value:g} {to}'")
    try:
        return float(_registry().Quantity(value, unit).to(to or "dimensionless").magnitude)
    except Exception as error:  # pint raises its own, tokenize's and Python's errors for unreadable text
        fraction = to in _DIMENSIONLESS
        raise UnitError(
            f"{unit!r} is not a unit that can be turned into {'a fraction' if fraction else to}",
            hint=f"use {'a fraction or %' if fraction else to}",
        ) from error
