"""A trained committee of neural networks: properties of a recipe, with a calibrated uncertainty."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.errors import InvalidInputError
from lab.properties import Property
from models.calibration import Calibration
from models.predictions import COLUMNS, Predictions, summary
from models.scaling import InputScale
from models.transforms import TargetScale

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float64]

_CHUNK = 512
"""Recipes that are predicted at a time: activations of a hundred networks then stay within about 10 MB."""
_FARTHEST = 6.0
"""Answers of a network are kept within this many training SDs of the training mean, so that one member that
extrapolates wildly cannot spoil the mean of all."""


@attrs.frozen(eq=False)
class PropertyCommittee:
    """Networks of every learned property, trained together, with the scales that they live on."""

    properties: tuple[Property, ...]
    learned: tuple[int, ...]
    """Indices of the properties that have labels; the networks are theirs, property by property."""
    members: int
    parameters: "tuple[Tensor, ...]"
    """Weights and biases of ``len(learned) * members`` networks, see `models.network`."""
    input_scale: InputScale
    target_scales: tuple[TargetScale, ...]
    calibrations: tuple[Calibration, ...]
    films: int
    data_sha256: str
    """Hash of the inputs, targets and SDs that it learned from."""
    seed: int
    epochs: int
    cross_validation: Predictions
    """Of the training films, each by the members that did not learn from it; NaN where there is no label."""
    metrics: Mapping[str, float]
    """Of held-out films: ``mre``, ``rmse``, ``r2``, ``coverage_90``, ``nll`` of all properties and, as
    ``<property>.mre`` and so on, of each. See `models.committee_metrics`."""

    @property
    def inputs(self) -> int:
        """Number of inputs of a recipe."""
        return len(self.input_scale.centre)

    def predict(self, inputs: ArrayLike) -> Predictions:
        """Return predicted properties of recipes, shape ``(n, d)``."""
        points = self._checked(inputs)
        columns = np.full((COLUMNS, len(points), len(self.properties)), np.nan)
        for rows, means, noises in self._answers(points):
            for row, index in enumerate(self.learned):
                answers = means[row].mean(axis=0), means[row].var(axis=0, ddof=1), noises[row].mean(axis=0)
                columns[:, rows, index] = summary(self.target_scales[index], self.calibrations[index], *answers)
        return Predictions(*columns)

    def member_means(self, inputs: ArrayLike) -> Array:
        """Return every member's answer, shape ``(n, d)`` to ``(members, n, p)``, in the properties' units."""
        points = self._checked(inputs)
        table = np.full((self.members, len(points), len(self.properties)), np.nan)
        for rows, means, _ in self._answers(points):
            for row, index in enumerate(self.learned):
                table[:, rows, index] = self.target_scales[index].inverse(means[row])
        return table

    def probability_within(self, inputs: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Array:
        """Return the probability that a measurement of each recipe keeps to all bounds.

        The mean over members of the product over properties of ``Phi((hi - f) / s) - Phi((lo - f) / s)``, where f is
        the member's answer, drawn away from the committee's mean by the calibrated factor, and s the calibrated noise.
        A bound on a property that was never measured cannot be promised: the probability is 0.

        Args:
            inputs: Shape ``(n, d)``.
            lower: Least accepted value of each property, in its unit, shape ``(p,)``; -inf for none.
            upper: Largest accepted value, inf for none.

        Returns:
            Shape ``(n,)``.
        """
        points = self._checked(inputs)
        lows, highs = self._bounds(lower, upper)
        bounded = np.flatnonzero(np.isfinite(lows) | np.isfinite(highs))
        if not set(bounded.tolist()) <= set(self.learned):
            return np.zeros(len(points))
        probability = np.empty(len(points))
        for rows, means, noises in self._answers(points):
            joint = np.ones((self.members, means.shape[2]))
            for index in bounded:
                row = self.learned.index(int(index))
                joint *= self._chance(int(index), means[row], noises[row], (lows[index], highs[index]))
            probability[rows] = joint.mean(axis=0)
        return probability

    def _chance(self, index: int, means: Array, noises: Array, bounds: tuple[float, float]) -> Array:
        from scipy.special import ndtr

        scale, calibration = self.target_scales[index], self.calibrations[index]
        centre, between = means.mean(axis=0), means.var(axis=0, ddof=1)
        model, noise = calibration.variances(between, noises.mean(axis=0))
        # Members are drawn apart by the calibrated factor; the rest of the model's variance joins the noise.
        spread = centre + np.sqrt(calibration.model) * (means - centre)
        sd = np.sqrt(noise + model - calibration.model * between)
        # Beyond the physical range there is nothing, so a bound there holds for certain.
        above = scale.forward(bounds[0]) if bounds[0] > scale.lower else -np.inf
        below = scale.forward(bounds[1]) if bounds[1] < scale.upper else np.inf
        chance: Array = np.maximum(ndtr((below - spread) / sd) - ndtr((above - spread) / sd), 0.0)
        return chance

    def _answers(self, points: Array) -> "Iterator[tuple[slice, Array, Array]]":
        """Yield rows, and means and noise variances of shape ``(learned, members, rows)`` on the standardised scale."""
        import torch

        from models.network import forward
        from models.threads import one_thread

        if not self.learned:
            return
        shape = (len(self.learned), self.members, -1)
        for start in range(0, len(points), _CHUNK):
            rows = slice(start, min(start + _CHUNK, len(points)))
            scaled = torch.from_numpy(self.input_scale(points[rows]).astype(np.float32))
            with one_thread(), torch.no_grad():
                mean, variance = forward(list(self.parameters), scaled)
            means = mean.numpy().astype(float).clip(-_FARTHEST, _FARTHEST).reshape(shape)
            yield rows, means, variance.numpy().astype(float).reshape(shape)

    def _checked(self, inputs: ArrayLike) -> Array:
        points = np.asarray(inputs, dtype=float)
        if points.ndim != 2 or points.shape[1] != self.inputs:
            raise InvalidInputError("recipes", [f"shape {points.shape}; the committee needs (n, {self.inputs})"])
        return points

    def _bounds(self, lower: ArrayLike, upper: ArrayLike) -> tuple[Array, Array]:
        lows, highs = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
        wanted = (len(self.properties),)
        if lows.shape != wanted or highs.shape != wanted or np.isnan(lows).any() or np.isnan(highs).any():
            raise InvalidInputError(
                "bounds", [f"shapes {lows.shape} and {highs.shape}; one number a property is needed: {wanted}"]
            )
        return lows, highs
