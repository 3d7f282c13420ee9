import numpy as np
import pytest

from benchmarks.pool_campaign import Protocol
from benchmarks.pool_checks import check_pool, pool_faults
from benchmarks.pool_tables import read_pool
from lab.errors import InvalidInputError


def pool(tmp_path, recipes, values):
    path = tmp_path / "pool.csv"
    path.write_text("a,y\n" + "".join(f"{a},{y}\n" for a, y in zip(recipes, values, strict=True)))
    return read_pool(path, ["a"], ["y"])


def test_every_fault_of_a_pool_is_told(tmp_path):
    flat = pool(tmp_path, range(25), [7] * 25)
    faults = pool_faults(flat, Protocol("random", start=20, batch=10, budget=25), seeds=0)

    assert len(faults) == 4
    assert "the pool has 25 rows, too few for 20 to start with and 10 more" in faults
    with pytest.raises(InvalidInputError, match="4 faults"):
        check_pool(flat, Protocol("random", start=20, batch=10, budget=25), seeds=0)


def test_rows_of_the_same_recipe_are_no_choice(tmp_path):
    protocol = Protocol("random", start=20, batch=10, budget=40)

    assert pool_faults(pool(tmp_path, np.arange(60) % 8, np.arange(60)), protocol, seeds=1) == [
        "the pool has 8 different recipes in 60 rows, too few for a batch of 10"
    ]
    assert pool_faults(pool(tmp_path, np.arange(60) % 12, np.arange(60)), protocol, seeds=1) == []


def test_rows_that_were_left_out_are_told_where_too_few_are_left(tmp_path):
    few = pool(tmp_path, range(40), [*range(3), *[""] * 37])

    (fault,) = pool_faults(few, Protocol("random"), seeds=1)
    assert fault.startswith("the pool has 3 rows, too few") and "and 29 more: no value of a target" in fault


def test_a_pool_that_ends_before_the_budget_is_told(tmp_path, capsys):
    check_pool(pool(tmp_path, range(50), range(50)), Protocol("random"), seeds=1)

    assert "the pool has 50 rows, so campaigns end before the budget of 140" in capsys.readouterr().out
