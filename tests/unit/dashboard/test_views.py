import io
import zipfile
from datetime import UTC, datetime

import attrs
import pandas as pd
import pytest

from active_learning.campaign.actions import Who
from active_learning.campaign.batches import waiting_decks
from active_learning.campaign.next_actions import next_actions
from dashboard.views import first_campaign, robot
from dashboard.views.campaign import learning_table, loop_table
from dashboard.views.designs import promise_table, recipe_table, wishes
from dashboard.views.film_story import film_story
from dashboard.views.films import film_table
from dashboard.views.measurements import measured_table
from dashboard.views.models import held_out_table
from dashboard.views.provenance import artefact_table, event_table, tables_zip
from dashboard.views.today import recent_events, stage_steps, tasks
from lab.campaign_checks import FILM_COLUMNS
from lab.errors import FilmlabError
from lab.records import Approval, DesignAnswer, Event, FilmGrade, Prediction, Status, Verdict
from lab.requirements import parse_requirement
from tests.factories import SyntheticCampaign, definition_text, synthetic_campaign
from tests.unit.robot_protocols.examples import four_film_plan, screening

PROPERTIES = ["tensile_strength", "transmittance_vis"]
SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], PROPERTIES, step=0.25)


@pytest.fixture(scope="module")
def finished() -> SyntheticCampaign:
    return synthetic_campaign(SMALL)


def test_columns_that_all_films_have_are_no_names_of_materials():
    campaign = synthetic_campaign(upto="planned")
    definition = campaign.definition
    own = (
        set(film_table(definition, campaign.records)) - set(definition.material_names) - set(definition.property_names)
    )
    assert own == FILM_COLUMNS


def test_a_measured_value_stands_beside_its_unit(finished):
    table = measured_table(finished.definition, finished.records)
    units = dict(zip(table["property"], table["unit"], strict=True))
    assert units == {"tensile_strength": "MPa", "transmittance_vis": ""}


def test_a_value_that_took_the_place_of_an_old_one_is_among_the_newest(finished):
    known = finished.records
    first = next(found for found in known.measurements.values() if found.value is not None)
    event = attrs.evolve(known.event_of(first), key="again", at=datetime(2030, 1, 1, tzinfo=UTC))
    table = measured_table(finished.definition, known.with_added(event, (attrs.evolve(first, n=9),)))
    assert next(iter(table["n"])) == 9
    assert table["when"].is_monotonic_decreasing


def test_what_came_last_is_last_though_the_clock_was_set_back(finished):
    known = finished.records
    first = next(found for found in known.measurements_of["V1-1"] if found.value is not None)
    event = attrs.evolve(known.event_of(first), key="again", at=datetime(2000, 1, 1, tzinfo=UTC))
    later = known.with_added(event, (attrs.evolve(first, n=9),))
    assert next(iter(measured_table(finished.definition, later)["n"])) == 9
    told = film_story(finished.definition, later, "V1-1").timeline["what"].iloc
    assert told[0] == "planned"
    assert told[-1].startswith("measured")


def test_actions_of_one_kind_are_one_task():
    campaign = synthetic_campaign(SMALL, upto="planned")
    ungraded = synthetic_campaign(SMALL, upto="library")
    for event, records in ungraded.log[1:]:
        kept = tuple(record for record in records if not isinstance(record, FilmGrade))
        if not event.key.startswith("train"):
            campaign.records = campaign.records.with_added(event, kept)
    (task,) = tasks(next_actions(campaign.definition, campaign.records))
    assert task.title == "Grade films"
    assert task.films == len(campaign.records.films)
    assert len(campaign.records.decks) > 1


def test_people_come_first_among_those_who_have_to_act(finished):
    campaign = synthetic_campaign(SMALL, upto="planned")
    for event, records in finished.log:
        if event.key in ("plan:deck-001", "plan:deck-002", "check:deck-001"):
            campaign.records = campaign.records.with_added(event, records)
    found = [task.who for task in tasks(next_actions(campaign.definition, campaign.records))]
    assert found == [Who.PERSON, Who.ROBOT]


@pytest.mark.parametrize(
    ("upto", "states"),
    [
        ("empty", ["now", "later", "later", "later"]),
        ("library", ["done", "now", "later", "later"]),
        ("loops", ["done", "done", "now", "later"]),
        ("finished", ["done", "done", "done", "now"]),
    ],
)
def test_stages_are_done_now_or_later(upto, states):
    campaign = synthetic_campaign(SMALL, upto=upto)
    assert [step.state for step in stage_steps(campaign.definition, campaign.records)] == states


def test_the_newest_act_comes_first(finished):
    recent = recent_events(finished.records)
    assert recent["act"].iloc[0] == list(finished.records.events)[-1]
    assert event_table(finished.records)["when"].is_monotonic_decreasing


