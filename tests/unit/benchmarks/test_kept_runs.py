from functools import partial

import pytest

from benchmarks.kept_runs import KeptRuns
from lab.errors import InvalidInputError


def test_a_run_that_was_kept_is_not_done_again(tmp_path):
    done = []

    def run():
        done.append(1)
        return [(10, 0.1 + 0.2)]

    path = tmp_path / "runs.jsonl"
    first = KeptRuns(path).result({"rule": "random", "seed": 0}, run)
    again = KeptRuns(path).result({"seed": 0, "rule": "random"}, run)

    assert first == again == [[10, 0.1 + 0.2]]
    assert len(done) == 1


def test_other_settings_are_another_run(tmp_path):
    runs = KeptRuns(tmp_path / "runs.jsonl")

    assert [runs.result({"seed": seed}, partial(abs, seed)) for seed in (3, 4, 3)] == [3, 4, 3]
    assert len((tmp_path / "runs.jsonl").read_text().splitlines()) == 2


def test_without_a_file_runs_are_kept_in_memory_only():
    assert KeptRuns(None).result({"seed": 0}, lambda: 7) == 7


def test_lines_that_are_no_finished_runs_are_told(tmp_path):
    path = tmp_path / "runs.jsonl"
    KeptRuns(path).result({"seed": 0}, lambda: 7)
    with path.open("a") as file:
        file.write('[1]\n{"run": {"seed": 1}, "resu')
    with pytest.raises(InvalidInputError) as caught:
        KeptRuns(path)
    assert caught.value.faults == ("line 2 is no finished run", "line 3 is no finished run")
