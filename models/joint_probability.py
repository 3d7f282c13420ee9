"""The joint probability that measured properties keep to bounds, and its gradient by the recipe.

In logarithms throughout, so that recipes far from any solution still have a slope for a gradient search.
"""

import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from lab.arrays import Array
from models.answers import answers
from models.calibration import Calibration
from models.student import to_normal
from models.threads import one_thread
from models.transforms import TargetScale

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee

_NARROWEST = 1e-12
"""Least value of 1 - Phi(lower) / Phi(upper): bounds that coincide have no logarithm."""


def log_probability(
    committee: "PropertyCommittee", points: Tensor, lower: Array, upper: Array, *, precise: bool = False
) -> Tensor:
    """Return the logarithm of `PropertyCommittee.probability_within`, ``(n,)``; differentiable by the points.

    Args:
        committee: The committee.
        points: Inputs, float64, ``(n, d)``.
        lower: Least accepted value of each property, ``(p,)``, -inf for none; those bounded must be learned.
        upper: Largest accepted value, inf for none.
        precise: As in `models.answers.answers`.
    """
    bounded = np.flatnonzero(np.isfinite(lower) | np.isfinite(upper)).tolist()
    if not bounded:
        return 0.0 * points.sum(dim=1)  # it has a gradient too
    found = answers(committee, points, [committee.learned.index(index) for index in bounded], precise=precise)
    logs = torch.zeros(found.means.shape[1:], dtype=torch.double)
    for row, index in enumerate(bounded):
        bounds = _standardised(committee.target_scales[index], lower[index], upper[index])
        logs = logs + _log_chance(
            committee.calibrations[index], found.means[row], (found.rest[row], found.noise[row]), bounds
        )
    return torch.logsumexp(logs, dim=0) - math.log(committee.members)


def log_probability_gradient(
    committee: "PropertyCommittee", points: Array, lower: Array, upper: Array
) -> tuple[Array, Array]:
    """Return log-probability ``(n,)`` and gradient ``(n, d)``; arguments as in `log_probability`."""
    with one_thread():
        inputs = torch.from_numpy(points).requires_grad_()
        joint = log_probability(committee, inputs, lower, upper, precise=True)
        (gradient,) = torch.autograd.grad(joint.sum(), inputs)
    return joint.detach().numpy(), gradient.numpy()


def _standardised(scale: TargetScale, lower: float, upper: float) -> tuple[float, float]:
    # Beyond the physical range there is nothing, so a bound there holds for certain.
    above = float(scale.forward(lower)) if lower > scale.lower else -math.inf
    below = float(scale.forward(upper)) if upper < scale.upper else math.inf
    return above, below


def _log_chance(
    calibration: Calibration, means: Tensor, others: tuple[Tensor, Tensor], bounds: tuple[float, float]
) -> Tensor:
    """Return the logarithm of every member's chance of one property, ``(members, n)``."""
    rest, learned_noise = others
    centre, between = means.mean(dim=0), means.var(dim=0)
    model = calibration.model * (between + rest + calibration.ignorance)
    noise = calibration.noise * (learned_noise + calibration.known_noise)
    spread = centre + math.sqrt(calibration.model) * (means - centre)
    sd, total = torch.sqrt(noise + model - calibration.model * between), torch.sqrt(noise + model)
    above, below = ((_as_if_normal(bound, centre, total, calibration) - spread) / sd for bound in bounds)
    if math.isinf(bounds[0]) and math.isinf(bounds[1]):
        return 0.0 * spread
    if math.isinf(bounds[0]):
        return torch.special.log_ndtr(below)
    if math.isinf(bounds[1]):
        return torch.special.log_ndtr(-above)
    # In the upper tail both probabilities are nearly 1; mirrored they are small and their difference is exact.
    flipped = above > 0
    high, low = torch.where(flipped, -above, below), torch.where(flipped, -below, above)
    top = torch.special.log_ndtr(high)
    share = -torch.expm1(torch.special.log_ndtr(low) - top)
    return top + torch.log(share.clamp(min=_NARROWEST))


def _as_if_normal(bound: float, centre: Tensor, sd: Tensor, calibration: Calibration) -> Tensor:
    """Return where a bound would lie if measurements were normal and kept to it as often, ``(n,)``."""
    if math.isinf(bound):
        return torch.full_like(centre, bound)
    return centre + sd * to_normal((bound - centre) / sd, calibration.degrees)
