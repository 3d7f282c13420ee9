"""From a stress-strain curve as recorded to modulus, strength, fracture strain, toughness and shape (ASTM D882)."""

import math
from collections.abc import Iterator

import attrs
import numpy as np

from lab.arrays import Array
from lab.instruments.results import Reading
from lab.instruments.tensile.bezier import fit
from lab.records import Status

BREAK_DROP = 0.4
"""A fall of the stress by this share of its maximum is the break."""
_SNAP = 0.05
"""Between two points of the fall the stress loses at least this share of its maximum."""
_NOTHING = 0.1
"""Share of the stress before that is left of it once a strip has snapped."""
_MOST_FALLING = 20
"""Points within which a strip snaps."""
_LEAST_TOP = 0.2
"""Share of the highest stress of all below which no strip is taken to have snapped."""
_RISES = (0.02, 0.05, 0.1, 0.2, 0.3)
"""Rises of the stress, as shares of the strength, over which slopes are fitted."""
_LARGEST_ERROR = 0.1
"""Largest standard error of a slope, relative to it."""
_LARGEST_BENT_ERROR = 0.05
"""Largest one of a tangent where the curve bends."""
_ERRORS_OFF = 7.0
"""How many standard errors a slope may be too steep: of thousands of lines, some are steep by chance."""
_MOST_STARTS = 2000
_HIGHEST_START = 0.5
_FEWEST = 5
_LEAST_SHAPE_R2 = 0.9
_HIGHEST_DEGREE = 3
_MOST_OFF = 5.0
"""How much larger than the line's the sum of squares of a parabola or cubic may be over the line's points."""
_LEAST_F = 30.0
"""Least F of the bend; at 20 points chance gives more than 15 once in a thousand tests."""


@attrs.frozen(eq=False)
class TensileResult:
    """What a curve says."""

    readings: tuple[Reading, ...]
    strain: Array
    """Compensated for the toe, from 0 to the fracture, shape ``(n,)``."""
    stress: Array
    """MPa, shape ``(n,)``."""
    broke: bool
    """Whether the strip broke within the curve."""


@attrs.frozen
class Slope:
    """The steepest straight part of a curve."""

    modulus: float
    """MPa"""
    zero: float
    """Strain at which its line meets the strain axis."""
    first: int
    last: int
    error: float
    """Standard error of the modulus, relative to it."""


def analyse(strain: Array, stress: Array, where: str, *, ends_at_break: bool = False) -> TensileResult:
    """Return what a curve says.

    Args:
        strain: As recorded, as a fraction, shape ``(n,)``.
        stress: MPa, shape ``(n,)``.
        where: Lines of the curve in its file.
        ends_at_break: Whether the recording stopped at the break, so that the last point is the fracture.

    Raises:
        ValueError: If there is no rising part, it is not straight anywhere, the strain goes back to its beginning, or
            the highest stress is one point far above its neighbours.
    """
    end = fracture(stress)
    _refuse_knocks(stress[: None if end is None else end + 2])
    broke = end is not None or ends_at_break
    last = len(stress) - 1 if end is None else end
    slope = steepest(strain[: last + 1], stress[: last + 1])
    corrected, loaded = _from_zero(strain[: last + 1], stress[: last + 1], slope)
    if corrected[-1] <= 0 or loaded.max() <= 0:
        raise ValueError("the strain goes back to where the rise begins")
    readings = _readings(corrected, loaded, slope, strain, where, broke=broke)
    return TensileResult(readings, corrected, loaded, broke)


def fracture(stress: Array) -> int | None:
    """Return the last point before the stress falls by 40 % of its maximum; None where it does not.

    What comes after a strip has snapped is not its stress, however high: somebody takes the rest out of the grips.
    """
    stress = stress[: _snapped(stress)]
    top = int(np.argmax(stress))
    fallen = np.flatnonzero(stress[top:] < (1 - BREAK_DROP) * stress[top])
    if len(fallen) == 0:
        return None
    point = top + int(fallen[0]) - 1
    while point > top and stress[point - 1] - stress[point] > _SNAP * stress[top]:
        point -= 1
    return point


