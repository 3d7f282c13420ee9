from datetime import UTC, datetime

import pytest

from lab.compositions import Composition
from lab.export import maps
from lab.grades import Grade
from lab.records import Event, Film, FilmGrade, Purpose, Records
from tests.factories import definition_text, synthetic_campaign

EVENT = Event("all", "tests", "tests", False, datetime(2026, 1, 1, tzinfo=UTC))


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


def test_films_without_a_grade_are_not_counted_as_not_usable(drawn):
    definition, records = _library()
    films = list(records.films.values())
    first = next(iter(records.grades))
    few = Records().with_added(EVENT, (*films, FilmGrade(first, Grade.A)))
    plot = maps.usable_share(definition, films, few)
    assert plot.caption.endswith("graded, 1 of 1.")
    assert [bar.get_height() for axes in drawn[0].axes for bar in axes.patches] == [1.0] * len(definition.ranges)


def test_a_film_half_way_between_two_levels_is_shown(drawn):
    """The step of the library may be another one since the campaign was extended."""
    definition, records = _library()
    half = Film("X1", Purpose.LIBRARY, Composition({"CNF": 0.125, "MMT": 0.875}), 12.0, 1_600.0)
    records = Records().with_added(EVENT, (half, FilmGrade("X1", Grade.A)))
    maps.usable_share(definition, [half], records)
    assert all(bar.get_height() == 1.0 for axes in drawn[0].axes for bar in axes.patches)
    maps.grade_sections(definition, [half], records)
    assert sum(len(points.get_offsets()) for axes in drawn[1].axes for points in axes.collections) == 1


def _library():
    names = ["CNF", "MMT", "gelatin", "glycerol"]
    campaign = synthetic_campaign(definition_text(names, ["tensile_strength"], step=0.25), upto="library")
    return campaign.definition, campaign.records
