import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lab.export.table_rows import Table
from lab.export.tables import campaign_tables, to_csv, write_tables
from lab.records import Records
from tests.factories import SyntheticCampaign, definition_text, synthetic_campaign

THREE_TOML = definition_text(["CNF", "gelatin", "glycerol"], ["tensile_strength", "transmittance_vis"], step=0.2)
NAMES = {
    "films",
    "approvals",
    "as_made",
    "grades",
    "measurements",
    "suggestions",
    "designs",
    "design_predictions",
    "transfers",
    "models",
    "model_metrics",
}


@pytest.fixture(scope="module")
def campaign() -> SyntheticCampaign:
    return synthetic_campaign(THREE_TOML)


def test_every_record_has_its_row(campaign):
    tables = {name: table.rows for name, table in campaign_tables(campaign.records, campaign.definition.units).items()}
    assert set(tables) == NAMES
    assert len(tables["films"]) == len(campaign.records.films)
    assert len(tables["measurements"]) == len(campaign.records.measurements)
    assert len(tables["transfers"]) == len(campaign.records.transfers)
    assert all(row["simulated"] is True for table in tables.values() for row in table)
    strengths = [row for row in tables["measurements"] if row["property"] == "tensile_strength"]
    assert {row["unit"] for row in strengths} == {"MPa"}
    film = tables["films"][0]
    asked = campaign.records.films[str(film["film"])].asked
    assert [film["fraction_CNF"], film["fraction_gelatin"], film["fraction_glycerol"]] == list(asked.values())


def test_the_order_in_which_records_came_does_not_matter(campaign, tmp_path):
    backwards = Records()
    for event, records in campaign.log:
        backwards = backwards.with_added(event, tuple(reversed(records)))
    assert list(backwards.films) != list(campaign.records.films)
    for path, again in zip(
        write_tables(campaign.records, tmp_path / "a"), write_tables(backwards, tmp_path / "b"), strict=True
    ):
        assert path.read_bytes() == again.read_bytes()


def test_no_table_has_a_time(campaign):
    for table in campaign_tables(campaign.records).values():
        assert "2026-03" not in to_csv(table)


def test_transfers_are_in_the_order_of_their_steps(campaign):
    rows = list(campaign_tables(campaign.records)["transfers"].rows)
    assert rows == sorted(rows, key=lambda row: (str(row["deck"]), int(str(row["step"]))))


def test_an_empty_campaign_has_headers_only(tmp_path):
    paths = write_tables(Records(), tmp_path)
    assert {path.stem for path in paths} == NAMES
    assert all(path.read_text().count("\n") == 1 for path in paths)


@given(st.lists(st.tuples(st.text(st.characters(exclude_characters="\0", codec="utf-8")), st.floats(allow_nan=False))))
@example([("looked\rtwice", 1.0), ("again\r\n", 2.0)])
def test_csv_reads_back_equal(rows):
    table = Table(("name", "value"), tuple({"name": name, "value": value} for name, value in rows))
    read = list(csv.DictReader(io.StringIO(to_csv(table), newline="")))
    assert [(row["name"], float(row["value"])) for row in read] == rows
