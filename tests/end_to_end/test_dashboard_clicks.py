"""Clicks of people who do not see yet what the dashboard has drawn, in a real browser."""

from pathlib import Path

import pytest

from lab import people
from lab.compositions import Composition
from lab.open_campaigns import open_campaign
from lab.records import Approval
from lab.store import Store
from lab.workspace import Workspace
from tests.browser import BusyWay
from tests.factories import definition_text, fill_workspace, synthetic_campaign

pytestmark = pytest.mark.browser

SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], ["tensile_strength"], step=0.25)
RECIPE = Composition({"CNF": 0.5, "MMT": 0.1, "gelatin": 0.2, "glycerol": 0.2})
FILMS = ("M001", "M002", "M003")


@pytest.fixture
def root(tmp_path) -> Path:
    fill_workspace(synthetic_campaign(SMALL), tmp_path / "lab")
    _propose(tmp_path / "lab", "small")
    return tmp_path / "lab"


def _propose(root: Path, name: str) -> None:
    with open_campaign(Workspace.open(root), name) as campaign:
        for label in FILMS:
            people.add_film(campaign, label, RECIPE, "Ann")


def decided(root: Path, name: str = "small") -> dict[str, Approval]:
    with open_campaign(Workspace.open(root), name) as campaign:
        return {film: found for film, found in campaign.records().approvals.items() if film in FILMS}


def test_who_clicks_again_as_nothing_seems_to_happen_approves_no_other_films(page, serve, root):
    way = BusyWay()
    page.route_web_socket("**", way.lead)
    page.goto(serve(root))
    page.get_by_role("button", name="M003", exact=False).first.wait_for()
    page.get_by_role("button", name="Remove M003").click()
    page.get_by_role("button", name="Remove M003").wait_for(state="hidden")
    page.wait_for_timeout(500)
    way.holds_answers = True
    approve = page.get_by_role("button", name="Approve")
    approve.click()
    page.wait_for_timeout(2500)
    approve.click()
    page.wait_for_timeout(1500)
    way.go_on()
    page.get_by_text("Approved: M001, M002.").wait_for()
    assert set(decided(root)) == {"M001", "M002"}


def test_a_click_is_for_the_campaign_that_its_person_saw(page, serve, root):
    with Store.open(Workspace.open(root).database_url) as store:
        other = synthetic_campaign(SMALL.replace('name = "small"', 'name = "other"'))
        store.create_campaign("other", other.definition_toml, 7, "tests")
        for event, records in other.log:
            store.append("other", event, records)
    _propose(root, "other")
    way = BusyWay()
    page.route_web_socket("**", way.lead)
    page.goto(f"{serve(root)}/?campaign=small")
    approve = page.get_by_role("button", name="Approve")
    approve.wait_for()
    page.get_by_role("combobox", name="Campaign").click()
    page.wait_for_timeout(500)
    way.holds_answers = True
    page.get_by_role("option", name="other").click()
    page.wait_for_timeout(2000)
    approve.click()
    page.wait_for_timeout(1500)
    way.go_on()
    page.wait_for_timeout(1500)
    assert decided(root, "other") == {}
