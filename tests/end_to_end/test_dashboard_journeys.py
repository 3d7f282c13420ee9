"""What people do at the dashboard, from beginning to end, in a real browser."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.views.grading import waiting_films
from lab.accounts import Accounts, Role, accounts_path, write_accounts
from lab.open_campaigns import open_campaign
from lab.records import FilmGrade, Records, Verdict
from lab.workspace import Workspace
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.running.journal import read_journal
from tests.browser import BusyWay, LossyWay
from tests.factories import (
    definition_text,
    fill_ungraded,
    fill_workspace,
    records_of,
    synthetic_campaign,
    with_models,
)
from tests.imaginary_robot import FakeRobotProcess
from tests.samples import tensile
from tests.unit.robot_protocols.examples import four_film_plan, screening

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TENSILE = ["tensile_strength", "fracture_strain", "youngs_modulus", "curve_alpha", "curve_beta", "toughness"]
SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], TENSILE, step=0.25)
PASSWORD = "correct horse battery"


def log_in(page: "Page", name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def wait_until_graded(root: Path, count: int) -> Records:
    until = time.monotonic() + 60
    while len((found := records_of(root)).grades) < count:
        assert time.monotonic() < until, "the grades never came"
        time.sleep(0.2)
    return found


def type_keys(page: "Page", keys: list[str]) -> None:
    """Type without looking, far faster than any hand."""
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(30)


KEYS = {"A": ["d", "f", "Enter"], "B": ["d", "Enter"], "C": ["f", "Enter"], "D": ["Enter"]}


def test_a_batch_typed_without_looking_gives_each_film_its_own_grade(page, serve, tmp_path):
    root = tmp_path / "lab"
    fill_ungraded(SMALL, root)
    waiting = [item.film for item in waiting_films(records_of(root))]
    given = dict(zip(waiting, islice(cycle("ABDCBAACD"), len(waiting)), strict=True))
    assert len(given) >= 24
    page.goto(f"{serve(root)}/grade")
    page.get_by_role("button", name="Record D").wait_for()
    type_keys(page, [key for letter in given.values() for key in KEYS[letter]])
    page.get_by_text(f"All films are graded; {len(given)} by you").wait_for()
    assert {film: grade.grade.value for film, grade in records_of(root).grades.items()} == given
    # The last one was a mistake: U takes it up again, and the next grade corrects it.
    last, before = waiting[-1], given[waiting[-1]]
    page.keyboard.press("u")
    page.get_by_text("once more").wait_for()
    page.get_by_role("button", name=f"Record {before}").wait_for()
    type_keys(page, ["f", "Enter"])
    page.get_by_text("All films are graded").wait_for()
    after = {"A": "B", "B": "A", "C": "D", "D": "C"}[before]
    with open_campaign(Workspace.open(root)) as campaign:
        history = campaign.store.history("small", FilmGrade, (last,))
    assert [record.grade.value for _, record in history if isinstance(record, FilmGrade)] == [before, after]


def test_who_came_by_the_link_types_at_once_and_another_link_is_followed_by_enter(page, serve, tmp_path):
    root = tmp_path / "lab"
    fill_ungraded(SMALL, root)
    waiting = [item.film for item in waiting_films(records_of(root))]
    page.goto(serve(root))
    page.get_by_role("link", name="Grade", exact=True).click()
    page.get_by_role("button", name="Record D").wait_for()
    type_keys(page, [key for letter in "ABCD" for key in KEYS[letter]])
    found = wait_until_graded(root, 4).grades
    assert [found[film].grade.value for film in waiting[:4]] == ["A", "B", "C", "D"]
    page.get_by_role("link", name="Films", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Films", exact=True).wait_for()
    assert len(records_of(root).grades) == 4


def open_grading(page, serve, root: Path, way: BusyWay | LossyWay) -> None:
    """Open the page Grade of a campaign with ungraded films, by a way that can be disturbed."""
    fill_ungraded(SMALL, root)
    page.route_web_socket("**", way.lead)
    page.goto(f"{serve(root)}/grade")
    page.get_by_role("button", name="Record D").wait_for()


def test_a_link_after_a_key_waits_for_the_key_and_both_are_done(page, serve, tmp_path):
    root, way = tmp_path / "lab", BusyWay()
    open_grading(page, serve, root, way)
    page.wait_for_timeout(1000)
    way.stopped = True
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Records", exact=True).click()
    page.wait_for_timeout(2500)
    way.go_on()
    page.get_by_role("heading", name="Records", exact=True).wait_for()
    page.wait_for_timeout(1500)
    assert page.get_by_role("heading", name="Records", exact=True).is_visible()
    assert len(records_of(root).grades) == 1


def test_what_is_drawn_and_lost_on_the_way_is_asked_for_again(page, serve, tmp_path):
    way = LosingWay()
    open_grading(page, serve, tmp_path / "lab", way)
    way.loses = True
    page.keyboard.press("d")
    page.get_by_role("button", name="Record B").wait_for()
    assert way.lost


class LosingWay(LossyWay):
    """A way on which what a run draws is lost, but for the news that a key was handled.

    Streamlit loses the end of a run so, where a request comes in the moment in which the run ends.
    """

    def __init__(self) -> None:
        self.loses = False
        self.lost = 0
        self._at_end = self._told = False

    def answers(self, answer: ForwardMsg) -> bool:
        if answer.WhichOneof("type") == "new_session":
            self._at_end = False
            self.loses = self.loses and not self._told
        lost = self.loses and self._at_end
        self.lost += lost
        keys = answer.delta.new_element.bidi_component
        if keys.component_name == "filmlab_keys" and self.loses:
            self._at_end = True
            self._told = json.loads(keys.json)["handled"] > 0
        return not lost


def test_clicks_and_a_note_go_to_the_film_that_is_shown(page, serve, tmp_path):
    root = tmp_path / "lab"
    fill_ungraded(SMALL, root)
    first, second = [item.film for item in waiting_films(records_of(root))][:2]
    page.goto(f"{serve(root)}/grade")
    page.get_by_role("button", name="Record D").wait_for()
    page.get_by_label("Note").fill("curls")
    # Enter ends the note; only the next one records.
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Does not come off").click()
    page.get_by_role("button", name="Not flat").click()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Record").click()
    page.get_by_text("2 graded by you").wait_for()
    grades = wait_until_graded(root, 2).grades
    assert (grades[first].grade.value, grades[first].note) == ("A", "curls")
    assert (grades[second].grade.value, grades[second].note) == ("D", "")


def test_a_double_click_grades_no_film_that_was_not_seen(page, serve, tmp_path):
    root = tmp_path / "lab"
    fill_ungraded(SMALL, root)
    page.goto(f"{serve(root)}/grade")
    page.get_by_role("button", name="Record D").dblclick()
    page.get_by_text("1 graded by you").wait_for()
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    page.get_by_text("2 graded by you").wait_for()
    assert [found.grade.value for found in wait_until_graded(root, 2).grades.values()] == ["D", "B"]


def test_a_tensile_file_is_dropped_looked_at_and_recorded(page, serve, tmp_path):
    root = tmp_path / "lab"
    fill_workspace(synthetic_campaign(SMALL, upto="library"), root)
    page.goto(f"{serve(root)}/measure")
    file = tmp_path / "strip.csv"
    file.write_text(tensile.bluehill(tensile.Strip("L001-1")), encoding="utf-8")
    page.locator("input[type=file]").first.set_input_files(file)
    page.locator(".js-plotly-plot .scatterlayer path").first.wait_for()
    record = page.get_by_role("button", name="Record 6 measurements")
    record.click()
    page.get_by_text("6 measurements are recorded").wait_for()
    found = records_of(root)
    measured = found.measurements[("L001", "tensile_strength")]
    assert measured.value == pytest.approx(60, rel=0.02)
    assert measured.raw_sha256 in {artefact.sha256 for artefact in found.artefacts.values()}


def test_a_file_of_two_gigabytes_is_refused_by_its_size(page, serve, tmp_path):
    root = tmp_path / "lab"
    fill_workspace(synthetic_campaign(SMALL, upto="library"), root)
    huge = tmp_path / "huge.csv"
    with huge.open("wb") as file:
        file.truncate(2 * 2**30)
    page.goto(f"{serve(root)}/measure")
    page.locator("input[type=file]").first.set_input_files(huge)
    page.get_by_text("must be 200").first.wait_for()
    assert page.get_by_role("button", name="Record").count() == 0


def test_a_film_is_designed_sent_as_a_proposal_and_approved(page, serve, tmp_path):
    root = tmp_path / "lab"
    fill_workspace(with_models(synthetic_campaign(SMALL)), root)
    address = serve(root)
    page.goto(f"{address}/design")
    page.get_by_role("combobox", name="Start from").click()
    page.get_by_role("option", name="first wish").click()
    page.get_by_text("Probability").first.wait_for()
    page.get_by_role("button", name="Propose").first.click()
    page.get_by_role("button", name="Propose it").click()
    page.get_by_text("M001 is proposed").wait_for()
    page.goto(address)
    page.get_by_role("heading", name="Proposed films").wait_for()
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("heading", name="Proposed films").wait_for(state="detached")
    found = records_of(root)
    assert found.approvals["M001"].verdict is Verdict.APPROVED
    assert sum(found.films["M001"].asked.values()) == pytest.approx(1)


@pytest.fixture
def running_robot(tmp_path) -> Iterator[Path]:
    """A workspace from which an imaginary robot is running a deck, slowly enough to be watched."""
    root, plan = tmp_path / "lab", tmp_path / "plan"
    fill_workspace(synthetic_campaign(SMALL, upto="library"), root)
    plan.mkdir()
    (plan / "deck-001.py").write_text(write_protocol(four_film_plan(), screening()), encoding="utf-8")
    environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state")}
    with FakeRobotProcess(tmp_path / "imaginary", "--speed", "4") as robot:
        words = ["robot", "run", str(plan), "--url", robot.url, "--speed", "4", "--yes", "--workspace", str(root)]
        run = subprocess.Popen(
            [sys.executable, "-m", "cli", *words],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield root
        finally:
            run.terminate()
            run.wait(timeout=60)


def test_a_virtual_run_is_followed_live_and_stopped(page, serve, running_robot):
    until = time.monotonic() + 60
    while not list((running_robot / "robot").glob("runs/*/journal.jsonl")):
        assert time.monotonic() < until, "the run never began"
        time.sleep(0.2)
    page.goto(f"{serve(running_robot)}/robot")
    page.get_by_role("tab", name="Runs").click()
    metric = page.get_by_test_id("stMetric")
    metric.filter(has_text="State").get_by_text("running").wait_for()
    metric.filter(has_text="Step").get_by_text("1 /").or_(
        metric.filter(has_text="Step").get_by_text("2 /")
    ).first.wait_for()
    sure = page.get_by_role("button", name="Stop it")
    page.get_by_role("button", name="Stop", exact=True).click()
    # Who stops to think finds the question still there, while the page behind it goes on.
    page.wait_for_timeout(3000)
    sure.click()
    metric.filter(has_text="State").get_by_text("stopped").wait_for()
    page.get_by_text("left to make on this deck").wait_for()
    page.get_by_text("By hand, or not at all").click()
    page.get_by_text("filmlab robot continue").wait_for()
    (orders,) = (running_robot / "robot").glob("runs/*/orders.jsonl")
    first = read_journal(orders)[0]
    assert (first.data["action"], bool(first.data["who"])) == ("stop", True)


def test_a_viewer_looks_and_is_refused_what_adds_records(page, serve, tmp_path):
    root = tmp_path / "lab"
    fill_ungraded(SMALL, root)
    accounts = Accounts().with_added("Ann", Role.ADMIN, password=PASSWORD)
    accounts = accounts.with_added("Vera", Role.OPERATOR, password=PASSWORD)
    write_accounts(accounts_path(root), accounts)
    page.goto(f"{serve(root)}/grade")
    page.get_by_role("heading", name="Log in").wait_for()
    assert page.get_by_text("L001").count() == 0
    page.get_by_label("Name", exact=True).fill("Vera")
    page.get_by_label("Password", exact=True).fill("not her password")
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_text("Name or password is wrong").wait_for()
    log_in(page, "Vera")
    page.get_by_role("button", name="Record D").wait_for()
    # Her role is taken away while the page still offers the button: the function that writes refuses her.
    write_accounts(accounts_path(root), accounts.with_role("Vera", Role.VIEWER))
    page.keyboard.press("Enter")
    page.get_by_text("Vera has the role viewer and may not grade films").wait_for()
    # Her account is taken away: she is out, though she does nothing, and who sits down next is not told of her.
    write_accounts(accounts_path(root), accounts.without("Vera"))
    page.get_by_role("heading", name="Log in").wait_for()
    log_in(page, "Ann")
    page.get_by_role("button", name="Record D").wait_for()
    assert page.get_by_text("may not grade films").count() == 0
    write_accounts(accounts_path(root), accounts.with_role("Vera", Role.VIEWER))
    page.reload()
    log_in(page, "Vera")
    page.get_by_text("recording needs the role operator").wait_for()
    assert page.get_by_role("button", name="Record D").is_disabled()
    assert len(records_of(root).grades) == 0
