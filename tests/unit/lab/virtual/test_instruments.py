"""The virtual instruments scatter as the published replicates do, and a strip's readings hang together."""

import numpy as np
import pytest

from lab.campaign_files import builtin_definition
from lab.records import Status
from lab.virtual.constants import constants
from lab.virtual.instruments import Readings, measurement, readings
from tests.samples.tensile import Strip

N = 30_000
TRUTH = {
    "transmittance_uv": 0.3,
    "transmittance_vis": 0.6,
    "transmittance_ir": 0.7,
    "thickness": 40.0,
    "residual_ratio": 0.2,
    "tensile_strength": 80.0,
    "fracture_strain": 0.06,
    "youngs_modulus": 4000.0,
    "curve_alpha": 0.7,
    "curve_beta": 0.3,
}
PROPERTIES = {prop.name: prop for prop in builtin_definition().properties}


@pytest.fixture(scope="module")
def many() -> Readings:
    return readings(TRUTH, np.random.default_rng(5), {**constants(), "noise.readings": N})


SCATTERED = ("tensile_strength", "fracture_strain", "youngs_modulus", "thickness")


@pytest.mark.parametrize("name", [*SCATTERED, "transmittance_uv", "transmittance_vis", "transmittance_ir"])
def test_three_readings_scatter_by_the_published_share_of_their_mean(many: Readings, name: str) -> None:
    threes = many[name].reshape(-1, 3)
    assert many[name].mean() == pytest.approx(TRUTH[name], rel=0.005)
    share = np.median(threes.std(axis=1, ddof=1) / threes.mean(axis=1))
    assert share == pytest.approx(constants()[f"noise.{name}"], rel=0.04)


@pytest.mark.parametrize(
    ("name", "noise"), [("curve_alpha", "curve"), ("curve_beta", "curve"), ("residual_ratio", "residual_ratio")]
)
def test_fractions_scatter_in_their_log_odds(many: Readings, name: str, noise: str) -> None:
    log_odds = np.log(many[name]) - np.log(1 - many[name])
    assert np.median(many[name]) == pytest.approx(TRUTH[name], rel=0.02)
    assert log_odds.std() == pytest.approx(constants()[f"noise.{noise}"], rel=0.02)


def test_what_one_strip_reads_hangs_together_and_the_rest_does_not(many: Readings) -> None:
    logs = np.log([many[name] for name in SCATTERED])
    wanted = np.eye(4)
    wanted[0, 1] = wanted[1, 0] = constants()["noise.flaw_correlation"]
    assert np.corrcoef(logs) == pytest.approx(wanted, abs=0.02)
    for at in range(5):
        strength, strain, modulus, alpha, beta = (
            float(many[name][at])
            for name in ("tensile_strength", "fracture_strain", "youngs_modulus", "curve_alpha", "curve_beta")
        )
        strip = Strip("", modulus, strength, strain, alpha, beta)
        assert many["toughness"][at] == pytest.approx(strip.toughness)


def test_a_measurement_is_the_mean_of_what_is_possible() -> None:
    taken = {"transmittance_vis": np.array([0.9, 0.95, 1.07])}
    found = measurement("L001", PROPERTIES["transmittance_vis"], taken, constants())
    assert (found.status, found.n) == (Status.OK, 3)
    assert (found.value, found.sd) == pytest.approx((0.95, 0.05))
    one = measurement("L001", PROPERTIES["transmittance_vis"], {"transmittance_vis": np.array([0.9])}, constants())
    assert (one.value, one.sd, one.n) == (0.9, None, 1)


def test_a_strip_that_does_not_tear_within_the_travel_says_bounds_and_no_shape() -> None:
    taken = {name: np.full(3, value) for name, value in TRUTH.items()} | {"toughness": np.full(3, 9.0)}
    taken["fracture_strain"] = np.array([4.0, 4.9, 6.1])
    found = {name: measurement("L001", prop, taken, constants()) for name, prop in PROPERTIES.items()}
    bounds = {"fracture_strain", "tensile_strength", "toughness"}
    shape = {"curve_alpha", "curve_beta"}
    assert {name for name, record in found.items() if record.status is Status.CENSORED} == bounds
    assert {name for name, record in found.items() if record.status is Status.FAILED} == shape
    assert found["fracture_strain"].value == pytest.approx((4.0 + 4.9 + 5.0) / 3)
    assert all("travel of 500 %" in found[name].reason for name in bounds | shape)
    taken["fracture_strain"] = np.array([4.0, 4.9, 5.0])
    assert all(measurement("L001", prop, taken, constants()).status is Status.OK for prop in PROPERTIES.values())
