"""Calibration: makes promised uncertainty agree with the errors on held-out films."""

import attrs
import numpy as np

from lab.arrays import Array
from lab.intervals import NORMAL_95
from models.student import from_normal

_PRIOR_SD = 1.0
"""How far the mean logarithm of the two factors may lie from 0 before the data must speak for it: with few films the
factors stay near 1, with many they follow the errors."""
_APART_SD = 0.2
"""How far their logarithms may lie apart. Errors hardly tell the model's variance from the noise: factors that are free
exchange one for the other, and designs trust means too much (the truth's SD about the mean is then 1.1 to 1.3 of the
promised one in the virtual lab, and 1.0 to 1.2 so)."""


@attrs.frozen
class Calibration:
    """Factors of one property's variances, on the standardised scale.

    The variance of a new measurement is ``model * (uncalibrated model + ignorance) + noise * (learned noise + known
    noise)``.
    """

    films: int
    """Films with a label; those of one recipe count once, as they tell nothing of another."""
    inputs: int
    """Inputs of a recipe."""
    known_noise: float = 0.0
    """Typical variance of a measured value by its replicates."""
    model: float = 1.0
    noise: float = 1.0

    @property
    def ignorance(self) -> float:
        """Variance of what a few films cannot know, however well the members agree: 1 for one film, 0.01 for ten."""
        return 1.0 / max(1, self.films) ** 2

    @property
    def degrees(self) -> int:
        """Degrees of freedom of Student's t, which a measurement's distance from the prediction follows in its SDs.

        As in a linear regression the inputs use some up, but no more than half of the films: networks are held back
        by early stopping.
        """
        return max(1, self.films - min(self.inputs, self.films // 2))

    def variances(self, between: Array, learned: Array) -> tuple[Array, Array]:
        """Return the calibrated variance of the model and of a measurement's noise.

        Args:
            between: Variance between members, shape ``(n,)``.
            learned: Mean of the members' learned noise variance, shape ``(n,)``.
        """
        return self.model * (between + self.ignorance), self.noise * (learned + self.known_noise)

    def half_width(self, sd: Array) -> Array:
        """Return half the width of the interval that holds a measurement in nine cases of ten."""
        return sd * from_normal(np.array(NORMAL_95), self.degrees)


def fit_calibration(before: Calibration, errors: Array, between: Array, learned: Array) -> Calibration:
    """Choose the factors by penalised maximum likelihood of held-out errors.

    Args:
        before: What is known without errors; its factors are not used.
        errors: Held-out label less prediction, on the standardised scale, shape ``(n,)``; n may be 0.
        between: Variance between members at those films, shape ``(n,)``.
        learned: Learned noise variance at those films, shape ``(n,)``.
    """
    from scipy.optimize import minimize

    plain = attrs.evolve(before, model=1.0, noise=1.0)
    if len(errors) == 0:
        # One film, or none: no error is known, and the noise is as large as the assumed spread.
        return attrs.evolve(plain, known_noise=max(before.known_noise, 1.0))
    uncalibrated = np.stack(plain.variances(between, learned))

    def loss(logs: Array) -> tuple[float, Array]:
        parts = np.exp(logs)[:, None] * uncalibrated
        variance = parts.sum(axis=0)
        mean, apart = logs.mean() / _PRIOR_SD, (logs[0] - logs[1]) / _APART_SD
        value = 0.5 * np.sum(np.log(variance) + errors**2 / variance) + 0.5 * (mean**2 + apart**2)
        slope = 0.5 * np.sum(parts * (1.0 / variance - errors**2 / variance**2), axis=1)
        slope += 0.5 * mean / _PRIOR_SD + np.array([1.0, -1.0]) * apart / _APART_SD
        return float(value), slope

    found = minimize(loss, np.zeros(2), jac=True, method="L-BFGS-B", bounds=[(-4.0, 4.0)] * 2)
    factors = np.exp(found.x)
    return attrs.evolve(plain, model=float(factors[0]), noise=float(factors[1]))


def negative_log_likelihood(calibration: Calibration, errors: Array, between: Array, learned: Array) -> float:
    """Return the sum over films of minus the log-likelihood of errors, without its constant."""
    variance = np.sum(calibration.variances(between, learned), axis=0)
    return float(0.5 * np.sum(np.log(variance) + errors**2 / variance))
