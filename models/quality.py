"""The quality model: will a recipe give a usable film? A support vector machine on graded films.

Two kinds:

* ``paper``: the reference work's regression SVM (scikit-learn SVR, RBF kernel) on the grades as numbers, A 1, B 2/3,
  C 1/3, D 0 (Chen et al. 2024, doi 10.1038/s41565-024-01635-z). Its output, clipped to [0, 1], is read as quality and
  compared with thresholds of 0.75 and 0.85; it is no calibrated probability.
* ``calibrated``: a classification SVM on usable or not, with Platt's sigmoid fitted on held-out decisions, so that of
  films promised 0.8 about 80 % are usable.

Beside either stands the probability of a usable film that designs promise, see `models.usability`.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

import attrs
import numpy as np
from numpy.typing import ArrayLike

from lab.arrays import Array, Mask
from lab.errors import InvalidInputError
from lab.grades import Grade
from lab.hashing import sha256_of_json
from lab.seeds import generator
from models.folds import FoldNumbers, recipe_folds
from models.kernel_machine import KernelMachine
from models.lattice_prediction import interpolated, refinement_of
from models.metrics import brier_score, expected_calibration_error, roc_auc
from models.sigmoid import Sigmoid, fit_sigmoid
from models.usability import Usability, fit_usability

QualityKind = Literal["paper", "calibrated"]

COSTS = (0.1, 1.0, 10.0)
GAMMAS = (2.5, 5.0, 10.0, 20.0, 40.0)
"""Grid of the SVM's C and gamma, for fractions between 0 and 1 as they are (no scaling of inputs)."""
PAPER_THRESHOLD = 0.75
"""Quality from which the reference work's loop takes a film for usable."""
_FOLDS, _REPEATS = 5, 3
_FEWEST_FOR_CHOICE = 10
"""With fewer films cross-validation cannot tell hyper-parameters apart, and the defaults stand."""
_CLOSE = 1e-3
"""Interpolated decisions may differ from exact ones by so much."""
_LEAST_QUALITY = 1e-3
"""Quality to which lower ones are raised before a logarithm is taken."""
_DEFAULT_COST, _DEFAULT_GAMMA = 1.0, 20.0
"""What cross-validation chooses on the 286 published grades."""


@attrs.frozen(eq=False)
class QualityModel:
    """Predicted quality of a recipe, between 0 and 1."""

    kind: QualityKind
    machine: KernelMachine
    sigmoid: Sigmoid | None
    """Maps decisions to probabilities; None for kind ``paper``."""
    cost: float
    usable: tuple[Grade, ...]
    films: int
    data_sha256: str
    """Hash of compositions and grades that it learned from."""
    seed: int
    metrics: Mapping[str, float]
    """Of held-out films: ``accuracy``, ``roc_auc``, ``brier``, ``ece``, beside ``usable_share`` and ``majority``."""
    usability: Usability | None = None
    """What designs promise by; None where there were too few films to learn it from."""

    @property
    def gamma(self) -> float:
        """Inverse squared width of the kernel."""
        return self.machine.gamma

    @property
    def inputs(self) -> int:
        """Number of fractions of a composition."""
        return self.machine.support.shape[1]

    def predict(self, compositions: ArrayLike) -> Array:
        """Return the quality of recipes, shape ``(n, k)`` to ``(n,)``, within [0, 1]."""
        points = self._checked(compositions)
        how = refinement_of(points)
        if how is None:
            decisions = self.machine.decision(points)
        else:
            decisions = interpolated(self.machine.decision, points, how, _close)
        return _to_quality(decisions, self.sigmoid)

    def usable_probability(self, compositions: ArrayLike) -> Array:
        """Return the probability that films of recipes are usable, ``(n, k)`` to ``(n,)``; the quality if unknown."""
        points = self._checked(compositions)
        return self.predict(points) if self.usability is None else self.usability(points)

    def quality_gradient(self, compositions: ArrayLike) -> tuple[Array, Array]:
        """Return the quality of few recipes ``(n, k)`` and its gradient by the fractions: ``(n,)`` and ``(n, k)``."""
        points = self._checked(compositions)
        quality = _to_quality(self.machine.decision(points), self.sigmoid)
        if self.sigmoid is None:
            by_decision = ((quality > 0.0) & (quality < 1.0)).astype(float)
        else:
            by_decision = self.sigmoid.slope * quality * (1.0 - quality)
        return quality, by_decision[:, None] * self.machine.slope(points)

    def log_usable_gradient(self, compositions: ArrayLike) -> tuple[Array, Array]:
        """Return the logarithm of `usable_probability` of few recipes and its gradient: ``(n,)`` and ``(n, k)``."""
        points = self._checked(compositions)
        if self.usability is not None:
            return self.usability.log_gradient(points)
        quality, slope = self.quality_gradient(points)
        quality = np.maximum(quality, _LEAST_QUALITY)
        return np.log(quality), slope / quality[:, None]

    def _checked(self, compositions: ArrayLike) -> Array:
        points = np.asarray(compositions, dtype=float)
        if points.ndim != 2 or points.shape[1] != self.inputs:
            raise InvalidInputError(
                "compositions", [f"shape {points.shape}; the quality model needs (n, {self.inputs})"]
            )
        return points


