"""What must hold for any molecular dynamics: energy is conserved, and the number of processes changes nothing."""

import subprocess

import numpy as np
import pytest

from md_sim.engine import Processors
from md_sim.loader import lammps_environment, mpiexec
from md_sim.plans import plan_test
from md_sim.profiles import profile_named
from md_sim.scripts import interactions_of, kspace_of

pytestmark = pytest.mark.md

COLUMNS = "step etotal ke pe press"


def _script(data, steps, thermo):
    """Minimise a model, warm it up, then let it move freely."""
    return "\n".join(
        [
            "units real",
            "atom_style full",
            *interactions_of(data),
            "read_data system.data",
            kspace_of(),
            "neigh_modify every 1 delay 0 check yes",
            "timestep 2",
            "minimize 1e-6 1e-8 100 1000",
            "reset_timestep 0",
            "velocity all create 300 12345 mom yes rot no dist gaussian",
            "fix rigid all shake 1.0e-6 100 0 m 1.008",
            "fix warm all nvt temp 300 300 50",
            "thermo 100",
            "run 100",
            "unfix warm",
            "fix free all nve",
            f"thermo_style custom {COLUMNS}",
            "thermo_modify format float %.10g",
            f"thermo {thermo}",
            f"run {steps}",
            "",
        ]
    )


def _run(folder, model, *, steps, thermo, processes=1, field=None):
    """The rows of the free motion, by column."""
    data = plan_test(model, "tension", profile_named("smoke"), 1, field=field).data
    (folder / "system.data").write_text(data.text)
    (folder / "free.in").write_text(_script(data, steps, thermo))
    subprocess.run(
        Processors(processes=processes).command("free.in", "free.log"),
        cwd=folder,
        env=lammps_environment(),
        check=True,
        capture_output=True,
        stdin=subprocess.DEVNULL,
    )
    last = (folder / "free.log").read_text().split("TotEng")[-1].split("Loop time")[0]
    lines = [line for line in last.splitlines()[1:] if not line.startswith("WARNING")]
    rows = np.array([[float(value) for value in line.split()] for line in lines])
    return dict(zip(COLUMNS.split(), rows.T, strict=True))


@pytest.mark.parametrize(("model", "field"), [("mmt", None), ("mmt", "charmm36-interface"), ("cnf", None)])
def test_energy_is_conserved_without_thermostat(tmp_path, model, field):
    columns = _run(tmp_path, model, steps=400, thermo=10, field=field)
    drift = np.polyfit(columns["step"], columns["etotal"], 1)[0] * 400
    # Over 0.8 ps the total energy wanders by less than half a per cent of the kinetic energy.
    assert abs(drift) < 0.005 * columns["ke"].mean()
    assert columns["etotal"].std() < 0.005 * columns["ke"].mean()
    # The energy does move between its parts, or nothing was tested.
    assert columns["pe"].std() > 5 * columns["etotal"].std()


def test_two_processes_give_the_same_motion_as_one(tmp_path):
    if mpiexec() is None:
        pytest.skip("MPI is not installed")
    found = []
    for processes in (1, 2):
        folder = tmp_path / str(processes)
        folder.mkdir()
        found.append(_run(folder, "mmt", steps=10, thermo=10, processes=processes))
    one, two = found
    # Sums in another order differ in the last bits, which motion doubles and doubles again.
    for name in ("etotal", "pe"):
        assert two[name] == pytest.approx(one[name], rel=1e-6)
