"""A measured stress-strain curve as a wish.

A curve is the cubic Bezier of `lab.instruments.tensile.bezier`, told by strength, fracture strain, modulus and its two
shape numbers, so a curve is asked for by asking for these, and predicted by predicting them (`models.curves`).
"""

from pathlib import Path

import numpy as np

from lab.campaigns import CampaignDefinition
from lab.errors import InvalidInputError
from lab.records import Status
from lab.requirements import Requirement

SIZES = ("tensile_strength", "fracture_strain", "youngs_modulus")
"""Properties that stretch a curve; the tolerance counts in proportion to them."""
SHAPES = ("curve_alpha", "curve_beta")
"""Properties that bend it, between 0 and 1; the tolerance counts as it is."""

TOLERANCE = 0.25


def curve_requirements(path: Path, definition: CampaignDefinition, tolerance: float = TOLERANCE) -> list[Requirement]:
    """Return what it takes to be like the curve in a tensile tester's file.

    Args:
        path: A file that `filmlab import` reads; several strips are averaged. The end of the curve is its break.
        definition: The campaign, which must measure strength, fracture strain and modulus; the shape numbers count
            where it measures them.
        tolerance: How far a film may be off: of the sizes in proportion, of the shapes as it is.

    Raises:
        InvalidInputError: If the file holds no curve, or the campaign does not measure what a curve needs.
    """
    from lab.instruments.registry import read_file
    from lab.instruments.results import ReadOptions

    if not 0 < tolerance < 1:
        raise InvalidInputError("curve", [f"a tolerance of {tolerance:g} is not between 0 and 1"])
    missing = [name for name in SIZES if name not in definition.property_names]
    if missing:
        fault = f"the campaign does not measure {', '.join(missing)}"
        raise InvalidInputError("curve", [fault], hint="say with --require what the film must do")
    readings: dict[str, list[float]] = {}
    for specimen in read_file(path, options=ReadOptions(ends_at_break=True)).specimens:
        for reading in specimen.readings:
            if reading.status is Status.OK and reading.value is not None and not specimen.rejected:
                readings.setdefault(reading.property_name, []).append(reading.value)
    values = {name: float(np.mean(found)) for name, found in readings.items()}
    if absent := [name for name in SIZES if name not in values]:
        raise InvalidInputError(str(path), [f"its curve yields no {', '.join(absent)}"], hint="give a whole curve")
    wanted = [name for name in (*SIZES, *SHAPES) if name in values and name in definition.property_names]
    return [_like(name, values[name], tolerance, definition) for name in wanted]


def _like(name: str, value: float, tolerance: float, definition: CampaignDefinition) -> Requirement:
    prop = definition.properties[definition.property_names.index(name)]
    slack = tolerance * value if name in SIZES else tolerance
    lower, upper = max(value - slack, prop.lower), min(value + slack, prop.upper)
    unit = "" if prop.unit == "fraction" else f" {prop.unit}"
    return Requirement(name, lower, upper, f"{lower:.4g} <= {name} <= {upper:.4g}{unit}")
