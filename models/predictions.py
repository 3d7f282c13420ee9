"""Predicted properties with their uncertainty, in the properties' units."""

import attrs
import numpy as np

from lab.arrays import Array
from models.blending import Answer
from models.calibration import Calibration
from models.transforms import TargetScale

COLUMNS = 6
"""Number of arrays of `Predictions`."""
VALUES, SPREADS = (0, 4, 5), (1, 2, 3)
"""Which of them are values of a property, and which are SDs."""
_CLOSE, _CLOSE_SPREAD = 0.02, 0.1
"""Interpolated means may differ from exact ones by so many SDs of a measurement, SDs and intervals by so many."""


@attrs.frozen(eq=False)
class Predictions:
    """Predicted properties of n recipes; every array has shape ``(n, p)`` and the properties' units.

    What is not known (a property without any label) is NaN throughout.
    """

    mean: Array
    """Mean of the value that a measurement would give, over the middle nine tenths of its distribution."""
    sd: Array
    """Standard deviation of that value; ``sd**2 = model_sd**2 + noise_sd**2``."""
    model_sd: Array
    """Part of it that more films would reduce."""
    noise_sd: Array
    """Part of it that is scatter of films and measurements."""
    p05: Array
    p95: Array
    """Ends of the interval that holds a measurement in nine cases of ten."""


def close_to_exact(interpolated: Array, exact: Array) -> bool:
    """Return whether interpolated columns of `Predictions`, shape ``(6, p, n)``, are as good as the exact ones."""
    allowed = np.full((COLUMNS, 1, 1), _CLOSE_SPREAD)
    allowed[0] = _CLOSE
    return bool((np.abs(interpolated - exact) <= allowed * exact[1]).all())


def summary(scale: TargetScale, calibration: Calibration, answer: Answer) -> Array:
    """Return one property's columns of `Predictions`, shape ``(6, n)``.

    Args:
        scale: The property's scale.
        calibration: The property's calibration.
        answer: Mean and uncalibrated variances on the standardised scale.
    """
    model, noise = calibration.variances(answer.model, answer.noise)
    total = np.sqrt(model + noise)
    mean, sd = scale.moments(answer.centre, total)
    half = calibration.half_width(total)
    parts = [sd * np.sqrt(model) / total, sd * np.sqrt(noise) / total]
    return np.stack([mean, sd, *parts, scale.inverse(answer.centre - half), scale.inverse(answer.centre + half)])
