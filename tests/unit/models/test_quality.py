import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.svm import SVR

from lab.errors import InvalidInputError
from lab.grades import Grade
from lab.library import published_grades
from lab.seeds import generator
from lab.simplex import lattice, sample_uniform
from models.kernel_machine import KernelMachine
from models.quality import QualityModel, fit_quality
from tests.differences import central_differences

MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")


def published() -> tuple[np.ndarray, list[Grade]]:
    films = published_grades()
    return np.array([composition.vector(MATERIALS) for composition, _ in films]), [grade for _, grade in films]


@pytest.fixture(scope="module")
def paper() -> QualityModel:
    return fit_quality(*published(), [Grade.A], kind="paper", seed=7)


@pytest.fixture(scope="module")
def calibrated() -> QualityModel:
    return fit_quality(*published(), [Grade.A], kind="calibrated", seed=7)


def test_paper_kind_gives_the_published_feasible_shares(paper):
    # "48 % of the design space" at 0.75; 208,687 of 585,276 grid points at 0.85 (Chen et al. 2024 and its notebooks).
    quality = paper.predict(sample_uniform(generator(1, "share"), 50_000, 4))
    assert 100 * np.mean(quality >= 0.75) == pytest.approx(47.5, abs=1.5)
    assert 100 * np.mean(quality >= 0.85) == pytest.approx(35.66, abs=2.0)


def test_machine_answers_as_scikit_learn_does():
    points, grades = published()
    estimator = SVR(C=1.0, gamma=20.0).fit(points, [grade.score for grade in grades])
    new = sample_uniform(generator(2, "new"), 5_000, 4)
    np.testing.assert_allclose(KernelMachine.from_sklearn(estimator).decision(new), estimator.predict(new), atol=1e-12)


def test_calibrated_promises_come_true_on_held_out_films(calibrated):
    assert calibrated.metrics["ece"] < 0.07
    assert calibrated.metrics["brier"] < calibrated.metrics["usable_share"] * (1 - calibrated.metrics["usable_share"])


@pytest.mark.parametrize("kind", ["paper", "calibrated"])
def test_quality_is_better_than_the_majority(kind, paper, calibrated):
    metrics = {"paper": paper, "calibrated": calibrated}[kind].metrics
    assert metrics["accuracy"] > metrics["majority"] + 0.15
    assert metrics["roc_auc"] > 0.8


def test_same_seed_gives_the_same_bits(paper):
    again = fit_quality(*published(), [Grade.A], kind="paper", seed=7)
    points = lattice(4, 0.05)
    assert np.array_equal(again.predict(points), paper.predict(points))
    assert again.metrics == paper.metrics


@settings(max_examples=30)
@given(
    grades=st.lists(st.sampled_from(list(Grade)), min_size=1, max_size=14),
    kind=st.sampled_from(["paper", "calibrated"]),
)
def test_few_films_of_any_grades_give_quality_within_0_and_1(grades, kind):
    points = sample_uniform(generator(3, "few"), len(grades), 3)
    model = fit_quality(points, grades, [Grade.A], kind=kind, seed=1)
    quality = model.predict(sample_uniform(generator(4, "new"), 50, 3))
    assert ((quality >= 0) & (quality <= 1)).all()
    assert all(np.isfinite(value) for value in model.metrics.values())


@pytest.mark.parametrize(("grade", "above"), [(Grade.A, True), (Grade.D, False)])
def test_films_of_one_grade_are_promised_but_not_as_certain(grade, above):
    model = fit_quality(lattice(3, 0.25), [grade] * 15, [Grade.A], kind="calibrated", seed=1)
    quality = model.predict(lattice(3, 0.5))
    assert (quality > 0.8).all() if above else (quality < 0.2).all()
    assert ((quality > 0) & (quality < 1)).all()


def test_every_fault_is_listed_at_once():
    with pytest.raises(InvalidInputError) as caught:
        fit_quality([[0.5, np.nan], [0.5, 0.5]], [Grade.A], [], kind="best", seed=1)  # type: ignore[arg-type]
    assert len(caught.value.faults) == 4


def test_recipes_of_another_number_of_materials_are_refused(paper):
    with pytest.raises(InvalidInputError, match="needs \\(n, 4\\)"):
        paper.predict([[0.5, 0.5, 0.0]])


@pytest.mark.parametrize("kind", ["paper", "calibrated"])
def test_where_grades_disagree_the_films_that_weigh_more_decide(kind):
    points = np.repeat(lattice(3, 0.25), 2, axis=0)
    grades = [Grade.A, Grade.D] * 15
    heavier = np.where([grade is Grade.A for grade in grades], 10.0, 0.1)
    for weights, low, high in ((heavier, 0.7, 1.0), (1 / heavier, 0.0, 0.3)):
        quality = fit_quality(points, grades, [Grade.A], kind=kind, seed=1, weights=weights)
        decisions = quality.machine.decision(points)
        middle = 0.5 if kind == "paper" else 0.0
        assert (np.mean(decisions) > middle) == (low > 0.5)
        assert kind == "calibrated" or ((low <= decisions) & (decisions <= high)).all()


def test_equal_weights_change_nothing(paper):
    points, grades = published()
    weighed = fit_quality(points, grades, [Grade.A], kind="paper", seed=7, weights=np.full(len(points), 3.0))
    np.testing.assert_array_equal(weighed.predict(points), paper.predict(points))


@pytest.mark.parametrize("weights", [[1.0], [1.0, 0.0], [1.0, np.nan], [1.0, -1.0]])
def test_weights_that_are_no_positive_numbers_are_refused(weights):
    with pytest.raises(InvalidInputError, match="weights"):
        fit_quality([[0.5, 0.5], [0.2, 0.8]], [Grade.A, Grade.D], [Grade.A], seed=1, weights=weights)


@pytest.mark.parametrize("kind", ["paper", "calibrated"])
def test_films_of_one_recipe_do_not_give_each_other_away(kind):
    # Grades are drawn for each recipe, so nothing can be known of a new one; its other films would tell all.
    points = np.repeat(sample_uniform(generator(6, "recipes"), 40, 4), 4, axis=0)
    good = np.repeat(generator(7, "grades").random(40) < 0.5, 4)
    grades = [Grade.A if one else Grade.D for one in good]
    metrics = fit_quality(points, grades, [Grade.A], kind=kind, seed=1).metrics
    assert metrics["accuracy"] < 0.7
    assert metrics["roc_auc"] < 0.7


@pytest.mark.parametrize("kind", ["paper", "calibrated"])
@pytest.mark.parametrize("with_usability", [True, False])
def test_gradients_are_those_of_what_is_predicted(kind, with_usability, paper, calibrated):
    model = {"paper": paper, "calibrated": calibrated}[kind]
    model = model if with_usability else attrs.evolve(model, usability=None)
    points = sample_uniform(generator(5, "asked"), 200, 4)
    points = points[(model.predict(points) > 0.05) & (model.predict(points) < 0.95)][:20]
    quality, slope = model.quality_gradient(points)
    logarithm, log_slope = model.log_usable_gradient(points)

    np.testing.assert_allclose(quality, model.predict(points), rtol=1e-12)
    np.testing.assert_allclose(slope, central_differences(model.predict, points), atol=1e-5)
    np.testing.assert_allclose(logarithm, np.log(model.usable_probability(points)), rtol=1e-9)
    by_differences = central_differences(lambda some: np.log(model.usable_probability(some)), points)
    np.testing.assert_allclose(log_slope, by_differences, atol=1e-4)
