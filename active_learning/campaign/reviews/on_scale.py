"""Predictions on the scale on which a property is learned, where errors of all sizes count alike."""

from typing import TYPE_CHECKING

import attrs
import numpy as np

from active_learning.learners import Predictions, Values

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee


@attrs.frozen(eq=False)
class OnScale:
    """Predictions of one property, standardised: the films known so far have a standard deviation of about 1."""

    centre: Values
    """Shape ``(n,)``."""
    sd: Values
    """Standard deviation of a measurement."""
    model_sd: Values
    """Part of it that more films would lessen."""
    noise_sd: Values


def on_scale(committee: "PropertyCommittee", column: int, predicted: Predictions) -> OnScale:
    """Return the predictions of one property, NaN where there is none.

    The interval's ends are on the scale what they are in units; the parts of the variance keep their proportions.
    """
    scale, calibration = committee.target_scales[column], committee.calibrations[column]
    low, high = (scale.forward(np.asarray(ends)[:, column]) for ends in (predicted.p05, predicted.p95))
    sd = (high - low) / 2 / calibration.half_width(np.ones(1))[0]
    total = np.asarray(predicted.sd)[:, column]
    return OnScale(
        centre=(low + high) / 2,
        sd=sd,
        model_sd=sd * np.asarray(predicted.model_sd)[:, column] / total,
        noise_sd=sd * np.asarray(predicted.noise_sd)[:, column] / total,
    )
