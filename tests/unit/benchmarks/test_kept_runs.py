from functools import partial

from benchmarks.kept_runs import KeptRuns


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
