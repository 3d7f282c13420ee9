import json

import numpy as np
import pytest

from benchmarks.pool_stacks import main, summary
from lab.errors import InvalidInputError


def test_a_peer_that_never_gets_there_counts_with_what_it_made():
    ours = [[(20, 1.0), (140, 0.5)], [(20, 1.0), (140, 0.5)], [(20, 1.0), (140, 0.5)]]
    theirs = [[(20, 1.0), (280, 0.6)], [(20, 1.0), (280, 0.0)], [(20, 0.4), (280, 0.4)]]

    found = summary(theirs, ours)

    assert found["acceleration"] == pytest.approx(150 / 140)  # of 280, 150 and 20 over 140
    assert found["reached"] == pytest.approx(2 / 3)


def test_stacks_are_compared_on_a_table(tmp_path):
    rng = np.random.default_rng(0)
    points = rng.random((60, 2))
    path = tmp_path / "table.csv"
    path.write_text("a,b,y\n" + "".join(f"{a},{b},{np.sin(4 * a) + b}\n" for a, b in points))
    runs = tmp_path / "runs.jsonl"
    command = f"--table {path} --inputs a,b --targets y --peers botorch --seeds 1 --runs {runs}"
    main([*command.split(), "--json", str(tmp_path / "out.json")])
    results = json.loads((tmp_path / "out.json").read_text())

    assert results["botorch"]["curve"][0][0] == results["ours"]["curve"][0][0] == 20
    assert results["botorch"]["acceleration"] > 0
    assert json.loads(runs.read_text())["result"][-1] == results["botorch"]["curve"][-1]
    main([*command.split(), "--aside", "0.3"])  # is another run
    assert [json.loads(line)["run"].get("aside") for line in runs.read_text().splitlines()] == [None, 0.3]
    with pytest.raises(InvalidInputError, match="'google' is no peer"):
        main(f"--table {path} --inputs a,b --targets y --peers google".split())
