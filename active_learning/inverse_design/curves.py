"""Stress-strain curves: a measured one as a wish, and the predicted one with its band.

A curve is the cubic Bezier of `lab.instruments.tensile.bezier`, told by strength, fracture strain, modulus and its two
shape numbers, so a curve is asked for by asking for these, and predicted by predicting them.
"""

from collections.abc import Mapping
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from lab.campaigns import CampaignDefinition
from lab.errors import InvalidInputError
from lab.instruments.tensile.bezier import bezier
from lab.records import Prediction, Status
from lab.requirements import Requirement
from lab.seeds import generator

Array = NDArray[np.float64]

SIZES = ("tensile_strength", "fracture_strain", "youngs_modulus")
"""Properties that stretch a curve; the tolerance counts in proportion to them."""
SHAPES = ("curve_alpha", "curve_beta")
"""Properties that bend it, between 0 and 1; the tolerance counts as it is."""

TOLERANCE = 0.25
_DRAWS = 400
_POINTS = 60
_LEAST_UNBROKEN = 0.1
"""The band ends where fewer than this share of the drawn curves have not broken."""


@attrs.frozen(eq=False)
class PredictedCurve:
    """A predicted stress-strain curve with its 90 % band."""

    strain: Array
    """As a fraction, shape ``(m,)``."""
    mean: Array
    """Stress by the mean predictions, MPa, ``(m,)``; NaN beyond the mean fracture strain."""
    p05: Array
    """MPa, ``(m,)``."""
    p95: Array
    """MPa, ``(m,)``."""


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


def predicted_curve(predictions: Mapping[str, Prediction], seed: int = 0) -> PredictedCurve | None:
    """Return the curve of predicted properties; None where a property that it needs is not predicted.

    The band is taken over curves whose five numbers are drawn independently from their predictions: what the numbers
    have in common is left out, which makes the band a little wide.
    """
    if any(name not in predictions or not np.isfinite(predictions[name].mean) for name in (*SIZES, *SHAPES)):
        return None
    rng = generator(seed, "curve")
    sizes = [_positive(predictions[name], rng) for name in SIZES]
    shapes = [_share(predictions[name], rng) for name in SHAPES]
    drawn = np.stack([*sizes, *shapes], axis=1)
    middle = np.array([predictions[name].mean for name in (*SIZES, *SHAPES)])
    strain = np.linspace(0.0, float(np.quantile(drawn[:, 1], 1 - _LEAST_UNBROKEN)), _POINTS)
    curves = np.array([_stress(strain, row) for row in drawn])
    with np.errstate(invalid="ignore"):
        low, high = np.nanquantile(curves, [0.05, 0.95], axis=0)
    return PredictedCurve(strain, _stress(strain, middle), low, high)


def _stress(strain: Array, numbers: Array) -> Array:
    """Return the stress at strains, MPa; NaN beyond the fracture."""
    strength, fracture, modulus, alpha, beta = (float(number) for number in numbers)
    steepness = max(modulus * fracture / strength, 1.0)
    x, y = bezier(min(max(alpha, 0.0), 1.0), min(max(beta, 0.0), 1.0), steepness)
    stress = strength * np.interp(strain / fracture, x, y)
    return np.where(strain <= fracture, stress, np.nan)


def _positive(prediction: Prediction, rng: np.random.Generator) -> Array:
    """Draw from the log-normal distribution of this mean and standard deviation."""
    mean = max(prediction.mean, 1e-9)
    variance = np.log1p((prediction.sd / mean) ** 2)
    drawn: Array = np.exp(rng.normal(np.log(mean) - variance / 2, np.sqrt(variance), _DRAWS))
    return drawn


def _share(prediction: Prediction, rng: np.random.Generator) -> Array:
    drawn: Array = np.clip(rng.normal(prediction.mean, prediction.sd, _DRAWS), 0.0, 1.0)
    return drawn