def _snapped(stress: Array) -> int:
    """Return how many points there are until the stress has fallen to nothing at once; all, where it does not.

    A strip that slips keeps some of its stress, one that is unloaded loses it slowly, and a knock is a few points long.
    """
    reached = np.maximum.accumulate(stress)
    gone = (stress < _NOTHING * reached) & (reached >= _LEAST_TOP * stress.max())
    for point in np.flatnonzero(gone[1:] & ~gone[:-1]) + 1:
        high = (1 - BREAK_DROP) * reached[point]
        sudden = stress[max(0, point - _MOST_FALLING) : point].max() >= high
        if sudden and np.count_nonzero(stress[:point] >= reached[point] / 2) >= _FEWEST:
            return int(point) + 1
    return len(stress)


def _refuse_knocks(stress: Array) -> None:
    """Refuse a maximum of one point far above both its neighbours, where the stress goes on as before."""
    top = int(np.argmax(stress))
    if 0 < top < len(stress) - 1:
        before, after = float(stress[top - 1]), float(stress[top + 1])
        if 2 * after > before > 0 and max(before, after) < (1 - BREAK_DROP) * stress[top]:
            raise ValueError(f"its highest stress, {stress[top]:.3g} MPa, is one point far above those beside it")


def steepest(strain: Array, stress: Array) -> Slope:
    """Return the steepest straight part of the rise, or the tangent at its beginning where it bends.

    Straight lines are fitted over rises of 2 to 30 % of the strength that begin below half of it. The one counts whose
    slope is surely the steepest: by seven standard errors less than it is. So noise asks for long parts, as a short one
    may be steep by chance, and early yielding for short ones.

    Raises:
        ValueError: If there is none.
    """
    top = int(np.argmax(stress))
    if top < _FEWEST or stress[top] <= 0:
        raise ValueError(f"fewer than {_FEWEST} points before the highest stress")
    x, y = strain[: top + 1], stress[: top + 1]
    known = [slope for slope in _slopes(x, y) if slope.error <= _LARGEST_ERROR]
    if not known:
        raise ValueError("the curve is straight nowhere in its first half, or too noisy for a modulus")
    return _tangent(x, y, max(known, key=_least_modulus))


def _least_modulus(slope: Slope) -> float:
    """Return what a slope is at least, MPa."""
    return slope.modulus * (1 - _ERRORS_OFF * slope.error)


