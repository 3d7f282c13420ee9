"""The smallest models through the whole way: build, relax, pull, analyse, compare."""

import attrs
import pytest

from md_sim.comparison_report import compare
from md_sim.engine import Processors
from md_sim.loader import lammps_status, load_lammps
from md_sim.profiles import profile_named
from md_sim.runs import run_test

pytestmark = pytest.mark.md


def test_the_installed_lammps_runs_and_says_what_it_is():
    status = lammps_status()
    assert status.available, status.message
    assert "KSPACE" in status.packages
    assert status.mpi


def test_lammps_loads_into_this_process():
    instance = load_lammps()(cmdargs=["-screen", "none", "-log", "none"])
    assert instance.version() >= 20250722
    instance.close()


@pytest.mark.slow
def test_all_three_models_are_pulled_and_compared(tmp_path):
    stages = set()
    results = {
        model: run_test(model, "tension", "smoke", 1, tmp_path, progress=lambda stage, _: stages.add(stage))
        for model in ("mmt", "cnf", "mmt-cnf")
    }
    assert all(result.status == "ok" for result in results.values()), results
    clay = results["mmt"].analysis
    assert clay.mechanics is not None
    assert clay.relaxed is not None
    # The literature's range for the in-plane modulus of a dry sheet is 178 to 265 GPa; the smallest cell at the
    # highest rate has to be near it, or units or signs are wrong.
    assert clay.mechanics.modulus_gpa == pytest.approx(220, abs=60)
    assert all(abs(length.error) < 0.02 for length in clay.relaxed.lattice)
    assert results["cnf"].analysis.hydrogen_bonds["start"]["between"] > 0
    assert "CNF-MMT" in results["mmt-cnf"].analysis.hydrogen_bonds["end"]
    assert not results["mmt-cnf"].analysis.notes
    # A finished run is found again, bit for bit and at once.
    assert run_test("mmt", "tension", "smoke", 1, tmp_path) == results["mmt"]
    compared = compare([tmp_path], tmp_path / "report.html")
    assert [row["model"] for row in compared["models"]] == ["cnf", "mmt", "mmt-cnf"]
    assert "smoke profile only proves" in compared["conclusion"]
    report = (tmp_path / "report.html").read_text()
    assert "http://" not in report.replace("http://www.w3.org", "")
    assert "mmt-cnf" in report


@pytest.mark.slow
def test_a_laminate_with_gelatin_at_its_interfaces_is_pulled(tmp_path):
    result = run_test("mmt-cnf-gelatin", "tension", "smoke", 1, tmp_path)
    assert result.status == "ok", result.reason
    assert set(result.composition) == {"CNF", "MMT", "gelatin"}
    assert result.force_field == "CHARMM36 + ClayFF"
    relaxed = result.analysis.relaxed
    assert relaxed is not None
    assert all(abs(length.error) < 0.03 for length in relaxed.lattice)
    # The peptides keep sheet and cellulose so far apart that they hardly feel each other: a few kcal/mol at most.
    assert result.analysis.interaction == pytest.approx(0.0, abs=20.0)


@pytest.mark.slow
def test_a_laminate_is_pulled_with_the_second_pair_of_force_fields(tmp_path):
    result = run_test("mmt-cnf", "tension", "smoke", 1, tmp_path, field="charmm36-interface")
    assert result.status == "ok", result.reason
    assert result.force_field == "CHARMM36 + INTERFACE"
    relaxed = result.analysis.relaxed
    assert relaxed is not None
    lattice = {length.name: length.error for length in relaxed.lattice}
    # INTERFACE was made to give the crystal's cell.
    assert abs(lattice["clay a"]) < 0.02
    assert abs(lattice["clay b"]) < 0.02
    assert "CNF-MMT" in result.analysis.hydrogen_bonds["end"]
    assert (result.analysis.interaction or 0.0) < 0


@pytest.mark.parametrize("test", ["shear", "peel"])
def test_a_sheet_is_sheared_and_peeled(tmp_path, test):
    result = run_test("mmt", test, "smoke", 2, tmp_path)
    assert result.status == "ok", result.reason
    assert result.analysis.mechanics is not None


def test_a_simulation_that_explodes_is_recorded_with_its_reason(tmp_path):
    # Compressed to a tenth of its length, the model heats up beyond all bounds.
    violent = attrs.evolve(profile_named("smoke"), name="violent", rate=-1e13, strain=-0.9, points=4, frames=2)
    result = run_test("mmt", "tension", violent, 1, tmp_path, processors=Processors(nice=1))
    assert result.status == "failed"
    assert result.reason.startswith("load: ")
    assert "load.log.0" in result.reason
    assert result.analysis.relaxed is not None
