"""What a target column is: a known property, or a new one whose scale is chosen from its values."""

import re

import numpy as np

from lab.arrays import Array
from lab.library import properties
from lab.properties import Property, Transform

_LIGHT_NAME = re.compile(
    r"trans(mi(?!ssion[-_ ]?rate)|par|luc|[-_ ]?(uv|vis|n?ir)|[-_ ]?\d|[^a-z]|$)|haze|opacity", re.IGNORECASE
)
"""A share of the light, as a transmittance: where most values are below 1, one of 2.75 is impossible, not a scale of
its own. A glass transition or an oxygen transmission rate is none."""
_PERCENT_NAME = re.compile(r"percent|pct|%", re.IGNORECASE)
"""In percent, but rather of something else than a whole, as an elongation or an uptake, which go beyond 100 %."""
_MOSTLY = 0.9
_RIDGE = 1e-2
_FAR = 100.0
"""A prediction is kept within so many times the labels' range."""
_LEAST_GAIN = 0.05
"""Nats a label by which another scale must be better than the plain one."""


def property_for(column: str, values: Array, inputs: Array) -> Property:
    """Return the property that a target column holds.

    A column named as a property of the library is that property. Of any other the scale is chosen: plain, logarithm
    (all labels positive) or log-odds (within 0 to 1, or to 100 % by name), whichever makes the labels most likely under
    a ridge regression, each left out in turn.

    Args:
        column: Name of the column.
        values: Labels, shape ``(n,)``, NaN where missing.
        inputs: Encoded inputs, shape ``(n, d)``.
    """
    if column in properties():
        return properties()[column]
    known = np.isfinite(values)
    labels = values[known]
    upper = _share_of(column, labels)
    if upper is not None:
        within = known & (values >= 0) & (values <= upper)
        light = _LIGHT_NAME.search(column)
        quantity = not light and bool((values[within] > 0).all())
        scales = [Transform.IDENTITY, Transform.LOGIT, *([Transform.LOG] if quantity else [])]
        chosen = _likeliest(scales, values[within], inputs[within], upper)
        if light or chosen is Transform.LOGIT or (upper == 1.0 and chosen is Transform.IDENTITY):
            return _property(column, chosen, 0.0, upper, "fraction" if upper == 1.0 else "%")
        # What spans decades below 1, as a conductivity in S/cm, is rather a quantity than a share: it may exceed 1.
    if len(labels) and (labels > 0).all():
        chosen = _likeliest([Transform.IDENTITY, Transform.LOG], labels, inputs[known], 1.0)
        if chosen is Transform.LOG:
            return _property(column, chosen, 0.0, _FAR * float(labels.max()), "")
    low, high = (float(labels.min()), float(labels.max())) if len(labels) else (0.0, 1.0)
    reach = _FAR * ((high - low) or abs(high) or 1.0)
    return _property(column, Transform.IDENTITY, low - reach, high + reach, "")


def in_percent(prop: Property, values: Array) -> bool:
    """Return whether labels of a property that is a fraction are written in percent."""
    known = values[np.isfinite(values)]
    return prop.unit == "fraction" and prop.upper <= 1.0 and len(known) > 0 and float(np.median(known)) > 1.5


def _share_of(column: str, labels: Array) -> float | None:
    """Return what the labels are shares of (1, or 100 for percent), or None."""
    if len(labels) == 0:
        return None
    if ((labels >= 0) & (labels <= 1)).all() and len(np.unique(labels)) > 2:
        return 1.0
    light, percent = _LIGHT_NAME.search(column), _PERCENT_NAME.search(column)
    some = _MOSTLY if light else 1.0
    if (light or percent) and _within(labels, 100.0) >= some and float(np.median(labels)) > 1.5:
        return 100.0
    return 1.0 if light and not percent and _within(labels, 1.0) >= some else None


def _within(labels: Array, upper: float) -> float:
    return float(((labels >= 0) & (labels <= upper)).mean())


def _property(name: str, transform: Transform, lower: float, upper: float, unit: str) -> Property:
    return Property(name, name, name, unit, transform, lower, upper, "optical", "", "scale chosen from the labels")


def _likeliest(scales: list[Transform], labels: Array, inputs: Array, upper: float) -> Transform:
    losses = [_left_out_loss(scale, labels, inputs, upper) for scale in scales]
    best = int(np.argmin(losses))
    return scales[best] if losses[best] < losses[0] - _LEAST_GAIN else scales[0]


def _left_out_loss(scale: Transform, labels: Array, inputs: Array, upper: float) -> float:
    """Return minus the mean log-likelihood of labels, each left out, as a density of the labels as they are."""
    from models.transforms import fit_target_scale

    on_scale = fit_target_scale(_property("", scale, 0.0, upper, ""), labels)
    standardised = on_scale.forward(labels)
    centred = inputs - inputs.mean(axis=0)
    spread = centred.std(axis=0)
    design = np.column_stack([np.ones(len(labels)), centred / np.where(spread > 0, spread, 1.0)])
    penalty = _RIDGE * len(labels) * np.eye(design.shape[1])
    penalty[0, 0] = 0.0
    # Of the hat matrix only the diagonal is made: the whole one of a million films would take terabytes.
    solved = np.linalg.solve(design.T @ design + penalty, design.T)
    leverage = np.einsum("nf,fn->n", design, solved)
    residual = (standardised - design @ (solved @ standardised)) / np.maximum(1.0 - leverage, 1e-3)
    slope = np.abs(on_scale.slope(labels))
    return float(0.5 * np.log(np.mean(residual**2) + 1e-12) - np.mean(np.log(np.maximum(slope, 1e-12))))
