"""The benchmark of trees compares both kinds of models on the same rows."""

from functools import partial

import pandas as pd

from benchmarks import tree_shares
from lab.seeds import generator
from models.committee import fit_committee


def test_each_table_has_a_line_and_where_no_trees_join_nothing_changes(tmp_path, capsys, monkeypatch):
    fewer_steps = partial(fit_committee, epochs=60)
    monkeypatch.setattr("benchmarks.tree_shares.fit_committee", fewer_steps)
    shares = generator(1, "shares").dirichlet([1.0, 1.0, 1.0], 40)
    percent = pd.DataFrame(100.0 * shares, columns=list("abc")).assign(label=shares @ [1.0, 2.0, 4.0])
    percent.to_csv(tmp_path / "percent.csv", index=False)
    tree_shares.main(["--tables", str(tmp_path), "--rows", "40", "--folds", "2"])
    lines = [line.split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [line[0].removeprefix("| ") for line in lines] == ["made up, steps", "made up, smooth", "percent"]
    assert all(line[1] == "40" for line in lines)
    numbers = [[float(cell.removesuffix(" |")) for cell in line[2:]] for line in lines]
    for without, with_trees, nll_without, nll_with, share in numbers:
        assert 0.0 < with_trees < 1.5 and 0.0 < without < 1.5
        assert (without, nll_without) == (with_trees, nll_with) or share > 0.0
