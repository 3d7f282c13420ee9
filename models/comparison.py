"""Methods side by side on one table: repeated cross-validation with the same folds for all of them."""

import time
from collections.abc import Callable, Sequence

import attrs
import numpy as np

from lab.arrays import Array, Mask
from lab.errors import InvalidInputError
from lab.seeds import derived_seed, generator
from models import metrics
from models.baselines.registry import Answers, Training, method_named
from models.film_table import FilmTable
from models.folds import fold_numbers
from models.training_table import TrainingTable

FIGURES = ("mre", "rmse", "r2", "nll", "coverage_90")
"""Figures of merit: mean relative error; RMSE over the SD of the labels; R2; Gaussian negative log-likelihood of labels
scaled to SD 1; share of labels within p05 to p95."""
_FEWEST = 3
_LEAST_SD = 1e-3
"""A promised SD is taken as at least this share of the labels' SD, so that one certain error does not decide all."""


@attrs.frozen(eq=False)
class Score:
    """How well one method predicted held-out films."""

    method: str
    values: Array
    """Figures of each repeat and property, shape ``(repeats, p, len(FIGURES))``; NaN where too few labels are there."""
    seconds: float
    """Of learning and predicting, of one repeat."""

    def mean(self, figure: str) -> float:
        """Return a figure's mean over properties and repeats."""
        return float(np.nanmean(self.values[:, :, FIGURES.index(figure)]))

    def of_property(self, place: int, figure: str) -> float:
        """Return a figure's mean over repeats, for one property."""
        column = self.values[:, place, FIGURES.index(figure)]
        return float(np.mean(column)) if np.isfinite(column).all() else float("nan")


@attrs.frozen(eq=False)
class Comparison:
    """All methods on one table."""

    targets: tuple[str, ...]
    films: int
    repeats: int
    folds: int
    scores: tuple[Score, ...]

    def standard_error(self, score: Score, figure: str) -> float:
        """Return the standard error over repeats and properties of a method's distance from the best one.

        Distances are taken property by property on the same folds, so what makes a property hard for all cancels.
        """
        column = FIGURES.index(figure)
        best = min(self.scores, key=lambda one: one.mean(figure))
        apart = score.values[:, :, column] - best.values[:, :, column]
        apart = np.nanmean(apart[:, np.isfinite(apart).any(axis=0)], axis=0)
        return float(apart.std(ddof=1) / np.sqrt(len(apart))) if len(apart) > 1 else 0.0


def compare(
    table: TrainingTable,
    methods: Sequence[str],
    *,
    repeats: int,
    folds: int,
    seed: int,
    told: Callable[[str], None] = lambda text: None,
) -> Comparison:
    """Compare methods on a table by repeated cross-validation; replicates of one recipe are held out together.

    Args:
        table: The table.
        methods: Names in `models.baselines.registry.METHODS`.
        repeats: How often the table is cut into folds anew.
        folds: Number of folds.
        seed: Seed of the folds and of everything random in the methods.
        told: Called with a line of progress before each method.

    Raises:
        UnknownNameError: If a method is not known.
        InvalidInputError: If the films are all of one recipe, so that nothing is left to learn from where it is held
            out, or if no target has labels enough to compare by.
    """
    chosen = {name: method_named(name) for name in dict.fromkeys(methods)}
    films = FilmTable(table.inputs, table.targets, table.target_sd, table.properties)
    recipes = films.recipe_numbers(np.arange(len(films.inputs)))
    if not recipes.max():
        raise InvalidInputError("table", ["all films are of one recipe"], hint="give films of two recipes or more")
    if not any(_spread(labels[np.isfinite(labels)]) for labels in films.targets.T):
        raise InvalidInputError("table", [f"no target has {_FEWEST} labels that differ"], hint="give more films")
    cuts = [
        fold_numbers(int(recipes.max()) + 1, folds, generator(seed, "compare", "folds", repeat))[recipes]
        for repeat in range(repeats)
    ]
    scores = []
    for name, method in chosen.items():
        told(name)
        start = time.perf_counter()
        values = []
        for repeat, cut in enumerate(cuts):
            held_out = np.full((4, *films.targets.shape), np.nan)
            for number in np.unique(cut):
                out = cut == number
                training = _training(table, films, ~out, seed, (repeat, int(number)))
                found = method(training, films.inputs[out])
                held_out[:, out] = found.mean, found.sd, found.p05, found.p95
            values.append(_figures(films, Answers(*held_out)))
        scores.append(Score(name, np.array(values), (time.perf_counter() - start) / repeats))
    return Comparison(tuple(prop.name for prop in films.properties), len(films.inputs), repeats, folds, tuple(scores))


def _training(table: TrainingTable, films: FilmTable, rows: Mask, seed: int, place: tuple[int, int]) -> Training:
    part = FilmTable(films.inputs[rows], films.targets[rows], films.target_sd[rows], films.properties)
    fractions = np.arange(films.inputs.shape[1]) < len(table.columns.composition)
    return Training(part, fractions, table.columns.scale(part.inputs), derived_seed(seed, "compare", *place))


def _figures(films: FilmTable, found: Answers) -> Array:
    """Return the figures of each property, shape ``(p, len(FIGURES))``."""
    values = np.full((len(films.properties), len(FIGURES)), np.nan)
    for index in range(len(films.properties)):
        known = np.isfinite(films.targets[:, index]) & np.isfinite(found.mean[:, index])
        truth = films.targets[known, index]
        spread = _spread(truth)
        if spread == 0:
            continue
        mean, sd, low, high = (a[known, index] for a in (found.mean, found.sd, found.p05, found.p95))
        values[index] = (
            metrics.mean_relative_error(truth, mean),
            metrics.root_mean_squared_error(truth, mean) / spread,
            metrics.r_squared(truth, mean),
            metrics.gaussian_nll(truth / spread, mean / spread, np.maximum(sd / spread, _LEAST_SD)),
            metrics.coverage(truth, low, high),
        )
    return values


def _spread(labels: Array) -> float:
    """Return the SD of labels; 0 where they are too few to tell."""
    return float(labels.std(ddof=1)) if len(labels) >= _FEWEST else 0.0
