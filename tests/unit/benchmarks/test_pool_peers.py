import importlib.util
from typing import Any

import numpy as np
import pytest

from active_learning.acquisition import AcquisitionContext
from benchmarks.pool_baybe import BaybeRule
from benchmarks.pool_stacks import main
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
