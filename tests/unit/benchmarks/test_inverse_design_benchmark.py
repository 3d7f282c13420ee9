import json

import attrs
import numpy as np
import pytest

from benchmarks.design_peers import BoTorchDesigner, pymoo_design
from benchmarks.design_worlds import laboratory, problem, ten_materials
from benchmarks.inverse_design import calibration_error, designer, main, outcome


@pytest.fixture(scope="module")
def lab():
    return laboratory(seed=1, films=30, epochs=40)


@pytest.mark.parametrize("tight", [False, True])
def test_problems_have_an_answer(lab, tight):
    rng = np.random.default_rng(0)
    truth = lab.truth(lab.answers)
    for _ in range(5):
        requirements = problem(lab, rng, tight=tight)
        meets = np.all([(truth[r.name] >= r.lower) & (truth[r.name] <= r.upper) for r in requirements], axis=0)
        assert len(requirements) == 4 and meets.any()
    assert lab.usable(lab.answers).all()


def test_an_outcome_tells_truth_and_promises(lab):
    done = outcome(lab, problem(lab, np.random.default_rng(1)), designer(lab, "sweep"), "x")

    assert done.designs == len(done.promises) == 5
    assert done.any or not done.first
    assert all(0 <= stated <= 1 for stated, _ in done.promises)


def test_peers_answer_with_recipes_that_differ(lab):
    pytest.importorskip("botorch")
    pytest.importorskip("pymoo")
    requirements = problem(lab, np.random.default_rng(2))
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


def test_ten_materials_have_a_world_and_stocks():
    definition = ten_materials()

    assert len(definition.material_names) == 10
    assert {stock.material for stock in definition.stocks} == set(definition.material_names)


def test_calibration_error_of_honest_and_of_false_promises():
    honest = [(0.75, True), (0.75, True), (0.75, True), (0.75, False)]
    false = [(0.95, False)] * 4

    assert calibration_error(honest) == pytest.approx(0.0)
    assert calibration_error([*honest, *false]) == pytest.approx(0.475)


def test_the_command_writes_what_it_promises(tmp_path):
    out = tmp_path / "out.json"
    main(f"--trainings 1 --problems 2 --films 25 --epochs 20 --methods sweep,paper --json {out}".split())
    results = json.loads(out.read_text())

    assert set(results) == {"sweep", "paper"}
    assert results["sweep"]["problems"] == 2 and 0 <= results["sweep"]["first"] <= results["sweep"]["any"] <= 1
