"""Gaussian processes, one a property, that answer beside the networks.

On smooth properties and few films a Gaussian process is the better half, on rough ones the networks are; their mixture
is better than either on most tables. All properties are one batch of tensors here too.
"""

from collections.abc import Sequence

import attrs
import numpy as np
import torch
from torch import Tensor

from models.process_kernels import Hyperparameters, Prior, own_length_sd
from models.threads import in_threads

MOST_FILMS = 1500
"""With more films the covariance grows unwieldy and networks do as well without."""
_AT_A_TIME = 2_000_000
"""Covariances that are worked on together: all properties' of a few hundred films. Larger tensors (these have 16 MB)
are slower, as they come and go with every operation."""
_MANY_FILMS = 500
_STEPS, _STEPS_OF_MANY = 40, 30
"""Iterations of the hyper-parameter search. Of more than `_MANY_FILMS` films the last ones change nothing, but where
directions are learned: on real tables of 550 to 1,000 films RMSE and likelihood of others are the same after 30 as
after 40 (after 20, concrete is 1.5 % worse)."""
_MUCH_NOISE = 0.1
"""Part of the labels' variance from which on noise may be what a search overlooked."""
_FREE_LENGTHS_SD = 1.0
"""By how much free length scales of inputs may differ: prior SD of the logarithm of one about the common one."""
_LESS_NOISE, _FREE_STEPS = 3.0, 20
"""How the second search starts: with the logarithm of the noise so much lower, and so many iterations during which
length scales of inputs are free. An input on a scale of somebody's choosing may tell nothing. Where most
are such, a search that starts with all of them alike can end in a process that takes everything for noise, though
another is likelier by far: so in four of eleven made-up tables of 100 rows and eight inputs, two of which count. In
two of these four the second search finds it."""
_CLEARLY = 2.0
"""By how much the logarithm of prior and likelihood must be higher where the second search ends."""


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
        inverse = self.labels.new_empty(*self.labels.shape, len(self.inputs))
        weights = torch.empty_like(self.labels)

        def invert(rows: list[int]) -> None:
            found = self.hyperparameters.of(rows)
            covariance = _label_covariance(found, self.inputs, self.labels[rows], self.variances[rows])
            inverse[rows] = torch.cholesky_inverse(torch.linalg.cholesky(covariance))
            weights[rows] = (inverse[rows] @ self.labels[rows].nan_to_num()[..., None])[..., 0]

        in_threads(invert, _parts(*self.labels.shape))
        object.__setattr__(self, "inverse", inverse)
        object.__setattr__(self, "weights", weights)

    @property
    def directed(self) -> bool:
        """Whether they have learned directions that properties share."""
        return self.hyperparameters.directions.shape[1] > 0

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
        # Indexing would copy hundreds of megabytes of many films, for every few points.
        inverse = self.inverse if asked == list(range(len(self.labels))) else self.inverse[asked]
        explained = ((across @ inverse) * across).sum(-1)
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


def _label_covariance(found: Hyperparameters, inputs: Tensor, labels: Tensor, variances: Tensor) -> Tensor:
    """Return the covariance of labels, ``(p, n, n)``; rows of missing labels are those of the unit matrix."""
    known = labels.isfinite()
    covariance, own = found.covariance(inputs, inputs), found.own_variance(variances)
    if not known.all():
        covariance = covariance * (known[:, :, None] & known[:, None, :])
    return covariance + torch.diag_embed(torch.where(known, own, 1.0))


