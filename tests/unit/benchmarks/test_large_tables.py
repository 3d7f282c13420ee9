"""The benchmark of long tables runs, and its table is one that a model takes as it is."""

import re

from benchmarks.large_tables import INPUTS, TARGETS, main, table
from models.training_table import read_training_table


def test_all_steps_are_timed(capsys):
    main(["--rows", "200", "--epochs", "2"])
    printed = capsys.readouterr().out
    timed = re.findall(r"^(.+): [\d.]+ s of the processor, [\d.]+ GB at most$", printed, re.MULTILINE)
    assert timed == ["read and check", "predict", "learn"]


def test_its_table_holds_a_composition(tmp_path):
    table(300).to_csv(tmp_path / "table.csv", index=False)
    found = read_training_table(tmp_path / "table.csv", inputs=INPUTS, targets=TARGETS)
    assert found.columns.composition == INPUTS[:4] and list(found.columns.categories) == ["source"]
    assert len(found.inputs) == 300
