"""Trains all networks of a committee at once: one optimiser step moves every member of every property."""

from collections.abc import Sequence
from typing import Protocol

import attrs
import numpy as np
import torch
from torch import Tensor

from models.network import Parameters, forward, new_parameters
from models.threads import in_threads

_GROUP = 45
"""Networks that are trained by common steps on a CPU: on 135 films their activations are about 1 MB."""
_LEAST_WEIGHT = 1e-12
"""Keeps a network that learns from, or is tested on, no film from dividing by 0."""


class Loss(Protocol):
    """What networks are trained on and tested by; all tensors have shape ``(g, n)``."""

    def of_learning(self, mean: Tensor, variance: Tensor, labels: Tensor) -> Tensor:
        """Return the loss whose gradient is followed."""
        ...

    def of_testing(self, mean: Tensor, variance: Tensor, labels: Tensor) -> Tensor:
        """Return the loss that held-out films are judged by."""
        ...


@attrs.frozen
class GaussianLoss:
    """Negative log-likelihood of a normal distribution."""

    beta: float = 0.5
    """Exponent of the variance that weights it in learning (beta-NLL, Seitzer et al. 2022, arXiv 2203.09168)."""

    def of_learning(self, mean: Tensor, variance: Tensor, labels: Tensor) -> Tensor:
        """Return the weighted loss; the weight is a constant for the gradient."""
        return self.of_testing(mean, variance, labels) * variance.detach() ** self.beta

    def of_testing(self, mean: Tensor, variance: Tensor, labels: Tensor) -> Tensor:
        """Return the loss without its constant."""
        return 0.5 * ((labels - mean) ** 2 / variance + variance.log())


class SquaredLoss:
    """Half the squared error; the variance plays no part."""

    def of_learning(self, mean: Tensor, variance: Tensor, labels: Tensor) -> Tensor:
        """Return the loss."""
        return 0.5 * (labels - mean) ** 2

    def of_testing(self, mean: Tensor, variance: Tensor, labels: Tensor) -> Tensor:
        """Return the loss."""
        return 0.5 * (labels - mean) ** 2


class BernoulliLoss:
    """Negative log-likelihood of 0 or 1, whose log-odds the networks' mean is; the variance plays no part."""

    def of_learning(self, mean: Tensor, variance: Tensor, labels: Tensor) -> Tensor:
        """Return the loss."""
        return self.of_testing(mean, variance, labels)

    def of_testing(self, mean: Tensor, variance: Tensor, labels: Tensor) -> Tensor:
        """Return the loss."""
        return torch.nn.functional.softplus(mean) - labels * mean


@attrs.frozen
class TrainingOptions:
    """How networks are built and trained."""

    epochs: int = 400
    """Optimiser steps."""
    films_a_step: int = 1024
    """Where there are more films, each step uses a random part of them."""
    hidden: tuple[int, ...] = (48, 48)
    learning_rate: float = 0.01
    """Peak of the one-cycle schedule."""
    weight_decay: float = 1e-3
    check_every: int = 10
    """Steps between looks at the held-out films."""
    device: str = "cpu"
    """Where it is computed: ``cpu`` or ``cuda``."""


@attrs.frozen(eq=False)
class TrainingData:
    """Labels of g networks on the standardised scale; arrays are float32 tensors."""

    inputs: Tensor
    """Shape ``(n, d)``, the same for all networks, or ``(g, n, d)``."""
    labels: Tensor
    """Shape ``(g, n)``; any number where the label is not used."""
    known_variance: Tensor
    """Variance of each label that was measured, shape ``(g, n)``."""
    learn: Tensor
    """How much each film counts where a network learns from it, else 0, shape ``(g, n)``."""
    held_out: Tensor
    """How much each film counts where a network is tested on it, else 0, shape ``(g, n)``."""

    def of(self, networks: slice) -> "TrainingData":
        """Return the data of some of the networks."""
        tensors = (self.labels, self.known_variance, self.learn, self.held_out)
        return TrainingData(self.inputs, *(tensor[networks] for tensor in tensors))

    def learned_from(self) -> "TrainingData":
        """Return each network's own films to learn from, which takes less time than all with a weight of 0 for others.

        Networks that learn from fewer films than another keep some of weight 0.
        """
        learned = self.learn > 0
        most = int(learned.sum(dim=1).max())
        if most == self.learn.shape[1]:
            return self
        own = learned.to(torch.uint8).argsort(dim=1, descending=True, stable=True)[:, :most]
        tensors = (self.labels, self.known_variance, self.learn, self.held_out)
        return TrainingData(self.inputs[own], *(tensor.gather(1, own) for tensor in tensors))

    def on(self, device: str) -> "TrainingData":
        """Return the data on a device."""
        tensors = (self.inputs, self.labels, self.known_variance, self.learn, self.held_out)
        return TrainingData(*(tensor.to(device) for tensor in tensors))


@attrs.frozen(eq=False)
class Trained:
    """Trained networks, and what they answered about their held-out films without being stopped by them."""

    parameters: Parameters
    """Of every network at its best moment on its held-out films; on the CPU, wherever they were trained."""
    tested: Tensor
    """Indices of the t films that any network was tested on."""
    mean: Tensor
    """Answers about them, shape ``(g, t)``. About a film that a network held out it is that at the network's best
    moment on the *other* films that it held out: a moment chosen by the film itself makes the error on it too small,
    the more so the fewer films there are."""
    variance: Tensor
    """Learned noise variance of these answers."""


