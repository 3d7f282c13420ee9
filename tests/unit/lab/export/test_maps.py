import pytest

from lab.export import maps
from lab.records import Purpose
from tests.factories import definition_text, synthetic_campaign


@pytest.fixture
def drawn(monkeypatch):
    """The figures that are drawn; nothing is written."""
    kept = []

    def keep(figure):
        kept.append(figure)
        return "data:,"

    monkeypatch.setattr(maps, "as_svg", keep)
    return kept


@pytest.mark.parametrize(
    "names", [["CNF", "MMT", "gelatin", "glycerol"], ["CNF", "MMT", "gelatin", "glycerol", "chitosan"]]
)
def test_compositions_are_written_in_percent_as_everywhere(drawn, names):
    campaign = synthetic_campaign(definition_text(names, ["tensile_strength"], step=0.25), upto="library")
    films = [film for film in campaign.records.films.values() if film.purpose is Purpose.LIBRARY]
    sections = maps.grade_sections(campaign.definition, films, campaign.records)
    titles = [title for axes in drawn[0].axes for title in (axes.get_title(), *(one.get_text() for one in axes.texts))]
    assert any(title.startswith("MMT 50") for title in titles)
    assert "(wt%)" in sections.caption
    maps.usable_share(campaign.definition, films, campaign.records)
    shares = drawn[1].axes
    assert [axes.get_xlabel() for axes in shares] == [f"{name} (wt%)" for name in names]
    assert shares[0].patches[-1].get_x() + shares[0].patches[-1].get_width() / 2 == pytest.approx(100.0)
