"""Gaussian processes, one a property, that answer beside the networks.

On smooth properties and few films a Gaussian process is the better half, on rough ones the networks are; their mixture
is better than either on most tables. All properties are one batch of tensors here too.
"""

import math
from collections.abc import Sequence

import attrs
import numpy as np
import torch
from torch import Tensor

MOST_FILMS = 1500
"""With more films the covariance grows unwieldy and networks do as well without."""
_JITTER = 1e-6
"""Added to the diagonal, as a part of the kernel's variances and of the labels' variance of 1: films that are repeated
without noise would leave the covariance singular."""
OWN_LENGTH_SD = 0.5
"""Prior SD of the logarithm of one input's length scale about the common one: on sparse tables a free length scale for
every input does harm (RMSE on films of 23 ingredients 0.69 with free ones, 0.65 with one in common). On films 0.2 is no
better than 0.5, while 0.5 has a learning curve lower by 7 % on concrete and by 2 % on polymer blends."""
_STEPS = 40
"""Iterations of the hyper-parameter search."""
_SIGNAL, _NOISE, _LINEAR = (0.0, 1.5), (-1.0, 1.5), (-2.0, 2.0)
"""Prior mean and SD of the logarithms of the variances, for labels of variance 1."""
_FARTHEST = 6.0
"""Prior SDs that a hyper-parameter is kept within: one long step of a search would leave a covariance that no float
can hold."""


@attrs.frozen(eq=False)
class Hyperparameters:
    """Logarithms of a kernel's hyper-parameters, of p properties and d inputs; float64 tensors."""

    signal: Tensor
    """Variance of the smooth part, shape ``(p,)``."""
    length: Tensor
    """Common length scale, shape ``(p, 1)``."""
    own_length: Tensor
    """What is added to it for each input, shape ``(p, d)``."""
    linear: Tensor
    """Variance of the linear part's slopes, shape ``(p,)``."""
    noise: Tensor
    """Variance of the noise, shape ``(p,)``."""

    def tensors(self) -> list[Tensor]:
        """Return all of them in the order of the fields."""
        return [self.signal, self.length, self.own_length, self.linear, self.noise]

    def of(self, rows: list[int]) -> "Hyperparameters":
        """Return those of some properties."""
        return Hyperparameters(*(tensor[rows] for tensor in self.tensors()))

    def covariance(self, first: Tensor, second: Tensor) -> Tensor:
        """Return the covariance of the property at points, shapes ``(n, d)`` and ``(m, d)`` to ``(p, n, m)``.

        Matern kernel of smoothness 5/2 (Rasmussen & Williams 2006, equation 4.17) and a linear one.
        """
        # sqrt(5) and the signal are folded in, as passes over the large result are what costs time.
        per_length = math.sqrt(5.0) * (-self.length - self.own_length).exp()[:, None, :]
        distance = torch.cdist(first * per_length, second * per_length)
        smooth = (distance * (distance / 3.0 + 1.0) + 1.0) * (self.signal[:, None, None] - distance).exp()
        slopes = first * self.linear.exp()[:, None, None]
        return torch.baddbmm(smooth, slopes, second.T.expand(len(self.linear), -1, -1))

    def variance(self, points: Tensor) -> Tensor:
        """Return the prior variance of the property at points, ``(n, d)`` to ``(p, n)``."""
        return self.signal.exp()[:, None] + self.linear.exp()[:, None] * (points**2).sum(-1)

    def own_variance(self, known: Tensor) -> Tensor:
        """Return the variance that labels share with no other, of known variances ``(p, n)``: ``(p, n)``."""
        jitter = _JITTER * (1.0 + self.signal.exp() + self.linear.exp())
        return (self.noise.exp() + jitter)[:, None] + known

    def kept(self, start: float, own_length_sd: float) -> "Hyperparameters":
        """Return them within `_FARTHEST` prior SDs of the prior mean; arguments as those of `penalty`."""
        priors = [_SIGNAL, (start, 1.0), (0.0, own_length_sd), _LINEAR, _NOISE]
        return Hyperparameters(
            *(
                tensor.clamp(mean - _FARTHEST * sd, mean + _FARTHEST * sd)
                for tensor, (mean, sd) in zip(self.tensors(), priors, strict=True)
            )
        )

    def penalty(self, start: float, own_length_sd: float) -> Tensor:
        """Return minus the logarithm of the prior; `start` is the prior mean of the common length scale's logarithm."""
        terms = [
            ((self.signal - _SIGNAL[0]) / _SIGNAL[1]) ** 2,
            (self.length[:, 0] - start) ** 2,
            ((self.own_length / own_length_sd) ** 2).sum(-1),
            ((self.linear - _LINEAR[0]) / _LINEAR[1]) ** 2,
            ((self.noise - _NOISE[0]) / _NOISE[1]) ** 2,
        ]
        return 0.5 * torch.stack(terms).sum()


