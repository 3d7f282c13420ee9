"""A trained committee of neural networks: properties of a recipe, with a calibrated uncertainty."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.properties import Property, Transform
from models.blending import Answer
from models.calibration import Calibration
from models.fitted_kernels import FittedKernel
from models.forest import Forest
from models.lattice_prediction import Refinement, interpolated, refinement_of
from models.predictions import COLUMNS, SPREADS, VALUES, Predictions, close_to_exact, summary
from models.scaling import InputScale
from models.student import from_normal
from models.threads import in_threads, one_thread
from models.transforms import TargetScale

if TYPE_CHECKING:
    from torch import Tensor

    from models.gaussian_processes import GaussianProcesses

_CHUNK = 256
"""Recipes that are predicted at a time: the activations of a hundred networks are then about 5 MB."""
_PART = 2048
"""Recipes that one thread predicts at a time."""
_LEAST = 1e-30


@attrs.frozen(eq=False)
class PropertyCommittee:
    """Networks, Gaussian processes and trees of every learned property, with the scales that they live on."""

    FARTHEST: ClassVar[float] = 6.0
    """Answers of a network, and of a process, are kept within this many training SDs of the training mean, so that
    one that extrapolates wildly cannot spoil the mean of all."""
    properties: tuple[Property, ...]
    learned: tuple[int, ...]
    """Indices of the properties that have labels; the networks are theirs, property by property."""
    members: int
    parameters: "tuple[Tensor, ...]"
    """Weights and biases of ``len(learned) * members`` networks, see `models.network`."""
    processes: "GaussianProcesses | None"
    """Gaussian processes of the learned properties; None where there were too many films for them."""
    shares: tuple[float, ...]
    """Share of the Gaussian process in the answer about each learned property; the networks have the rest."""
    forests: tuple[Forest | None, ...] = attrs.field(kw_only=True, default=())
    """Trees of the learned properties, None where held-out films did not ask for them; empty where none were tried."""
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
    usual: Array = attrs.field(kw_only=True, factory=lambda: np.empty(0))
    """Values of the last inputs where recipes are given without them, ``(a,)``: the usual batches."""
    metrics: Mapping[str, float]
    """Of held-out films: ``mre``, ``rmse``, ``r2``, ``coverage_90``, ``nll`` of all properties and, as
    ``<property>.mre`` and so on, of each. See `models.committee_metrics`."""

    @property
    def inputs(self) -> int:
        """Number of inputs of a recipe, those that may be left out included."""
        return len(self.input_scale.centre)

    @property
    def kernels(self) -> tuple[FittedKernel, ...]:
        """Kernels of the learned properties' Gaussian processes; none where there are no processes."""
        if self.processes is None:
            return ()
        fitted = self.processes.hyperparameters
        return tuple(FittedKernel(fitted.of([row]), self.input_scale) for row in range(len(self.learned)))

    def predict(self, inputs: ArrayLike, only: Sequence[int] | None = None) -> Predictions:
        """Return predicted properties of recipes.

        Args:
            inputs: Recipes, shape ``(n, d)``.
            only: Indices of the properties that are asked, which saves time; the others are NaN then. All by default.
        """
        points = self._checked(inputs)
        asked = [row for row, index in enumerate(self.learned) if only is None or index in only]
        how = refinement_of(points) if asked else None
        columns = self._summaries(points, asked) if how is None else self._interpolated(points, asked, how)
        if len(asked) < len(self.properties):
            known, columns = columns, np.full((COLUMNS, len(self.properties), len(points)), np.nan)
            columns[:, [self.learned[row] for row in asked]] = known
        return Predictions(*columns.transpose(0, 2, 1))

    def _interpolated(self, points: Array, asked: Sequence[int], how: Refinement) -> Array:
        """Return what `_summaries` does, for the points of a fine lattice, kept within the physical ranges."""
        scales = [self.target_scales[self.learned[place]] for place in asked]
        # What may span decades, SDs and properties learned as logarithms, is smoother as a logarithm and stays above 0.
        by_logarithm = np.zeros((COLUMNS, len(asked)), dtype=bool)
        by_logarithm[list(SPREADS)] = True
        by_logarithm[np.ix_(VALUES, [scale.transform is Transform.LOG for scale in scales])] = True

        def smooth(some: Array) -> Array:
            columns = self._summaries(some, asked)
            columns[by_logarithm] = np.log(np.maximum(columns[by_logarithm], _LEAST))
            return columns

        def accepted(found: Array, exact: Array) -> bool:
            found, exact = found.copy(), exact.copy()
            found[by_logarithm], exact[by_logarithm] = np.exp(found[by_logarithm]), np.exp(exact[by_logarithm])
            return close_to_exact(found, exact)

        found = interpolated(smooth, points, how, accepted)

        def finish(place: tuple[int, ...]) -> None:
            column, row = place
            values = found[place]
            if by_logarithm[place]:
                np.exp(values, out=values)
            if column in VALUES:
                np.clip(values, scales[row].lower, scales[row].upper, out=values)

        in_threads(finish, list(np.ndindex(by_logarithm.shape)))
        return found

    def _summaries(self, points: Array, asked: Sequence[int]) -> Array:
        """Return columns of `Predictions` of the properties at a places in `learned`, shape ``(6, a, n)``."""
        columns = np.empty((COLUMNS, len(asked), len(points)))

        def fill(rows: slice) -> None:
            inside = [
                slice(rows.start + part.start, rows.start + part.stop) for part in _chunks(rows.stop - rows.start)
            ]
            parts = [self._answer(points, some, asked)[1:] for some in inside]
            means, rest, noise = (np.concatenate(arrays, axis=-1) for arrays in zip(*parts, strict=True))
            for row, place in enumerate(asked):
                index = self.learned[place]
                model = means[row].var(axis=0, ddof=1) + rest[row]
                answer = Answer(means[row].mean(axis=0), model, noise[row])
                columns[:, row, rows] = summary(self.target_scales[index], self.calibrations[index], answer)

        if asked:
            in_threads(fill, _chunks(len(points), _PART))
        return columns

    def member_means(self, inputs: ArrayLike) -> Array:
        """Return every member's answer, shape ``(n, d)`` to ``(members, n, p)``, in the properties' units."""
        points = self._checked(inputs)
        table = np.full((self.members, len(points), len(self.properties)), np.nan)
        for rows, means, _, _ in self._answers(points):
            for row, index in enumerate(self.learned):
                table[:, rows, index] = self.target_scales[index].inverse(means[row])
        return table

    def draws(self, inputs: ArrayLike, index: int, count: int, rng: np.random.Generator) -> Array:
        """Return draws of what measurements of one property would give, shape ``(n, d)`` to ``(count, n)``.

        Args:
            inputs: Recipes.
            index: Which property; one that has labels.
            count: Number of draws.
            rng: Source of the draws.
        """
        points = self._checked(inputs)
        drawn = np.empty((count, len(points)))
        scale, calibration = self.target_scales[index], self.calibrations[index]
        for rows, means, rest, noise in self._answers(points, [self.learned.index(index)]):
            model, scatter = calibration.variances(means[0].var(axis=0, ddof=1) + rest[0], noise[0])
            distances = from_normal(rng.normal(size=(count, means.shape[2])), calibration.degrees)
            drawn[:, rows] = scale.inverse(means[0].mean(axis=0) + np.sqrt(model + scatter) * distances)
        return drawn

    def probability_within(self, inputs: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Array:
        """Return the probability that a measurement of each recipe keeps to all bounds.

        The mean over members of the product over properties of ``Phi((hi - f) / s) - Phi((lo - f) / s)``, where f is
        the member's answer, drawn away from the committee's mean by the calibrated factor, and s the calibrated noise.
        With few films bounds are nearer, as measurements scatter by Student's t, whose quantiles p05 and p95 are too.
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
        bounded = np.flatnonzero(np.isfinite(lows) | np.isfinite(highs)).tolist()
        if not set(bounded) <= set(self.learned):
            return np.zeros(len(points))
        import torch

        from models.joint_probability import log_probability

        logarithm = np.empty(len(points))
        for rows in _chunks(len(points)):
            with one_thread(), torch.no_grad():
                logarithm[rows] = log_probability(self, torch.from_numpy(points[rows]), lows, highs).numpy()
        return np.exp(logarithm)

    def log_probability_gradient(self, inputs: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> tuple[Array, Array]:
        """Return the logarithm of `probability_within` and its gradient by the inputs, for gradient search.

        Where a bounded property was never measured, the logarithm is minus infinity and the gradient 0.

        Args:
            inputs: Shape ``(n, d)``.
            lower: Least accepted value of each property, in its unit, shape ``(p,)``; -inf for none.
            upper: Largest accepted value, inf for none.

        Returns:
            Shapes ``(n,)`` and ``(n, d)``.
        """
        from models.joint_probability import log_probability_gradient

        points = self._checked(inputs)
        lows, highs = self._bounds(lower, upper)
        if not set(np.flatnonzero(np.isfinite(lows) | np.isfinite(highs)).tolist()) <= set(self.learned):
            return np.full(len(points), -np.inf), np.zeros(np.shape(inputs))
        logarithm, gradient = log_probability_gradient(self, points, lows, highs)
        return logarithm, gradient[:, : np.shape(inputs)[1]]

    def _answers(
        self, points: Array, learned: Sequence[int] | None = None
    ) -> "Iterator[tuple[slice, Array, Array, Array]]":
        """Yield rows of the points and the arrays of `models.answers.Answers` about them.

        Args:
            points: Inputs, ``(n, d)``.
            learned: Places in `self.learned` of the properties that are asked; None for all.
        """
        asked = range(len(self.learned)) if learned is None else learned
        if not asked:
            return
        for rows in _chunks(len(points)):
            with one_thread():
                found = self._answer(points, rows, asked)
            yield found

    def _answer(self, points: Array, rows: slice, asked: Sequence[int]) -> tuple[slice, Array, Array, Array]:
        import torch

        from models.answers import answers

        with torch.no_grad():
            found = answers(self, torch.tensor(points[rows]), asked)
        return rows, found.means.numpy(), found.rest.numpy(), found.noise.numpy()

    def _checked(self, inputs: ArrayLike) -> Array:
        points = np.asarray(inputs, dtype=float)
        if points.ndim == 2 and 0 < len(self.usual) == self.inputs - points.shape[1]:
            points = np.hstack([points, np.tile(self.usual, (len(points), 1))])
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


def _chunks(points: int, size: int = _CHUNK) -> list[slice]:
    return [slice(start, min(start + size, points)) for start in range(0, points, size)]
