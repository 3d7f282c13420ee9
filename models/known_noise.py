"""What the scatter of replicate readings says about the noise of a label."""

import numpy as np

from lab.arrays import Array

_READINGS_DEGREES = 2.0
"""Degrees of freedom of a label's own SD: three readings are usual."""
_POOLED_DEGREES = 4.0
"""Weight of the pooled variance, in degrees of freedom."""
_LARGEST = 1.0
"""Known variance is at most the labels' own variance."""


def label_variances(sds: Array) -> tuple[Array, float]:
    """Return the known noise variance of every label, and the typical one.

    An SD of three readings is itself uncertain by half, and three equal readings do not mean a perfect label. So each
    variance is drawn towards the pooled one (the median), as in an inverse-gamma prior; a label without SD gets the
    pooled one. Without any SD all are 0 and the noise is learned alone.

    Args:
        sds: SD of each label on the standardised scale, shape ``(n,)``, NaN where unknown.

    Returns:
        Variances of shape ``(n,)``, and the typical variance of a new measurement.
    """
    own = sds**2
    if not np.isfinite(own).any():
        return np.zeros(len(sds)), 0.0
    pooled = min(float(np.nanmedian(own)), _LARGEST)
    drawn = (_READINGS_DEGREES * own + _POOLED_DEGREES * pooled) / (_READINGS_DEGREES + _POOLED_DEGREES)
    return np.minimum(np.where(np.isfinite(drawn), drawn, pooled), _LARGEST), pooled