def _parts(properties: int, films: int) -> list[list[int]]:
    """Return which properties are worked on together, by their places."""
    size = max(1, _AT_A_TIME // films**2)
    return [list(range(start, min(start + size, properties))) for start in range(0, properties, size)]


def fit_gaussian_processes(
    inputs: Tensor,
    labels: Tensor,
    variances: Tensor,
    *,
    bends: Tensor | None = None,
    freedom: float | None = None,
    free: Tensor | None = None,
    directions: int = 0,
) -> GaussianProcesses:
    """Fit processes by maximum posterior likelihood of their hyper-parameters (L-BFGS).

    The bits do not depend on the number of threads.

    Args:
        inputs: Scaled inputs, shape ``(n, d)``.
        labels: Standardised labels, shape ``(p, n)``, NaN where missing.
        variances: Known variance of each label, shape ``(p, n)``.
        bends: Which inputs may be bent, boolean, shape ``(d,)``; none by default.
        freedom: Prior SD of the logarithm of one input's length scale about the common one; the fewer inputs, the
            more by default.
        free: Of which properties inputs may have a length scale each (`models.kernel_choice`) whatever the freedom,
            boolean, shape ``(p,)``; of none by default.
        directions: Directions that properties share, see `models.process_kernels`; none by default.
    """
    distances = torch.pdist(inputs)
    apart = distances[distances > 0]
    start = float(apart.median().log()) if len(apart) else 0.0
    none = torch.zeros(inputs.shape[1], dtype=torch.bool)
    own = labels.new_full((len(labels), 1), own_length_sd(inputs.shape[1]) if freedom is None else freedom)
    own = own if free is None else own.masked_fill(free[:, None], _FREE_LENGTHS_SD)
    prior = Prior(start, none if bends is None else bends, own, directions)
    steps = _STEPS if directions or len(inputs) <= _MANY_FILMS else _STEPS_OF_MANY
    films = (inputs, labels, variances)
    found, loss = _searched(prior.start(len(labels)), prior, films, steps)
    if prior.bends.any() and (found.noise.exp() > _MUCH_NOISE).any():
        clear = prior.start(len(labels))
        clear = attrs.evolve(clear, noise=clear.noise - _LESS_NOISE)
        loose, _ = _searched(
            clear,
            attrs.evolve(prior, own_length_sd=torch.full_like(prior.own_length_sd, _FREE_LENGTHS_SD)),
            films,
            _FREE_STEPS,
        )
        other, other_loss = _searched(loose, prior, films, steps)
        found = other if other_loss < loss - _CLEARLY else found
    return GaussianProcesses(*films, found)


def _searched(
    start: Hyperparameters, prior: Prior, films: tuple[Tensor, Tensor, Tensor], steps: int
) -> tuple[Hyperparameters, float]:
    """Return where a search ends, and minus the logarithm of prior and likelihood there, up to a constant.

    Args:
        start: Where it starts.
        prior: What is thought of hyper-parameters before.
        films: Inputs, labels and variances as in `fit_gaussian_processes`.
        steps: Iterations at most.
    """
    tried = Hyperparameters(*(tensor.detach().clone().requires_grad_() for tensor in start.tensors()))
    optimiser = torch.optim.LBFGS(tried.tensors(), max_iter=steps, history_size=20, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimiser.zero_grad()
        value = tried.penalty(prior)
        value.backward()
        return value.detach() + _likelihood_with_gradient(tried.kept(prior), *films)

    optimiser.step(loss)
    found = Hyperparameters(*(tensor.detach() for tensor in tried.kept(prior).tensors()))
    return found, float(loss())


def _likelihood_with_gradient(tried: Hyperparameters, inputs: Tensor, labels: Tensor, variances: Tensor) -> Tensor:
    """Return minus the log-likelihood of all labels and add its gradient to the hyper-parameters."""
    parts = _parts(*labels.shape)
    values = torch.empty(len(parts), dtype=torch.double)
    gradients = [torch.zeros_like(tensor) for tensor in tried.tensors()]
    shared = torch.zeros(len(parts), *tried.directions.shape, dtype=torch.double)

    def add(place: int) -> None:
        rows = parts[place]
        found = Hyperparameters(*(tensor.detach().requires_grad_() for tensor in tried.of(rows).tensors()))
        films = labels[rows].isfinite().any(dim=0)
        values[place] = _likelihood_of_part(found, inputs[films], labels[rows][:, films], variances[rows][:, films])
        *own, directions = (torch.zeros_like(t) if t.grad is None else t.grad for t in found.tensors())
        for whole, part in zip(gradients, own, strict=False):
            whole[rows] = part
        shared[place] = directions

    in_threads(add, range(len(parts)))
    gradients[-1] = shared.sum(dim=0)
    torch.autograd.backward(tried.tensors(), gradients)
    return values.sum()


def _likelihood_of_part(tried: Hyperparameters, inputs: Tensor, labels: Tensor, variances: Tensor) -> Tensor:
    """Return minus the log-likelihood of some properties' labels and add its gradient to the hyper-parameters.

    The gradient goes through the covariance by ``(K^-1 - w w^T) / 2`` (Rasmussen & Williams 2006, equation 5.9):
    cheaper and steadier than differentiating a Cholesky factor.
    """
    covariance = _label_covariance(tried, inputs, labels, variances)
    values = labels.nan_to_num()
    with torch.no_grad():
        factor = torch.linalg.cholesky(covariance)
        inverse = torch.cholesky_inverse(factor)
        weights = (inverse @ values[..., None])[..., 0]
        slope = 0.5 * (inverse - weights[:, :, None] * weights[:, None, :])
    covariance.backward(slope)
    return 0.5 * (values * weights).sum() + factor.diagonal(dim1=1, dim2=2).log().sum()
