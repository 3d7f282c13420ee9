"""The kernel of a property's Gaussian process: its hyper-parameters, what is thought of them before, the covariance."""

import math

import attrs
import torch
from torch import Tensor

from models.yeo_johnson import yeo_johnson

_JITTER = 1e-6
"""Added to the diagonal, as a part of the kernel's variances and of the labels' variance of 1: films that are repeated
without noise would leave the covariance singular."""
_OWN_LENGTHS_SD = 1.0
"""Prior SD of what all inputs' length scales together may differ from the common one, in logarithms; each input has its
part of that variance. Of few inputs each wants a scale of its own; with many such freedom does harm: on films of 23
ingredients free scales have an RMSE of 0.69, one in common 0.65, and where each may differ by 0.5 intervals are too
narrow (negative log-likelihood 0.94 and 0.87 on two tables, 0.85 and 0.83 with 0.2)."""
_POWER_SD = 0.5
"""Prior SD of the power by which an input is bent. The error with 30 to 140 rows falls by 4 to 8 % on concrete and by 9
to 16 % on silver nanoparticles, with 0.25 by half of that, and rises by 1 % on a printed lattice. Fractions are not
bent: mixtures for solar cells and for catalysts would lose up to 4 %, and virtual films gain less than 1 %."""
_DIRECTIONS_SD = 0.5
"""Prior SD of a direction's parts, in units of the common length scale's inverse."""
_REGARD_SD = 1.0
"""Prior SD of the logarithm of how much a property regards a direction."""
_FIRST_DIRECTIONS_SD = 0.1
"""A search starts from directions drawn with this SD: from none at all, none is better than another."""
_SIGNAL, _NOISE, _LINEAR = (0.0, 1.5), (-1.0, 1.5), (-2.0, 2.0)
"""Prior mean and SD of the logarithms of the variances, for labels of variance 1."""
_FARTHEST = 6.0
"""Prior SDs that a hyper-parameter is kept within: one long step of a search would leave a covariance that no float
can hold."""


def own_length_sd(inputs: int) -> float:
    """Return the prior SD of the logarithm of one input's length scale about the common one, among so many inputs."""
    return _OWN_LENGTHS_SD / math.sqrt(inputs)


@attrs.frozen(eq=False)
class Prior:
    """What is thought of hyper-parameters before any label: normal, of labels of variance 1."""

    length: float
    """Mean of the logarithm of the common length scale."""
    bends: Tensor
    """Which inputs may be bent, boolean, shape ``(d,)``; others are seen as they are."""
    own_length_sd: Tensor
    """Prior SD of the logarithm of one input's length scale about the common one, of each property, shape
    ``(p, 1)``."""
    directions: int
    """How many directions there are."""

    def moments(self) -> list[tuple[float, Tensor]]:
        """Return mean and SD of each hyper-parameter, in the order of the fields of `Hyperparameters`."""
        own, regard, directions = (0.0, self.own_length_sd), (0.0, _REGARD_SD), (0.0, _DIRECTIONS_SD)
        found = (_SIGNAL, (self.length, 1.0), own, _LINEAR, _NOISE, (1.0, _POWER_SD), regard, directions)
        return [(mean, torch.as_tensor(sd, dtype=torch.double)) for mean, sd in found]

    def start(self, properties: int) -> "Hyperparameters":
        """Return where a search starts: the means, but directions that differ from each other."""
        each, all_inputs = (properties,), (properties, len(self.bends))
        directions = (len(self.bends), self.directions)
        shapes = (each, (properties, 1), all_inputs, each, each, all_inputs, (properties, self.directions), directions)
        found = [
            torch.full(shape, mean, dtype=torch.double) for (mean, _), shape in zip(self.moments(), shapes, strict=True)
        ]
        drawn = torch.randn(directions, dtype=torch.double, generator=torch.Generator().manual_seed(0))
        found[-1] = found[-1] + _FIRST_DIRECTIONS_SD * drawn
        return Hyperparameters(*(tensor.requires_grad_() for tensor in found))


