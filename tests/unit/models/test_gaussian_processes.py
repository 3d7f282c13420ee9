import numpy as np
import pytest
import torch
from scipy import stats
from scipy.spatial.distance import cdist
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import ConstantKernel, DotProduct, Matern, WhiteKernel

from lab.seeds import generator
from models.blending import EVEN, SHARES, WITH_DIRECTIONS, Answer, choose_share, mixed
from models.calibration import Calibration, fit_calibration
from models.gaussian_processes import GaussianProcesses, fit_gaussian_processes
from models.process_kernels import Hyperparameters, Prior


def data(films: int = 40) -> tuple[torch.Tensor, torch.Tensor]:
    rng = generator(1, "films")
    inputs = rng.uniform(0.0, 2.0, (films, 3))
    labels = np.stack([np.sin(2 * inputs[:, 0]), inputs[:, 1] - 1.0]) + 0.05 * rng.normal(size=(2, films))
    labels[1, :5] = np.nan
    return torch.from_numpy(inputs), torch.from_numpy(labels)


def fixed(directions: int = 0) -> Hyperparameters:
    def column(*values: float) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.double)

    return Hyperparameters(
        signal=column(0.2, -0.3),
        length=column(0.3, 0.6)[:, None],
        own_length=column(0.1, -0.1, 0.0).repeat(2, 1),
        linear=column(-1.0, -2.0),
        noise=column(-3.0, -2.0),
        power=column(0.3, 1.0, 1.6).repeat(2, 1),
        regard=column(0.4, -0.2)[:, None].repeat(1, directions),
        directions=torch.from_numpy(generator(6).normal(size=(3, directions))),
    )


@pytest.fixture(scope="module")
def processes() -> GaussianProcesses:
    inputs, labels = data()
    return GaussianProcesses(inputs, labels, torch.zeros_like(labels), fixed())


def test_answers_are_those_of_scikit_learn_for_the_same_kernel(processes):
    inputs, labels = data()
    points = torch.from_numpy(generator(2).uniform(0.0, 2.5, (30, 3)))
    mean, variance = processes.predict(points)
    hyper = fixed()
    bent_inputs, bent_points = hyper.bent(inputs)[0].numpy(), hyper.bent(points)[0].numpy()
    for row in range(2):
        known = labels[row].isfinite().numpy()
        lengths = (hyper.length + hyper.own_length)[row].exp().numpy()
        smooth = ConstantKernel(hyper.signal[row].exp().item()) * Matern(lengths, nu=2.5)
        linear = ConstantKernel(hyper.linear[row].exp().item()) * DotProduct(sigma_0=1e-8)
        jitter = 1e-6 * (1.0 + hyper.signal[row].exp().item() + hyper.linear[row].exp().item())
        noise = hyper.noise[row].exp().item() + jitter
        theirs = GaussianProcessRegressor(smooth + linear + WhiteKernel(noise), optimizer=None)
        theirs.fit(bent_inputs[known], labels[row].numpy()[known])
        their_mean, their_sd = theirs.predict(bent_points, return_std=True)
        np.testing.assert_allclose(mean[row].numpy(), their_mean, atol=1e-7)
        np.testing.assert_allclose(variance[row].numpy() + noise, their_sd**2, atol=1e-7)


def test_directions_count_in_the_distance_as_in_mahalanobis():
    inputs, _ = data()
    hyper = fixed(directions=2)
    for row in range(2):
        own = torch.diag((-2.0 * hyper.own_length[row]).exp())
        regarded = hyper.directions * hyper.regard[row].exp()
        metric = (own + regarded @ regarded.T) * (-2.0 * hyper.length[row]).exp()
        points = hyper.bent(inputs)[row].numpy()
        distance = np.sqrt(5.0) * cdist(points, points, "mahalanobis", VI=metric.numpy())
        smooth = hyper.signal[row].exp().item() * (1.0 + distance + distance**2 / 3.0) * np.exp(-distance)
        wanted = smooth + hyper.linear[row].exp().item() * points @ points.T
        np.testing.assert_allclose(hyper.covariance(inputs, inputs)[row].numpy(), wanted, atol=1e-6)


