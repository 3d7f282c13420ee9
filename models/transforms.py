"""The scale on which a property is learned: logarithm, log-odds or as it is, then centred and scaled."""

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array
from lab.intervals import NORMAL_95
from lab.properties import Property, Transform

SQUEEZE = 0.005
"""Share by which fractions are drawn towards the middle before log-odds, so that readings of exactly 0 and 1 stay
finite (the squeeze of Smithson & Verkuilen 2006, with a constant instead of 1/2n)."""
LOG_FLOOR = 1e-3
"""Share of the median to which readings of a logarithmic property are raised: a reading of 0 has no logarithm."""
_LOW, _BELOW_LOW = 0.05, 0.03
"""Where readings span decades the floor is lower: this share of the value that all but so many of them exceed."""
_UNKNOWN_SPREAD = 0.5
"""Spread that is assumed where one recipe tells none: a factor of e^0.5, odds of e^0.5, or half the value."""
_LEAST_SPREAD = 0.02
"""Least spread of two labels, in the same measure, as they may agree by chance; it falls with the square of their
number, as what a few films cannot know does (`models.calibration.Calibration.ignorance`)."""

QUADRATURE_NODES, QUADRATURE_WEIGHTS = np.polynomial.hermite_e.hermegauss(7)
QUADRATURE_WEIGHTS = QUADRATURE_WEIGHTS / QUADRATURE_WEIGHTS.sum()
"""Nodes and weights of the standard normal distribution (probabilists' Gauss-Hermite rule)."""
_MIDDLE_NODES, _MIDDLE_WEIGHTS = np.polynomial.legendre.leggauss(5)
_MIDDLE_NODES = NORMAL_95 * _MIDDLE_NODES
_MIDDLE_WEIGHTS = _MIDDLE_WEIGHTS * np.exp(-0.5 * _MIDDLE_NODES**2)
_MIDDLE_WEIGHTS = _MIDDLE_WEIGHTS / _MIDDLE_WEIGHTS.sum()
"""Nodes and weights of its middle nine tenths (Gauss-Legendre rule)."""


@attrs.frozen
class TargetScale:
    """Maps a property's values to the standardised scale and back.

    Values ``(...)`` in the property's unit become ``(transform(value) - centre) / spread``.
    """

    transform: Transform
    lower: float
    """Smallest physically possible value."""
    upper: float
    """Largest possible value."""
    floor: float
    """Least value of which a logarithm is taken."""
    centre: float
    spread: float

    def forward(self, values: ArrayLike) -> Array:
        """Return values on the standardised scale (NaN stays NaN)."""
        return (_raw(self, np.asarray(values, dtype=float)) - self.centre) / self.spread

    def slope(self, values: ArrayLike) -> Array:
        """Return the derivative of `forward`, which carries a small SD over to the standardised scale."""
        values = np.asarray(values, dtype=float)
        if self.transform is Transform.LOG:
            raw = 1.0 / np.maximum(values, self.floor)
        elif self.transform is Transform.LOGIT:
            share = _squeezed(self, values)
            raw = (1.0 - 2.0 * SQUEEZE) / ((self.upper - self.lower) * share * (1.0 - share))
        else:
            raw = np.ones_like(values)
        return raw / self.spread

    def inverse(self, standardised: ArrayLike) -> Array:
        """Return values in the property's unit, kept within the physical range."""
        raw = self.centre + self.spread * np.asarray(standardised, dtype=float)
        if self.transform is Transform.LOG:
            values = np.exp(np.minimum(raw, 700.0))  # beyond it a float overflows
        elif self.transform is Transform.LOGIT:
            share = (1.0 / (1.0 + np.exp(-np.clip(raw, -700.0, 700.0))) - SQUEEZE) / (1.0 - 2.0 * SQUEEZE)
            values = self.lower + (self.upper - self.lower) * share
        else:
            values = raw
        return np.clip(values, self.lower, self.upper)

    def moments(self, mean: Array, sd: Array) -> tuple[Array, Array]:
        """Return mean and SD in the property's unit of a normal distribution on the standardised scale.

        The mean is that of the middle nine tenths. Bent back from a logarithm, the upper tail would decide it where the
        SD is large, and labels have no such tail: errors are smaller without it, the more so the fewer films there are.
        The SD is that of the whole distribution.

        Args:
            mean: Shape ``(n,)``.
            sd: Shape ``(n,)``.
        """
        first, second, inner = np.zeros_like(mean), np.zeros_like(mean), np.zeros_like(mean)
        middle = self.inverse(mean)  # moments about the middle lose fewer digits than those about zero
        for node, weight in zip(QUADRATURE_NODES, QUADRATURE_WEIGHTS, strict=True):
            away = self.inverse(mean + sd * node) - middle
            first += weight * away
            second += weight * away**2
        for node, weight in zip(_MIDDLE_NODES, _MIDDLE_WEIGHTS, strict=True):
            inner += weight * (self.inverse(mean + sd * node) - middle)
        return middle + inner, np.sqrt(np.maximum(second - first**2, 0.0))


def _squeezed(scale: TargetScale, values: Array) -> Array:
    share = np.clip((values - scale.lower) / (scale.upper - scale.lower), 0.0, 1.0)
    return SQUEEZE + (1.0 - 2.0 * SQUEEZE) * share


def _raw(scale: TargetScale, values: Array) -> Array:
    if scale.transform is Transform.LOG:
        return np.log(np.maximum(values, scale.floor))
    if scale.transform is Transform.LOGIT:
        share = _squeezed(scale, values)
        return np.log(share) - np.log1p(-share)
    return values


def fit_target_scale(prop: Property, labels: ArrayLike, *, one_recipe: bool = False) -> TargetScale:
    """Return the scale of a property from its labels.

    Args:
        prop: The property, for its transform and physical range.
        labels: Measured values, shape ``(n,)``, NaN where missing; n may be 0.
        one_recipe: Whether all are of one recipe, so that their spread tells nothing of others.
    """
    labels = np.asarray(labels, dtype=float)
    known = labels[np.isfinite(labels)]
    positive = known[known > 0]
    middle, low = np.quantile(positive, (0.5, _LOW)) if len(positive) else (1.0, 1.0)
    floor = float(min(LOG_FLOOR * middle, _BELOW_LOW * low))
    bare = TargetScale(prop.transform, prop.lower, prop.upper, floor, 0.0, 1.0)
    raw = _raw(bare, known)
    centre = float(raw.mean()) if len(raw) else 0.0
    unit = 1.0 if prop.transform is not Transform.IDENTITY else (abs(centre) or 1.0)
    own = float(raw.std(ddof=1)) if len(raw) > 1 else 0.0
    few = one_recipe or len(raw) < 2
    spread = max(own, _UNKNOWN_SPREAD * unit if few else _LEAST_SPREAD * unit / (len(raw) - 1) ** 2)
    return attrs.evolve(bare, centre=centre, spread=spread)
