"""Gaussian processes alone as the learner of properties: a tenth of a second a fit, where a committee takes seconds.

For comparing rules over hundreds of campaigns. Where few films are known they predict about as well as the committee
that they are a half of. Members are draws of the processes, which hang together over all recipes.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array
from lab.properties import Property
from lab.seeds import generator
from models.blending import Answer
from models.calibration import Calibration
from models.film_table import FilmTable
from models.fitted_kernels import FittedKernel
from models.known_noise import label_variances
from models.predictions import COLUMNS, Predictions, summary
from models.scaling import InputScale
from models.threads import one_thread
from models.transforms import TargetScale

if TYPE_CHECKING:
    from torch import Tensor

    from models.gaussian_processes import GaussianProcesses

MEMBERS = 32
"""Draws of every process."""
_FEATURES = 512
"""Random cosines that stand for the kernel in a draw."""
_PART = 2048
"""Recipes that are asked at a time."""


@attrs.frozen(eq=False)
class PropertyProcesses:
    """One process a learned property, on the scales that a committee would use."""

    properties: tuple[Property, ...]
    learned: tuple[int, ...]
    """Indices of the properties that have labels."""
    processes: "GaussianProcesses"
    input_scale: InputScale
    target_scales: tuple[TargetScale, ...]
    calibrations: tuple[Calibration, ...]
    seed: int

    @property
    def kernels(self) -> tuple[FittedKernel, ...]:
        """Kernels of the learned properties."""
        fitted = self.processes.hyperparameters
        return tuple(FittedKernel(fitted.of([row]), self.input_scale) for row in range(len(self.learned)))

    def predict(self, inputs: ArrayLike) -> Predictions:
        """Return predicted properties of recipes, shape ``(n, d)``."""
        points = np.asarray(inputs, dtype=float)
        columns = np.full((COLUMNS, len(self.properties), len(points)), np.nan)
        noise = self.processes.noise.numpy()
        for rows, scaled in self._parts(points):
            mean, variance = (found.numpy() for found in self.processes.predict(scaled))
            for row, index in enumerate(self.learned):
                answer = Answer(mean[row], variance[row], np.full(len(scaled), noise[row]))
                columns[:, index, rows] = summary(self.target_scales[index], self.calibrations[index], answer)
        return Predictions(*columns.transpose(0, 2, 1))

    def member_means(self, inputs: ArrayLike) -> Array:
        """Return draws of the processes at recipes, ``(n, d)`` to ``(members, n, p)``, in the properties' units.

        A draw of the prior by random cosines is corrected at the films (Wilson et al., arXiv:2002.09309). The spectrum
        of the Matern kernel of smoothness 5/2 is Student's t of 5 degrees of freedom (Rasmussen & Williams 2006,
        equation 4.15).
        """
        points = np.asarray(inputs, dtype=float)
        table = np.full((MEMBERS, len(points), len(self.properties)), np.nan)
        for row, index in enumerate(self.learned):
            draws = _Draws(self.processes, row, generator(self.seed, "draws", row))
            for rows, scaled in self._parts(points):
                table[:, rows, index] = self.target_scales[index].inverse(draws(scaled))
        return table

    def probability_within(self, inputs: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Array:
        """Return the probability that a measurement of each recipe keeps to all bounds, ``(n,)``.

        Properties are taken as independent, and normal in their own unit.

        Args:
            inputs: Shape ``(n, d)``.
            lower: Least accepted value of each property, shape ``(p,)``; -inf for none.
            upper: Largest accepted value, inf for none.
        """
        from scipy.special import ndtr

        found = self.predict(inputs)
        low, high = (np.asarray(bound, dtype=float) for bound in (lower, upper))
        chance = ndtr((high - found.mean) / found.sd) - ndtr((low - found.mean) / found.sd)
        bounded = np.isfinite(low) | np.isfinite(high)
        within: Array = np.nan_to_num(chance[:, bounded]).prod(axis=1)
        return within

    def _parts(self, points: Array) -> "Iterator[tuple[slice, Tensor]]":
        import torch

        for start in range(0, len(points), _PART):
            rows = slice(start, min(start + _PART, len(points)))
            with one_thread():
                yield rows, torch.from_numpy(np.ascontiguousarray(self.input_scale(points[rows])))


class _Draws:
    """Draws of one property's process, as functions of scaled recipes."""

    def __init__(self, processes: "GaussianProcesses", row: int, rng: np.random.Generator) -> None:
        fitted = processes.hyperparameters.of([row])
        known = processes.labels[row].isfinite()
        self._kernel, self._inputs = fitted, processes.inputs[known]
        inputs, directions = fitted.directions.shape
        normal = rng.normal(size=(inputs + directions, _FEATURES))
        self._frequencies = normal * np.sqrt(5.0 / rng.chisquare(5.0, size=_FEATURES))
        self._phases = rng.uniform(0.0, 2.0 * math.pi, size=_FEATURES)
        amplitude = math.sqrt(2.0 * float(fitted.signal.exp()) / _FEATURES)
        self._weights = amplitude * rng.normal(size=(_FEATURES, MEMBERS))
        self._slopes = math.sqrt(float(fitted.linear.exp())) * rng.normal(size=(inputs, MEMBERS))
        sd = (fitted.noise.exp() + processes.variances[row][known]).sqrt().numpy()
        scattered = self._prior(self._inputs) + sd[:, None] * rng.normal(size=(len(sd), MEMBERS))
        inverse = processes.inverse[row][known][:, known].numpy()
        self._corrections = inverse @ (processes.labels[row][known].numpy()[:, None] - scattered)

    def __call__(self, scaled: "Tensor") -> Array:
        across = self._kernel.covariance(scaled, self._inputs)[0].numpy()
        drawn: Array = self._prior(scaled) + across @ self._corrections
        return drawn.T

    def _prior(self, scaled: "Tensor") -> Array:
        bent = self._kernel.bent(scaled)
        waves = np.cos(self._kernel.in_lengths(bent)[0].numpy() @ self._frequencies + self._phases)
        drawn: Array = waves @ self._weights + bent[0].numpy() @ self._slopes
        return drawn