def _slopes(x: Array, y: Array) -> Iterator[Slope]:
    reached = np.maximum.accumulate(y)
    sums = [np.concatenate([[0.0], np.cumsum(values)]) for values in (x, y, x * x, x * y, y * y)]
    # A short run of points can be straight by chance: the denser the curve, the more of them a slope needs.
    fewest = min(max(_FEWEST, len(x) // 40), 2 * _FEWEST)
    starts = np.flatnonzero(y <= _HIGHEST_START * y[-1])
    starts = starts[:: max(1, len(starts) // _MOST_STARTS)]
    for rise in _RISES:
        ends = np.searchsorted(reached, y[starts] + rise * y[-1])
        for first, end in zip(starts.tolist(), ends.tolist(), strict=True):
            last = max(end, first + fewest - 1)
            if last >= len(x):
                continue
            n = last + 1 - first
            sx, sy, sxx, sxy, syy = (float(s[last + 1] - s[first]) for s in sums)
            vxx, vxy, vyy = sxx - sx * sx / n, sxy - sx * sy / n, syy - sy * sy / n
            if vxx > 0 and vxy > 0 and (modulus := vxy / vxx) > 0:
                error = math.sqrt(max(vyy - modulus * vxy, 0.0) / (n - 2) / vxx) / modulus
                yield Slope(modulus, (sx - sy / modulus) / n, first, last, error)


def _tangent(x: Array, y: Array, slope: Slope) -> Slope:
    """Return the tangent at the beginning of the steepest part where the curve bends already within it.

    Films that yield from the start have no straight part: any line through their beginning is too flat. A parabola over
    twice the rise takes its place if it flattens, is clearly better (F-test) and gives the slope to 5 %, and a cubic
    the parabola's if it is clearly better again.
    """
    first = slope.first
    last = int(np.searchsorted(np.maximum.accumulate(y), 2 * y[slope.last] - y[first]))
    last = min(max(last, first + 2 * _FEWEST), len(x) - 1)
    from_first, rise = x[first : last + 1] - x[first], y[first : last + 1]
    n, span = len(from_first), float(from_first[-1])
    # Where the strain goes back by as much, a few of its points say all that the parabola is.
    if n < 2 * _FEWEST or not 0 < float(np.abs(from_first).max()) <= 2 * span:
        return slope
    powers = (from_first / span)[:, None] ** np.arange(_HIGHEST_DEGREE + 1)
    own = slice(slope.last - first + 1)
    _, off_line = _least_squares(powers[own, :2], rise[own])
    best = slope
    _, left_before = _least_squares(powers[:, :2], rise)
    for degree in range(2, _HIGHEST_DEGREE + 1):
        terms, free = powers[:, : degree + 1], n - degree - 1
        if np.linalg.matrix_rank(terms) <= degree:
            break  # the strain has too few different values
        found, left = _least_squares(terms, rise)
        modulus = float(found[1]) / span
        if ((terms[own] @ found - rise[own]) ** 2).sum() > _MOST_OFF * off_line:
            break  # it follows a knee further up, not the line's own points
        flattens = found[2] < 0 and modulus > slope.modulus
        if (degree == 2 and not flattens) or modulus <= 0 or (left_before - left) * free <= _LEAST_F * left:
            break
        variance = np.linalg.inv(terms.T @ terms)[1, 1] * left / free
        error = math.sqrt(float(variance)) / span / modulus
        if error > _LARGEST_BENT_ERROR:
            break
        best, left_before = Slope(modulus, float(x[first] - found[0] / modulus), first, last, error), left
    return best


def _least_squares(terms: Array, values: Array) -> tuple[Array, float]:
    found = np.linalg.lstsq(terms, values, rcond=None)[0]
    return found, float(((terms @ found - values) ** 2).sum())


def _from_zero(strain: Array, stress: Array, slope: Slope) -> tuple[Array, Array]:
    """Replace the toe by the straight line and count strain from where that meets the axis (ASTM D882, annex)."""
    kept_strain, kept_stress = strain[slope.first :] - slope.zero, stress[slope.first :]
    rising = np.concatenate([[True], np.diff(np.maximum.accumulate(kept_strain)) > 0]) & (kept_strain > 0)
    return np.concatenate([[0.0], kept_strain[rising]]), np.concatenate([[0.0], kept_stress[rising]])


def _readings(
    strain: Array, stress: Array, slope: Slope, recorded: Array, where: str, *, broke: bool
) -> tuple[Reading, ...]:
    end = Status.OK if broke else Status.CENSORED
    why = "" if broke else "the strip did not break before the curve ends"
    fitted = (
        f"fitted between strains {100 * recorded[slope.first]:.3g} and {100 * recorded[slope.last]:.3g} % "
        f"(+- {100 * slope.error:.1f} %), zero moved by {100 * slope.zero:.3g} %"
    )
    values = [
        Reading("youngs_modulus", slope.modulus, "MPa", where, note=fitted),
        Reading("tensile_strength", float(stress.max()), "MPa", where, status=end, note=why),
        Reading("fracture_strain", float(strain[-1]), "fraction", where, status=end, note=why),
        Reading("toughness", _area(strain, stress), "MJ/m^3", where, status=end, note=why),
    ]
    return (*values, *_shape(strain, stress, slope, where, why))


def _area(x: Array, y: Array) -> float:
    return float((np.diff(x) * (y[1:] + y[:-1]) / 2).sum())


def _shape(strain: Array, stress: Array, slope: Slope, where: str, why: str) -> tuple[Reading, ...]:
    if not why:
        shape = fit(strain, stress, slope.modulus)
        note = f"cubic Bezier, R2 = {shape.r_squared:.3f}"
        if shape.r_squared >= _LEAST_SHAPE_R2:
            return (
                Reading("curve_alpha", shape.alpha, "fraction", where, note=note),
                Reading("curve_beta", shape.beta, "fraction", where, note=note),
            )
        why = f"the curve has another shape ({note})"
    return tuple(
        Reading(name, None, "fraction", where, n=0, status=Status.FAILED, note=why)
        for name in ("curve_alpha", "curve_beta")
    )
