"""The dashboard over a connection that breaks, in a real browser."""

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from tests.browser import LossyWay
from tests.end_to_end.test_dashboard_journeys import SMALL
from tests.factories import fill_ungraded

pytestmark = pytest.mark.browser


class BreakingWay(LossyWay):
    """A way that breaks while a page is drawn: the parts are lost into which later ones are put."""

    def __init__(self) -> None:
        self.breaks = False
        self.lost = 0

    def answers(self, answer: ForwardMsg) -> bool:
        lost = self.breaks and answer.delta.HasField("add_block")
        self.lost += lost
        return not lost


def test_a_page_that_the_loss_of_its_parts_left_blank_is_loaded_again(page, serve, tmp_path):
    way = BreakingWay()
    fill_ungraded(SMALL, tmp_path / "lab")
    page.route_web_socket("**", way.lead)
    page.goto(f"{serve(tmp_path / 'lab')}/records")
    page.get_by_role("heading", name="Records", exact=True).wait_for()
    page.locator("[data-links=watched] [data-test-script-state=notRunning]").wait_for()
    way.breaks = True
    with page.expect_event("pageerror"):
        page.get_by_role("link", name="Robot", exact=True).click()
    way.breaks = False
    page.get_by_role("heading", name="Robot", exact=True).wait_for(timeout=20_000)
    assert way.lost
