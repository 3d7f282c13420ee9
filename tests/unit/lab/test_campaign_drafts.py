"""Drafts of campaign files are campaign files."""

import pytest

from lab import library
from lab.campaign_drafts import CampaignDraft, CastingDraft, StockDraft
from lab.campaign_files import parse_definition
from lab.errors import InvalidInputError

CASTING = CastingDraft("screening-24-well", 12.0, 1600.0)


def draft(materials: list[str], properties: list[str], name: str = "films", lab: str = "real") -> CampaignDraft:
    stocks = [StockDraft(material, 12.5, 190.0) for material in materials]
    return CampaignDraft(name, 'a "title"\nof two lines', lab, stocks, properties, CASTING, CASTING, loops=3, batch=5)


@pytest.mark.parametrize("count", [2, 3, 5])
def test_a_draft_is_read_as_what_was_chosen(count):
    materials, properties = list(library.materials())[:count], list(library.properties())
    found = parse_definition(draft(materials, properties).to_toml())
    assert list(found.material_names) == materials
    assert list(found.property_names) == properties
    assert [(stock.name, stock.concentration, stock.volume) for stock in found.stocks] == [
        (f"{name}-12.5", 12.5, 190_000.0) for name in materials
    ]
    assert (found.lab, found.loop.loops, found.loop.batch) == ("real", 3, 5)
    assert found.title == 'a "title"\nof two lines'
    assert found.library_casting.solids == 12.0


def test_what_is_missing_is_said_all_at_once():
    with pytest.raises(InvalidInputError) as caught:
        draft(["CNF"], [], name=" ").to_toml()
    assert len(caught.value.faults) == 3


def test_a_name_that_is_none_is_found_by_who_reads_the_file():
    with pytest.raises(InvalidInputError, match="name"):
        parse_definition(draft(["CNF", "MMT"], ["thickness"], name='x"\n[evil]').to_toml())
