import re
from html.parser import HTMLParser

import attrs
import pytest

from lab.compositions import Composition
from lab.errors import WorkspaceError
from lab.export.report import write_report
from lab.records import Artefact
from tests.factories import STAGES, SyntheticCampaign, definition_text, relabelled, synthetic_campaign

PROPERTIES = ["tensile_strength", "transmittance_vis"]
SMALL_TOML = definition_text(["CNF", "MMT", "gelatin", "glycerol"], PROPERTIES, step=0.25)


class Page(HTMLParser):
    """Tags with their attributes, and the text, of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += f" {data}"

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def report(campaign: SyntheticCampaign) -> str:
    return write_report(campaign.definition, campaign.records, campaign.read)


@pytest.fixture(scope="module")
def finished() -> SyntheticCampaign:
    return synthetic_campaign(SMALL_TOML)


@pytest.fixture(scope="module")
def html(finished) -> str:
    return report(finished)


@pytest.mark.parametrize("stage", STAGES)
def test_a_campaign_can_be_reported_at_every_stage(stage):
    page = Page(report(synthetic_campaign(SMALL_TOML, upto=stage)))
    assert [tag.get("id") for tag in page.named("section")] == [
        "summary",
        "grades",
        "loops",
        "properties",
        "designs",
        "robot",
        "provenance",
    ]
    assert ("No library film has been graded yet." in page.text) == (stage in ("empty", "planned"))
    assert ("has not been worked on yet" in page.text) == (stage != "finished")


@pytest.mark.parametrize(
    "materials",
    [["CNF", "glycerol"], ["CNF", "gelatin", "glycerol"], ["CNF", "MMT", "gelatin", "chitosan", "glycerol"]],
)
def test_a_campaign_of_any_number_of_materials_is_mapped(materials):
    campaign = synthetic_campaign(definition_text(materials, PROPERTIES, step=0.25))
    page = Page(report(campaign))
    captions = [str(tag["alt"]) for tag in page.named("img")]
    assert all(name in captions[0] for name in materials)
    assert ("A tetrahedron needs four materials" in page.text) == (len(materials) < 4)


def test_the_file_needs_nothing_else_and_runs_nothing(html):
    page = Page(html)
    assert all(str(tag["src"]).startswith("data:image/") for tag in page.named("img"))
    assert not page.named("script") + page.named("link") + page.named("iframe")
    assert all(str(tag["href"]).startswith("#") for tag in page.named("a"))
    policy = [tag["content"] for tag in page.named("meta") if tag.get("http-equiv") == "Content-Security-Policy"]
    assert policy == ["default-src 'none'; img-src data:; style-src 'unsafe-inline'"]


def test_the_same_records_give_the_same_report(html):
    assert html == report(synthetic_campaign(SMALL_TOML))


def test_simulated_data_are_marked_and_real_data_are_not(html):
    assert "Simulated data." in Page(html).text
    assert "Simulated data." not in Page(report(synthetic_campaign(SMALL_TOML, simulated=False))).text


@pytest.mark.usefixtures("undrawn")
def test_html_in_a_name_stays_text(finished):
    label = "<script>alert(1)</script>"
    html = report(relabelled(finished, {"V1-1": label}))
    assert "<script" not in html
    assert label in Page(html).text


def test_numbers_of_the_summary_are_those_of_the_records(finished, html):
    text = re.sub(r"\s+", " ", Page(html).text)
    assert f"{len(finished.records.films)} films planned" in text
    assert f"{len(finished.records.grades)} graded" in text
    assert "2 / 2 loops done" in text
    assert "1 / 1 designs verified" in text


@pytest.mark.usefixtures("undrawn")
def test_what_cannot_be_read_is_said_and_the_rest_is_shown(finished):
    def unreadable(sha256: str) -> bytes:
        raise WorkspaceError(f"artefact {sha256} is damaged")

    page = Page(write_report(finished.definition, finished.records, unreadable))
    assert "cross_validation.csv cannot be shown: artefact" in page.text
    assert "designs verified" in page.text


@pytest.mark.usefixtures("undrawn")
@pytest.mark.parametrize(
    "content", ["", "film,property\n", "film,property,measured,measured_sd,predicted,predicted_sd\nA,b,x,1,1,1\n"]
)
def test_a_damaged_cross_validation_is_named(finished, content):
    campaign = synthetic_campaign(SMALL_TOML)
    campaign.add("again", [campaign.artefact("models/properties-02/cross_validation.csv", content, "text/csv")])
    assert "cross_validation.csv cannot be shown" in Page(report(campaign)).text


@pytest.mark.usefixtures("undrawn")
def test_the_latest_explanation_is_shown(html):
    assert "No explanation (SHAP) has been made yet." in Page(html).text
    campaign = synthetic_campaign(SMALL_TOML)
    shap: Artefact = campaign.artefact("models/properties-02/shap.png", b"\x89PNG not really", "image/png")
    campaign.add("explain", [shap])
    assert "from models/properties-02/shap.png" in Page(report(campaign)).text


@pytest.mark.usefixtures("undrawn")
def test_a_footprint_that_leaves_out_a_material_says_so():
    """Nothing is published of montmorillonite: the true sum is larger than the one that meets the requirement."""
    campaign = synthetic_campaign(SMALL_TOML)
    design = campaign.records.designs["D1-1"]
    campaign.add("asked", [attrs.evolve(design, require=("footprint <= 90 kg CO2e/kg",))])
    made = attrs.evolve(campaign.records.as_made["V1-1"], composition=Composition({"CNF": 0.5, "MMT": 0.5}))
    campaign.add("made", [made])
    assert "(without MMT)" in Page(report(campaign)).text