def train(data: TrainingData, options: TrainingOptions, rng: np.random.Generator, loss: Loss | None = None) -> Trained:
    """Train networks, each until its best moment on its held-out films.

    Networks do not touch each other: the loss is the sum of theirs and Adam works element by element. On a CPU they
    are taken in groups of a fixed size, side by side in as many threads as torch has, so that the bits do not depend on
    the number of threads.

    Args:
        data: What each network learns and is tested on.
        options: Shape and schedule.
        rng: Source of first weights and of random parts.
        loss: What is made small; the Gaussian one by default.
    """
    networks, films = data.labels.shape
    sizes = (data.inputs.shape[1], *options.hidden, 2)
    data = data.on(options.device)
    first = [parameter.to(options.device) for parameter in new_parameters(networks, sizes, rng)]
    parts = [_part(films, options.films_a_step, rng) for _ in range(options.epochs)]
    size = _GROUP if options.device == "cpu" else networks
    groups = [slice(start, start + size) for start in range(0, networks, size)]
    # Virtual films are never held out, and there may be a thousand times as many of them.
    tested = torch.nonzero(data.held_out.any(dim=0))[:, 0]
    trained: dict[int, _Best] = {}

    def train_group(group: slice) -> None:
        parameters = [parameter[group].clone() for parameter in first]
        own = data.of(group)
        best = _Best(parameters, loss or GaussianLoss(), own, tested)
        _train_together(parameters, own, options, parts, best)
        trained[group.start] = best

    in_threads(train_group, groups)
    best = [trained[group.start] for group in groups]
    parameters = [torch.cat(tensors).cpu() for tensors in zip(*(one.parameters for one in best), strict=True)]
    mean, variance = (torch.cat(tensors).cpu() for tensors in zip(*(one.unseen for one in best), strict=True))
    return Trained(parameters, tested.cpu(), mean, variance)


def _train_together(
    parameters: Parameters, data: TrainingData, options: TrainingOptions, parts: Sequence[Tensor | slice], best: "_Best"
) -> None:
    """Train some networks by common steps, each on its part of the films, and look for their best moments."""
    parameters = [parameter.requires_grad_() for parameter in parameters]
    optimiser = torch.optim.AdamW(parameters, lr=options.learning_rate, weight_decay=options.weight_decay, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, options.learning_rate, total_steps=options.epochs + 1, pct_start=0.2, cycle_momentum=False
    )
    if all(isinstance(part, slice) for part in parts):
        data = data.learned_from()
    share = data.learn / data.learn.sum(dim=1, keepdim=True).clamp(min=_LEAST_WEIGHT)
    for step, part in enumerate(parts, start=1):
        mean, variance = forward(parameters, data.inputs[part])
        variance = variance + data.known_variance[:, part]
        losses = best.loss.of_learning(mean, variance, data.labels[:, part])
        optimiser.zero_grad()
        (losses * share[:, part]).sum().backward()
        optimiser.step()
        schedule.step()
        if step % options.check_every == 0 or step == options.epochs:
            best.look(parameters)


def _part(films: int, most: int, rng: np.random.Generator) -> Tensor | slice:
    if films <= most:
        return slice(None)
    return torch.from_numpy(rng.choice(films, most, replace=False))


class _Best:
    """The best parameters so far of every network, by the likelihood of its own held-out films.

    Each network has a best moment of its own: on real tables that gave lower errors than one moment for all members of
    a property (5-20 % on 50-130 films), as members that stop at different moments differ more. A network that is
    tested on no film keeps its last moment.
    """

    def __init__(self, parameters: Parameters, loss: Loss, data: TrainingData, tested: Tensor) -> None:
        self.loss = loss
        self._inputs = data.inputs[tested]
        self._labels, self._known, self._held_out = (
            tensor[:, tested] for tensor in (data.labels, data.known_variance, data.held_out)
        )
        self.parameters = [p.detach().clone() for p in parameters]
        self.unseen = torch.zeros_like(self._labels), torch.ones_like(self._labels)
        """Mean and variance of `Trained`."""
        self._score = torch.full_like(data.labels[:, 0], torch.inf)
        self._score_of_others = torch.full_like(self._labels, torch.inf)

    @torch.no_grad()
    def look(self, parameters: Parameters) -> None:
        """Take over the networks that are now at least as good as at their best moment so far."""
        answers = forward(parameters, self._inputs)
        mean, variance = answers
        losses = self.loss.of_testing(mean, variance + self._known, self._labels) * self._held_out
        total, weight = losses.sum(dim=1), self._held_out.sum(dim=1)
        # Without a film to be tested on the score is 0 at every look, so the last look wins.
        score = total / weight.clamp(min=_LEAST_WEIGHT)
        better = score <= self._score
        self._score = torch.where(better, score, self._score)
        for kept, new in zip(self.parameters, parameters, strict=True):
            kept[better] = new.detach()[better]
        others = (total[:, None] - losses) / (weight[:, None] - self._held_out).clamp(min=_LEAST_WEIGHT)
        better = others <= self._score_of_others
        self._score_of_others = torch.where(better, others, self._score_of_others)
        for kept, new in zip(self.unseen, answers, strict=True):
            kept[better] = new[better]