@attrs.frozen(eq=False)
class GaussianProcesses:
    """Trained processes of p properties; inputs and labels as they are scaled for the networks, float64."""

    inputs: Tensor
    """Shape ``(n, d)``."""
    labels: Tensor
    """Shape ``(p, n)``, NaN where missing."""
    variances: Tensor
    """Known variance of each label, shape ``(p, n)``."""
    hyperparameters: Hyperparameters
    inverse: Tensor = attrs.field(init=False)
    """Inverse covariance of the labels, shape ``(p, n, n)``; rows of missing labels are those of the unit matrix."""
    weights: Tensor = attrs.field(init=False)
    """``inverse @ labels``, shape ``(p, n)``, 0 where a label is missing."""

    def __attrs_post_init__(self) -> None:
        factor = torch.linalg.cholesky(_label_covariance(self))
        inverse = torch.cholesky_inverse(factor)
        object.__setattr__(self, "inverse", inverse)
        object.__setattr__(self, "weights", (inverse @ self.labels.nan_to_num()[..., None])[..., 0])

    @property
    def noise(self) -> Tensor:
        """Learned noise variance, shape ``(p,)``."""
        return self.hyperparameters.noise.exp()

    def predict(self, points: Tensor, rows: Sequence[int] | None = None) -> tuple[Tensor, Tensor]:
        """Return mean and variance of the properties themselves, without noise.

        Args:
            points: Scaled inputs, shape ``(m, d)``.
            rows: Places of the properties that are asked; None for all.

        Returns:
            Both of shape ``(len(rows), m)``.
        """
        asked = list(range(len(self.labels)) if rows is None else rows)
        hyperparameters = self.hyperparameters.of(asked)
        across = hyperparameters.covariance(points, self.inputs)
        known = self.labels[asked].isfinite()
        across = across if known.all() else across * known[:, None, :]
        mean = (across * self.weights[asked, None, :]).sum(-1)
        explained = ((across @ self.inverse[asked]) * across).sum(-1)
        return mean, (hyperparameters.variance(points) - explained).clamp(min=0.0)

    def held_out(self, folds: Sequence[np.ndarray]) -> tuple[Tensor, Tensor]:
        """Return mean and variance at every film by the others, with hyper-parameters as they are, each ``(p, n)``.

        Follows from the inverse covariance without fitting again (Rasmussen & Williams 2006, section 5.4.2, for a whole
        fold at a time).

        Args:
            folds: The fold of each film, shape ``(n,)``, for every property; -1 where it has no label.
        """
        mean = torch.full_like(self.labels, torch.nan)
        variance = torch.full_like(self.labels, torch.nan)
        own = self.hyperparameters.own_variance(self.variances)
        for row, numbers in enumerate(folds):
            for number in range(int(numbers.max()) + 1):
                out = torch.from_numpy(np.flatnonzero(numbers == number))
                covariance = torch.linalg.inv(self.inverse[row][out][:, out])
                mean[row, out] = self.labels[row, out] - covariance @ self.weights[row, out]
                variance[row, out] = (covariance.diagonal() - own[row, out]).clamp(min=0.0)
        return mean, variance


def _label_covariance(processes: GaussianProcesses) -> Tensor:
    known = processes.labels.isfinite()
    own = processes.hyperparameters.own_variance(processes.variances)
    covariance = processes.hyperparameters.covariance(processes.inputs, processes.inputs)
    covariance = covariance * (known[:, :, None] & known[:, None, :])
    return covariance + torch.diag_embed(torch.where(known, own, 1.0))


def fit_gaussian_processes(
    inputs: Tensor, labels: Tensor, variances: Tensor, own_length_sd: float = OWN_LENGTH_SD
) -> GaussianProcesses:
    """Fit processes by maximum posterior likelihood of their hyper-parameters (L-BFGS).

    Args:
        inputs: Scaled inputs, shape ``(n, d)``.
        labels: Standardised labels, shape ``(p, n)``, NaN where missing.
        variances: Known variance of each label, shape ``(p, n)``.
        own_length_sd: Prior SD of the logarithm of one input's length scale about the common one.
    """
    properties, inputs_count = len(labels), inputs.shape[1]
    distances = torch.pdist(inputs)
    apart = distances[distances > 0]
    start = float(apart.median().log()) if len(apart) else 0.0

    def column(value: float, width: int | None = None) -> Tensor:
        shape = (properties,) if width is None else (properties, width)
        return torch.full(shape, value, dtype=torch.double, requires_grad=True)

    tried = Hyperparameters(
        column(_SIGNAL[0]), column(start, 1), column(0.0, inputs_count), column(_LINEAR[0]), column(_NOISE[0])
    )
    optimiser = torch.optim.LBFGS(tried.tensors(), max_iter=_STEPS, history_size=20, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = tried.penalty(start, own_length_sd)
        value.backward()
        return value.detach() + _likelihood_with_gradient(tried.kept(start, own_length_sd), inputs, labels, variances)

    optimiser.step(loss)
    found = Hyperparameters(*(tensor.detach() for tensor in tried.kept(start, own_length_sd).tensors()))
    return GaussianProcesses(inputs, labels, variances, found)


def _likelihood_with_gradient(tried: Hyperparameters, inputs: Tensor, labels: Tensor, variances: Tensor) -> Tensor:
    """Return minus the log-likelihood of all labels and add its gradient to the hyper-parameters.

    The gradient goes through the covariance by ``(K^-1 - w w^T) / 2`` (Rasmussen & Williams 2006, equation 5.9):
    cheaper and steadier than differentiating a Cholesky factor.
    """
    known = labels.isfinite()
    covariance = tried.covariance(inputs, inputs) * (known[:, :, None] & known[:, None, :])
    covariance = covariance + torch.diag_embed(torch.where(known, tried.own_variance(variances), 1.0))
    values = labels.nan_to_num()
    with torch.no_grad():
        factor = torch.linalg.cholesky(covariance)
        inverse = torch.cholesky_inverse(factor)
        weights = (inverse @ values[..., None])[..., 0]
        slope = 0.5 * (inverse - weights[:, :, None] * weights[:, None, :])
    covariance.backward(slope)
    return 0.5 * (values * weights).sum() + factor.diagonal(dim1=1, dim2=2).log().sum()