@attrs.frozen(eq=False)
class Hyperparameters:
    """A kernel's hyper-parameters, of p properties and d inputs; float64 tensors, logarithms but for the powers."""

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
    power: Tensor
    """By which each input is bent (`models.yeo_johnson`), shape ``(p, d)``; 1 leaves it as it is."""
    regard: Tensor
    """How much each property regards each direction, shape ``(p, r)``."""
    directions: Tensor
    """Weighted sums of inputs that distance counts besides the inputs themselves, the same for all properties, in units
    of the inverse of the common length scale, shape ``(d, r)``."""

    def tensors(self) -> list[Tensor]:
        """Return all of them in the order of the fields."""
        return [*self._of_properties(), self.directions]

    def of(self, rows: list[int]) -> "Hyperparameters":
        """Return those of some properties."""
        return Hyperparameters(*[*(tensor[rows] for tensor in self._of_properties()), self.directions])

    def _of_properties(self) -> list[Tensor]:
        return [self.signal, self.length, self.own_length, self.linear, self.noise, self.power, self.regard]

    def bent(self, points: Tensor) -> Tensor:
        """Return points as each property's kernel sees them, ``(n, d)`` to ``(p, n, d)``."""
        return yeo_johnson(points, self.power[:, None, :])

    def in_lengths(self, bent: Tensor) -> Tensor:
        """Return bent points such that the kernel's distance is the usual one, ``(p, n, d)`` to ``(p, n, d + r)``.

        Besides the inputs in their length scales there are the directions (factor analysis distance, Rasmussen &
        Williams 2006, section 5.1). Materials that do the same in a film lie alike in them, so that what is learned of
        one is known of the other; and they do the same for all properties, which learn the directions together.
        """
        own = bent * (-self.own_length).exp()[:, None, :]
        shared = (bent @ self.directions) * self.regard.exp()[:, None, :]
        return torch.cat([own, shared], dim=-1) * (-self.length).exp()[:, None, :]

    def covariance(self, first: Tensor, second: Tensor) -> Tensor:
        """Return the covariance of the property at points, shapes ``(n, d)`` and ``(m, d)`` to ``(p, n, m)``.

        Matern kernel of smoothness 5/2 (Rasmussen & Williams 2006, equation 4.17) and a linear one, of bent inputs: a
        property that rises steeply at first and flattens later, as with a time, is smooth of these (input warping:
        Snoek et al., ICML 2014, arXiv:1402.0929).
        """
        first, second = self.bent(first), self.bent(second)
        # sqrt(5) and the signal are folded in, as passes over the large result are what costs time.
        distance = torch.cdist(math.sqrt(5.0) * self.in_lengths(first), math.sqrt(5.0) * self.in_lengths(second))
        smooth = (distance * (distance / 3.0 + 1.0) + 1.0) * (self.signal[:, None, None] - distance).exp()
        slopes = first * self.linear.exp()[:, None, None]
        return torch.baddbmm(smooth, slopes, second.mT)

    def variance(self, points: Tensor) -> Tensor:
        """Return the prior variance of the property at points, ``(n, d)`` to ``(p, n)``."""
        return self.signal.exp()[:, None] + self.linear.exp()[:, None] * (self.bent(points) ** 2).sum(-1)

    def own_variance(self, known: Tensor) -> Tensor:
        """Return the variance that labels share with no other, of known variances ``(p, n)``: ``(p, n)``."""
        jitter = _JITTER * (1.0 + self.signal.exp() + self.linear.exp())
        return (self.noise.exp() + jitter)[:, None] + known

    def kept(self, prior: Prior) -> "Hyperparameters":
        """Return them within `_FARTHEST` SDs of the prior's means, and inputs that may not be bent as they are."""
        near = Hyperparameters(
            *(
                tensor.clamp(mean - _FARTHEST * sd, mean + _FARTHEST * sd)
                for tensor, (mean, sd) in zip(self.tensors(), prior.moments(), strict=True)
            )
        )
        return attrs.evolve(near, power=torch.where(prior.bends, near.power, 1.0))

    def penalty(self, prior: Prior) -> Tensor:
        """Return minus the logarithm of the prior, up to a constant."""
        terms = [
            (((tensor - mean) / sd) ** 2).sum()
            for tensor, (mean, sd) in zip(self.tensors(), prior.moments(), strict=True)
        ]
        return 0.5 * torch.stack(terms).sum()