def fit_quality(
    compositions: ArrayLike,
    grades: Sequence[Grade],
    usable: Sequence[Grade],
    *,
    kind: QualityKind = "paper",
    seed: int,
    weights: ArrayLike | None = None,
) -> QualityModel:
    """Learn which recipes give a usable film.

    C and gamma are chosen from `COSTS` and `GAMMAS` by repeated cross-validation (3 x 5 folds, spread over the
    grades, films of one recipe together); the metrics come from the same held-out films.

    Args:
        compositions: Weight fractions, shape ``(n, k)``.
        grades: Grade of each film.
        usable: Grades that count as usable.
        kind: ``paper`` or ``calibrated``.
        seed: Seed of the folds.
        weights: How much each film counts in learning, positive, shape ``(n,)``; all the same by default. Calibration
            and metrics count every film once.

    Raises:
        InvalidInputError: If there is no film, or numbers and grades do not belong together.
    """
    points = np.array(compositions, dtype=float)
    counts = np.ones(len(grades)) if weights is None else np.array(weights, dtype=float)
    _check(points, grades, usable, kind, counts)
    numbers = np.array([grade.score for grade in grades])
    good = np.array([grade in usable for grade in grades])
    targets = numbers if kind == "paper" else good.astype(float)
    folds = _folds(points, numbers, seed)
    learner, decisions = _choose(_Films(points, targets, counts / counts.mean()), folds, kind)
    sigmoid = fit_sigmoid(decisions.ravel(), np.tile(good, len(decisions))) if kind == "calibrated" else None
    weighed = [] if weights is None else [counts.tolist()]
    return QualityModel(
        kind=kind,
        machine=learner.train(_Films(points, targets, counts / counts.mean())),
        sigmoid=sigmoid,
        cost=learner.cost,
        usable=tuple(usable),
        films=len(points),
        data_sha256=sha256_of_json([points.tolist(), [str(grade) for grade in grades], *weighed]),
        seed=seed,
        metrics=_metrics(decisions, good, sigmoid),
        usability=fit_usability(points, good, counts / counts.mean(), generator(seed, "quality", "usability")),
    )


def _check(points: Array, grades: Sequence[Grade], usable: Sequence[Grade], kind: str, counts: Array) -> None:
    faults = []
    if kind not in ("paper", "calibrated"):
        faults.append(f"kind {kind!r} is neither 'paper' nor 'calibrated'")
    if points.ndim != 2 or 0 in points.shape:
        faults.append(f"compositions of shape {points.shape}, where (films, materials) is needed, with at least one")
    elif len(points) != len(grades):
        faults.append(f"{len(points)} compositions but {len(grades)} grades")
    if not np.isfinite(points).all():
        faults.append("a composition holds a value that is no number")
    if counts.shape != (len(grades),) or not (np.isfinite(counts) & (counts > 0)).all():
        faults.append("weights are not one positive number for each film")
    if not usable:
        faults.append("no grade counts as usable")
    if faults:
        raise InvalidInputError("graded films", faults, hint="grade at least one film, and give its fractions")