def test_materials_that_do_the_same_are_learned_together():
    rng = generator(7)
    points = torch.from_numpy(rng.dirichlet(np.ones(8), 160) / 0.25)
    truth = (2.5 * points[:, :4].sum(1)).sin()
    labels = truth[None, :80] + 0.1 * torch.from_numpy(rng.normal(size=(1, 80)))
    alone, together = (
        fit_gaussian_processes(points[:80], labels, torch.zeros_like(labels), directions=directions)
        for directions in (0, 3)
    )
    error_alone, error_together = (
        float((found.predict(points[80:])[0][0] - truth[80:]).square().mean().sqrt()) for found in (alone, together)
    )
    assert error_together < 0.7 * error_alone


def test_some_properties_can_be_asked_alone(processes):
    points = torch.from_numpy(generator(3).uniform(0.0, 2.0, (7, 3)))
    both, second = processes.predict(points), processes.predict(points, [1])
    np.testing.assert_allclose(both[0][1:], second[0], atol=1e-12)


def test_held_out_answers_are_those_of_processes_without_the_fold(processes):
    inputs, labels = data()
    folds = [np.where(labels[row].isfinite().numpy(), np.arange(40) % 4, -1) for row in range(2)]
    mean, variance = processes.held_out(folds)
    for number in range(4):
        kept = torch.tensor(np.arange(40) % 4 != number)
        without = GaussianProcesses(inputs[kept], labels[:, kept], torch.zeros(2, 30).double(), fixed())
        their_mean, their_variance = without.predict(inputs[~kept])
        known = labels[:, ~kept].isfinite()
        np.testing.assert_allclose(mean[:, ~kept][known], their_mean[known], atol=1e-8)
        np.testing.assert_allclose(variance[:, ~kept][known], their_variance[known], atol=1e-8)
    assert mean[1, :5].isnan().all()


def test_films_repeated_without_noise_are_learned():
    inputs = torch.linspace(0.0, 1.0, 12, dtype=torch.double).repeat(5)[:, None]
    labels = (3.0 * inputs.T).sin()
    found = fit_gaussian_processes(inputs, labels, torch.zeros_like(labels))
    np.testing.assert_allclose(found.predict(inputs)[0].numpy(), labels.numpy(), atol=0.02)


def fitted(directions: int = 0) -> GaussianProcesses:
    inputs, labels = data()
    labels = torch.cat([labels, torch.full((1, 40), torch.nan)])  # the last property was measured for no film here
    bends = torch.tensor([True, False, False])
    return fit_gaussian_processes(inputs, labels, torch.zeros_like(labels), bends=bends, directions=directions)


@pytest.mark.parametrize("directions", [0, 2])
def test_properties_that_are_worked_on_one_by_one_learn_the_same(monkeypatch, directions):
    points = torch.from_numpy(generator(3).uniform(0.0, 2.0, (7, 3)))
    together = fitted(directions).predict(points)
    monkeypatch.setattr("models.gaussian_processes._AT_A_TIME", 1)
    for one_by_one, all_at_once in zip(fitted(directions).predict(points), together, strict=True):
        np.testing.assert_allclose(one_by_one, all_at_once, atol=1e-4)


def test_bits_do_not_depend_on_the_number_of_threads(monkeypatch):
    monkeypatch.setattr("models.gaussian_processes._AT_A_TIME", 1)
    before = torch.get_num_threads()
    found = []
    for threads in (1, 3):
        torch.set_num_threads(threads)
        try:
            found.append([*fitted(2).hyperparameters.tensors(), fitted(2).weights])
        finally:
            torch.set_num_threads(before)
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


