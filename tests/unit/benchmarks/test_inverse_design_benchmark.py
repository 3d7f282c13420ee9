import json

import attrs
import numpy as np
import pytest
from scipy.stats import binomtest

from active_learning.inverse_design.dispensing import Dispensed, Unmakeable, dispensed
from benchmarks.design_outcomes import designer, outcome
from benchmarks.design_peers import BoTorchDesigner, pymoo_design
from benchmarks.design_problems import KINDS, problem
from benchmarks.design_scores import Outcome, summary
from benchmarks.design_worlds import laboratory, ten_materials
from benchmarks.inverse_design import main
from lab.campaign_files import builtin_definition


@pytest.fixture(scope="module")
def lab():
    return laboratory(seed=1, films=30, epochs=40)


@pytest.mark.parametrize("kind", KINDS)
def test_problems_have_an_answer(lab, kind):
    rng = np.random.default_rng(0)
    truth = lab.truth(lab.answers)
    for _ in range(5):
        asked = problem(lab, rng, kind)
        meets = np.all([(truth[r.name] >= r.lower) & (truth[r.name] <= r.upper) for r in asked.requirements], axis=0)
        assert 1 <= len(asked.requirements) <= 3 if kind == "bounds" else len(asked.requirements) == 4
        assert asked.share == meets.mean() > 0
    assert lab.usable(lab.answers).all()


def test_ranges_that_no_measurement_can_verify_are_asked_only_in_tight_problems(lab):
    def narrowest(kind):
        rng = np.random.default_rng(0)
        asked = [
            one for _ in range(20) for one in problem(lab, rng, kind).requirements if np.isfinite(one.upper - one.lower)
        ]
        return min((r.upper - r.lower) / (r.upper + r.lower) / lab.repeatability[r.name] for r in asked)

    assert narrowest("ranges") >= 1.645 * (1 - 1e-9) > narrowest("tight")


def test_an_outcome_tells_truth_and_promises(lab):
    done = outcome(lab, problem(lab, np.random.default_rng(1)), designer(lab, "sweep"), "x")

    assert done.designs == len(done.promises) == 5
    assert done.any or not done.first
    assert all(0 <= stated <= 1 for stated, _ in done.promises)


def test_peers_answer_with_recipes_that_differ(lab):
    pytest.importorskip("botorch")
    pytest.importorskip("pymoo")
    requirements = problem(lab, np.random.default_rng(2)).requirements
    # Three processes are enough to see that a peer answers.
    few = attrs.evolve(
        lab, definition=attrs.evolve(lab.definition, properties=lab.definition.properties), graded=lab.graded[::6]
    )
    few = attrs.evolve(few, grades=lab.grades[::6])
    for found in (
        pymoo_design(lab, requirements, 3, 1),
        BoTorchDesigner.learn(few).design(requirements, 3, 1),
    ):
        assert 1 <= len(found) <= 3
        for recipe, stated in found:
            assert recipe.sum() == pytest.approx(1) and recipe.min() >= 0 and 0 <= stated <= 1


def test_ten_materials_have_a_world_stocks_and_a_deck_that_holds_them():
    definition = ten_materials()

    assert len(definition.material_names) == 10
    assert {stock.material for stock in definition.stocks} == set(definition.material_names)
    assert isinstance(dispensed(definition, np.full(10, 0.1)), Dispensed)
    small = attrs.evolve(definition, measured_casting=builtin_definition().measured_casting)
    unmade = dispensed(small, np.full(10, 0.1))
    assert isinstance(unmade, Unmakeable) and "use a deck with more" in unmade.why


def test_calibration_error_of_honest_and_of_false_promises():
    honest = [(0.75, True), (0.75, True), (0.75, True), (0.75, False)]
    false = [(0.95, False)] * 4

    def scored(promises):
        return summary([Outcome(0.5, True, True, len(promises), 0.1, 0.2, tuple(promises))])

    assert scored(honest)["calibration_error"] == pytest.approx(0.0)
    assert scored([*honest, *false])["calibration_error"] == pytest.approx(0.475)
    assert 0.05 < scored(honest)["calibration_error_by_chance"] < 0.3  # 4 films scatter, even where the promise is true


def test_first_designs_are_also_counted_by_how_many_recipes_would_do():
    done = [Outcome(share, share > 0.01, True, 1, 0.1, 0.2, ((0.5, True),)) for share in (0.005, 0.05, 0.5, 1.0)]

    assert summary(done)["first_by_share"] == {"0.01": (1, 0.0), "0.1": (1, 1.0), "1": (2, 1.0)}
    assert summary(done[:1])["first_by_share"]["1"] == (0, None)


def test_first_designs_are_also_counted_by_what_was_promised():
    promised = [(0.0, False), (0.5, True), (0.6, True), (0.7, False), (0.9, True)]
    done = [Outcome(0.5, right, True, 2, 0.1, 0.2, ((stated, True), (0.1, True))) for stated, right in promised]

    assert summary(done)["first_by_promise"] == {"0.5": (2, 0.5), "0.8": (2, 0.5), "1": (1, 1.0)}


def test_a_share_has_its_interval_and_no_designs_have_no_promises():
    found = summary([Outcome(0.5, True, True, 0, 0.1, 0.2, ())] * 19 + [Outcome(0.5, False, False, 0, 0.1, 0.2, ())])

    assert found["first"] == 0.95
    assert found["first_interval"] == pytest.approx(tuple(binomtest(19, 20).proportion_ci(method="wilson")))
    assert "calibration_error" not in found


def test_the_command_writes_what_it_promises_and_goes_on(tmp_path, capsys):
    out, kept = tmp_path / "out.json", tmp_path / "kept"
    command = f"--trainings 1 --problems 2 --films 25 --epochs 20 --kinds bounds --keep {kept} --json {out}"
    main([*command.split(), "--methods", "sweep,paper"])
    first = json.loads(out.read_text())
    times = {path: path.stat().st_mtime_ns for path in kept.iterdir()}
    main([*command.split(), "--methods", "sweep,paper"])

    assert set(first) == {"bounds"} and set(first["bounds"]) == {"sweep", "paper"}
    sweep = first["bounds"]["sweep"]
    assert sweep["problems"] == 2 and 0 <= sweep["first"] <= sweep["any"] <= 1
    assert json.loads(out.read_text()) == first
    assert {path: path.stat().st_mtime_ns for path in kept.iterdir()} == times
