import numpy as np
import pytest

from lab.errors import InvalidInputError
from md_sim.curves import StressStrain, mechanics, read_curve, smoothed, stress_strain
from md_sim.load_cases import load_case_named
from md_sim.scripts import CURVE_COLUMNS


def _brittle(modulus=200.0, breaks_at=0.08, points=200):
    strain = np.linspace(0.0, 0.2, points)
    return StressStrain(strain, np.where(strain <= breaks_at, modulus * strain, 0.0))


def test_a_straight_line_gives_its_slope_strength_and_area():
    found = mechanics(_brittle())
    assert found.modulus_gpa == pytest.approx(200.0)
    assert found.fit_r2 == pytest.approx(1.0)
    assert found.fit_range[1] <= 0.03
    assert found.strain_at_strength == pytest.approx(0.08, abs=0.006)
    # The running mean over 0.01 lowers a sharp peak by at most half of that width.
    assert 200 * 0.075 <= found.strength_gpa <= 200 * 0.08
    assert found.toughness_mj_m3 == pytest.approx(1000 * 0.5 * 16 * 0.08, rel=0.02)
    assert found.final_stress_gpa == 0.0


def test_an_offset_does_not_change_the_modulus():
    curve = _brittle()
    assert mechanics(StressStrain(curve.strain, curve.stress + 0.4)).modulus_gpa == pytest.approx(200.0)


def test_a_slope_that_falls_is_told_to_be_no_modulus():
    rising, falling = mechanics(_brittle()), mechanics(_brittle(modulus=-30.0))
    assert rising.doubts() == ()
    (doubt,) = falling.doubts()
    assert doubt.startswith("no modulus: the stress does not rise up to a strain of 0.0")


def test_smoothing_keeps_a_constant_and_removes_noise():
    strain = np.linspace(0, 0.1, 101)
    rng = np.random.default_rng(1)
    noisy = StressStrain(strain, 5.0 + rng.normal(0, 1.0, 101))
    assert smoothed(StressStrain(strain, np.full(101, 5.0))) == pytest.approx(np.full(101, 5.0))
    assert smoothed(noisy).std() < 0.5


def test_curves_that_say_nothing_are_refused_with_every_fault():
    with pytest.raises(InvalidInputError) as caught:
        mechanics(StressStrain(np.array([0.0, 0.05]), np.array([0.0, np.nan])))
    assert len(caught.value.faults) == 2


def _write(path, rows):
    header = "# Time-averaged data\n# TimeStep " + " ".join(CURVE_COLUMNS) + "\n"
    path.write_text(header + "".join(" ".join(map(str, row)) + "\n" for row in rows))


def test_segments_of_a_resumed_run_are_joined_and_cut_lines_dropped(tmp_path):
    width = len(CURVE_COLUMNS)
    _write(tmp_path / "load.curve.9", [[10, *[1.0] * width], [20, *[1.0] * width], [30, 1.0, 2.0]])
    _write(tmp_path / "load.curve.10", [[20, *[2.0] * width], [30, *[2.0] * width]])
    columns = read_curve(tmp_path, "load")
    assert columns["step"].tolist() == [10, 20, 30]
    assert columns["pxx"].tolist() == [1.0, 2.0, 2.0]


def test_no_file_is_an_empty_curve(tmp_path):
    assert len(read_curve(tmp_path, "load")["step"]) == 0


def test_strain_is_rate_times_the_mean_time_of_the_samples():
    # Rows every 100 steps of 2 fs, each the mean of samples 5 steps apart: the first is the mean of steps 5 to 100.
    columns = {"step": np.array([100.0, 200.0]), "pxx": np.array([-9869.23267, 0.0])}
    curve = stress_strain(columns, load_case_named("tension"), rate=1e10, timestep=2.0, sample=5)
    assert curve.strain == pytest.approx([52.5 * 2e-5, 152.5 * 2e-5])
    assert curve.stress == pytest.approx([1.0, 0.0])