def test_the_film_table_shows_what_was_made(finished):
    table = film_table(finished.definition, finished.records).set_index("film")
    assert list(table.index) == list(finished.records.films)
    made = finished.records.as_made["A01-01"].composition
    assert table.loc["A01-01", "CNF"] == pytest.approx(100 * made["CNF"])
    value = finished.records.measurements["A01-01", "tensile_strength"].value
    assert table.loc["A01-01", "tensile_strength"] == value
    assert table["loop"].isna()["L001"]
    assert table["simulated"].all()


def test_a_bound_is_not_shown_as_a_value():
    campaign = synthetic_campaign(SMALL)
    found = campaign.records.measurements["A01-01", "tensile_strength"]
    assert found.value is not None
    bound = attrs.evolve(found, status=Status.CENSORED)
    event = Event("beyond", "Ada", "person", False, datetime(2026, 1, 1, tzinfo=UTC))
    table = film_table(campaign.definition, campaign.records.with_added(event, (bound,)), ["A01-01"])
    assert table["tensile_strength"].isna().all()
    assert table["measured"].tolist() == [len(campaign.definition.property_names)]


def test_a_table_of_some_films_keeps_their_order_and_leaves_out_what_is_not_read_yet(finished):
    table = film_table(finished.definition, finished.records, ["V1-1", "L002", "planned a moment ago"])
    assert list(table["film"]) == ["V1-1", "L002"]


def test_a_story_holds_what_models_predicted_without_the_film(finished):
    unseen = pd.DataFrame(
        {
            "film": ["V1-1", "L001"],
            "property": ["tensile_strength", "tensile_strength"],
            "predicted": [61.0, 5.0],
            "predicted_sd": [4.0, 1.0],
        }
    )
    told = film_story(finished.definition, finished.records, "V1-1", unseen).measurements.set_index("property")
    assert tuple(told.loc["tensile_strength", ["predicted", "predicted sd"]]) == (61.0, 4.0)
    assert told["predicted"].notna().sum() == 1


def test_a_story_goes_from_plan_to_measurement(finished):
    story = film_story(finished.definition, finished.records, "V1-1")
    assert story.design is not None
    assert story.recipe["asked"].sum() == pytest.approx(100)
    assert story.recipe["made"].sum() == pytest.approx(100)
    assert story.timeline["when"].is_monotonic_increasing
    first, last = story.timeline["what"].iloc[[0, -1]]
    assert first == "planned"
    assert last.startswith("measured")
    assert set(story.transfers["stock"]) <= {"CNF-10", "MMT-10", "gelatin-10", "glycerol-10"}
    assert list(story.measurements["property"]) == PROPERTIES


def test_a_film_that_was_given_another_recipe_verifies_no_design():
    campaign = synthetic_campaign(SMALL)
    assert film_story(campaign.definition, campaign.records, "V1-1").design is not None
    campaign.add("edited", [Approval("V1-1", Verdict.EDITED)])
    story = film_story(campaign.definition, campaign.records, "V1-1")
    assert story.design is None
    assert story.measurements["promised"].isna().all()
    assert list(recipe_table(campaign.definition, campaign.records)["film"]) == [""]


def test_a_film_that_is_only_planned_has_a_story_too():
    campaign = synthetic_campaign(SMALL, upto="planned")
    story = film_story(campaign.definition, campaign.records, "L001")
    assert story.grade is None
    assert story.transfers.empty
    assert list(story.timeline["what"]) == ["planned"]
    assert not story.simulated


def test_metrics_are_split_into_property_and_name(finished):
    table = learning_table(finished.records)
    chosen = table[(table["metric"] == "mre") & (table["loop"] == 2)].set_index("property")["value"]
    assert chosen[""] == finished.records.models["properties-02"].metrics["mre"]
    assert chosen["tensile_strength"] == finished.records.models["properties-02"].metrics["tensile_strength.mre"]


def test_loops_are_counted(finished):
    table = loop_table(finished.definition, finished.records)
    assert list(table["loop"]) == [1, 2]
    assert (table["suggested"] == 4).all()


def test_parity_comes_from_the_latest_model(finished):
    table = held_out_table(finished.definition, finished.records, "properties-02", finished.read)
    films = {film for film, _ in finished.records.measurements if film.startswith("A")}
    assert set(table["film"]) <= films
    empty = synthetic_campaign(SMALL, upto="library")
    assert held_out_table(empty.definition, empty.records, "properties-02", empty.read).empty


def test_a_damaged_file_is_an_error_that_names_itself(finished):
    with pytest.raises(FilmlabError, match="cross-validation"):
        held_out_table(finished.definition, finished.records, "properties-02", lambda sha256: b"nonsense")


