import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.library import property_named
from lab.properties import Property
from models.transforms import fit_target_scale

LOG = property_named("tensile_strength")
LOGIT = property_named("transmittance_vis")
IDENTITY = Property("shift", "a shift", "s", "nm", "identity", -1e6, 1e6, "optical", "ruler")
BETWEEN = Property("contact_angle", "contact angle", "a", "degree", "logit", 20.0, 110.0, "optical", "goniometer")
SAMPLES = {
    LOG: [12.0, 45.0, 90.0, 60.0],
    LOGIT: [0.3, 0.7, 0.85, 0.6],
    BETWEEN: [25.0, 60.0, 95.0, 70.0],
    IDENTITY: [-3.0, 5.0, 1.0],
}


@pytest.mark.parametrize("prop", SAMPLES, ids=lambda prop: prop.name)
@given(share=st.floats(0.01, 0.99))
def test_values_survive_the_round_trip(prop, share):
    scale = fit_target_scale(prop, SAMPLES[prop])
    low, high = (prop.lower, prop.upper) if prop in (LOGIT, BETWEEN) else (0.5, 500.0)
    value = low + share * (high - low)
    assert scale.inverse(scale.forward(value)) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("prop", SAMPLES, ids=lambda prop: prop.name)
def test_slope_is_the_derivative(prop):
    scale = fit_target_scale(prop, SAMPLES[prop])
    values = np.array(SAMPLES[prop])
    difference = (scale.forward(values + 1e-6) - scale.forward(values - 1e-6)) / 2e-6
    np.testing.assert_allclose(scale.slope(values), difference, rtol=1e-5)


@pytest.mark.parametrize("prop", SAMPLES, ids=lambda prop: prop.name)
def test_labels_become_standardised(prop):
    standardised = fit_target_scale(prop, SAMPLES[prop]).forward(SAMPLES[prop])
    assert standardised.mean() == pytest.approx(0.0, abs=1e-9)
    assert standardised.std(ddof=1) == pytest.approx(1.0)


@pytest.mark.parametrize("prop", SAMPLES, ids=lambda prop: prop.name)
def test_moments_are_the_mean_of_the_middle_nine_tenths_and_the_sd_of_many_draws(prop):
    scale = fit_target_scale(prop, SAMPLES[prop])
    draws = np.sort(scale.inverse(0.3 + 0.5 * np.random.default_rng(1).normal(size=400_000)))
    mean, sd = scale.moments(np.array([0.3]), np.array([0.5]))
    assert mean[0] == pytest.approx(draws[20_000:-20_000].mean(), rel=0.005)
    assert sd[0] == pytest.approx(draws.std(), rel=0.01)


def test_many_labels_far_from_zero_keep_their_own_spread():
    pressures = 101_325.0 + np.random.default_rng(1).normal(size=60)
    assert fit_target_scale(IDENTITY, pressures).spread == pytest.approx(pressures.std(ddof=1))


def test_two_labels_that_agree_may_do_so_by_chance():
    assert fit_target_scale(IDENTITY, [50.0, 50.0]).spread > 0.5


@pytest.mark.parametrize(
    ("prop", "labels"),
    [(LOG, []), (LOG, [0.0]), (LOG, [5.0]), (LOG, [3.0, 3.0]), (LOGIT, [0.0, 1.0]), (LOGIT, [1.0]), (IDENTITY, [0.0])],
)
@given(away=st.floats(-1e6, 1e6))
def test_poor_labels_give_a_scale_within_the_physical_range(prop, labels, away):
    scale = fit_target_scale(prop, [*labels, np.nan])
    assert scale.spread > 0
    assert np.isfinite(scale.forward(labels)).all()
    assert prop.lower <= scale.inverse(away) <= prop.upper


def test_readings_over_eight_decades_are_all_told_apart():
    readings = np.logspace(-6, 2, 41)
    scale = fit_target_scale(LOG, readings)
    assert scale.inverse(scale.forward(readings)) == pytest.approx(readings)


def test_one_stray_reading_is_raised_as_a_reading_of_zero_is():
    usual = np.linspace(40.0, 60.0, 40)
    scale = fit_target_scale(LOG, [*usual, 1e-12])
    assert scale.forward(1e-12) == scale.forward(0.0) > -7.0