def fit_property_processes(
    inputs: ArrayLike,
    targets: ArrayLike,
    target_sd: ArrayLike,
    properties: Sequence[Property],
    *,
    seed: int,
    input_scale: InputScale | None = None,
) -> PropertyProcesses:
    """Learn properties from measured films; equal arguments give equal bits on one machine.

    Args:
        inputs: Weight fractions (or any inputs, with an `input_scale`), shape ``(n, d)``.
        targets: Measured values in the properties' units, shape ``(n, p)``, NaN where missing.
        target_sd: SD of the readings behind each value, shape ``(n, p)``, NaN where unknown.
        properties: The p properties, for their transforms and physical ranges.
        seed: Seed of the draws that stand for members.
        input_scale: How inputs are scaled; by default as weight fractions.

    Raises:
        InvalidInputError: With every fault of the table.
    """
    import torch

    from models.gaussian_processes import fit_gaussian_processes

    table = FilmTable(inputs, targets, target_sd, properties)
    scale = input_scale or InputScale.for_fractions(table.inputs.shape[1])
    target_scales = table.target_scales()
    labels, variances, calibrations = [], [], []
    for column, on_scale in enumerate(target_scales):
        values = table.targets[:, column]
        known, typical = label_variances(on_scale.slope(values) * table.target_sd[:, column])
        calibrations.append(Calibration(table.labelled_recipes(column), table.inputs.shape[1], typical))
        if column in table.labelled:
            labels.append(on_scale.forward(values))
            variances.append(known)
    with one_thread():
        processes = fit_gaussian_processes(
            torch.from_numpy(scale(table.inputs)),
            torch.from_numpy(np.array(labels).reshape(-1, len(table.inputs))),
            torch.from_numpy(np.array(variances).reshape(-1, len(table.inputs))),
            bends=torch.from_numpy(scale.numbers),
        )
    return PropertyProcesses(
        table.properties, table.labelled, processes, scale, target_scales, tuple(calibrations), seed
    )