def test_wishes_count_what_was_kept(finished):
    (wish,) = wishes(finished.definition, finished.records)
    assert wish.answer is not None
    assert (wish.kept, wish.judged) in {(0, 1), (1, 1)}
    assert list(promise_table(wish.checks)["film"]) == ["V1-1"]
    (check,) = wish.checks
    in_percent = attrs.evolve(
        check,
        requirement=parse_requirement("transmittance_vis >= 60 %", {"transmittance_vis": "fraction"}),
        unit="fraction",
        prediction=Prediction(0.5, 0.1, 0.4, 0.6),
        measured=0.55,
        measured_sd=0.02,
    )
    (row,) = promise_table((in_percent,)).to_dict("records")
    assert row["requirement"] == "visible transmittance ≥ 60 %" and row["unit"] == "%"
    shown = [row[name] for name in ("promised", "p05", "p95", "measured", "sd")]
    assert shown == pytest.approx([50, 40, 60, 55, 2])
    assert row["met"] == "no"
    assert promise_table((attrs.evolve(in_percent, note="without MMT"),))["met"].tolist() == ["no: without MMT"]
    recipes = recipe_table(finished.definition, finished.records)
    assert recipes[["CNF", "MMT", "gelatin", "glycerol"]].sum(axis=1).tolist() == pytest.approx([100])


def test_a_wish_that_a_person_recorded_stands_beside_those_of_the_campaign_file():
    campaign = synthetic_campaign(SMALL)
    mine = attrs.evolve(campaign.records.designs["D1-1"], label="D2-1", request="mine")
    campaign.add("design:mine", [mine, DesignAnswer("mine", 1), DesignAnswer("too much", 0, "nothing was found")])
    first, second, third = wishes(campaign.definition, campaign.records)
    assert [check.design.label for check in first.checks] == ["D1-1"]
    assert (second.request.name, second.request.require) == ("mine", mine.require)
    assert [check.design.label for check in second.checks] == ["D2-1"]
    assert (third.request.name, third.checks) == ("too much", ())


def test_a_wish_without_answer_is_open():
    campaign = synthetic_campaign(SMALL, upto="loops")
    (wish,) = wishes(campaign.definition, campaign.records)
    assert (wish.answer, wish.checks) == (None, ())


def test_equal_campaigns_give_equal_zips(finished):
    again = synthetic_campaign(SMALL)
    content = tables_zip(finished.definition, finished.records)
    assert content == tables_zip(again.definition, again.records)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert "small/films.csv" in archive.namelist()


def test_stored_files_are_listed_by_name(finished):
    names = artefact_table(finished.records)["name"]
    assert names.is_monotonic_increasing
    assert len(names) == len(finished.records.artefacts)


def test_a_later_grade_is_the_one_shown(finished):
    campaign = synthetic_campaign(SMALL)
    old = campaign.records.grades["L001"]
    letter = next(letter for letter in type(old.grade) if letter is not old.grade)
    campaign.add("looked again", [attrs.evolve(old, grade=letter, note="held to the light")])
    story = film_story(campaign.definition, campaign.records, "L001")
    assert story.grade is not None
    assert story.grade.grade is letter
    assert "held to the light" in story.timeline["what"].iloc[-1]


def test_a_rejection_is_no_measurement_in_the_story_of_a_film():
    campaign = synthetic_campaign(SMALL)
    old = campaign.records.measurements["A01-01", "tensile_strength"]
    gone = attrs.evolve(old, status=Status.FAILED, value=None, sd=None, n=0, reason="rejected: strip slipped")
    campaign.add("reject", [gone])
    story = film_story(campaign.definition, campaign.records, "A01-01")
    assert story.timeline["what"].iloc[-1] == "tensile strength: rejected: strip slipped"


def test_decks_are_offered_by_the_stocks_that_they_have_room_for():
    assert list(first_campaign.decks(4))[:2] == ["casting-6-dish", "screening-24-well"]
    assert list(first_campaign.decks(5))[:2] == ["casting-6-dish-5-stocks", "screening-24-well-5-stocks"]
    assert list(first_campaign.decks(10)) == ["casting-6-dish-troughs", "screening-24-well-troughs"]


def test_a_deck_that_nobody_wants_any_more_is_not_one_to_load():
    campaign = synthetic_campaign(SMALL, upto="loops", loops=1)
    deck = campaign.records.decks["deck-001"]
    films = [attrs.evolve(campaign.records.films["L001"], label=label) for label in ("M1", "M2")]
    places = tuple(attrs.evolve(deck.positions[0], film=film.label) for film in films)
    campaign.add("deck", [*films, attrs.evolve(deck, label="deck-099", positions=places)])
    campaign.add("refuse", [Approval("M1", Verdict.REFUSED)])
    assert waiting_decks(campaign.records) == ["deck-099"]
    assert robot.deck_table(campaign.records)["state"].iloc[0] == "to load"
    campaign.add("refuse more", [Approval("M2", Verdict.REFUSED)])
    assert waiting_decks(campaign.records) == []
    assert robot.deck_table(campaign.records)["state"].iloc[0] == "refused"


def test_a_deck_s_films_are_listed_with_the_materials_in_the_campaign_s_order():
    view = robot.DeckView(four_film_plan(), screening(), "", "")
    found = robot.film_table(view, ["glycerol", "gelatin", "CNF", "MMT"])
    assert list(found) == ["film", "slot", "dish", "glycerol", "gelatin", "CNF", "MMT"]
    assert found[["glycerol", "gelatin", "CNF", "MMT"]].sum(axis=1).to_numpy() == pytest.approx(100.0)
