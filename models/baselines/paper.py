"""The committee of the reference work: networks without early stopping on augmented films, spread as uncertainty.

Chen et al. 2024 train one network a property on the labels as they are (scaled by constants), with mean squared error,
on measured and virtual films; five of them vote, and their variance is the uncertainty. Their search for layer sizes is
left out: layers are those of our own networks.
"""

from typing import TYPE_CHECKING

import attrs
import numpy as np

from lab.arrays import Array, Mask
from lab.properties import Transform
from lab.seeds import generator
from models.augmentation import Augmentation, augment
from models.film_table import FilmTable
from models.scaling import InputScale
from models.threads import one_thread
from models.transforms import TargetScale

if TYPE_CHECKING:
    from models.network import Parameters

MEMBERS = 5
STEPS = 800
_FILMS_A_STEP = 256
_RATIO, _MOST_VIRTUAL = 1000, 1_000_000
"""Virtual films of a measured one, as published, and how many in all at most: those of 8,000 rows and nine properties
would take about 10 GB, where all steps together draw no more than 204,800."""
_LEAST = 1e-9
"""Stands for a mean or SD of 0, where all members are cut off at 0: the A-score divides by the mean."""


@attrs.frozen(eq=False)
class PaperPredictions:
    """What the committee answers, each of shape ``(m, p)`` in the properties' units."""

    mean: Array
    model_sd: Array
    """SD over the members; the reference work knows no other uncertainty."""


@attrs.frozen(eq=False)
class PaperCommittee:
    """The trained networks, `MEMBERS` a learned property one after the other."""

    parameters: "Parameters"
    input_scale: InputScale
    target_scales: dict[int, TargetScale]
    """Of every learned property, by its column."""
    properties: int

    def predict(self, asked: Array) -> PaperPredictions:
        """Return mean and SD over the members for inputs of shape ``(m, d)``."""
        import torch

        from models.network import forward

        with one_thread(), torch.no_grad():
            inputs = torch.from_numpy(self.input_scale(asked).astype(np.float32))
            means = forward(self.parameters, inputs)[0].numpy().astype(float)
        answers = np.full((2, len(asked), self.properties), np.nan)
        for row, (column, target) in enumerate(self.target_scales.items()):
            votes = target.inverse(means[row * MEMBERS : (row + 1) * MEMBERS])
            mean, sd = votes.mean(axis=0), votes.std(axis=0, ddof=1)
            answers[:, :, column] = np.where(mean == 0, _LEAST, mean), np.maximum(sd, _LEAST)
        return PaperPredictions(answers[0], answers[1])


def paper_committee(
    table: FilmTable,
    fractions: Mask,
    asked: Array,
    *,
    seed: int,
    how: Augmentation | None = None,
    steps: int = STEPS,
) -> tuple[Array, Array]:
    """Return mean and SD over the members for new films, each of shape ``(m, p)``, in the properties' units.

    Args:
        table: Measured films.
        fractions: Which inputs are weight fractions, shape ``(d,)``.
        asked: Inputs of new films, shape ``(m, d)``.
        seed: Seed of noise, first weights and batches.
        how: Augmentation; 1,000 virtual films each, as published, by default, of very many films fewer.
        steps: Optimiser steps.
    """
    answer = fit_paper_committee(table, fractions, seed=seed, how=how, steps=steps).predict(asked)
    return answer.mean, answer.model_sd


def fit_paper_committee(
    table: FilmTable,
    fractions: Mask,
    *,
    seed: int,
    how: Augmentation | None = None,
    steps: int = STEPS,
) -> PaperCommittee:
    """Train the committee; arguments as of `paper_committee`."""
    import torch

    from models.training import SquaredLoss, TrainingData, TrainingOptions, train

    rng = generator(seed, "paper", "augmentation")
    usual = Augmentation(min(_RATIO, max(1, _MOST_VIRTUAL // len(table.inputs))), "paper")
    films = augment(table.inputs, fractions, how or usual, rng)
    learned = list(table.labelled)
    scales = [_raw_scale(table, index) for index in learned]
    labels = np.stack([scale.forward(table.targets[:, i]) for scale, i in zip(scales, learned, strict=True)])
    noisy = labels[:, films.parents] + films.label_shift
    columns = np.repeat(noisy, MEMBERS, axis=0)
    known = np.isfinite(columns)
    # The composition is scaled by its bounds, 0 to 1, as published; other inputs by their SD.
    scale = InputScale.for_columns(table.inputs, fractions)
    scale = InputScale(scale.centre, np.where(fractions, 1.0, scale.scale))

    def tensor(values: Array | Mask) -> torch.Tensor:
        return torch.from_numpy(values.astype(np.float32))

    data = TrainingData(
        inputs=tensor(scale(films.inputs)),
        labels=tensor(np.nan_to_num(columns)),
        known_variance=torch.zeros(columns.shape),
        learn=tensor(known),
        held_out=torch.zeros(columns.shape),
    )
    options = TrainingOptions(epochs=steps, films_a_step=_FILMS_A_STEP, weight_decay=0.0, learning_rate=0.003)
    parameters = train(data, options, generator(seed, "paper", "networks"), SquaredLoss()).parameters
    return PaperCommittee(parameters, scale, dict(zip(learned, scales, strict=True)), len(table.properties))


def _raw_scale(table: FilmTable, index: int) -> TargetScale:
    """Return the scale that leaves labels as they are, but for centre and SD."""
    prop, labels = table.properties[index], table.targets[:, index]
    known = labels[np.isfinite(labels)]
    spread = float(known.std(ddof=1)) if len(known) > 1 else 0.0
    return TargetScale(Transform.IDENTITY, prop.lower, prop.upper, 0.0, float(known.mean()), spread or 1.0)
