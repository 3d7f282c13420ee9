import numpy as np
import pytest
import torch

from lab.errors import InvalidInputError
from lab.library import properties, property_named
from lab.properties import Property
from lab.seeds import generator
from lab.simplex import sample_uniform
from models.committee import PropertyCommittee, fit_committee
from models.scaling import InputScale

PROPERTIES = [property_named(name) for name in ("transmittance_vis", "tensile_strength", "fracture_strain")]


def smooth_world(films: int, seed: int, noise: float = 0.05) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Films of a made-up smooth world: compositions, targets with noise, SDs."""
    rng = generator(seed, "world")
    points = sample_uniform(rng, films, 4)
    scatter = noise * rng.normal(size=(films, 3))
    clear = 1 / (1 + np.exp(-(2.0 - 4.0 * points[:, 1] + 2.0 * points[:, 3] + scatter[:, 0])))
    strong = np.exp(4.0 + points[:, 0] - 3.0 * points[:, 3] ** 2 + scatter[:, 1])
    stretchy = np.exp(-3.5 + 3.0 * points[:, 3] - points[:, 1] + scatter[:, 2])
    targets = np.stack([clear, strong, stretchy], axis=1)
    sds = noise * np.stack([clear * (1 - clear), strong, stretchy], axis=1)
    return points, targets, sds


@pytest.fixture(scope="module")
def committee() -> PropertyCommittee:
    return fit_committee(*smooth_world(80, 1), PROPERTIES, members=6, epochs=250, seed=5)


def test_new_films_are_predicted_within_the_promised_interval(committee):
    points, targets, _ = smooth_world(400, 2)
    predicted = committee.predict(points)
    error = np.abs(np.log(predicted.mean[:, 1:]) - np.log(targets[:, 1:]))
    assert np.median(error) < 0.1  # the noise alone gives 0.034
    held = (targets >= predicted.p05) & (targets <= predicted.p95)
    assert 0.8 < held.mean() < 0.98


def test_cross_validation_tells_the_error_on_new_films(committee):
    points, targets, _ = smooth_world(400, 2)
    error = np.mean(np.abs(committee.predict(points).mean - targets) / targets)
    assert committee.metrics["mre"] == pytest.approx(error, rel=0.35)
    assert 0.8 <= committee.metrics["coverage_90"] <= 1.0


def test_of_materials_that_do_the_same_processes_learn_directions_and_have_most_of_the_answer():
    points = sample_uniform(generator(1, "alike"), 100, 8)
    first = points[:, :4].sum(axis=1)
    strong, stretchy = np.exp(4.0 + np.sin(8.0 * first)), np.exp(-3.0 + np.cos(6.0 * first))
    scatter = np.exp(0.05 * generator(2, "scatter").normal(size=(100, 2)))
    targets = np.stack([strong, stretchy], axis=1) * scatter
    found = fit_committee(points, targets, 0.05 * targets, PROPERTIES[1:], members=2, epochs=50, seed=1)

    assert found.processes is not None and found.processes.directed
    assert found.shares == (0.9, 0.9)
    assert found.metrics["r2"] > 0.9


def test_metrics_are_finite_and_there_for_each_property_and_for_all(committee):
    wanted = {"mre", "rmse", "r2", "coverage_90"}
    wanted |= {f"{prop.name}.{name}" for prop in PROPERTIES for name in ("mre", "rmse", "r2", "coverage_90")}
    assert wanted <= set(committee.metrics)
    assert all(np.isfinite(value) for value in committee.metrics.values())


def test_uncertainty_has_two_parts_and_grows_away_from_the_films():
    points, targets, sds = smooth_world(60, 3)
    near = points[:, 1] < 0.3
    model = fit_committee(points[near], targets[near], sds[near], PROPERTIES, members=6, epochs=250, seed=5)
    predicted = model.predict(points)
    np.testing.assert_allclose(predicted.model_sd**2 + predicted.noise_sd**2, predicted.sd**2, rtol=1e-9)
    relative = predicted.model_sd / predicted.mean
    far = points[:, 1] > 0.6
    assert np.median(relative[far, 2]) > 2 * np.median(relative[near, 2])


def test_same_seed_gives_the_same_bits_and_threads_are_given_back():
    films = smooth_world(20, 4)
    before = torch.get_num_threads()
    first, again, other = (
        fit_committee(*films, PROPERTIES, members=3, epochs=30, seed=seed).predict(films[0]) for seed in (1, 1, 2)
    )
    assert np.array_equal(first.mean, again.mean)
    assert np.array_equal(first.sd, again.sd)
    assert not np.array_equal(first.mean, other.mean)
    assert torch.get_num_threads() == before


def test_a_property_is_learned_the_same_beside_others_that_are_missing():
    points, targets, sds = smooth_world(30, 5)
    targets[:, 2] = np.nan
    model = fit_committee(points, targets, sds, PROPERTIES, members=3, epochs=30, seed=1)
    predicted = model.predict(points)
    assert np.isnan(predicted.mean[:, 2]).all()
    assert np.isnan(model.member_means(points)[:, :, 2]).all()
    assert np.isfinite(predicted.mean[:, :2]).all()
    assert model.metrics["fracture_strain.labels"] == 0
    assert "fracture_strain.mre" not in model.metrics


def test_a_film_with_one_label_teaches_that_label_only():
    points, targets, sds = smooth_world(30, 6)
    targets[3, 1:] = np.nan
    model = fit_committee(points, targets, sds, PROPERTIES, members=3, epochs=30, seed=1)
    held_out = model.cross_validation
    assert np.isfinite(held_out.mean[3, 0])
    assert np.isnan(held_out.mean[3, 1:]).all()
    assert model.metrics["transmittance_vis.labels"] == 30
    assert model.metrics["tensile_strength.labels"] == 29


@pytest.mark.parametrize("films", [1, 2, 3, 10])
def test_few_films_give_wide_finite_answers(films):
    points, targets, sds = smooth_world(films, 7)
    model = fit_committee(points, targets, sds, PROPERTIES, members=4, epochs=60, seed=1)
    predicted = model.predict(sample_uniform(generator(1), 100, 4))
    assert np.isfinite([predicted.mean, predicted.sd, predicted.p05, predicted.p95]).all()
    if films <= 3:
        assert (predicted.p95[:, 1] / predicted.p05[:, 1] > 3).all()


def test_interval_of_few_films_holds_the_truth():
    points, targets, sds = smooth_world(6, 8)
    model = fit_committee(points, targets, sds, PROPERTIES, members=6, epochs=100, seed=1)
    new, truth, _ = smooth_world(300, 9)
    predicted = model.predict(new)
    assert np.mean((truth >= predicted.p05) & (truth <= predicted.p95)) > 0.8


def test_constant_labels_and_constant_inputs_are_borne():
    points = np.tile([0.25, 0.25, 0.25, 0.25], (8, 1))
    targets = np.tile([0.5, 60.0, 0.1], (8, 1))
    model = fit_committee(points, targets, np.zeros_like(targets), PROPERTIES, members=3, epochs=30, seed=1)
    assert np.isfinite(model.predict(points).sd).all()


def test_replicates_of_one_recipe_are_held_out_together():
    rng = generator(1, "replicates")
    points = np.repeat(sample_uniform(rng, 12, 4), 3, axis=0)
    chance = np.repeat(rng.normal(size=12), 3)  # nothing about the recipe tells it
    targets = np.stack([np.full(36, 0.5), np.exp(4 + chance), np.full(36, 0.1)], axis=1)
    model = fit_committee(points, targets, np.full((36, 3), np.nan), PROPERTIES, members=6, epochs=200, seed=1)
    assert model.metrics["tensile_strength.r2"] < 0.4


def test_films_of_few_recipes_are_no_surer_of_another_than_one_film_of_each():
    points, targets, sds = (np.tile(array, (6, 1)) for array in smooth_world(5, 8))
    found = fit_committee(points, targets, sds, PROPERTIES, members=2, epochs=20, seed=2)
    assert [calibration.films for calibration in found.calibrations] == [5, 5, 5]


def test_many_films_of_one_recipe_promise_little_of_another():
    points, targets, sds = smooth_world(1, 8)
    many = np.exp(0.01 * generator(9).normal(size=(12, 3))) * targets
    found = fit_committee(
        np.tile(points, (12, 1)), many, np.tile(sds, (12, 1)), PROPERTIES, members=2, epochs=20, seed=2
    )
    asked, others, _ = smooth_world(50, 9)
    predicted = found.predict(asked)
    assert np.mean((others >= predicted.p05) & (others <= predicted.p95)) > 0.9


def test_probability_within_is_that_of_draws_from_the_prediction(committee):
    points = sample_uniform(generator(2), 50, 4)
    predicted = committee.predict(points)
    lower, upper = np.full(3, -np.inf), np.full(3, np.inf)
    lower[1] = 60.0
    scale = committee.target_scales[1]
    centre, half = (scale.forward(predicted.p05[:, 1]) + scale.forward(predicted.p95[:, 1])) / 2, None
    half = scale.forward(predicted.p95[:, 1]) - centre
    sd = half / committee.calibrations[1].half_width(np.ones(1))[0]
    draws = scale.inverse(centre + sd * np.random.default_rng(1).normal(size=(20_000, 50)))
    share = np.mean(draws >= 60.0, axis=0)
    np.testing.assert_allclose(committee.probability_within(points, lower, upper), share, atol=0.06)


@pytest.mark.parametrize("films", [6, 12])
def test_the_promised_interval_is_kept_to_with_the_promised_probability(films):
    model = fit_committee(*smooth_world(films, 4), PROPERTIES, members=10, epochs=100, seed=1)
    point = np.full((1, 4), 0.25)
    predicted = model.predict(point)
    for index in range(3):
        lower, upper = np.full(3, -np.inf), np.full(3, np.inf)
        lower[index], upper[index] = predicted.p05[0, index], predicted.p95[0, index]
        # Members differ; their mixture is a normal distribution nearly, not quite.
        assert model.probability_within(point, lower, upper)[0] == pytest.approx(0.90, abs=0.02)
        drawn = model.draws(point, index, 4000, np.random.default_rng(1))
        assert np.mean((drawn >= lower[index]) & (drawn <= upper[index])) == pytest.approx(0.90, abs=0.02)


def test_probability_of_no_bound_is_one_and_of_more_bounds_is_less(committee):
    points = sample_uniform(generator(3), 40, 4)
    free, low = np.full(3, np.inf), np.full(3, -np.inf)
    np.testing.assert_array_equal(committee.probability_within(points, low, free), 1.0)
    one = committee.probability_within(points, [-np.inf, 50.0, -np.inf], free)
    two = committee.probability_within(points, [0.7, 50.0, -np.inf], free)
    assert (two <= one).all()
    physical = committee.probability_within(points, [0.0, 0.0, 0.0], [1.0, 2000.0, 10.0])
    np.testing.assert_array_equal(physical, 1.0)


def test_a_bound_on_what_was_never_measured_cannot_be_promised():
    points, targets, sds = smooth_world(10, 5)
    targets[:, 2] = np.nan
    model = fit_committee(points, targets, sds, PROPERTIES, members=3, epochs=20, seed=1)
    bounded = model.probability_within(points, [-np.inf, -np.inf, 0.01], [np.inf] * 3)
    np.testing.assert_array_equal(bounded, 0.0)


def test_members_agree_with_the_mean(committee):
    points = sample_uniform(generator(4), 30, 4)
    members = committee.member_means(points)
    assert members.shape == (6, 30, 3)
    np.testing.assert_allclose(members.mean(axis=0), committee.predict(points).mean, rtol=0.15)


def test_no_label_at_all_gives_no_answer():
    model = fit_committee([[0.5, 0.5]], [[np.nan]], [[np.nan]], [PROPERTIES[0]], members=3, epochs=5, seed=1)
    assert np.isnan(model.predict([[0.5, 0.5]]).mean).all()


def test_eleven_properties_with_five_materials():
    points = sample_uniform(generator(5), 12, 5)
    names = list(properties().values())
    targets = np.stack([np.full(12, 0.4) + 0.1 * points[:, 0]] * len(names), axis=1)
    model = fit_committee(points, targets, np.full_like(targets, np.nan), names, members=2, epochs=10, seed=1)
    assert model.predict(points).mean.shape == (12, len(names))


def test_every_fault_is_listed_at_once():
    with pytest.raises(InvalidInputError) as caught:
        fit_committee(
            [[0.5, np.nan], [1.0, 0.0]], [[np.inf], [0.5]], [[-1.0], [0.1], [0.2]], [PROPERTIES[0]], members=3, seed=1
        )
    assert len(caught.value.faults) == 4
    with pytest.raises(InvalidInputError):
        fit_committee([[0.5, 0.5]], [[0.5]], [[0.1]], [PROPERTIES[0]], members=1, epochs=0, seed=1)


def test_recipes_and_bounds_of_another_size_are_refused(committee):
    with pytest.raises(InvalidInputError):
        committee.predict([[0.5, 0.5]])
    with pytest.raises(InvalidInputError):
        committee.probability_within([[0.25] * 4], [0.0], [1.0])


def test_a_property_is_any_property():
    shift = Property("shift", "a shift", "s", "nm", "identity", -1e9, 1e9, "optical", "ruler")
    points = sample_uniform(generator(6), 40, 3)
    targets = (1e5 * points[:, :1] - 5e4).round(3)
    model = fit_committee(points, targets, np.full_like(targets, np.nan), [shift], members=4, epochs=200, seed=1)
    assert model.metrics["r2"] > 0.9


def test_far_from_all_films_no_answer_is_wild():
    shift = Property("shift", "a shift", "s", "nm", "identity", -1e9, 1e9, "optical", "ruler")
    hours = np.linspace(-1.0, 1.0, 30)[:, None]
    scale = InputScale(np.array([0.1]), np.array([0.6]))
    found = fit_committee(hours, hours, np.full_like(hours, np.nan), [shift], members=2, seed=1, input_scale=scale)
    near, far = found.predict([[1.2], [1e4]]).mean[:, 0]
    assert near == pytest.approx(1.2, rel=0.1)
    assert abs(far) <= 6.1 * hours.std(ddof=1)


@pytest.mark.parametrize(
    "bounds",
    [([0.5, -np.inf, -np.inf], [np.inf] * 3), ([0.4, 30.0, 0.0], [0.8, np.inf, 0.05]), ([-np.inf] * 3, [1] * 3)],
)
def test_the_gradient_is_that_of_the_logarithm_of_the_probability(committee, bounds):
    lower, upper = map(np.array, bounds)
    points = sample_uniform(generator(1, "points"), 40, 4)
    logs, gradient = committee.log_probability_gradient(points, lower, upper)
    np.testing.assert_allclose(np.exp(logs), committee.probability_within(points, lower, upper), atol=1e-4)
    for column in range(4):
        nudge = 1e-4 * np.eye(4)[column]  # smaller ones drown in the round-off of logarithms of hundreds
        above, below = (committee.log_probability_gradient(points + s * nudge, lower, upper)[0] for s in (1, -1))
        np.testing.assert_allclose(gradient[:, column], (above - below) / 2e-4, rtol=1e-3, atol=1e-3)


def test_without_bounds_the_probability_is_one_and_has_no_slope(committee):
    logs, gradient = committee.log_probability_gradient([[0.25] * 4], [-np.inf] * 3, [np.inf] * 3)
    np.testing.assert_array_equal(logs, 0.0)
    np.testing.assert_array_equal(gradient, np.zeros((1, 4)))


def test_the_logarithm_stays_finite_where_the_probability_is_nothing(committee):
    lower, upper = np.array([-np.inf, 1900.0, 9.0]), np.full(3, np.inf)
    points = sample_uniform(generator(1, "points"), 10, 4)
    logs, gradient = committee.log_probability_gradient(points, lower, upper)
    assert (committee.probability_within(points, lower, upper) < 1e-12).all()
    assert np.isfinite(logs).all() and (np.abs(gradient).max(axis=1) > 0).all()


def test_what_is_asked_alone_is_predicted_as_beside_the_others(committee):
    points = sample_uniform(generator(1, "points"), 30, 4)
    alone, beside = committee.predict(points, [1]), committee.predict(points)

    np.testing.assert_array_equal(np.isnan(alone.mean).all(axis=0), [True, False, True])
    np.testing.assert_allclose(alone.mean[:, 1], beside.mean[:, 1], rtol=1e-6)
    np.testing.assert_allclose(alone.p95[:, 1], beside.p95[:, 1], rtol=1e-6)
