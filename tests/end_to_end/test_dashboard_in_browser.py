"""What a user does with the dashboard, in a real browser."""

import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from lab.export.report import write_report
from lab.store import Store
from lab.workspace import Workspace
from tests.browser import PATIENCE, act_until
from tests.factories import definition_text, fill_ungraded, fill_workspace, relabelled, synthetic_campaign, with_models

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Locator

pytestmark = pytest.mark.browser

SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], ["tensile_strength", "transmittance_vis"], step=0.25)

READABLE = 4.5
"""Contrast that words need (WCAG 2.2, 1.4.3)."""


def test_every_page_is_reached_by_its_link(page, serve, tmp_path):
    fill_workspace(synthetic_campaign(SMALL), tmp_path / "lab")
    # The first page is the one without a name in its address; what people guess leads there.
    page.goto(f"{serve(tmp_path / 'lab')}/today")
    page.get_by_role("heading", name="Today", exact=True).wait_for()
    assert page.get_by_text("Page not found").count() == 0
    for name in ("Campaign", "Films", "Design", "MD", "Robot", "Records", "Today"):
        page.get_by_role("link", name=name, exact=True).click()
        page.get_by_role("heading", name=name, exact=True).wait_for()
        page.get_by_text("Simulated data").first.wait_for()
        assert page.title() == f"{name} · filmlab"
        levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map(heading => +heading.tagName[1])")
        assert levels[0] == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.get_by_test_id("stException").count() == 0


def test_plots_are_drawn(page, serve, tmp_path):
    fill_workspace(synthetic_campaign(SMALL), tmp_path / "lab")
    page.goto(f"{serve(tmp_path / 'lab')}/campaign")
    page.locator(".js-plotly-plot .scatterlayer .point").first.wait_for()
    # Words at the axes are as dark as those of the page; Streamlit would write them in a grey that is hard to read.
    for words in (".xtick text", ".g-ytitle text"):
        colour = page.locator(f".js-plotly-plot {words}").first.evaluate("words => getComputedStyle(words).fill")
        assert colour == page.evaluate("getComputedStyle(document.querySelector('.stMain')).color")
    page.get_by_role("tab", name="Maps").click()
    page.locator(".js-plotly-plot .ternarylayer .point").first.wait_for()
    page.locator(".js-plotly-plot .gl-container canvas").first.wait_for()


def test_a_film_is_found_by_address(page, serve, tmp_path):
    fill_workspace(synthetic_campaign(SMALL), tmp_path / "lab")
    page.goto(f"{serve(tmp_path / 'lab')}/films?film=V1-1")
    page.get_by_role("heading", name="Film V1-1").wait_for()


def test_a_name_with_script_runs_nothing(page, serve, tmp_path):
    label = "<img src=x onerror=alert(1)>"
    campaign = relabelled(synthetic_campaign(SMALL), {"V1-1": label})
    fill_workspace(campaign, tmp_path / "lab")
    dialogs: list[str] = []

    def note(dialog: "Dialog") -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.goto(f"{serve(tmp_path / 'lab')}/films")
    page.get_by_text("Choose a row to see one film's whole story").wait_for()
    box, option = page.get_by_label("Or name a film"), page.get_by_role("option", name=label)

    def look_for_it() -> None:
        box.click()
        box.fill("")
        box.press_sequentially("onerror", delay=50)

    act_until(look_for_it, option)
    option.click()
    page.get_by_role("heading", name=f"Film {label}").wait_for()
    report = tmp_path / "report.html"
    report.write_text(write_report(campaign.definition, campaign.records, campaign.read), encoding="utf-8")
    page.goto(report.as_uri())
    page.get_by_text(label).first.wait_for()
    assert dialogs == []


def test_what_is_recorded_appears_by_itself(page, serve, tmp_path):
    campaign = synthetic_campaign(SMALL, upto="planned")
    fill_workspace(campaign, tmp_path / "lab")
    page.goto(serve(tmp_path / "lab"))
    page.get_by_text("Plan deck loads and write protocols").wait_for()
    grown = synthetic_campaign(SMALL, upto="library")
    with Store.open(Workspace.open(tmp_path / "lab").database_url) as store:
        for event, records in grown.log[len(campaign.log) :]:
            store.append("small", event, records)
    page.get_by_text("Check what was learned").wait_for()


def test_a_campaign_that_is_created_later_is_found_at_the_address_that_was_asked_for(page, serve, tmp_path):
    page.goto(f"{serve(tmp_path / 'lab')}/films")
    page.get_by_role("heading", name="There is no workspace here yet").wait_for()
    assert page.get_by_text("Page not found").count() == 0
    fill_workspace(synthetic_campaign(SMALL, upto="planned"), tmp_path / "lab")
    page.get_by_role("heading", name="Films").wait_for()


def test_the_report_shows_all_its_plots(page, tmp_path: Path):
    campaign = synthetic_campaign(SMALL)
    report = tmp_path / "report.html"
    report.write_text(write_report(campaign.definition, campaign.records, campaign.read), encoding="utf-8")
    page.goto(report.as_uri())
    images = page.locator("img")
    assert images.count() >= 6
    widths = page.evaluate("[...document.images].map(image => image.naturalWidth)")
    assert all(width > 100 for width in widths)
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 768})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow == 0, width


def create_newer(root: Path) -> None:
    """What a colleague does meanwhile: another campaign is begun, and is the newest from now on."""
    with Store.open(Workspace.open(root).database_url) as store:
        store.create_campaign("newer", SMALL.replace('"small"', '"newer"'), 7, "tests")


