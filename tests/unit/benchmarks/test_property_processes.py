import numpy as np
import pytest
import torch

from benchmarks.property_processes import MEMBERS, fit_property_processes
from lab.library import properties
from lab.simplex import sample_uniform
from models.fitted_kernels import FittedKernel
from models.gaussian_processes import fit_gaussian_processes
from models.scaling import InputScale

PROPERTIES = tuple(properties()[name] for name in ("tensile_strength", "fracture_strain", "toughness"))


@pytest.fixture(scope="module")
def learned():
    rng = np.random.default_rng(0)
    films = sample_uniform(rng, 40, 3)
    strength = 50 * np.exp(films[:, 0] - 2 * films[:, 1] ** 2 + 0.03 * rng.normal(size=40))
    strain = np.where(np.arange(40) % 2, 0.02 + 0.1 * films[:, 2], np.nan)
    targets = np.stack([strength, strain, np.full(40, np.nan)], axis=1)
    return fit_property_processes(films, targets, np.full((40, 3), np.nan), PROPERTIES, seed=1), films, targets


def test_new_recipes_are_predicted_and_what_was_never_measured_is_not(learned):
    model, _, _ = learned
    asked = sample_uniform(np.random.default_rng(1), 200, 3)
    truth = 50 * np.exp(asked[:, 0] - 2 * asked[:, 1] ** 2)
    found = model.predict(asked)
    assert np.abs(np.log(found.mean[:, 0] / truth)).mean() < 0.05
    np.testing.assert_allclose(found.mean[:, 1], 0.02 + 0.1 * asked[:, 2], atol=0.01)
    np.testing.assert_allclose(np.hypot(found.model_sd, found.noise_sd), found.sd)
    assert np.isnan(found.mean[:, 2]).all()
    assert len(model.kernels) == 2


def test_a_kernel_that_learns_the_same_values_again_is_the_same(learned):
    model, films, targets = learned
    kernel = model.kernels[0]
    again = kernel.refitted(films, model.target_scales[0].forward(targets[:, 0]))
    np.testing.assert_allclose(again.covariance(films, films), kernel.covariance(films, films), rtol=1e-2, atol=1e-3)
    assert again.noise == pytest.approx(kernel.noise, rel=1e-2)
    other = kernel.refitted(films, np.random.default_rng(2).normal(size=40))
    assert other.noise > 10 * kernel.noise


def test_a_kernel_that_learns_other_values_still_sees_materials_that_are_alike():
    films = sample_uniform(np.random.default_rng(0), 60, 6)
    values = films[:, :3].sum(axis=1)
    values = (values - values.mean()) / values.std()
    scale = InputScale.for_fractions(6)
    labels = torch.from_numpy(values)[None, :]
    found = fit_gaussian_processes(
        torch.from_numpy(scale(films)), labels, torch.zeros_like(labels), bends=torch.zeros(6).bool(), directions=2
    )
    kernel = FittedKernel(found.hyperparameters, scale)
    again = kernel.refitted(films, values)
    np.testing.assert_allclose(again.covariance(films, films), kernel.covariance(films, films), rtol=1e-3, atol=1e-3)


def test_draws_spread_and_hang_together_as_the_processes_say(learned):
    model, films, _ = learned
    asked = np.vstack([films[:3], [[1.0, 0.0, 0.0], [0.98, 0.02, 0.0]]])
    draws = np.log(model.member_means(asked)[:, :, 0])
    assert draws.shape == (MEMBERS, 5)
    predicted = model.predict(asked)
    relative = predicted.model_sd[:, 0] / predicted.mean[:, 0]
    # 32 draws tell a standard deviation to about an eighth; a half more allows four of these.
    np.testing.assert_array_less(draws.std(axis=0, ddof=1), 1.5 * relative + 0.005)
    assert draws[:, 3].std() > draws[:, :3].std(axis=0).max()
    assert np.corrcoef(draws[:, 3], draws[:, 4])[0, 1] > 0.9
    np.testing.assert_array_equal(model.member_means(asked), model.member_means(asked))


def test_the_chance_to_keep_to_bounds_is_that_of_the_prediction(learned):
    model, films, _ = learned
    low = np.array([-np.inf, -np.inf, -np.inf])
    high = np.array([model.predict(films[:1]).mean[0, 0], np.inf, np.inf])
    assert model.probability_within(films[:1], low, high)[0] == pytest.approx(0.5)
    assert model.probability_within(films[:1], np.array([-np.inf, -np.inf, 0.0]), np.full(3, np.inf))[0] == 0.0
