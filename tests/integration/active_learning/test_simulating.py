"""Requested simulations: `work` runs them last, and records what became of them."""

import attrs
import pytest

from active_learning.campaign.actions import ActionKind
from active_learning.campaign.next_actions import next_actions
from active_learning.campaign.requests import request_simulations
from active_learning.campaign.work import work
from lab.errors import WorkspaceError
from lab.open_campaigns import open_campaign
from lab.records import SimulationStatus
from md_sim import studies
from md_sim.results import write_result
from tests.factories import definition_text, fill_workspace, synthetic_campaign
from tests.unit.md_sim.test_recording import LABEL, RESULT

SMALL = definition_text(["CNF", "MMT", "gelatin"], ["transmittance_vis"], step=0.25)
NAME = "mmt-cnf-tension-demo-seed1"


@pytest.fixture
def campaign(tmp_path):
    """A real campaign whose library waits for people, so that nothing but requests is the computer's."""
    definition = SMALL.replace('name = "small"', 'name = "small"\nlab = "real"')
    with open_campaign(fill_workspace(synthetic_campaign(definition, upto="planned"), tmp_path / "lab")) as found:
        yield found


@pytest.mark.parametrize("status", ["ok", "failed"])
def test_a_simulation_is_done_once_and_recorded_however_it_ends(campaign, tmp_path, monkeypatch, status):
    asked = []

    def simulate(task, out, processors):
        asked.append(task)
        write_result(tmp_path / "lab" / "md" / LABEL, attrs.evolve(RESULT, status=status))
        return LABEL, attrs.evolve(RESULT, status=status)

    monkeypatch.setattr(studies, "simulate", simulate)
    request_simulations(campaign, [NAME], "Ada")
    assert next_actions(campaign.definition, campaign.records())[-1].kind is ActionKind.SIMULATE
    work(campaign, None)
    records = campaign.records()
    (found,) = records.simulations.values()
    assert found.status is SimulationStatus(status)
    assert (records.event_of(found).key, records.event_of(found).simulated) == (f"simulate:{NAME}", False)
    assert [task.name for task in asked] == [NAME]
    assert work(campaign, None).done == 0


def test_a_simulation_that_was_cut_off_stays_asked_for(campaign, monkeypatch):
    cut = attrs.evolve(RESULT, status="failed", reason="load: LAMMPS ended with signal SIGKILL", lasting=False)
    monkeypatch.setattr(studies, "simulate", lambda *_: (LABEL, cut))
    request_simulations(campaign, [NAME], "Ada")
    with pytest.raises(WorkspaceError, match=f"{NAME} was cut off: load: LAMMPS ended with signal SIGKILL"):
        work(campaign, None)
    records = campaign.records()
    assert not records.simulations
    assert next_actions(campaign.definition, records)[-1].kind is ActionKind.SIMULATE
