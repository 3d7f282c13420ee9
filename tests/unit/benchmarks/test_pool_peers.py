import importlib.util
from typing import Any

import numpy as np
import pytest

from active_learning.acquisition import AcquisitionContext
from benchmarks.pool_baybe import BaybeRule, fit_baybe
from benchmarks.pool_stacks import main
from benchmarks.pool_tables import read_pool
from lab.errors import OptionalPackageError


def test_a_peer_that_is_not_installed_is_told_before_anything_runs(monkeypatch, tmp_path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(OptionalPackageError, match="baybe is needed"):
        main(f"--table {tmp_path / 'none.csv'} --inputs a --targets y --peers botorch,baybe".split())


class Recommends:
    """Stands for BayBE's learner: the last rows, and it says whose turn it is."""

    def __init__(self):
        self.turns = []

    def recommended(self, recipes, batch, turn):
        self.turns.append(turn)
        return np.arange(len(recipes))[-batch:]


def test_baybe_recommends_for_one_property_after_the_other():
    recipes = np.random.default_rng(0).random((30, 2))
    learner: Any = Recommends()
    for made in (10, 15):
        context = AcquisitionContext(recipes[made:], np.ones(30 - made), recipes[:made], learner, tolerance=0.0)
        chosen = BaybeRule().choose(context, 5, np.random.default_rng(0))
        np.testing.assert_array_equal(chosen.compositions, recipes[-5:])

    assert learner.turns == [2, 3]


def test_baybe_learns_and_recommends_what_is_left(tmp_path):
    points = np.random.default_rng(0).random((25, 2))
    path = tmp_path / "table.csv"
    path.write_text("a,b,y\n" + "".join(f"{a},{b},{2 * a + b}\n" for a, b in points))
    table = read_pool(path, ["a", "b"], ["y"])
    learner = fit_baybe(table, np.arange(15), 0)

    mean = learner.predict(table.inputs[15:]).mean[:, 0]
    rows = learner.recommended(table.inputs[15:], 3, 0)

    assert np.corrcoef(mean, table.targets[15:, 0])[0, 1] > 0.9
    assert len(set(rows.tolist())) == 3
    assert table.targets[15:, 0][rows].mean() > table.targets[15:, 0].mean()  # it seeks the best values
