"""The dashboard over a connection that breaks, in a real browser."""

import pytest
from playwright.sync_api import expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

import dashboard.reloading
from dashboard.launch import ADDRESS
from tests.browser import LossyWay
from tests.end_to_end.test_dashboard_journeys import SMALL
from tests.factories import fill_ungraded

pytestmark = pytest.mark.browser

ALWAYS_BLANK = """<div id="root"></div>
<script type="module">{script}</script>
<script type="module">throw new Error("lost")</script>"""
MINUTE = 60_000


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


def test_a_page_that_fails_at_every_load_is_loaded_again_a_few_times_and_then_says_so(page):
    loads = []
    script = dashboard.reloading.SCRIPT.replace("export default function", "const mount = function")
    script += '; mount({ data: "Load it again" })'

    def answer(route):
        loads.append(route.request.url)
        route.fulfill(body=ALWAYS_BLANK.replace("{script}", script), content_type="text/html")

    page.route("**/blank", answer)
    page.clock.install()
    page.goto(f"http://{ADDRESS}:1/blank")
    pauses = []
    for seen in range(1, 6):
        page.clock.run_for(10)
        pause = 0
        while len(loads) == seen and pause < 20:
            page.clock.run_for(1000)
            page.wait_for_timeout(100)
            pause += 1
        pauses.append(pause)
    page.clock.run_for(MINUTE)
    expect(page.locator("#root")).to_contain_text("Load it again")
    page.clock.run_for(MINUTE)
    assert len(loads) == 6
    assert pauses[0] < pauses[2] < pauses[4]