def _folds(points: Array, numbers: Array, seed: int) -> list[FoldNumbers]:
    return [
        recipe_folds(points, numbers, _FOLDS, generator(seed, "quality", "folds", repeat)) for repeat in range(_REPEATS)
    ]


@attrs.frozen(eq=False)
class _Films:
    """What a machine learns from."""

    points: Array
    """Shape ``(n, k)``."""
    targets: Array
    """Shape ``(n,)``."""
    counts: Array
    """How much each film counts, of mean 1, shape ``(n,)``."""

    def at(self, rows: Mask) -> "_Films":
        """Return some of the films."""
        return _Films(self.points[rows], self.targets[rows], self.counts[rows])


@attrs.frozen
class _Learner:
    """An SVM with its hyper-parameters, not yet trained."""

    kind: QualityKind
    cost: float = _DEFAULT_COST
    gamma: float = _DEFAULT_GAMMA

    def train(self, films: _Films) -> KernelMachine:
        """Return the trained machine; a constant one where all targets are equal."""
        from sklearn.svm import SVC, SVR

        targets = films.targets
        if np.ptp(targets) == 0:
            value = float(targets[0]) if self.kind == "paper" else float(np.sign(targets[0] - 0.5))
            return KernelMachine.constant(value, films.points.shape[1])
        machine = SVR if self.kind == "paper" else SVC
        labels = targets if self.kind == "paper" else targets.astype(int)
        fitted = machine(C=self.cost, gamma=self.gamma).fit(films.points, labels, sample_weight=films.counts)
        return KernelMachine.from_sklearn(fitted)

    def held_out(self, films: _Films, fold: FoldNumbers) -> Array:
        """Return the decisions on every film by a machine that did not learn from its fold, shape ``(n,)``."""
        decisions = np.empty(len(fold))
        for number in np.unique(fold):
            out = fold == number
            inside = ~out if not out.all() else out  # a single recipe is all there is to learn from
            decisions[out] = self.train(films.at(inside)).decision(films.points[out])
        return decisions


def _choose(films: _Films, folds: list[FoldNumbers], kind: QualityKind) -> tuple[_Learner, Array]:
    """Return the grid's best learner and its held-out decisions, shape ``(repeats, n)``."""
    enough = len(films.points) >= _FEWEST_FOR_CHOICE
    learners = [_Learner(kind, cost, gamma) for cost in COSTS for gamma in GAMMAS] if enough else [_Learner(kind)]
    tried = []
    for learner in learners:
        decisions = np.array([learner.held_out(films, fold) for fold in folds])
        tried.append((_loss(decisions, films, kind), learner, decisions))
    _, learner, decisions = min(tried, key=lambda one: one[0])
    return learner, decisions


def _loss(decisions: Array, films: _Films, kind: QualityKind) -> float:
    counts = np.tile(films.counts, len(decisions))
    targets = np.tile(films.targets, len(decisions))
    found = decisions.ravel()
    if kind == "calibrated":
        found = fit_sigmoid(found, targets > 0.5)(found)
    return float(np.average((found - targets) ** 2, weights=counts))


def _close(found: Array, exact: Array) -> bool:
    return bool(np.abs(found - exact).max() <= _CLOSE)


def _to_quality(decisions: Array, sigmoid: Sigmoid | None) -> Array:
    return np.clip(decisions, 0.0, 1.0) if sigmoid is None else sigmoid(decisions)


def _metrics(decisions: Array, good: Mask, sigmoid: Sigmoid | None) -> dict[str, float]:
    threshold = PAPER_THRESHOLD if sigmoid is None else 0.5
    quality = _to_quality(decisions, sigmoid)
    share = float(good.mean())
    metrics = {
        "accuracy": float(np.mean((quality >= threshold) == good)),
        "brier": float(np.mean([brier_score(good, row) for row in quality])),
        "ece": expected_calibration_error(np.tile(good, len(quality)), quality.ravel()),
        "usable_share": share,
        "majority": max(share, 1.0 - share),
        "films": float(len(good)),
    }
    if 0.0 < share < 1.0:
        metrics["roc_auc"] = float(np.mean([roc_auc(good, row) for row in decisions]))
    return metrics
