import numpy as np
import pytest

from benchmarks.design_misses import case, main, report, rules
from benchmarks.design_problems import problem
from benchmarks.design_worlds import laboratory


@pytest.fixture(scope="module")
def lab():
    return laboratory(seed=1, films=30, epochs=40)


def test_rules_are_halves_of_the_models_and_the_models_without_noise(lab):
    views = rules(lab.committee)
    recipes = lab.answers[:50]
    mean = {name: view.predict(recipes).mean for name, view in views.items()}

    np.testing.assert_array_equal(mean["now"], lab.committee.predict(recipes).mean)
    assert np.abs(mean["networks"] - mean["processes"]).max() > 0
    assert (views["true"].predict(recipes).noise_sd < 1e-3 * lab.committee.predict(recipes).noise_sd).all()


def test_a_case_tells_what_is_true_of_the_first_design(lab):
    rng = np.random.default_rng(3)
    found = [case(lab, problem(lab, rng), rules(lab.committee)) for _ in range(6)]

    for one in found:
        assert one["right"]["now"] == (one["usable"] and all(r["met"] for r in one["requirements"]))
        assert 0 <= one["expected"] <= 1 and 0 <= one["best right"] <= 1
        assert one["best right"] == pytest.approx(1) if one["right"]["now"] else one["best right"] < 1
        assert [r["bounds"] for r in one["requirements"]] == [1, 1, 2, 2]
        assert all(r["kept"] > 0.5 for r in one["requirements"] if r["met"] and r["bounds"] == 1)


def test_misses_are_sorted_by_their_cause():
    def one(right=True, usable=True, off=0.5):
        needed = {"bounds": 2, "met": right or not usable, "off": off, "stated": 0.5, "kept": 0.75, "noise": 1.5}
        return {"right": {"now": right}, "expected": 0.8, "usable": usable, "best right": 0.9, "requirements": [needed]}

    lines = report([one(), one(False), one(False, off=2.0), one(False, usable=False), one()])

    assert lines[0] == "wrong 3 of 5: unusable 1, told apart by none 1, surprises 1"
    assert lines[1] == "expected 0.800, right over wrong 0.90"
    assert lines[2:] == ["right by rule: now 0.400", "bounds 2: stated 0.500, kept 0.750, noise over the lab's 1.50"]


def test_rules_are_compared_where_one_is_right_and_the_other_wrong():
    pairs = [(True, True), (True, False), (False, True), (False, True), (False, False)]  # right by now, by true
    cases = [
        {"right": {"now": now, "true": true}, "expected": 1.0, "usable": True, "best right": 1.0, "requirements": []}
        for now, true in pairs
    ]
    assert report(cases)[2] == "right by rule: now 0.400, true 0.600 (+2 -1)"


def test_what_is_done_is_kept(tmp_path, capsys):
    arguments = ["--trainings", "1", "--problems", "1", "--films", "20", "--keep", str(tmp_path / "kept.jsonl")]
    main(arguments)
    first = capsys.readouterr().out
    main(arguments)

    assert capsys.readouterr().out == first and "of 1: unusable" in first
