import attrs
import numpy as np
import pytest

from active_learning.acquisition import AcquisitionContext
from active_learning.acquisition.pool import pool_of
from benchmarks.active_learning import area
from benchmarks.pool_campaign import Protocol, learn_the_map
from benchmarks.pool_limits import KnowsErrors, KnowsKernel, KnowsValues, _Belief, main
from benchmarks.pool_tables import read_pool
from benchmarks.property_processes import fit_property_processes


@attrs.frozen
class Near:
    """A kernel by distance alone."""

    noise: float = 0.1

    def covariance(self, first, second):
        return np.exp(-0.5 * ((first[:, None] - second[None]) ** 2).sum(axis=2) / 0.3**2)

    def variance(self, recipes):
        return np.ones(len(recipes))


def direct(inputs, truth, rows):
    kernel = Near()
    told = rows[np.isfinite(truth[rows])]
    labels = kernel.covariance(inputs[told], inputs[told]) + kernel.noise * np.eye(len(told))
    return kernel.covariance(inputs, inputs[told]) @ np.linalg.solve(labels, truth[told])


def test_the_error_that_is_foreseen_is_the_error_with_that_row():
    inputs = np.random.default_rng(0).random((12, 2))
    truth = np.sin(5 * inputs[:, 0]) + inputs[:, 1]
    truth[[3, 7]] = np.nan
    made = np.array([0, 1, 3])
    belief = _Belief.after(Near(), inputs, made, direct(inputs, truth, made), truth)
    foreseen = belief.error_after(np.array([5, 7]))
    belief.measure(7)  # has no value and teaches nothing
    assert belief.error() == pytest.approx(foreseen[1])
    belief.measure(5)

    np.testing.assert_allclose(belief.mean, direct(inputs, truth, np.array([0, 1, 3, 5])))
    assert belief.error() == pytest.approx(foreseen[0])


def test_who_knows_all_values_learns_faster_than_chance(tmp_path):
    points = np.random.default_rng(0).random((80, 2))
    path = tmp_path / "table.csv"
    path.write_text("a,b,y\n" + "".join(f"{a},{b},{np.sin(6 * a) + b}\n" for a, b in points))
    table = read_pool(path, ["a", "b"], ["y"])
    areas = [
        area(learn_the_map(table, Protocol(rule, 10, 5, 30), seed=0))
        for rule in (KnowsValues(table), KnowsKernel(table), "random")
    ]

    assert areas[0] < areas[2]
    assert areas[1] < areas[2]


def test_uncertainty_counts_by_the_true_error(tmp_path):
    rng = np.random.default_rng(0)
    points, away = rng.random((60, 2)), rng.permutation(60)[:20]
    path = tmp_path / "table.csv"
    path.write_text("a,b,y\n" + "".join(f"{a},{b},{3 * a + b}\n" for a, b in points))
    table = read_pool(path, ["a", "b"], ["y"])
    made = np.setdiff1d(np.arange(60), away)
    known = fit_property_processes(
        points[made], table.targets[made], np.full((40, 1), np.nan), table.properties, seed=0
    )
    moved = attrs.evolve(table, targets=table.targets + np.where(np.arange(60) == away[0], 2.0, 0.0)[:, None])
    pool = pool_of(AcquisitionContext(table.inputs[away], np.ones(20), table.inputs[made], known), 5)
    weights = KnowsErrors(moved).weights(pool, np.arange(20))

    np.testing.assert_array_equal(
        np.argsort(weights)[-1:], np.flatnonzero((pool.candidates == table.inputs[away[0]]).all(1))
    )
    spread = table.targets[made].std()
    assert weights.max() == pytest.approx((2.0 / spread) ** 2, rel=0.1)
    assert np.median(weights) < 0.01


def test_the_command_prints_every_rule_with_rows_set_aside(tmp_path, capsys):
    points = np.random.default_rng(0).random((60, 2))
    path = tmp_path / "table.csv"
    path.write_text("a,b,y\n" + "".join(f"{a},{b},{np.sin(6 * a) + b}\n" for a, b in points))
    main(f"--table {path} --inputs a,b --targets y --seeds 1 --aside 0.3".split())
    told = capsys.readouterr().out

    assert "the pool has 42 rows" in told
    assert [line.split()[0] for line in told.splitlines()[-4:]] == ["gp-ivr", "kernel", "errors", "values"]
