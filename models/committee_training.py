"""Trains the networks of a committee, on measured films and, where asked for, on virtual ones around them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from lab.arrays import Array, Mask
from lab.seeds import generator
from models.augmentation import Augmentation, Augmented, augment
from models.blending import Answer, choose_tree_share
from models.calibration import Calibration
from models.film_table import FilmTable
from models.forest import Forest, fit_forest, held_out_by_trees
from models.network_settings import NetworkSettings
from models.scaling import InputScale
from models.tasks import Task
from models.threads import one_thread

if TYPE_CHECKING:
    from torch import Tensor

    from models.gaussian_processes import GaussianProcesses

_FEWEST_FOR_TREES = 20
"""Labels by which it can be told whether trees help."""


@attrs.frozen(eq=False)
class Lesson:
    """Films that networks learn from: measured ones first, then virtual ones."""

    scale: InputScale
    films: Augmented
    measured: int
    """How many are measured."""

    @property
    def scaled(self) -> Array:
        """Scaled inputs, shape ``(n + n ratio, d)``."""
        return self.scale(self.films.inputs)

    def labels(self, task: Task) -> Array:
        """Return a task's labels with their virtual noise, shape ``(n + n ratio,)``."""
        parents = self.films.parents
        unit = np.sqrt(task.variances)[parents] if self.films.in_measured_sd else 1.0
        return task.labels[parents] + unit * self.films.label_shift


def new_lesson(
    inputs: Array, scale: InputScale, fractions: Mask, augmentation: Augmentation | None, seed: int
) -> Lesson:
    """Return the films to learn from.

    Args:
        inputs: Of the measured films, shape ``(n, d)``.
        scale: How inputs are scaled.
        fractions: Which inputs are weight fractions of one composition, shape ``(d,)``.
        augmentation: Which virtual films are added; None for none.
        seed: Seed of their noise.
    """
    how = augmentation or Augmentation(0)
    return Lesson(scale, augment(inputs, fractions, how, generator(seed, "committee", "augmentation")), len(inputs))


@attrs.frozen(eq=False)
class TrainedNetworks:
    """The networks of all tasks and their answers about the measured films; arrays of ``(tasks, members, n)``."""

    parameters: "tuple[Tensor, ...]"
    """Of ``tasks * members`` networks."""
    means: Array
    """What the networks answer."""
    unseen_means: Array
    """What they answer about films that they held out, by `models.training.Trained.mean`; any number elsewhere."""
    unseen_noises: Array
    """Learned noise variance, likewise."""

    def held_out(self, row: int, task: Task, tested: Mask) -> Answer:
        """Return what the networks of one task answer about the tested films: those that held a film out answer.

        The variance between members is that of all of them, as it is for a new recipe.
        """
        weights = task.held_out[:, tested] / np.maximum(task.held_out[:, tested].sum(axis=0), 1)
        centre = (weights * self.unseen_means[row][:, tested]).sum(axis=0)
        learned = (weights * self.unseen_noises[row][:, tested]).sum(axis=0)
        return Answer(centre, self.means[row][:, tested].var(axis=0, ddof=1), learned)


