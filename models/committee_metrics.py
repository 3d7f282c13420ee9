"""Figures of merit of a committee on held-out films, of each property and of all."""

from collections.abc import Sequence

import numpy as np

from lab.arrays import Array
from lab.properties import Property
from models import metrics
from models.predictions import Predictions

_FEWEST = 3
"""Held-out labels below which a figure of merit would be an accident."""
_OVERALL = {"mre": "mre", "rmse": "nrmse", "r2": "r2", "coverage_90": "coverage_90", "nll": "nll"}
"""Which metric of single properties each overall one is the mean of."""


def committee_metrics(properties: Sequence[Property], targets: Array, held_out: Predictions) -> dict[str, float]:
    """Return the metrics of held-out predictions; what cannot be known is absent, never NaN.

    Of each property, as ``<property>.<metric>``: ``labels`` (number of labels), ``mre``, ``rmse`` (in its unit),
    ``nrmse`` (RMSE over the labels' SD), ``r2``, ``coverage_90`` (share of labels within p05 to p95) and ``nll``
    (Gaussian, of labels scaled to SD 1). Of all: the means over properties of mre, r2, coverage_90 and nll; ``rmse`` is
    the mean of the properties' nrmse, as units cannot be averaged.

    Args:
        properties: The p properties.
        targets: Measured values, shape ``(n, p)``, NaN where missing.
        held_out: Held-out predictions, NaN where there is none.
    """
    found: dict[str, float] = {}
    for i, prop in enumerate(properties):
        found[f"{prop.name}.labels"] = float(np.isfinite(targets[:, i]).sum())
        known = np.isfinite(targets[:, i]) & np.isfinite(held_out.mean[:, i])
        if known.sum() >= _FEWEST:
            tables = (targets, held_out.mean, held_out.sd, held_out.p05, held_out.p95)
            found |= {f"{prop.name}.{name}": value for name, value in _of_one(*(t[known, i] for t in tables)).items()}
    return found | _of_all(found, [prop.name for prop in properties])


def _of_all(found: dict[str, float], names: Sequence[str]) -> dict[str, float]:
    overall = {}
    for name, single in _OVERALL.items():
        values = [found[f"{prop}.{single}"] for prop in names if f"{prop}.{single}" in found]
        if values:
            overall[name] = float(np.mean(values))
    return overall


def _of_one(truth: Array, mean: Array, sd: Array, p05: Array, p95: Array) -> dict[str, float]:
    spread = float(truth.std(ddof=1))
    values = {
        "mre": metrics.mean_relative_error(truth, mean),
        "rmse": metrics.root_mean_squared_error(truth, mean),
        "r2": metrics.r_squared(truth, mean),
        "coverage_90": metrics.coverage(truth, p05, p95),
    }
    if spread > 0:
        values["nrmse"] = values["rmse"] / spread
        values["nll"] = metrics.gaussian_nll(truth / spread, mean / spread, np.maximum(sd / spread, 1e-6))
    return {name: value for name, value in values.items() if np.isfinite(value)}
