"""A campaign in hand."""

from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

import lab
from lab import people
from lab.compositions import Composition
from lab.errors import StoreError, UnknownNameError, WorkspaceError
from lab.open_campaigns import definition_file
from lab.records import Event, Measurement, Status
from lab.store import Store
from lab.workspace import Workspace
from tests.factories import definition_text, fill_workspace, synthetic_campaign


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = definition_text(["CNF", "gelatin", "glycerol"], ["tensile_strength", "transmittance_vis"], step=0.2)
    return fill_workspace(synthetic_campaign(text), tmp_path_factory.mktemp("opened") / "lab").root


def test_films_are_a_tidy_table(root: Path) -> None:
    with lab.open(root) as campaign:
        films, records = campaign.films(), campaign.records()
    assert len(films) == len(records.films) and films["film"].is_unique
    assert films[["CNF", "gelatin", "glycerol"]].sum(axis=1).to_numpy() == pytest.approx(1.0)
    one = films.set_index("film").loc["A01-01"]
    assert one["tensile_strength"] == records.measurements["A01-01", "tensile_strength"].value
    assert one["loop"] == 1 and one["grade"] == records.grades["A01-01"].grade.value and one["simulated"]
    assert films[films["purpose"] == "library"]["tensile_strength"].isna().all()


def test_columns_have_the_same_types_and_units_with_and_without_values(root: Path, tmp_path: Path) -> None:
    text = definition_text(["CNF", "gelatin", "glycerol"], ["tensile_strength", "transmittance_vis"], step=0.2)
    fill_workspace(synthetic_campaign(text, upto="planned"), tmp_path / "planned")
    with lab.open(root) as full, lab.open(tmp_path / "planned") as planned:
        measured, waiting = full.films(), planned.films()
    numbers = ["CNF", "gelatin", "glycerol", "tensile_strength", "transmittance_vis", "loop", "simulated"]
    assert waiting[numbers].dtypes.equals(measured[numbers].dtypes)
    assert waiting["tensile_strength"].dtype == float and waiting["tensile_strength"].isna().all()
    assert measured.attrs["units"]["tensile_strength"] == "MPa"
    assert measured.attrs["units"]["CNF"] == "fraction"


def test_a_film_that_a_person_proposed_and_the_virtual_lab_measured_is_simulated(tmp_path: Path) -> None:
    text = definition_text(["CNF", "gelatin"], ["tensile_strength"])
    fill_workspace(synthetic_campaign(text, upto="empty"), tmp_path / "lab")
    half = Composition({"CNF": 0.5, "gelatin": 0.5})
    with lab.open(tmp_path / "lab") as campaign:
        people.add_film(campaign, "X1", half, "Ada", made=True)
        assert not campaign.films()["simulated"].any()
        event = Event("measure:X1", "virtual lab", "virtual lab", True, datetime(2026, 1, 1, tzinfo=UTC))
        value = Measurement("X1", "tensile_strength", Status.OK, 61.0, 2.0, 3, "virtual")
        campaign.store.append("small", event, [value])
        assert campaign.films()["simulated"].all()


def test_a_notebook_counts_films_as_all_other_views_do(tmp_path: Path) -> None:
    text = definition_text(["CNF", "gelatin"], ["tensile_strength", "transmittance_vis"])
    fill_workspace(synthetic_campaign(text, upto="empty"), tmp_path / "lab")
    half = Composition({"CNF": 0.5, "gelatin": 0.5})
    event = Event("import:X1", "Ada", "sheet", False, datetime(2026, 1, 1, tzinfo=UTC))
    with lab.open(tmp_path / "lab") as campaign:
        people.add_film(campaign, "X1", half, "Ada", made=True)
        for number, name in enumerate(("tensile_strength", "transmittance_vis")):
            value = Measurement("X1", name, Status.OK, 0.5, None, 1, "by hand")
            campaign.store.append("small", attrs.evolve(event, key=f"import:{number}"), [value])
            # A film of which one of two properties is known is not measured yet.
            assert f"<td>{number} measured</td>" in campaign._repr_html_()


def test_a_value_of_a_property_that_joined_after_the_opening_has_its_unit(tmp_path: Path) -> None:
    text = definition_text(["CNF", "gelatin"], ["transmittance_vis"])
    fill_workspace(synthetic_campaign(text, upto="empty"), tmp_path / "lab")
    wider = definition_text(["CNF", "gelatin"], ["transmittance_vis", "tensile_strength"])
    event = Event("extend:2", "Ada", "campaign definition", False, datetime(2026, 3, 1, tzinfo=UTC))
    with lab.open(tmp_path / "lab") as campaign:
        people.add_film(campaign, "X1", Composition({"CNF": 0.5, "gelatin": 0.5}), "Ada", made=True)
        value = Measurement("X1", "tensile_strength", Status.OK, 61.0, None, 1, "by hand")
        campaign.store.append("small", event, [campaign.artefacts.put(definition_file(2, 0), wider), value])
        assert campaign.measurements()["unit"].tolist() == ["MPa"]
        assert "0 measured" in campaign._repr_html_()


def test_other_tables_are_asked_for_by_name(root: Path) -> None:
    with lab.open(str(root), "small") as campaign:
        assert set(campaign.measurements()["property"]) == {"tensile_strength", "transmittance_vis"}
        assert len(campaign.table("grades")) == len(campaign.records().grades)
        with pytest.raises(UnknownNameError, match="no table 'grdes'"):
            campaign.table("grdes")
        assert "seed 7 (simulated)" in campaign._repr_html_()


def test_a_campaign_is_created_and_opened_in_one_call(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(definition_text(["CNF", "gelatin"], ["tensile_strength"]))
    with lab.create(tmp_path / "lab", path, seed=3) as campaign:
        assert (campaign.name, campaign.seed) == ("small", 3)
        empty = campaign.films()
        assert empty.empty
        assert list(empty) == ["film", "purpose", "loop", "CNF", "gelatin", "grade", "tensile_strength", "simulated"]
    with pytest.raises(UnknownNameError):
        lab.create(tmp_path / "other", "chen2042")


def test_what_is_not_there_is_named(tmp_path: Path, root: Path) -> None:
    with pytest.raises(WorkspaceError, match="no folder"):
        lab.open(tmp_path / "nowhere")
    with pytest.raises(UnknownNameError, match="no campaign 'other'"):
        lab.open(root, "other")
    lab.create(tmp_path / "lab", "chen2024").close()
    with pytest.raises(StoreError):
        lab.create(tmp_path / "lab", "chen2024")


def test_a_campaign_opens_though_new_ones_like_it_are_refused(tmp_path: Path) -> None:
    text = definition_text(["CNF", "gelatin"], ["tensile_strength"])
    goal = '[loop.goal]\nrequire = ["tensile_strength >= 40 MPa", "cost <= 20 USD/kg"]\n'
    workspace = Workspace.create(tmp_path / "lab")
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign("small", text + goal, 7, "Ada")
    with lab.open(tmp_path / "lab") as campaign:
        assert "cost <= 20 USD/kg" in campaign.definition.loop.goal.require