def train_networks(
    lesson: Lesson, tasks: Sequence[Task], members: int, settings: NetworkSettings, *, seed: int, device: str
) -> TrainedNetworks:
    """Train the networks of all tasks.

    Args:
        lesson: The films.
        tasks: What the networks of each property learn.
        members: Networks a property.
        settings: Of the networks.
        seed: Seed of first weights and batches.
        device: ``cpu`` or ``cuda``.
    """
    import torch

    from models.network import forward
    from models.training import TrainingData, TrainingOptions, train

    shape = (len(tasks), members, lesson.measured)
    if not tasks:
        return TrainedNetworks((), *(np.zeros(shape) for _ in range(3)))
    parents = lesson.films.parents
    real = np.arange(len(parents)) < lesson.measured

    def of_films(column: Array) -> Array:
        return np.broadcast_to(np.nan_to_num(column), (members, len(parents)))

    def batch(of_tasks: Sequence[Array | Mask]) -> torch.Tensor:
        return torch.from_numpy(np.concatenate(of_tasks).astype(np.float32))

    data = TrainingData(
        inputs=torch.from_numpy(lesson.scaled.astype(np.float32)),
        labels=batch([of_films(lesson.labels(task)) for task in tasks]),
        known_variance=batch([of_films(task.variances[parents]) for task in tasks]),
        learn=batch([task.learn[:, parents] for task in tasks]),
        held_out=batch([task.held_out[:, parents] & real for task in tasks]),
    )
    options = TrainingOptions(
        epochs=settings.epochs,
        hidden=(settings.width, settings.width),
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        device=device,
    )
    found = train(data, options, generator(seed, "committee", "networks"))
    with one_thread(), torch.no_grad():
        means, _ = forward(found.parameters, data.inputs[: lesson.measured])
    unseen = np.zeros((2, len(tasks) * members, lesson.measured))
    unseen[:, :, found.tested.numpy()] = found.mean.numpy(), found.variance.numpy()
    return TrainedNetworks(
        tuple(found.parameters),
        means.numpy().astype(float).reshape(shape),
        *(answers.reshape(shape) for answers in unseen),
    )


def fit_processes(
    table: FilmTable, scale: InputScale, tasks: Sequence[Task], seed: int
) -> "tuple[GaussianProcesses | None, list[Answer] | None]":
    """Return the Gaussian processes and what they answer about every film from the other folds' films.

    Args:
        table: The films.
        scale: How inputs are scaled.
        tasks: What is learned of each property.
        seed: Seed of the halves by which the kernel is chosen (`models.kernel_choice`).
    """
    import torch

    from models.gaussian_processes import MOST_FILMS, fit_gaussian_processes
    from models.kernel_choice import choose_kernel

    films = len(table.inputs)
    if not tasks or films > MOST_FILMS:
        return None, None
    inputs, bends = scale(table.inputs), scale.numbers
    labels, variances = np.stack([task.labels for task in tasks]), np.stack([task.variances for task in tasks])
    recipes, rng = table.recipe_numbers(np.arange(films)), generator(seed, "committee", "directions")
    choice = choose_kernel(inputs, labels, variances, bends=bends, recipes=recipes, rng=rng)
    processes = fit_gaussian_processes(
        torch.from_numpy(inputs),
        torch.from_numpy(labels),
        torch.from_numpy(variances),
        bends=torch.from_numpy(bends),
        free=torch.from_numpy(choice.free),
        directions=choice.directions,
    )
    with one_thread():
        mean, variance = processes.held_out([task.first_folds for task in tasks])
    noise = processes.noise.numpy()
    answers = [Answer(mean[i].numpy(), variance[i].numpy(), np.full(films, noise[i])) for i in range(len(tasks))]
    return processes, answers


def add_trees(
    inputs: Array, task: Task, before: Calibration, found: tuple[Calibration, Answer], seed: int
) -> tuple[Forest | None, Calibration, Answer]:
    """Return trees of one property if held-out films ask for them, and the calibration and answers with them.

    Args:
        inputs: Scaled inputs of all films, shape ``(n, d)``.
        task: What is learned.
        before: Calibration without errors.
        found: Calibration and held-out answers without trees.
        seed: Seed of the trees.
    """
    calibration, answer = found
    tested = task.first_folds >= 0
    if tested.sum() < _FEWEST_FOR_TREES:
        return None, calibration, answer
    trees = held_out_by_trees(inputs, task.labels, task.first_folds, seed)[tested]
    share, calibration, answer = choose_tree_share(before, task.labels[tested], answer, trees)
    if share == 0.0:
        return None, calibration, answer
    known = np.isfinite(task.labels)
    return fit_forest(inputs[known], task.labels[known], share=share, seed=seed), calibration, answer
