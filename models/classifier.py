"""Probability of yes or no for any inputs: networks and a least-squares support vector machine, averaged.

On films of 23 ingredients neither is beaten by forests or a plain support vector machine, and their average promises
better than either (see benchmarks). Fractions enter as they are and as square roots: whether an ingredient is there at
all often matters more than how much of it, and the root tells 0 from 2 %.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array, Integers, Mask
from lab.errors import InvalidInputError
from lab.hashing import sha256_of_bytes
from lab.seeds import generator
from models.devices import check_device
from models.folds import fold_numbers, recipe_numbers
from models.least_squares_machine import LeastSquaresMachine, fit_least_squares_machine
from models.quality_rivals import figures_of_merit, rival_figures
from models.scaling import InputScale
from models.sigmoid import Sigmoid, fit_sigmoid

if TYPE_CHECKING:
    from torch import Tensor


FOLDS, MEMBERS_A_FOLD = 5, 3
"""Fifteen networks: each fold is held out by three, so that held-out answers are averages as later ones are."""
_STEPS, _FILMS_A_STEP = 600, 512
_ROOT_SCALE = 2.0
"""Square roots of fractions are multiplied by this: about as wide as fractions over 0.25."""
_NETWORKS_SHARE = 0.4
"""Share of the networks in the average; between 0.3 and 0.7 it makes little difference (see benchmarks)."""
_SUREST = 0.01
"""The machine's answers are kept this far from 0 and 1 before log-odds are taken."""
_CHUNK = 2048
_FEWEST = 10


@attrs.frozen(eq=False)
class Features:
    """From inputs to features: scaled inputs, and square roots of those that are fractions."""

    scale: InputScale
    fractions: Mask
    """Which inputs are weight fractions, shape ``(d,)``."""

    def __call__(self, inputs: Array) -> Array:
        """Return features, shape ``(n, d)`` to ``(n, d + number of fractions)``."""
        roots = _ROOT_SCALE * np.sqrt(np.maximum(inputs[:, self.fractions], 0.0))
        return np.hstack([self.scale(inputs), roots])


@attrs.frozen(eq=False)
class Classifier:
    """Calibrated probability that something is the case."""

    features: Features
    parameters: "tuple[Tensor, ...]"
    """Weights and biases of the networks; empty where too few films or one kind only were there to learn from."""
    machine: LeastSquaresMachine | None
    sigmoid: Sigmoid
    """From the log-odds of the average to calibrated ones."""
    films: int
    data_sha256: str
    seed: int
    held_out: Array
    """Probability promised to each film by what had not learned from it, shape ``(n,)``; empty where the answer is the
    same for every film."""
    happened: Mask
    """Whether it was the case, beside `held_out`."""
    rivals: Mapping[str, Mapping[str, float]]
    """The same figures of other methods on the same folds, by name."""
    metrics: Mapping[str, float]
    """Of held-out films: ``accuracy``, ``roc_auc``, ``brier``, ``ece``; of all: ``majority``, ``positive_share``."""

    def predict(self, inputs: ArrayLike) -> Array:
        """Return probabilities, shape ``(n, d)`` to ``(n,)``."""
        points = np.asarray(inputs, dtype=float)
        if points.ndim != 2 or points.shape[1] != len(self.features.fractions):
            wanted = len(self.features.fractions)
            raise InvalidInputError("inputs", [f"shape {points.shape}; the classifier needs (n, {wanted})"])
        if self.machine is None:
            return self.sigmoid(np.zeros(len(points)))
        features = self.features(points)
        return self.sigmoid(
            _average(_network_probability(self.parameters, features).mean(axis=0), self.machine(features))
        )


def fit_classifier(
    inputs: ArrayLike,
    labels: ArrayLike,
    *,
    scale: InputScale,
    fractions: ArrayLike,
    seed: int,
    device: str = "cpu",
    rivals: bool = True,
    weights: ArrayLike | None = None,
) -> Classifier:
    """Learn when something is the case.

    With fewer than ten films, or one recipe or one kind only, the answer is the share of yes among the films, drawn
    towards one half.

    Args:
        inputs: Shape ``(n, d)``.
        labels: Whether it was the case, shape ``(n,)``.
        scale: How inputs are scaled.
        fractions: Which inputs are weight fractions, shape ``(d,)``.
        seed: Seed of folds, weights and batches.
        device: Where the networks are trained, ``cpu`` or ``cuda``.
        rivals: Whether other methods are tried on the same folds, for the model card.
        weights: How much each film counts in learning, positive, shape ``(n,)``; all the same by default. Calibration
            and metrics count every film once, as the promise is about films as they come.

    Raises:
        InvalidInputError: If there is no film, or the arrays do not fit.
    """
    points, happened = np.array(inputs, dtype=float), np.array(labels, dtype=bool)
    counts = np.ones(len(points)) if weights is None else np.array(weights, dtype=float)
    _check(points, happened, counts)
    counts = counts / counts.mean()
    check_device(device)
    features = Features(scale, np.asarray(fractions, dtype=bool))
    parameters: tuple[Tensor, ...] = ()
    machine, decisions = None, np.zeros(len(points))
    rival_table: dict[str, dict[str, float]] = {}
    folds = _folds(points, happened, seed)
    if len(points) >= _FEWEST and folds.any() and happened.any() and not happened.all():
        encoded = features(points)
        rng = generator(seed, "classifier", "machine")
        machine, machine_answers = fit_least_squares_machine(encoded, happened.astype(float), folds, rng, counts)
        parameters, network_answers = _train(encoded, happened, counts, folds, seed=seed, device=device)
        decisions = _average(network_answers, machine_answers)
        rival_table = rival_figures(scale(points), happened, folds, seed) if rivals else {}
    sigmoid = fit_sigmoid(decisions, happened)
    held_out = sigmoid(decisions) if machine else np.zeros(0)
    return Classifier(
        features=features,
        parameters=parameters,
        machine=machine,
        sigmoid=sigmoid,
        films=len(points),
        data_sha256=_hash(points, happened, counts),
        seed=seed,
        held_out=held_out,
        happened=happened if machine else np.zeros(0, dtype=bool),
        rivals=rival_table,
        metrics=_metrics(happened, held_out),
    )


