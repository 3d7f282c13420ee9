"""What the members of a committee answer, with Gaussian processes and trees mixed in, on the standardised scale."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import torch
from torch import Tensor

from models.network import forward

if TYPE_CHECKING:
    from models.property_committee import PropertyCommittee


@attrs.frozen(eq=False)
class Answers:
    """Answers about l properties at n points by m members; float64 tensors."""

    means: Tensor
    """Each member's mean, drawn to the process by its share, shape ``(l, m, n)``. The variance between them is the
    networks' part of the mixture's variance."""
    rest: Tensor
    """The other parts of the model's variance: the process's own, and its distance from the networks, ``(l, n)``."""
    noise: Tensor
    """Learned noise variance, ``(l, n)``."""


def answers(committee: "PropertyCommittee", points: Tensor, rows: Sequence[int], *, precise: bool = False) -> Answers:
    """Return what the members answer; differentiable by the points.

    Args:
        committee: The committee.
        points: Recipes, float64, shape ``(n, d)``.
        rows: Places in ``committee.learned`` of the l properties that are asked.
        precise: Whether the networks, trained in float32, are evaluated in float64, which is slower: for gradients.
    """
    scale = committee.input_scale
    scaled = (points - torch.from_numpy(scale.centre)) / torch.from_numpy(scale.scale)
    numbers = [row * committee.members + member for row in rows for member in range(committee.members)]
    number_type = torch.double if precise else torch.float
    networks = [parameter[numbers].to(number_type) for parameter in committee.parameters]
    mean, variance = forward(networks, scaled.to(number_type))
    shape = (len(rows), committee.members, len(points))
    means = mean.double().reshape(shape).clamp(-committee.FARTHEST, committee.FARTHEST)
    noise = variance.double().reshape(shape).mean(dim=1)
    found = Answers(means, torch.zeros_like(noise), noise)
    if committee.processes is not None:
        found = _mixed(found, committee, scaled, rows)
    return _drawn_to_trees(found, committee, scaled, rows)


def _mixed(networks: Answers, committee: "PropertyCommittee", scaled: Tensor, rows: Sequence[int]) -> Answers:
    """Mix the Gaussian processes in, by the shares, so that moments agree with `models.blending.mixed`."""
    processes = committee.processes
    shares = torch.tensor([committee.shares[row] for row in rows], dtype=torch.double)
    places = torch.nonzero(shares > 0)[:, 0]
    if processes is None or len(places) == 0:
        return networks
    share = shares[places, None]
    asked = [rows[place] for place in places.tolist()]
    process, own = processes.predict(scaled, asked)
    process = process.clamp(-committee.FARTHEST, committee.FARTHEST)  # its linear part knows no bounds either
    means = networks.means[places]
    centre = means.mean(dim=1)
    blended = (1.0 - share) * centre + share * process
    drawn = blended[:, None] + torch.sqrt(1.0 - share)[:, None] * (means - centre[:, None])
    rest = share * own + share * (1.0 - share) * (centre - process) ** 2
    noise = (1.0 - share) * networks.noise[places] + share * processes.noise[asked][:, None]
    return Answers(
        networks.means.index_copy(0, places, drawn),
        networks.rest.index_copy(0, places, rest),
        networks.noise.index_copy(0, places, noise),
    )


def _drawn_to_trees(found: Answers, committee: "PropertyCommittee", scaled: Tensor, rows: Sequence[int]) -> Answers:
    """Draw all members to the trees by their shares, as `models.blending.drawn`; trees have no slope."""
    forests = [committee.forests[row] for row in rows] if committee.forests else []
    if not any(forests):
        return found
    points = scaled.detach().numpy()
    means = []
    for mean, forest in zip(found.means, forests, strict=True):
        if forest is None:
            means.append(mean)
            continue
        trees = torch.from_numpy(forest.predict(points))
        means.append(mean + forest.share * (trees - mean.mean(dim=0)))
    return attrs.evolve(found, means=torch.stack(means))
