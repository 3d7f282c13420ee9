import json
from pathlib import Path

import pytest

from lab.errors import InvalidInputError
from robot_protocols.diagnosis import UnmakeableError
from robot_protocols.plan_folder import plan_recipes_file
from robot_protocols.plans import DeckPlan
from robot_protocols.running.loading import read_jobs

GOOD = "film,CNF,MMT,gelatin,glycerol,solids_mg\nA1,0.5,0.2,0.2,0.1,12\nA2,0.1,0.8,0.1,0,10\n"


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    path = tmp_path / "recipes.csv"
    path.write_text(GOOD)
    return path


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_folder_holds_all_that_is_needed(recipes: Path, tmp_path: Path):
    planned = plan_recipes_file(recipes, tmp_path / "out")
    assert planned.films == 2
    assert (
        set(files_in(tmp_path / "out"))
        == {
            "plan.json",
            "protocols/deck-001.py",
            "plans/deck-001.json",
            "cards/deck-001.html",
            "cards/labels.html",
        }
        == {str(path) for path in planned.files}
    )


def test_the_summary_tells_what_every_film_is(recipes: Path, tmp_path: Path):
    plan_recipes_file(recipes, tmp_path / "out")
    summary = json.loads((tmp_path / "out/plan.json").read_text())
    assert summary["stocks"]["CNF-10"]["material"] == "CNF"
    assert summary["stocks"]["CNF-10"]["mg_per_ml"] == 10.0
    assert "chitosan-10" not in summary["stocks"]
    (deck,) = summary["decks"]
    film = deck["films"][0]
    assert (film["film"], film["labware_slot"], film["well"]) == ("A1", 1, "A1")
    assert film["asked"] == {"CNF": 0.5, "MMT": 0.2, "gelatin": 0.2, "glycerol": 0.1}
    assert film["expected"]["CNF"] == pytest.approx(0.5, abs=1e-3)
    plan = DeckPlan.from_json((tmp_path / "out" / deck["plan"]).read_text())
    assert plan.sha256 == deck["sha256"]
    assert (tmp_path / "out" / deck["protocol"]).is_file()


def test_planning_again_changes_nothing(recipes: Path, tmp_path: Path):
    plan_recipes_file(recipes, tmp_path / "out")
    before = files_in(tmp_path / "out")
    plan_recipes_file(recipes, tmp_path / "out")
    assert files_in(tmp_path / "out") == before


def test_another_plan_is_replaced_only_on_request(recipes: Path, tmp_path: Path):
    many = "film,CNF,solids_mg\n" + "".join(f"F{number},1,12\n" for number in range(100))
    (tmp_path / "many.csv").write_text(many)
    plan_recipes_file(tmp_path / "many.csv", tmp_path / "out")
    before = files_in(tmp_path / "out")
    with pytest.raises(InvalidInputError, match="another plan"):
        plan_recipes_file(recipes, tmp_path / "out")
    assert files_in(tmp_path / "out") == before
    plan_recipes_file(recipes, tmp_path / "out", replace=True)
    assert not (tmp_path / "out/protocols/deck-002.py").exists()


def test_nothing_is_written_where_a_film_cannot_be_made(tmp_path: Path):
    path = tmp_path / "recipes.csv"
    path.write_text("film,CNF,solids_mg\nA1,1,12\nA2,1,100\n")
    with pytest.raises(UnmakeableError) as caught:
        plan_recipes_file(path, tmp_path / "out")
    assert caught.value.diagnoses[0].code == "STOCK_TOO_WEAK"
    assert not (tmp_path / "out").exists()


def test_five_stocks_get_a_deck_with_room_for_them(tmp_path: Path):
    path = tmp_path / "recipes.csv"
    path.write_text("film,CNF,MMT,gelatin,glycerol,chitosan\nA1,0.2,0.2,0.2,0.2,0.2\n")
    assert plan_recipes_file(path, tmp_path / "out").deck.name == "screening-24-well-5-stocks"


def test_a_deck_file_may_carry_its_stocks(tmp_path: Path):
    (tmp_path / "deck.toml").write_text(
        """
        name = "six-well"
        [pipettes]
        left = "p1000_single_gen2"
        [[slots]]
        slot = 1
        labware = "corning_6_wellplate_16.8ml_flat"
        use = "dishes"
        [[slots]]
        slot = 2
        labware = "nest_12_reservoir_15ml"
        use = "stocks"
        [[slots]]
        slot = 3
        labware = "opentrons_96_tiprack_1000ul"
        use = "tips"
        [[stocks]]
        name = "pulp"
        material = "CNF"
        concentration = 8.0
        dead_volume = 1000
        """
    )
    (tmp_path / "recipes.csv").write_text("film,CNF\nA1,1\n")
    planned = plan_recipes_file(tmp_path / "recipes.csv", tmp_path / "out", deck=tmp_path / "deck.toml")
    assert [need.stock for need in planned.plans[0].stock_needs] == ["water", "pulp"]


def test_a_stock_file_without_stocks_is_refused(recipes: Path, tmp_path: Path):
    (tmp_path / "stocks.toml").write_text("name = 'nothing'")
    with pytest.raises(InvalidInputError, match="no \\[\\[stocks\\]\\]"):
        plan_recipes_file(recipes, tmp_path / "out", stocks=tmp_path / "stocks.toml")


def test_decks_are_chosen_by_names_that_are_there(recipes: Path, tmp_path: Path):
    plan_recipes_file(recipes, tmp_path / "out")
    (job,) = read_jobs(tmp_path / "out", only=["deck-001"])
    assert job.plan.label == "deck-001"
    with pytest.raises(InvalidInputError) as refused:
        read_jobs(tmp_path / "out", only=["deck-001", "deck-01", "monday"])
    assert refused.value.faults == (
        "has no deck 'deck-01'; did you mean deck-001?",
        "has no deck 'monday'; known: deck-001",
    )
