"""Links between the pages of the dashboard, where what a click asks for is lost, in a real browser."""

from typing import TYPE_CHECKING

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from tests.browser import LossyWay
from tests.end_to_end.test_dashboard_journeys import SMALL
from tests.factories import fill_ungraded

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


class DroppingWay(LossyWay):
    """A way on which the next thing that a person asks for is lost."""

    def __init__(self) -> None:
        self.drops = False
        self.dropped = 0

    def asks(self, question: BackMsg) -> bool:
        if not self.drops or question.WhichOneof("type") != "rerun_script" or question.rerun_script.is_auto_rerun:
            return True
        self.drops = False
        self.dropped += 1
        return False


@pytest.fixture
def lossy(page, serve, tmp_path) -> DroppingWay:
    """The page Films on a way that can lose a click."""
    way = DroppingWay()
    fill_ungraded(SMALL, tmp_path / "lab")
    page.route_web_socket("**", way.lead)
    page.goto(f"{serve(tmp_path / 'lab')}/films")
    heading(page, "Films").wait_for()
    page.locator("[data-links=watched] [data-test-script-state=notRunning]").wait_for()
    return way


def heading(page: "Page", name: str):
    return page.get_by_role("heading", name=name, exact=True)


def follow(page: "Page", name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()


@pytest.mark.parametrize("name", ["Records", "Today"])
def test_a_link_that_was_lost_leads_there_nevertheless(page, lossy, name):
    lossy.drops = True
    follow(page, name)
    heading(page, name).wait_for()
    assert lossy.dropped == 1


def test_who_clicks_another_link_meanwhile_is_not_taken_back(page, lossy):
    lossy.drops = True
    follow(page, "Records")
    page.wait_for_timeout(300)
    follow(page, "Models")
    heading(page, "Models").wait_for()
    page.wait_for_timeout(7000)
    assert heading(page, "Models").is_visible()
    assert lossy.dropped == 1
