"""Recipes as they are written in Python: names, tables, arrays, and what is refused."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from active_learning.asking.recipes import MAX_FAULTS, recipe_points
from lab.errors import CompositionError

MATERIALS = ("CNF", "MMT", "gelatin")


@pytest.mark.parametrize(
    "written",
    [
        {"gelatin": 30, "CNF": 70},
        {"gelatin": 0.3, "MMT": 0.0, "CNF": 0.7},
        pd.Series({"gelatin": 30.0, "CNF": 70.0}),
        pd.DataFrame([{"gelatin": 3, "CNF": 7}]),
        pd.DataFrame([[0.3, 0.7]], index=["A01-01"], columns=["gelatin", "CNF"]),
        [0.7, 0, 0.3],
        (0.7, 0.0, 0.3),
        np.array([0.7, 0.0, 0.3]),
        np.array([[0.7, 0.0, 0.3]]),
        [[0.7, 0.0, 0.3]],
        [np.array([0.7, 0.0, 0.3])],
        [pd.Series({"gelatin": 0.3, "CNF": 0.7})],
    ],
)
def test_a_recipe_is_the_same_however_it_is_written(written):
    assert recipe_points(written, MATERIALS) == pytest.approx(np.array([[0.7, 0.0, 0.3]]))


def test_several_keep_their_order_and_are_not_changed():
    rows = [{"MMT": 1.0, "CNF": 1.0}, {"MMT": 0.0, "CNF": 5.0}]
    table = pd.DataFrame(rows)
    before = table.copy()

    points = recipe_points(table, MATERIALS)

    assert points.tolist() == [[0.5, 0.5, 0.0], [1.0, 0.0, 0.0]]
    assert recipe_points(iter(rows), MATERIALS).tolist() == points.tolist()
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ([], "no recipe is given"),
        (np.empty((0, 3)), "no recipe is given"),
        (pd.DataFrame(columns=list(MATERIALS)), "no recipe is given"),
        (None, "None is no recipe of 3 materials"),
        ("CNF", "CNF is no recipe of 3 materials"),
        (5, "5 is no recipe"),
        ({}, "positive sum"),
        ({"CNF": 0}, "positive sum"),
        ({"cnf": 1}, "did you mean CNF"),
        ({"CNF": np.nan, "MMT": 1}, "CNF: nan is no number of at least 0"),
        ({"CNF": 1.5, "MMT": -0.5}, "MMT: -0.5 is no number"),
        ({"CNF": "much"}, "CNF: much is no number"),
        (pd.DataFrame([{"CNF": 1}, {"MMT": 1}]), "recipe 1: MMT: nan is no number.*recipe 2: CNF: nan"),
        (pd.DataFrame([[0.5, 0.5]], columns=["CNF", "CNF"]), "CNF is there twice"),
        (
            pd.DataFrame([{"film": "A01-01", "CNF": 1.0}] * 2),
            r"^film: no material.*frame\[\['CNF', 'MMT'",
        ),
        (np.full((2, 4), 0.25), "recipe 2: .* is no recipe of 3 materials"),
        (np.full((1, 3), 0.25), "sums to 0.75, not to 1"),
        ([70, 0, 30], "sums to 100, not to 1"),
        (np.zeros((1, 2, 3)), "no recipe of 3 materials"),
    ],
)
def test_what_is_no_recipe_is_refused(written, said):
    with pytest.raises(CompositionError, match=rf"(?s){said}"):
        recipe_points(written, MATERIALS)


def test_every_wrong_recipe_is_named_up_to_a_limit():
    three: list[Any] = [{"CNF": 1}, {"CNG": 1}, [1, 0]]
    with pytest.raises(CompositionError) as caught:
        recipe_points(three, MATERIALS)
    assert "recipe 2: CNG" in str(caught.value) and "recipe 3: [1, 0]" in str(caught.value)
    assert "recipe 1" not in str(caught.value)

    with pytest.raises(CompositionError, match="and 7 more recipes"):
        recipe_points([{"CNG": 1}] * (MAX_FAULTS + 7), MATERIALS)