@pytest.mark.parametrize("step", [-1e3, 1e3])
def test_a_search_that_steps_far_out_still_has_a_covariance(step):
    inputs, labels = data()
    far = Hyperparameters(*(tensor + step for tensor in fixed().tensors())).kept(
        Prior(0.3, torch.tensor([True, True, False]), torch.full((2, 1), 0.5), 0)
    )
    found = GaussianProcesses(inputs, labels, torch.zeros_like(labels), far)
    assert found.weights.isfinite().all()


def test_fitting_finds_noise_and_predicts():
    inputs, labels = data(120)
    found = fit_gaussian_processes(inputs, labels, torch.zeros_like(labels))
    np.testing.assert_allclose(found.noise.sqrt(), 0.05, rtol=0.35)
    points = torch.from_numpy(generator(4).uniform(0.2, 1.8, (50, 3)))
    mean, _ = found.predict(points)
    np.testing.assert_allclose(mean[0], torch.sin(2 * points[:, 0]), atol=0.15)
    np.testing.assert_allclose(mean[1], points[:, 1] - 1.0, atol=0.15)


def test_an_input_is_bent_where_it_tells_most_near_its_low_end():
    rng = generator(5)
    days, other = torch.from_numpy(rng.uniform(0.0, 6.0, (160, 1))).exp(), torch.from_numpy(rng.normal(size=(160, 1)))
    inputs = torch.cat([(days - days.mean()) / days.std(), other], dim=1)
    learned, asked = inputs[:60], inputs[60:]
    answers = ((days.log() - 3.0) / 1.7)[:, 0]
    labels, truth = answers[None, :60] + 0.1 * torch.from_numpy(rng.normal(size=(1, 60))), answers[60:]
    as_they_are, bent = (
        fit_gaussian_processes(learned, labels, torch.zeros_like(labels), bends=bends)
        for bends in (None, torch.tensor([True, False]))
    )
    error, error_bent = (
        float((found.predict(asked)[0][0] - truth).square().mean().sqrt()) for found in (as_they_are, bent)
    )
    assert bent.hyperparameters.power[0, 0] < 0.7
    assert bent.hyperparameters.power[0, 1] == 1.0
    assert (as_they_are.hyperparameters.power == 1.0).all()
    assert error_bent < 0.8 * error


@pytest.mark.parametrize("seed", [5, 9])
def test_what_two_of_eight_inputs_tell_is_not_taken_for_noise(seed):
    rng = generator(seed)
    inputs = torch.from_numpy(rng.uniform(-1.7, 1.7, (300, 8)))
    truth = (2.5 * inputs[:, 0]).sin() * (1.5 * inputs[:, 1]).cos()
    truth = truth / truth.std()
    labels = truth[None, :100] + 0.1 * torch.from_numpy(rng.normal(size=(1, 100)))
    bends = torch.ones(8, dtype=torch.bool)
    found = fit_gaussian_processes(inputs[:100], labels, torch.zeros_like(labels), bends=bends)
    assert (found.predict(inputs[100:])[0][0] - truth[100:]).square().mean().sqrt() < 0.35
    assert found.noise.sqrt() < 0.3


def test_free_lengths_tell_the_inputs_that_count_from_the_rest_for_the_property_they_are_given():
    rng = generator(10)
    inputs = torch.from_numpy(rng.uniform(-1.7, 1.7, (320, 12)))
    truth = inputs[:, 0] * inputs[:, 1]
    labels = truth[None, :120].repeat(2, 1) + 0.2 * torch.from_numpy(rng.normal(size=(1, 120)))
    free = torch.tensor([True, False])
    found = fit_gaussian_processes(inputs[:120], labels, torch.zeros_like(labels), free=free)
    of_free, usual = (found.predict(inputs[120:])[0] - truth[120:]).square().mean(dim=1).sqrt()
    assert of_free < 0.9 * usual
    own = found.hyperparameters.own_length
    assert own[0, :2].max() < own[0, 2:].min() - 1.0


