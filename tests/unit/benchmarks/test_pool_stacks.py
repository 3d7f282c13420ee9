import json

import numpy as np
import pytest

from benchmarks.pool_campaign import Campaign
from benchmarks.pool_stacks import films_needed, main
from lab.errors import InvalidInputError


def test_films_are_counted_between_batches():
    campaign = Campaign(np.array([20, 30, 40]), np.array([1.0, 0.6, 0.7]), np.arange(40))

    assert films_needed(campaign, 0.8) == pytest.approx(25)
    assert films_needed(campaign, 1.0) == 20
    assert films_needed(campaign, 0.5) is None


def test_stacks_are_compared_on_a_table(tmp_path):
    rng = np.random.default_rng(0)
    points = rng.random((60, 2))
    path = tmp_path / "table.csv"
    path.write_text("a,b,y\n" + "".join(f"{a},{b},{np.sin(4 * a) + b}\n" for a, b in points))
    main(f"--table {path} --inputs a,b --targets y --peers botorch --seeds 1 --json {tmp_path / 'out.json'}".split())
    results = json.loads((tmp_path / "out.json").read_text())

    assert results["botorch"]["curve"][0][0] == results["ours"]["curve"][0][0] == 20
    assert results["botorch"]["acceleration"] > 0
    with pytest.raises(InvalidInputError, match="'google' is no peer"):
        main(f"--table {path} --inputs a,b --targets y --peers google".split())
