import numpy as np
import pytest
from scipy import stats

from models.calibration import Calibration, fit_calibration, negative_log_likelihood
from models.known_noise import label_variances


def test_factors_that_made_the_errors_are_found_again():
    rng = np.random.default_rng(1)
    films = 40_000  # the prior must be outweighed
    between, learned = rng.uniform(0.0, 1.0, films), rng.uniform(0.05, 0.5, films)
    errors = rng.normal(size=films) * np.sqrt(3.0 * between + 0.5 * learned)
    found = fit_calibration(Calibration(films, 4), errors, between, learned)
    assert found.model == pytest.approx(3.0, rel=0.1)
    assert found.noise == pytest.approx(0.5, rel=0.2)


@pytest.mark.parametrize(("films", "seed"), [(1, 1), (3, 2), (8, 3), (40, 4)])
def test_factors_are_the_likeliest_of_all_by_errors_and_prior(films, seed):
    rng = np.random.default_rng(seed)
    between, learned, errors = rng.uniform(0.05, 1.0, films), rng.uniform(0.05, 1.0, films), rng.normal(size=films)
    before = Calibration(films, 4, 0.1)
    found = fit_calibration(before, 2.0 * errors, between, learned)

    def surprise(model, noise):
        variance = model * (between + 1.0 / films**2) + noise * (learned + 0.1)
        # The prior: the mean logarithm is 0 with an SD of 1, and the two are alike with one of 0.2.
        logs = np.log([model, noise])
        prior = stats.norm.logpdf(logs.mean()) + stats.norm.logpdf(logs[0] - logs[1], scale=0.2)
        return -prior - stats.norm.logpdf(2.0 * errors, scale=np.sqrt(variance)).sum()

    steps = (-1.0, -0.1, -0.01, 0.0, 0.01, 0.1, 1.0)
    around = [surprise(found.model * np.exp(one), found.noise * np.exp(other)) for one in steps for other in steps]
    assert int(np.argmin(around)) == len(around) // 2
    ours = negative_log_likelihood(found, 2.0 * errors, between, learned)
    plain = negative_log_likelihood(before, 2.0 * errors, between, learned)
    variance, bare = (np.sum(one.variances(between, learned), axis=0) for one in (found, before))
    logs = [stats.norm.logpdf(2.0 * errors, scale=np.sqrt(one)).sum() for one in (variance, bare)]
    assert ours - plain == pytest.approx(logs[1] - logs[0])


def test_interval_holds_nine_of_ten_errors():
    rng = np.random.default_rng(2)
    learned = np.full(2000, 0.2)
    errors = rng.normal(size=2000) * 0.8
    found = fit_calibration(Calibration(2000, 4, 0.05), errors, np.zeros(2000), learned)
    model, noise = found.variances(np.zeros(2000), learned)
    assert np.mean(np.abs(errors) <= found.half_width(np.sqrt(model + noise))) == pytest.approx(0.9, abs=0.015)


def test_without_errors_the_spread_of_the_labels_is_promised():
    found = fit_calibration(Calibration(1, 4), np.zeros(0), np.zeros(0), np.zeros(0))
    model, noise = found.variances(np.zeros(1), np.zeros(1))
    assert model[0] + noise[0] >= 1.0
    assert found.half_width(np.ones(1))[0] > 6.0  # Student's t with one degree of freedom


def test_fewer_films_give_wider_promises():
    widths = []
    for films in (2, 5, 20, 100):
        found = fit_calibration(Calibration(films, 4), np.full(films, 0.5), np.full(films, 0.1), np.full(films, 0.2))
        model, noise = found.variances(np.array([0.1]), np.array([0.2]))
        widths.append(found.half_width(np.sqrt(model + noise))[0])
    assert widths == sorted(widths, reverse=True)


def test_an_sd_of_zero_does_not_make_a_label_perfect():
    variances, typical = label_variances(np.array([0.0, 0.2, 0.3, np.nan]))
    assert (variances > 0).all()
    assert typical == pytest.approx(0.04)
    assert variances[3] == typical


def test_labels_without_any_sd_have_no_known_noise():
    variances, typical = label_variances(np.array([np.nan, np.nan]))
    assert typical == 0.0
    assert (variances == 0.0).all()