def _check(points: Array, happened: Mask, counts: Array) -> None:
    shapes = f"inputs {points.shape}, labels {happened.shape} and weights {counts.shape}"
    if points.ndim != 2 or 0 in points.shape or not happened.shape == counts.shape == (len(points),):
        raise InvalidInputError("films to learn from", [f"{shapes} do not fit"])
    faults = [] if np.isfinite(points).all() else ["an input is no number"]
    if not (np.isfinite(counts) & (counts > 0)).all():
        faults.append("a weight is no positive number")
    if faults:
        raise InvalidInputError("films to learn from", faults)


def _folds(points: Array, happened: Mask, seed: int) -> Integers:
    """Return folds that keep films of one recipe together and spread both kinds evenly."""
    recipe = recipe_numbers(points)
    mostly = np.bincount(recipe, weights=happened) / np.bincount(recipe) >= 0.5
    return fold_numbers(len(mostly), FOLDS, generator(seed, "classifier", "folds"), strata=mostly)[recipe]


def _train(
    encoded: Array, happened: Mask, counts: Array, folds: Integers, *, seed: int, device: str
) -> "tuple[tuple[Tensor, ...], Array]":
    """Return the networks, and for each film the mean probability by those that held it out."""
    import torch

    from models.training import BernoulliLoss, TrainingData, TrainingOptions, train

    members = FOLDS * MEMBERS_A_FOLD
    held_out = np.array([folds == member % FOLDS for member in range(members)])
    labels = torch.from_numpy(np.broadcast_to(happened, held_out.shape).astype(np.float32))
    data = TrainingData(
        inputs=torch.from_numpy(encoded.astype(np.float32)),
        labels=labels,
        known_variance=torch.zeros_like(labels),
        learn=torch.from_numpy((~held_out * counts).astype(np.float32)),
        held_out=torch.from_numpy((held_out * counts).astype(np.float32)),
    )
    options = TrainingOptions(epochs=_STEPS, films_a_step=_FILMS_A_STEP, weight_decay=1e-2, device=device)
    found = train(data, options, generator(seed, "classifier", "networks"), BernoulliLoss())
    # Every film is in a fold, so that all were tested on.
    probability = torch.sigmoid(found.mean).numpy().astype(float)
    return tuple(found.parameters), (probability * held_out).sum(axis=0) / held_out.sum(axis=0)


def _network_probability(parameters: "tuple[Tensor, ...]", features: Array) -> Array:
    """Return every network's probability, shape ``(members, n)``."""
    import torch

    from models.network import forward
    from models.threads import one_thread

    parts = []
    with one_thread(), torch.no_grad():
        for start in range(0, len(features), _CHUNK):
            points = torch.from_numpy(features[start : start + _CHUNK].astype(np.float32))
            parts.append(torch.sigmoid(forward(list(parameters), points)[0]).numpy().astype(float))
    return np.concatenate(parts, axis=1) if parts else np.zeros((len(parameters[0]), 0))


def _average(networks: Array, machine: Array) -> Array:
    """Return the log-odds of the mean of both answers."""
    sure = (np.clip(answers, _SUREST, 1.0 - _SUREST) for answers in (networks, machine))
    probability = np.average(list(sure), axis=0, weights=(_NETWORKS_SHARE, 1.0 - _NETWORKS_SHARE))
    log_odds: Array = np.log(probability / (1.0 - probability))
    return log_odds


def _metrics(happened: Mask, probability: Array) -> dict[str, float]:
    share = float(happened.mean())
    metrics = {"films": float(len(happened)), "positive_share": share, "majority": max(share, 1.0 - share)}
    if len(probability):
        metrics |= figures_of_merit(happened, probability)
    return metrics


def _hash(points: Array, happened: Mask, counts: Array) -> str:
    parts = [str(points.shape).encode(), points.tobytes(), happened.tobytes(), counts.tobytes()]
    return sha256_of_bytes(b"\x1e".join(parts))
