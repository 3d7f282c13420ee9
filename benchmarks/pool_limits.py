"""How low a rule of acquisition could come on a table of finished experiments: rules that know what none can know.

    python -m benchmarks.pool_limits --table T.csv --inputs A,B --targets X,Y --seeds 8

* ``gp-ivr``: the default rule, as a lab would run it.
* ``kernel``: the same with kernels that were learned from all rows, the best that a variance can tell.
* ``errors``: the same where the uncertainty about a row counts by the true squared error there.
* ``values``: takes one by one the row after which the error on all rows is least, by the values of all rows.

All learn with the same processes, from the rows chosen alone, as in `benchmarks.active_learning`, whose ``--aside`` is
here too. Printed is the area under the error curve over random's, median over the seeds with its 90 % interval by
bootstrap.
"""

import argparse
from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np

from active_learning.acquisition import DEFAULT_RULE, AcquisitionRule
from active_learning.acquisition.pool import Pool
from active_learning.acquisition.rule import CheckedRule, Selection
from active_learning.acquisition.rules.gp_integrated_variance import GpIntegratedVariance
from active_learning.learners import FittedKernel
from benchmarks.active_learning import SIZES, area, interval_of_median
from benchmarks.options import without_traceback
from benchmarks.pool_campaign import Protocol, learn_the_map
from benchmarks.pool_checks import check_pool
from benchmarks.pool_tables import PoolTable, add_table, asked_table
from benchmarks.property_processes import PropertyProcesses, fit_property_processes
from lab.arrays import Array, Rows


class _Rows:
    """Finds rows of a table by their recipes."""

    def __init__(self, table: PoolTable) -> None:
        self._row = {recipe.tobytes(): row for row, recipe in enumerate(table.inputs)}

    def __call__(self, recipes: Array) -> Rows:
        return np.array([self._row[recipe.tobytes()] for recipe in recipes], dtype=np.intp)


class KnowsKernel(GpIntegratedVariance):
    """The default rule with kernels that were learned from all rows."""

    name = "kernel"

    def __init__(self, table: PoolTable) -> None:
        unknown = np.full_like(table.targets, np.nan)
        self._all = fit_property_processes(
            table.inputs, table.targets, unknown, table.properties, seed=0, input_scale=table.input_scale
        )

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other."""
        return super().select(pool.asking(self._all), batch, rng)


class KnowsErrors(GpIntegratedVariance):
    """The default rule where uncertainty counts by the true squared error, mean over properties."""

    name = "errors"

    def __init__(self, table: PoolTable) -> None:
        self._table = table
        self._rows = _Rows(table)

    def weights(self, pool: Pool, drawn: Rows) -> Array:
        """Return the squared error at each of the drawn recipes."""
        known: Any = pool.committee
        mean = known.predict(pool.candidates[drawn]).mean
        truth = self._table.targets[self._rows(pool.candidates[drawn])]
        errors = [
            scale.forward(mean[:, column]) - scale.forward(truth[:, column])
            for column, scale in zip(known.learned, known.target_scales, strict=True)
        ]
        squared: Array = np.nan_to_num(np.square(errors)).mean(axis=0) + 1e-9
        return squared


class KnowsValues(CheckedRule):
    """Greedy reduction of the error itself, by the values of all rows; the score is the squared error left."""

    name = "values"

    def __init__(self, table: PoolTable) -> None:
        self._table = table
        self._rows = _Rows(table)

    def select(self, pool: Pool, batch: int, rng: np.random.Generator) -> Selection:
        """Select rows one after the other."""
        known: Any = pool.committee
        made, free = self._rows(pool.existing), self._rows(pool.candidates)
        beliefs = self._beliefs(known, made)
        rows: list[int] = []
        for _ in range(batch):
            left = np.sum([one.error_after(free) for one in beliefs], axis=0)
            left[rows] = np.inf
            rows.append(int(left.argmin()))
            for one in beliefs:
                one.measure(free[rows[-1]])
        return Selection(np.array(rows), float(sum(one.error() for one in beliefs)))

    def _beliefs(self, known: PropertyProcesses, made: Rows) -> list["_Belief"]:
        mean = known.predict(self._table.inputs).mean
        return [
            _Belief.after(
                kernel,
                self._table.inputs,
                made,
                scale.forward(mean[:, column]),
                scale.forward(self._table.targets[:, column]),
            )
            for column, kernel, scale in zip(known.learned, known.kernels, known.target_scales, strict=True)
        ]


@attrs.define(eq=False)
class _Belief:
    """What a process holds of one property of all rows, beside the truth; on its standardised scale."""

    mean: Array
    covariance: Array
    noise: float
    truth: Array
    """NaN where a row has no value."""

    @classmethod
    def after(cls, kernel: FittedKernel, inputs: Array, made: Rows, mean: Array, truth: Array) -> "_Belief":
        prior = kernel.covariance(inputs, inputs)
        told = made[np.isfinite(truth[made])]
        labels = prior[np.ix_(told, told)] + kernel.noise * np.eye(len(told))
        return cls(mean, prior - prior[:, told] @ np.linalg.solve(labels, prior[told]), kernel.noise, truth)

    def error(self) -> float:
        """Return the sum of squared errors."""
        return float(np.nansum((self.truth - self.mean) ** 2))

    def error_after(self, rows: Rows) -> Array:
        """Return that sum after each of some rows alone is measured, ``(r,)``."""
        valued = np.isfinite(self.truth)
        moves = self.covariance[np.ix_(rows, valued)]
        steps = np.nan_to_num(self._step(rows))
        left = (self.truth - self.mean)[valued]
        change: Array = (moves**2).sum(axis=1) * steps**2 - 2 * (moves @ left) * steps
        return self.error() + change

    def measure(self, row: int) -> None:
        """Take a row as measured, with its value."""
        if np.isfinite(self.truth[row]):
            moves = self.covariance[row].copy()
            self.mean = self.mean + moves * self._step(np.array([row]))[0]
            self.covariance = self.covariance - np.outer(moves, moves) / (moves[row] + self.noise)

    def _step(self, rows: Rows) -> Array:
        step: Array = (self.truth[rows] - self.mean[rows]) / (self.covariance[rows, rows] + self.noise)
        return step


def main(arguments: Sequence[str] | None = None) -> None:
    """Run from the command line."""
    options = _parser().parse_args(arguments)
    table = asked_table(options)
    plain = Protocol("random", *SIZES["map"], aside=options.aside)
    check_pool(table, plain, options.seeds)
    rules: dict[str, str | AcquisitionRule] = {
        DEFAULT_RULE: DEFAULT_RULE,
        "kernel": KnowsKernel(table),
        "errors": KnowsErrors(table),
        "values": KnowsValues(table),
    }
    ratios: dict[str, list[float]] = {name: [] for name in rules}
    for seed in range(options.seeds):
        random = area(learn_the_map(table, plain, seed))
        for name, rule in rules.items():
            ratios[name].append(area(learn_the_map(table, attrs.evolve(plain, rule=rule), seed)) / random)
            print(f"seed {seed} {name}: {ratios[name][-1]:.3f}", flush=True)
    for name, found in ratios.items():
        low, high = interval_of_median(np.array(found))
        print(f"{name:8s} area_ratio {np.median(found):.3f} ({low:.3f} to {high:.3f})")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="How low a rule could come on a table of finished experiments.")
    add_table(parser)
    parser.add_argument("--seeds", type=int, default=8)
    return parser


if __name__ == "__main__":
    without_traceback(main)