def test_campaign_and_name_stay_when_the_page_is_loaded_again(page, serve, tmp_path):
    fill_workspace(synthetic_campaign(SMALL, upto="library"), tmp_path / "lab")
    page.goto(f"{serve(tmp_path / 'lab')}/films")
    page.wait_for_url("**campaign=small**")
    name = page.get_by_role("textbox", name="Your name", exact=True)
    name.fill("Ann")
    name.press("Enter")
    page.wait_for_url("**name=Ann**")
    page.get_by_role("link", name="Grade", exact=True).click()
    page.get_by_role("heading", name="Grade", exact=True).wait_for()
    page.wait_for_url("**campaign=small**")  # the address is written a moment after the page is drawn
    create_newer(tmp_path / "lab")
    page.reload()
    page.get_by_role("heading", name="Grade", exact=True).wait_for()
    # A box is drawn a moment before it holds what the address says.
    expect(name).to_have_value("Ann", timeout=PATIENCE)
    expect(page.get_by_role("combobox", name="Campaign")).to_have_value("small", timeout=PATIENCE)
    # On a phone the side bar is folded away: the page says which of several campaigns it is about.
    page.locator(".stMain").get_by_text("Campaign small").wait_for()
    page.locator("[data-links=watched] [data-test-script-state=notRunning]").wait_for()
    with page.context.expect_page() as found:
        page.get_by_role("link", name="Robot", exact=True).click(button="middle")
    beside = found.value
    beside.wait_for_url("**/robot?campaign=small&name=Ann")
    beside.locator(".stMain").get_by_text("Campaign small").wait_for()
    page.get_by_role("link", name="Films", exact=True).focus()
    with page.context.expect_page() as found:
        page.keyboard.press("Control+Enter")
    found.value.wait_for_url("**/films?campaign=small&name=Ann")


def test_who_goes_back_to_another_campaign_sees_that_one(page, serve, tmp_path):
    fill_workspace(synthetic_campaign(SMALL, upto="library"), tmp_path / "lab")
    create_newer(tmp_path / "lab")
    page.goto(f"{serve(tmp_path / 'lab')}/grade?campaign=newer")
    shown = page.locator(".stMain").get_by_text("Campaign newer")
    shown.wait_for()
    page.get_by_role("link", name="Measure", exact=True).click()
    page.get_by_role("heading", name="Measure", exact=True).wait_for()
    page.get_by_role("combobox", name="Campaign").click()
    page.get_by_role("option", name="small").click()
    page.locator(".stMain").get_by_text("Campaign small").wait_for()
    page.go_back()
    page.get_by_role("heading", name="Grade", exact=True).wait_for()
    shown.wait_for()
    expect(page.get_by_role("combobox", name="Campaign")).to_have_value("newer", timeout=PATIENCE)


def test_a_model_card_fits_a_narrow_screen(page, serve, tmp_path):
    fill_workspace(with_models(synthetic_campaign(SMALL)), tmp_path / "lab")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{serve(tmp_path / 'lab')}/models")
    page.get_by_role("tab", name="Model card").click()
    page.get_by_role("heading", name="Property committee").wait_for()
    assert page.evaluate("(page => page.scrollWidth - page.clientWidth)(document.querySelector('.stMain'))") == 0


def test_a_page_on_paper_is_bright_and_whole(page, serve, tmp_path):
    fill_workspace(synthetic_campaign(SMALL), tmp_path / "lab")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{serve(tmp_path / 'lab')}/campaign")
    page.get_by_role("tab", name="Loops").click()
    page.locator(".js-plotly-plot .scatterlayer .point").first.wait_for()
    page.locator("[data-printing=prepared] [data-test-script-state=notRunning]").wait_for()
    plot = page.get_by_test_id("stPlotlyChart")
    wide = plot.bounding_box()["width"]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    # An upright sheet of A4 has 718 pixels between margins of 1 cm.
    assert plot.bounding_box()["width"] <= 718 < wide
    assert np.asarray(Image.open(BytesIO(page.screenshot())))[2, 2].min() > 240
    page.emulate_media(media="screen", color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert plot.bounding_box()["width"] == wide


def test_a_table_that_is_cut_on_paper_says_so(page, serve, tmp_path):
    fill_workspace(synthetic_campaign(SMALL), tmp_path / "lab")
    page.goto(f"{serve(tmp_path / 'lab')}/records")
    page.locator("[data-printing=prepared] [data-test-script-state=notRunning]").wait_for()
    tables = page.get_by_test_id("stDataFrame")
    expect(tables.first.locator(".dvn-scroller")).to_be_attached()
    page.wait_for_function("[...document.querySelectorAll('.dvn-scroller')].some(e => e.scrollHeight > e.clientHeight)")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    expect(page.get_by_text("The table goes on beyond what is printed here").first).to_be_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(page.get_by_text("The table goes on")).to_have_count(0)


def test_words_on_the_primary_colour_are_read_by_day_and_by_night(page, serve, tmp_path):
    fill_ungraded(SMALL, tmp_path / "lab")
    address = serve(tmp_path / "lab")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{address}/grade")
        button = page.get_by_role("button", name="Record D")
        button.wait_for()
        assert _contrast(button, button.locator("p")) >= READABLE
        page.goto(f"{address}/md")
        choice = page.locator("[data-tag]").first
        choice.wait_for()
        assert _contrast(choice, choice.get_by_text("cnf")) >= READABLE


def _contrast(ground: "Locator", words: "Locator") -> float:
    """Return the contrast of words on a ground as WCAG 2.2 defines it; both are opaque."""
    found = []
    for element, what in ((ground, "backgroundColor"), (words, "color")):
        red, green, blue = re.findall(
            r"\d+", element.evaluate("(element, what) => getComputedStyle(element)[what]", what)
        )
        parts = [int(part) / 255 for part in (red, green, blue)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        found.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(found) + 0.05) / (min(found) + 0.05)
