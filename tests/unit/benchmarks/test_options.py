from argparse import ArgumentTypeError

import pytest

from benchmarks.options import count, output, rule_fault


def test_counts_start_at_one():
    assert count("3") == 3
    for text in ("0", "-2", "2.5", "many"):
        with pytest.raises(ArgumentTypeError, match="no whole number from 1 on"):
            count(text)


def test_a_file_that_cannot_be_written_is_told_before_the_work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert output("out.json").name == "out.json"
    with pytest.raises(ArgumentTypeError, match="is a folder"):
        output(str(tmp_path))
    with pytest.raises(ArgumentTypeError, match="there is no folder"):
        output(str(tmp_path / "none" / "out.json"))


def test_rules_for_a_goal_do_not_learn_a_map():
    assert rule_fault("ucb", goal=True) is None
    assert "looks for a goal" in str(rule_fault("ucb", goal=False))
    assert rule_fault("gp-ivr", goal=True) is None
    assert "did you mean gp-ivr" in str(rule_fault("gp-irv", goal=False))
