"""Fits a committee of neural networks to measured films: all members of all properties in one batch.

Each property has networks of its own, as in the reference work (Chen et al. 2024). Member m of a property learns from
all labelled films but one fold of them, and is kept at its best moment on that fold; folds complement each other, so
every film is held out by some member. Predictions by the members that did not see a film calibrate the uncertainty and
give the metrics.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.errors import InvalidInputError
from lab.properties import Property
from lab.seeds import generator
from models.blending import Answer, choose_share
from models.calibration import Calibration
from models.committee_metrics import committee_metrics
from models.devices import check_device
from models.film_table import FilmTable
from models.folds import fold_numbers
from models.known_noise import label_variances
from models.predictions import COLUMNS, Predictions, summary
from models.property_committee import PropertyCommittee
from models.scaling import InputScale
from models.transforms import TargetScale, fit_target_scale

if TYPE_CHECKING:
    from torch import Tensor

    from models.gaussian_processes import GaussianProcesses

__all__ = ["Predictions", "PropertyCommittee", "fit_committee"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_MOST_FOLDS = 10


def fit_committee(
    inputs: ArrayLike,
    targets: ArrayLike,
    target_sd: ArrayLike,
    properties: Sequence[Property],
    *,
    members: int = 10,
    epochs: int = 400,
    seed: int,
    input_scale: InputScale | None = None,
    gaussian_process: bool = True,
    device: str = "cpu",
) -> PropertyCommittee:
    """Learn properties from measured films.

    Equal arguments give equal bits on one machine. A film with some labels missing teaches the others. A property
    without any label is not learned: its predictions are NaN, and ``<property>.labels`` among the metrics is 0.

    Args:
        inputs: Weight fractions (or any inputs, with an `input_scale`), shape ``(n, d)``.
        targets: Measured values in the properties' units, shape ``(n, p)``, NaN where missing.
        target_sd: SD of the readings behind each value, shape ``(n, p)``, NaN where unknown.
        properties: The p properties, for their transforms and physical ranges.
        members: Networks a property, at least 2.
        epochs: Optimiser steps.
        seed: Seed of folds, first weights and batches.
        input_scale: How inputs are scaled; by default as weight fractions.
        gaussian_process: Whether Gaussian processes are mixed in where held-out films prefer it.
        device: Where the networks are trained, ``cpu`` or ``cuda``; the bits differ between devices.

    Raises:
        InvalidInputError: With every fault of the table, or of members and epochs.
    """
    table = FilmTable(inputs, targets, target_sd, properties)
    _check_size(members, epochs)
    check_device(device)
    scale = input_scale or InputScale.for_fractions(table.inputs.shape[1])
    target_scales = tuple(fit_target_scale(p, table.targets[:, i]) for i, p in enumerate(table.properties))
    tasks = [_task(table, column, target_scales[column], members, seed) for column in table.labelled]
    parameters, means, noises = _train(scale(table.inputs), tasks, members, epochs, seed=seed, device=device)
    processes, process_answers = _fit_processes(scale(table.inputs), tasks) if gaussian_process else (None, None)
    held_out = np.full((COLUMNS, *table.targets.shape), np.nan)
    calibrations = [Calibration(0, table.inputs.shape[1])] * len(table.properties)
    shares = []
    for row, column in enumerate(table.labelled):
        tested = tasks[row].held_out.any(axis=0)
        networks = _held_out_answer(tasks[row], tested, means[row], noises[row])
        process = process_answers[row].at(tested) if process_answers else None
        before = Calibration(
            int(np.isfinite(tasks[row].labels).sum()), table.inputs.shape[1], tasks[row].typical_variance
        )
        share, calibrations[column], answer = choose_share(before, tasks[row].labels[tested], networks, process)
        held_out[:, tested, column] = summary(target_scales[column], calibrations[column], answer)
        shares.append(share)
    cross_validation = Predictions(*held_out)
    return PropertyCommittee(
        properties=table.properties,
        learned=table.labelled,
        members=members,
        parameters=parameters,
        processes=processes,
        shares=tuple(shares),
        input_scale=scale,
        target_scales=target_scales,
        calibrations=tuple(calibrations),
        films=len(table.inputs),
        data_sha256=table.sha256(),
        seed=seed,
        epochs=epochs,
        cross_validation=cross_validation,
        metrics=committee_metrics(table.properties, table.targets, cross_validation),
    )


def _check_size(members: int, epochs: int) -> None:
    faults = []
    if members < 2:
        faults.append(f"{members} members, where at least 2 are needed for a spread")
    if epochs < 1:
        faults.append(f"{epochs} epochs, where at least 1 is needed")
    if faults:
        raise InvalidInputError("committee", faults)


@attrs.frozen(eq=False)
class _Task:
    """What the networks of one property learn, on the standardised scale."""

    labels: Array
    """Shape ``(n,)``, NaN where missing."""
    variances: Array
    """Known variance of each label, shape ``(n,)``."""
    typical_variance: float
    """Known variance that a new measurement will have."""
    learn: Mask
    """Which films each member learns from, shape ``(members, n)``."""
    held_out: Mask
    """Which films each member is tested on, shape ``(members, n)``."""

    @property
    def films(self) -> int:
        """Number of films with a label."""
        return int(np.isfinite(self.labels).sum())

    @property
    def first_folds(self) -> NDArray[np.int64]:
        """The first member that holds out each film, shape ``(n,)``; -1 where none does."""
        return np.where(self.held_out.any(axis=0), self.held_out.argmax(axis=0), -1)


def _task(table: FilmTable, column: int, scale: TargetScale, members: int, seed: int) -> _Task:
    values = table.targets[:, column]
    labelled = np.isfinite(values)
    rng = generator(seed, "committee", "folds", table.properties[column].name)
    held_out = np.zeros((members, len(values)), dtype=bool)
    held_out[:, labelled] = _hold_outs(table.recipe_numbers(np.flatnonzero(labelled)), members, rng)
    variances, typical = label_variances(np.where(labelled, table.target_sd[:, column], np.nan) * scale.slope(values))
    return _Task(scale.forward(values), variances, typical, labelled & ~held_out, held_out)


def _hold_outs(recipes: NDArray[np.int64], members: int, rng: np.random.Generator) -> Mask:
    """Return which films each member holds out, shape ``(members, n)``.

    Films of one recipe are held out together: a replicate in training would give the answer away. With a single recipe
    nothing is held out.
    """
    count = int(recipes.max()) + 1
    folds = min(members, _MOST_FOLDS, count)
    rows: list[Mask] = []
    while len(rows) < members and folds > 1:
        fold = fold_numbers(count, folds, rng)[recipes]
        rows += [fold == number for number in range(folds)]
    return np.array(rows[:members]) if rows else np.zeros((members, len(recipes)), dtype=bool)


def _train(
    scaled: Array, tasks: list[_Task], members: int, epochs: int, *, seed: int, device: str
) -> "tuple[tuple[Tensor, ...], Array, Array]":
    """Return the networks, and their means and noise variances at the films, of shape ``(tasks, members, n)``."""
    import torch

    from models.network import forward
    from models.threads import one_thread
    from models.training import TrainingData, TrainingOptions, train

    shape = (len(tasks), members, len(scaled))
    if not tasks:
        return (), np.zeros(shape), np.zeros(shape)

    def of_films(column: Array) -> Array:
        return np.broadcast_to(np.nan_to_num(column), (members, len(scaled)))

    def batch(of_tasks: Sequence[Array | Mask]) -> torch.Tensor:
        return torch.from_numpy(np.concatenate(of_tasks).astype(np.float32))

    data = TrainingData(
        inputs=torch.from_numpy(scaled.astype(np.float32)),
        labels=batch([of_films(task.labels) for task in tasks]),
        known_variance=batch([of_films(task.variances) for task in tasks]),
        learn=batch([task.learn for task in tasks]),
        held_out=batch([task.held_out for task in tasks]),
    )
    with one_thread():
        parameters = train(
            data, TrainingOptions(epochs=epochs, device=device), generator(seed, "committee", "networks")
        )
        with torch.no_grad():
            mean, variance = forward(parameters, data.inputs)
    return tuple(parameters), mean.numpy().astype(float).reshape(shape), variance.numpy().astype(float).reshape(shape)


def _held_out_answer(task: _Task, tested: Mask, means: Array, noises: Array) -> Answer:
    """Return what the networks answer about the tested films: those that held a film out answer about it.

    The variance between members is that of all of them, as it is for a new recipe.
    """
    weights = task.held_out[:, tested] / np.maximum(task.held_out[:, tested].sum(axis=0), 1)
    centre = (weights * means[:, tested]).sum(axis=0)
    learned = (weights * noises[:, tested]).sum(axis=0)
    return Answer(centre, means[:, tested].var(axis=0, ddof=1), learned)


def _fit_processes(scaled: Array, tasks: list[_Task]) -> "tuple[GaussianProcesses | None, list[Answer] | None]":
    """Return the Gaussian processes and what they answer about every film from the other folds' films."""
    import torch

    from models.gaussian_processes import MOST_FILMS, fit_gaussian_processes
    from models.threads import one_thread

    if not tasks or len(scaled) > MOST_FILMS:
        return None, None
    with one_thread():
        processes = fit_gaussian_processes(
            torch.from_numpy(scaled),
            torch.from_numpy(np.stack([task.labels for task in tasks])),
            torch.from_numpy(np.stack([task.variances for task in tasks])),
        )
        mean, variance = processes.held_out([task.first_folds for task in tasks])
    noise = processes.noise.numpy()
    films = len(scaled)
    answers = [Answer(mean[i].numpy(), variance[i].numpy(), np.full(films, noise[i])) for i in range(len(tasks))]
    return processes, answers
