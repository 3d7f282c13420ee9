"""`filmlab robot deck`, `refill`, `swap-rack` and `give-up`, without a robot."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from active_learning.campaign.creating import create_campaign
from cli.main import app
from lab.errors import InvalidInputError, UnknownNameError
from lab.open_campaigns import open_campaign
from lab.records import LoadAct
from lab.store import Store
from lab.workspace import Workspace
from robot_protocols.decks import deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.running.facts import latest
from robot_protocols.running.journal import Journal
from robot_protocols.running.loading import job_of
from robot_protocols.running.places import RobotFolder
from tests.end_to_end.running import SMALL
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, order, screening


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a campaign and a robot whose deck was loaded."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    made = Workspace.create(tmp_path / "lab")
    Store.open(made.database_url, create=True).close()
    create_campaign(made.root, SMALL.read_text(), 3, "tests", what="small")
    with RobotFolder(made.root / "robot").ledger("SN-1") as ledger:
        ledger.load_deck(four_film_plan(), screening(), "Ada")
        ledger.reserve("run-0001", four_film_plan())
    return made.root


def said(workspace: Path, *words: str) -> str:
    arguments = ["robot", *words, "--workspace", str(workspace)]
    return CliRunner().invoke(app, arguments, catch_exceptions=False).stdout


def test_what_people_do_to_a_deck_is_kept_in_ledger_and_records(workspace: Path):
    assert "45 mL of water" in said(workspace, "refill", "5:a1", "45", "--who", "Grace")
    said(workspace, "swap-rack", "10", "--who", "Grace")
    deck = json.loads(said(workspace, "deck", "--json"))
    assert deck["robot"] == "SN-1"
    assert deck["not_settled"] == ["run-0001"]
    (water,) = [box for box in deck["containers"] if (box["slot"], box["well"]) == (5, "A1")]
    assert (water["stock"], water["loaded_ul"]) == ("water", 45_000.0)
    with open_campaign(Workspace.open(workspace)) as campaign:
        records = campaign.records()
    loads = list(records.deck_loads.values())
    assert [load.act for load in loads] == [LoadAct.LOADED, LoadAct.REFILLED, LoadAct.RACK_SWAPPED]
    assert [records.event_of(load).who for load in loads] == ["Ada", "Grace", "Grace"]
    assert [charge.state for charge in records.run_charges.values()] == ["pending"]


def test_the_deck_is_told_in_words(workspace: Path):
    told = said(workspace, "deck")
    assert "CNF-10: at least" in told
    assert "filmlab robot continue run-0001" in told


@pytest.mark.parametrize("place", ["5", "0:A1", "12:A1", "x:A1", "5:", "5:A 1", "5:A1;"])
def test_what_is_no_place_is_refused(workspace: Path, place: str):
    with pytest.raises(InvalidInputError, match="SLOT:WELL"):
        said(workspace, "refill", place, "45")


def test_an_unknown_container_needs_the_name_of_its_stock(workspace: Path):
    with pytest.raises(InvalidInputError, match="nothing is known"):
        said(workspace, "refill", "4:D6", "1")
    assert "CNF-10" in said(workspace, "refill", "4:D6", "1", "--stock", "CNF-10")


def test_a_volume_without_end_is_refused(workspace: Path):
    before = said(workspace, "deck", "--json")
    with pytest.raises(InvalidInputError, match="no volume"):
        said(workspace, "refill", "5:A1", "inf")
    said(workspace, "refill", "5:A1", "nan")  # no number that is at least 0, says the command line itself
    assert said(workspace, "deck", "--json") == before


def test_what_cannot_be_on_the_robots_last_deck_is_refused(workspace: Path):
    """450 for 45, a well of another deck, a rack where the water stands."""
    folder = RobotFolder(workspace / "robot")
    casting = deck_named("casting-6-dish-5-stocks")
    (refused,) = plan_decks([order(solids=36, volume=4800, CNF=1.0)], STOCKS, casting)  # never loaded
    for plan, deck in ((four_film_plan(), screening()), (refused, casting)):
        run = folder.new_run(job_of(plan, deck))
        with Journal(run.journal_path) as journal:
            journal.add("planned", robot="SN-1", plan=plan.sha256)
    before = said(workspace, "deck", "--json")
    for words, says in (
        (("refill", "5:A1", "450"), "5:A1 holds at most 195 mL, not 450 mL"),
        (("refill", "5:B9", "4", "--stock", "water"), "no container at 5:B9"),
        (("refill", "4:A1", "1", "--stock", "water"), "no container at 4:A1"),
        (("swap-rack", "5"), "no tips stand in slot 5"),
    ):
        with pytest.raises(InvalidInputError) as caught:
            said(workspace, *words)
        assert says in str(caught.value.faults)
    assert said(workspace, "deck", "--json") == before
    said(workspace, "refill", "5:A1", "45")
    said(workspace, "swap-rack", "10")


def test_a_robot_that_is_not_known_is_refused(workspace: Path):
    with pytest.raises(UnknownNameError, match="SN-2"):
        said(workspace, "deck", "--robot", "SN-2")


def test_a_run_is_given_up_by_a_person(workspace: Path):
    run = RobotFolder(workspace / "robot").new_run(job_of(four_film_plan(), screening()))
    run.journal_path.touch()
    said(workspace, "give-up", run.label, "--who", "Grace")
    found = latest(run.entries(), "given up")
    assert found is not None
    assert found.data["who"] == "Grace"


def test_wrong_answers_are_all_named(workspace: Path):
    run = RobotFolder(workspace / "robot").new_run(job_of(four_film_plan(), screening()))
    run.journal_path.touch()
    wrong = ["DISHES_WAITED", "DISHES_WAITED=perhaps", "DISHES_WATED=no", "DISHES_WAITED=no", "DISHES_WAITED=yes"]
    given = [word for text in wrong for word in ("--answer", text)]
    with pytest.raises(InvalidInputError) as error:
        said(workspace, "continue", run.label, *given, "--url", "http://127.0.0.1:9")
    assert len(error.value.faults) == 4 and "DISHES_WAITED=yes" in error.value.hint
    assert "answered with yes and with no" in error.value.faults[-1]


def test_why_a_run_stands_still_is_told(workspace: Path):
    run = RobotFolder(workspace / "robot").new_run(job_of(four_film_plan(), screening()))
    with Journal(run.journal_path) as journal:
        journal.add("planned", robot="SN-1", url="http://127.0.0.1:9", speed=1.0)
        for kind, status, told in (
            ("playing", None, "running"),
            ("seen", "running", "running"),
            ("seen", "paused", "paused"),
            ("seen", "blocked-by-open-door", "paused, its door is open"),
            ("silent", None, "no contact"),
            ("seen", "running", "running"),
        ):
            journal.add(kind, **({"status": status, "asked": "2026-11-30T03:00:00+00:00"} if status else {}))
            (found,) = json.loads(said(workspace, "status", "--json"))
            assert (found["phase"], found["goes_on"]) == (told, True)
