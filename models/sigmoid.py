"""Platt's sigmoid: from an SVM's decision to a probability."""

import attrs
import numpy as np

from lab.arrays import Array, Mask


@attrs.frozen
class Sigmoid:
    """The probability ``1 / (1 + exp(-(slope f + offset)))``."""

    slope: float
    offset: float

    def __call__(self, decisions: Array) -> Array:
        """Return probabilities, of the shape of `decisions`."""
        from scipy.special import expit

        return expit(self.slope * decisions + self.offset)


def fit_sigmoid(decisions: Array, happened: Mask) -> Sigmoid:
    """Fit a sigmoid to held-out decisions, shape ``(n,)``, by regularised maximum likelihood.

    Targets are ``(n1 + 1) / (n1 + 2)`` and ``1 / (n0 + 2)`` instead of 1 and 0 (Platt 1999, Probabilistic outputs for
    support vector machines), which keeps the promise below certainty with few films and with one class only. The slope
    is not negative: a decision that misleads on held-out films tells nothing.
    """
    from scipy.optimize import minimize

    positive = float(happened.sum())
    negative = float(len(happened) - positive)
    targets = np.where(happened, (positive + 1) / (positive + 2), 1 / (negative + 2))
    base = float(np.log((positive + 1) / (negative + 1)))
    if np.ptp(decisions) < 1e-12:
        return Sigmoid(0.0, base)

    def loss(parameters: Array) -> tuple[float, Array]:
        logits = parameters[0] * decisions + parameters[1]
        residual = 1.0 / (1.0 + np.exp(-logits)) - targets
        value = np.sum(np.logaddexp(0.0, logits) - targets * logits)
        return float(value), np.array([np.sum(residual * decisions), np.sum(residual)])

    found = minimize(loss, np.array([1.0, base]), jac=True, method="L-BFGS-B", bounds=[(0.0, None), (None, None)])
    return Sigmoid(float(found.x[0]), float(found.x[1]))
