"""Readings of the virtual instruments: the truth with the replicate noise that the same laboratory published.

A tensile test tears strips: each strip has its own strength, strain, modulus and curve, and its toughness is the area
under that curve. So the readings of one film hang together as real ones do.
"""

from collections.abc import Mapping

import numpy as np

from lab.arrays import Array
from lab.properties import Property
from lab.records import Measurement, Status
from lab.virtual import curve
from lab.virtual.constants import Constants

_MEDIAN_SD_OF_THREE = 0.8326
"""Median of the standard deviation of three normal readings over the true one: sqrt(ln 2)."""

_CUT_OFF = frozenset({"fracture_strain", "tensile_strength", "toughness"})
"""What a strip that does not tear within the tester's travel says only a lower bound of."""

_NEEDS_FRACTURE = frozenset({"curve_alpha", "curve_beta"})

Readings = Mapping[str, Array]
"""Readings by property, shape ``(readings,)`` each."""


def readings(truth: Mapping[str, float], rng: np.random.Generator, constants: Constants) -> Readings:
    """Return the readings of every property of a film.

    Args:
        truth: The film's noise-free properties, all that the world knows.
        rng: Source of the noise.
        constants: The world's constants, here those of ``noise``.
    """
    n = int(constants["noise.readings"])
    taken: dict[str, Array] = dict(_strips(truth, rng, n, constants))
    for name in ("transmittance_uv", "transmittance_vis", "transmittance_ir", "thickness"):
        taken[name] = truth[name] * (1 + _spread(name, constants) * rng.standard_normal(n))
    taken["residual_ratio"] = _in_odds(
        truth["residual_ratio"], constants["noise.residual_ratio"], rng.standard_normal(n)
    )
    return taken


def _strips(truth: Mapping[str, float], rng: np.random.Generator, n: int, constants: Constants) -> Readings:
    flaw, own = rng.standard_normal((2, n))
    together = constants["noise.flaw_correlation"]
    strain_noise = together * flaw + np.sqrt(1 - together**2) * own
    strength = _scattered(truth["tensile_strength"], _spread("tensile_strength", constants), flaw)
    strain = _scattered(truth["fracture_strain"], _spread("fracture_strain", constants), strain_noise)
    modulus = _scattered(truth["youngs_modulus"], _spread("youngs_modulus", constants), rng.standard_normal(n))
    alpha = _in_odds(truth["curve_alpha"], constants["noise.curve"], rng.standard_normal(n))
    beta = _in_odds(truth["curve_beta"], constants["noise.curve"], rng.standard_normal(n))
    # A strip that reads below its elastic strain is drawn as a straight line.
    reached = np.maximum(strain, strength / modulus)
    return {
        "tensile_strength": strength,
        "fracture_strain": strain,
        "youngs_modulus": modulus,
        "curve_alpha": alpha,
        "curve_beta": beta,
        "toughness": curve.toughness(strength, reached, modulus, alpha, beta) * strain / reached,
    }


def measurement(film: str, prop: Property, taken: Readings, constants: Constants) -> Measurement:
    """Return the measurement of a property: mean and standard deviation of its readings.

    A strain above the tester's travel is censored, and so are the strength and toughness that the strip had reached by
    then; the shape of a curve without an end cannot be given.
    """
    values = np.clip(taken[prop.name], prop.lower, prop.upper)
    travel = constants["noise.tester_travel"]
    status, reason = Status.OK, ""
    if prop.name in _CUT_OFF | _NEEDS_FRACTURE and (taken["fracture_strain"] > travel).any():
        reason = f"a strip did not tear within the tester's travel of {100 * travel:g} %"
        if prop.name in _NEEDS_FRACTURE:
            return failed(film, prop, reason)
        status = Status.CENSORED
        if prop.name == "fracture_strain":
            values = np.minimum(values, travel)
    return Measurement(
        film=film,
        property_name=prop.name,
        status=status,
        value=float(values.mean()),
        sd=float(values.std(ddof=1)) if len(values) > 1 else None,
        n=len(values),
        instrument=instrument(prop),
        reason=reason,
    )


def failed(film: str, prop: Property, reason: str) -> Measurement:
    """Return a measurement that yielded nothing."""
    return Measurement(
        film=film,
        property_name=prop.name,
        status=Status.FAILED,
        value=None,
        sd=None,
        n=0,
        instrument=instrument(prop),
        reason=reason,
    )


def instrument(prop: Property) -> str:
    """Return the name under which the virtual lab's instrument signs."""
    return f"virtual {prop.instrument}"


def _spread(name: str, constants: Constants) -> float:
    return constants[f"noise.{name}"] / _MEDIAN_SD_OF_THREE


def _scattered(mean: float, relative_sd: float, standard: Array) -> Array:
    log_sd = np.sqrt(np.log1p(relative_sd**2))
    values: Array = mean * np.exp(log_sd * standard - log_sd**2 / 2)
    return values


def _in_odds(fraction: float, sd: float, standard: Array) -> Array:
    log_odds = np.log(fraction / (1 - fraction)) + sd * standard
    values: Array = 1 / (1 + np.exp(-log_odds))
    return values