@pytest.mark.parametrize("films", [1, 2])
def test_one_or_two_films_are_borne(films):
    inputs, labels = data()
    inputs, labels = inputs[10 : 10 + films], labels[:, 10 : 10 + films]
    mean, variance = fit_gaussian_processes(inputs, labels, torch.zeros_like(labels)).predict(inputs)
    assert mean.isfinite().all() and (variance >= 0).all()


def test_mixture_has_the_moments_of_draws_from_both():
    networks = Answer(np.array([0.3]), np.array([0.2]), np.array([0.1]))
    process = Answer(np.array([1.0]), np.array([0.05]), np.array([0.3]))
    found = mixed(networks, process, 0.25)
    rng = np.random.default_rng(1)
    from_process = rng.random(400_000) < 0.25
    draws = np.where(
        from_process,
        rng.normal(1.0, np.sqrt(0.35), len(from_process)),
        rng.normal(0.3, np.sqrt(0.3), len(from_process)),
    )
    assert found.centre[0] == pytest.approx(draws.mean(), abs=0.01)
    assert found.model[0] + found.noise[0] == pytest.approx(draws.var(), rel=0.02)


@pytest.mark.parametrize(
    ("networks_error", "process_error", "wanted"), [(0.1, 2.0, min(SHARES)), (2.0, 0.1, max(SHARES))]
)
def test_the_better_half_gets_the_larger_share(networks_error, process_error, wanted):
    rng = np.random.default_rng(2)
    labels, unit = rng.normal(size=100), np.full(100, 0.02)
    networks = Answer(labels + networks_error * rng.normal(size=100), unit, unit)
    process = Answer(labels + process_error * rng.normal(size=100), unit, unit)
    share, _, _ = choose_share(Calibration(100, 4), labels, networks, process)
    assert share == wanted


@pytest.mark.parametrize("usual", [EVEN, WITH_DIRECTIONS])
@pytest.mark.parametrize("films", [5, 20, 60, 200, 600])
def test_a_share_is_the_likeliest_by_films_and_by_a_prior_of_a_twentieth(films, usual):
    rng = np.random.default_rng(films)
    labels, unit = rng.normal(size=films), np.full(films, 0.05)
    networks = Answer(labels + 0.35 * rng.normal(size=films), unit, unit)
    process = Answer(labels + 0.3 * rng.normal(size=films), unit, np.full(films, 0.1))
    before = Calibration(films, 4)
    logs = []
    for one in SHARES:
        answer = mixed(networks, process, one)
        known = fit_calibration(before, labels - answer.centre, answer.model, answer.noise)
        sd = np.sqrt(np.sum(known.variances(answer.model, answer.noise), axis=0))
        logs.append(np.sum(stats.norm.logpdf(labels, answer.centre, sd)) + stats.norm.logpdf(one, usual, 0.05))
    share, calibration, answer = choose_share(before, labels, networks, process, usual=usual)

    assert share == SHARES[int(np.argmax(logs))]
    expected = mixed(networks, process, share)
    np.testing.assert_array_equal(answer.centre, expected.centre)
    assert calibration == fit_calibration(before, labels - expected.centre, expected.model, expected.noise)


@pytest.mark.parametrize("usual", [EVEN, WITH_DIRECTIONS])
def test_where_films_cannot_tell_the_usual_share_is_taken(usual):
    labels, unit = np.random.default_rng(2).normal(size=50), np.full(50, 0.5)
    either = Answer(np.zeros(50), unit, unit)
    assert choose_share(Calibration(50, 4), labels, either, either, usual=usual)[0] == usual


def test_without_held_out_films_networks_answer_alone():
    none = Answer(np.zeros(0), np.zeros(0), np.zeros(0))
    assert choose_share(Calibration(1, 4), np.zeros(0), none, none)[0] == 0.0
