"""Figures of merit against the libraries that others use for them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as sk

from lab.library import property_named
from models import metrics
from models.committee_metrics import committee_metrics
from models.known_noise import label_variances
from models.predictions import Predictions
from models.reliability import reliability_bins

SEEDS = st.integers(0, 10_000)


def values(seed: int, films: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return truth, prediction and SD, ``(n,)``."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(3.0, 2.0, films)
    return truth, truth + rng.normal(0.5, 1.0, films), rng.uniform(0.2, 2.0, films)


def chances(seed: int, films: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Return what happened and what was promised, both ends and ties among it, ``(n,)``."""
    rng = np.random.default_rng(seed)
    promised = rng.integers(0, 41, films) / 40
    return rng.random(films) < promised**2, promised


@given(SEEDS)
def test_errors_are_those_of_scikit_learn(seed):
    truth, said, sd = values(seed)
    assert metrics.mean_relative_error(truth, said) == pytest.approx(sk.mean_absolute_percentage_error(truth, said))
    assert metrics.root_mean_squared_error(truth, said) == pytest.approx(np.sqrt(sk.mean_squared_error(truth, said)))
    assert metrics.r_squared(truth, said) == pytest.approx(sk.r2_score(truth, said))
    assert metrics.gaussian_nll(truth, said, sd) == pytest.approx(-np.mean(stats.norm.logpdf(truth, said, sd)))


def test_what_has_no_figure_of_merit_has_none():
    zero = np.zeros(3)
    assert np.isnan(metrics.mean_relative_error(zero, zero + 1))
    assert metrics.mean_relative_error(np.array([0.0, 2.0]), np.array([5.0, 3.0])) == pytest.approx(0.5)
    assert np.isnan(metrics.r_squared(zero, zero + 1))
    assert np.isnan(metrics.roc_auc(zero > 1, zero)) and np.isnan(metrics.roc_auc(zero < 1, zero))


def test_ends_of_an_interval_belong_to_it():
    truth = np.array([1.0, 2.0, 3.0, 4.0])
    assert metrics.coverage(truth, np.array([1.0, 0.0, 3.1, 0.0]), np.array([2.0, 2.0, 4.0, 3.9])) == 0.5


@given(SEEDS)
def test_scores_of_probabilities_are_those_of_scikit_learn(seed):
    happened, promised = chances(seed)
    assert metrics.brier_score(happened, promised) == pytest.approx(sk.brier_score_loss(happened, promised))
    assert metrics.roc_auc(happened, promised) == pytest.approx(sk.roc_auc_score(happened, promised))


@given(SEEDS, st.integers(1, 12))
def test_bins_hold_every_film_once_and_tell_how_far_promises_were_off(seed, bins):
    happened, promised = chances(seed)
    edges = np.arange(1, bins) / bins
    inside = np.digitize(promised, edges)  # a promise on an edge belongs to the bin above it
    found = reliability_bins(happened, promised, bins)

    assert [one.films for one in found] == [count for count in np.bincount(inside) if count]
    for one, number in zip(found, np.unique(inside), strict=True):
        assert one.promised == pytest.approx(promised[inside == number].mean())
        assert one.observed == pytest.approx(happened[inside == number].mean())
    off = sum(abs((promised - happened)[inside == number].sum()) for number in range(bins))
    assert metrics.expected_calibration_error(happened, promised, bins) == pytest.approx(off / len(promised))


def test_promises_that_are_kept_are_off_only_by_chance():
    promised = np.repeat([0.05, 0.55, 0.95], 100)
    # Of one bin the share scatters by sqrt(p (1 - p) / n), and the mean size of a normal deviation is sqrt(2 / pi) SDs.
    expected = np.mean(np.sqrt(2 / np.pi * np.array([0.05 * 0.95, 0.55 * 0.45, 0.95 * 0.05]) / 100))
    found = metrics.calibration_error_by_chance(promised, np.random.default_rng(1))
    assert found == pytest.approx(expected, rel=0.08)


def held_out(means: np.ndarray, sds: np.ndarray) -> Predictions:
    return Predictions(means, sds, sds, sds, means - 1.645 * sds, means + 1.645 * sds)


@given(SEEDS)
def test_a_committee_is_judged_by_labels_that_have_a_held_out_answer(seed):
    properties = [property_named(name) for name in ("tensile_strength", "toughness", "fracture_strain")]
    columns = [values(seed + number, 30) for number in range(3)]
    truth, said, sds = (np.stack(arrays, axis=1) for arrays in zip(*columns, strict=True))
    truth[:5, 0], said[5:9, 0] = np.nan, np.nan  # no label, no answer
    truth[:, 1] = 4.0  # all alike
    truth[2:, 2] = np.nan  # too few
    found = committee_metrics(properties, truth, held_out(said, sds))

    strong, answered, sd = truth[9:, 0], said[9:, 0], sds[9:, 0]
    spread = strong.std(ddof=1)
    expected = {
        "labels": 25,
        "mre": metrics.mean_relative_error(strong, answered),
        "rmse": metrics.root_mean_squared_error(strong, answered),
        "nrmse": metrics.root_mean_squared_error(strong, answered) / spread,
        "r2": metrics.r_squared(strong, answered),
        "coverage_90": np.mean(np.abs(strong - answered) <= 1.645 * sd),
        # Of labels in units of their spread: the density is larger by as much.
        "nll": metrics.gaussian_nll(strong, answered, sd) - np.log(spread),
    }
    of = {name: found[f"tensile_strength.{name}"] for name in expected}
    assert of == pytest.approx(expected)
    flat = {name.removeprefix("toughness.") for name in found if name.startswith("toughness.")}
    assert flat == {"labels", "mre", "rmse", "coverage_90"}
    assert [name for name in found if name.startswith("fracture_strain.")] == ["fracture_strain.labels"]
    assert found["rmse"] == pytest.approx(expected["nrmse"])
    assert found["coverage_90"] == pytest.approx((expected["coverage_90"] + found["toughness.coverage_90"]) / 2)


def test_an_sd_is_drawn_towards_the_typical_one_and_is_never_larger_than_the_labels_spread():
    variances, typical = label_variances(np.array([0.1, 0.2, 0.3, np.nan, 9.0]))
    median = (0.04 + 0.09) / 2
    assert typical == pytest.approx(median)
    weighed = [(2 * own + 4 * median) / 6 for own in (0.01, 0.04, 0.09)]
    np.testing.assert_allclose(variances, [*weighed, median, 1.0])
    assert label_variances(np.full(3, 5.0))[1] == 1.0
