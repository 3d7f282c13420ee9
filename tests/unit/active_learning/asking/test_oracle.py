"""Asking a campaign: designs with receipts, predictions, and what is refused."""

import json
from html import unescape

import attrs
import numpy as np
import pytest

from active_learning.asking import Oracle
from active_learning.asking.knowledge import StaleModelError
from active_learning.asking.protocols import plan_designs
from active_learning.asking.receipt import Impact
from active_learning.asking.recording import record_designs
from active_learning.campaign.extending import extend
from active_learning.inverse_design import Compromise, Conflict, Diagnosis
from active_learning.inverse_design.dispensing import Unmakeable
from lab.errors import DuplicateRecordError, InvalidInputError, StoreError, UnknownNameError
from lab.export.promise_scores import promise_scores
from lab.export.summary import progress
from lab.grades import Grade
from lab.impacts import GLOBAL_WARMING, Amount
from lab.library import impact_factors
from lab.open_campaigns import open_campaign
from lab.people import add_film, grade
from lab.records import Measurement, Status
from lab.workspace import Workspace
from tests.factories import definition_text, fill_workspace, synthetic_campaign
from tests.learned import MATERIALS, PROPERTIES, learned_workspace
from tests.samples.tensile import Strip

WISH = ("tensile_strength >= 50 MPa", "transmittance_vis >= 40 %")


@pytest.fixture(scope="module")
def answer(oracle):
    return oracle.design(WISH, top=3)


def test_a_receipt_holds_all_grounds(answer, oracle):
    receipt = answer[0]
    one = receipt.candidate

    assert len(answer) == 3 and 0 < one.probability <= 1
    assert set(one.predictions) == set(PROPERTIES)
    assert [line.text for line in receipt.lines] == list(WISH)
    assert [found.distance for found in receipt.neighbours] == sorted(found.distance for found in receipt.neighbours)
    assert receipt.neighbours[0].film in oracle.records.films
    assert receipt.simulated and receipt.films_possible > 1
    assert dict(receipt.models).keys() == {"quality-02", "properties-02"}


def test_shapley_values_add_up_to_the_prediction(answer):
    for receipt in answer.receipts:
        for why in receipt.why:
            predicted = receipt.candidate.predictions[why.property_name].mean
            assert why.base + sum(why.contributions.values()) == pytest.approx(predicted, rel=1e-6)


def test_footprint_counts_what_has_a_factor_and_names_the_rest(answer):
    factors = impact_factors()[GLOBAL_WARMING]
    parts = answer[0].composition
    impact = answer[0].impact.footprint

    assert impact.value == pytest.approx(parts["CNF"] * factors["CNF"] + parts["gelatin"] * factors["gelatin"])
    assert impact.missing == (("MMT",) if parts["MMT"] > 0 else ())


def test_the_curve_begins_at_nothing_and_its_band_holds_it(answer):
    curve = answer[0].curve

    assert curve.stress[0] == curve.p05[0] == 0
    assert (curve.p05 <= curve.stress).all() and (curve.stress <= curve.p95).all()


def test_json_and_page_hold_every_design(answer):
    text = json.dumps(answer.as_dict(), allow_nan=False)
    page = answer.page()

    first = json.loads(text)["designs"][0]
    assert set(first["predictions"]["tensile_strength"]) == {"mean", "sd", "p05", "p95"}
    assert set(first["composition"]) == set(MATERIALS)
    assert page.count("<section>") == 3 and "simulated" in page
    assert "http" not in page.replace("http://www.w3.org", "") and "<script" not in page
    assert "MPa" in answer._repr_html_() and "kg CO2e" in answer[0]._repr_html_() and len(answer.frame()) == 3


def test_cost_and_footprint_say_each_what_it_leaves_out(answer):
    impact = Impact(Amount(4.5, ("pullulan",)), {}, Amount(0.86, ("MMT", "pullulan")), "LDPE", 2.95)
    text = "4.5 USD/kg (without pullulan), 0.86 kg CO2e/kg (without MMT, pullulan); LDPE 2.95"
    assert str(impact) == text
    assert text in attrs.evolve(answer[0], impact=impact)._repr_html_()


def test_the_table_of_designs_holds_what_their_receipts_say(answer):
    for row, receipt in zip(answer.frame().to_dict("records"), answer, strict=True):
        one = receipt.candidate
        assert [row[name] / 100 for name in MATERIALS] == pytest.approx(one.composition.tolist())
        assert (row["probability"], row["usable"], row["quality"]) == (one.probability, one.usable, one.quality)
        assert {name: row[name] for name in one.predictions} == {name: p.mean for name, p in one.predictions.items()}


def test_a_neighbour_whose_value_was_censored_shows_what_it_lies_beyond(answer, oracle):
    near, films = answer[0].neighbours[0], oracle.knowledge.films
    row, column = films.labels.index(near.film), list(PROPERTIES).index("tensile_strength")
    values, at_least = films.values.copy(), films.at_least.copy()
    values[row, column], at_least[row, column] = np.nan, 77.0
    censored = attrs.evolve(films, values=values, at_least=at_least)
    asked = attrs.evolve(oracle, knowledge=attrs.evolve(oracle.knowledge, films=censored))

    found = asked.design(WISH, top=3)

    assert "tensile_strength" not in found[0].neighbours[0].values
    assert found[0].neighbours[0].at_least == {"tensile_strength": 77.0}
    assert ">&gt; 77 MPa<" in found.page()


def test_the_front_of_a_conflict_is_a_table(answer):
    conflict = Conflict("a >= 1 MPa", "b >= 2", (0.9, 0.8), 0.1, (Compromise((0.5, 0.5, 0.0), (1.5, 0.5)),))
    found = attrs.evolve(answer.found, diagnosis=Diagnosis((), (), (conflict,)))
    (row,) = attrs.evolve(answer, found=found).fronts().to_dict("records")

    assert row["requirement"] == "a >= 1 MPa" and row["value"] == 1.5 and row["against value"] == 0.5
    assert [row[name] for name in found.materials] == [50, 50, 0]
    assert attrs.evolve(answer, found=found).as_dict()["conflicts"] == [
        {
            "first": "a >= 1 MPa",
            "second": "b >= 2",
            "alone": [0.9, 0.8],
            "together": 0.1,
            "beside_the_rest": False,
            "front": [{"composition": dict(zip(found.materials, (0.5, 0.5, 0.0), strict=True)), "values": [1.5, 0.5]}],
        }
    ]
    assert attrs.evolve(answer, found=found).obstacles == (
        "Conflict: 'a >= 1 MPa' (alone up to 90%) and 'b >= 2' (alone up to 80%) reach 10% together",
    )
    assert answer.fronts().empty and answer.fronts().columns.tolist() == list(row)


def test_fractions_stand_in_percent_on_the_page_beside_what_is_asked_in_percent(answer):
    page, one = answer.page(), answer[0].candidate.predictions["transmittance_vis"]
    front = (Compromise((0.5, 0.5, 0.0), (81.2, 0.4567)),)
    diagnosis = Diagnosis((), (), (Conflict(*WISH, (0.9, 0.8), 0.1, front),))
    conflicting = attrs.evolve(answer, found=attrs.evolve(answer.found, diagnosis=diagnosis)).page()

    assert "visible transmittance ≥ 40 %" in page
    # Once beside the requirement, once among all predictions.
    assert page.count(f">{100 * one.mean:.3g} %<") >= 2
    assert ">81.2 MPa<" in conflicting and ">45.7 %<" in conflicting


def test_a_requirement_that_no_recipe_meets_is_told_in_every_form(oracle):
    answer = oracle.design(["fracture_strain >= 50 %"], top=1)

    (told,) = answer.obstacles
    assert told.startswith("Out of reach even alone: 'fracture_strain >= 50 %', at most ")
    assert "Out of reach even alone: 'fracture strain ≥ 50 %'" in unescape(answer._repr_html_())
    assert answer.as_dict()["out_of_reach"][0]["requirement"] == "fracture_strain >= 50 %"


def test_a_preset_brings_its_requirements_and_compares_the_rest(oracle):
    answer = oracle.design(preset="LDPE bag", top=1)

    assert "transmittance_vis >= 60 %" in answer.wish.texts
    assert [line.text for line in answer[0].compared] == ["fracture_strain >= 200 %"]
    assert answer[0].impact.plastic_footprint == pytest.approx(impact_factors()[GLOBAL_WARMING]["LDPE"])
    assert "doi" in answer[0].lines[0].source


def test_a_measured_curve_can_be_asked_for(oracle, tmp_path):
    strain, stress = Strip("P", strength=50.0, strain=0.05, modulus=4000.0, breaks=False).curve()
    path = tmp_path / "target.csv"
    rows = "\n".join(f"{100 * x:.4f},{y:.4f}" for x, y in zip(strain[::5], stress[::5], strict=True))
    path.write_text(f"strain (%),stress (MPa)\n{rows}\n")
    answer = oracle.design(curve=path, tolerance=0.3, top=1)
    bounds = {one.name: (one.lower, one.upper) for one in answer.wish.requirements}

    assert bounds["tensile_strength"] == pytest.approx((35.0, 65.0), rel=0.02)
    assert bounds["fracture_strain"] == pytest.approx((0.035, 0.065), rel=0.05)
    assert {"youngs_modulus", "curve_alpha", "curve_beta"} < set(bounds)


def test_an_oracle_says_in_a_line_what_it_knows(oracle):
    models, films = " and ".join(oracle.knowledge.labels), len(oracle.knowledge.films.labels)
    assert repr(oracle) == f"Oracle of {oracle.definition.name}: {models}, {films} films (simulated)"


def test_predictions_of_recipes_are_a_tidy_table(oracle):
    table = oracle.predict([{"CNF": 60, "gelatin": 40}, {"CNF": 1, "MMT": 1, "gelatin": 2}])

    assert len(table) == 2 * len(PROPERTIES)
    assert (table["p05"] < table["mean"]).all() and (table["mean"] < table["p95"]).all()
    assert table["CNF"].tolist()[0] == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"require": []}, InvalidInputError, "nothing is required"),
        ({"require": WISH[0]}, InvalidInputError, "is no list"),
        ({"require": ["tensile_strenght >= 5 MPa"]}, InvalidInputError, "did you mean tensile_strength"),
        ({"require": ["tensile_strength >= 5 kg"]}, InvalidInputError, "'kg' is not a unit"),
        ({"require": ["transmittance_vis >= 300 %"]}, InvalidInputError, "never holds"),
        ({"require": ["CNF >= 0.9", "CNF <= 0.1"]}, InvalidInputError, "cannot hold together"),
        ({"require": ["tensile_strength >= 9 MPa", "tensile_strength <= 3 MPa"]}, InvalidInputError, "cannot hold"),
        ({"preset": "ldpe bga"}, UnknownNameError, "did you mean ldpe-bag"),
        ({"require": WISH, "method": "magic"}, UnknownNameError, "no known method"),
        ({"curve": "missing.csv"}, InvalidInputError, "missing.csv"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_fix(oracle, asked, error, said):
    with pytest.raises(error) as caught:
        oracle.design(**asked)
    assert said in str(caught.value)


def test_what_cannot_be_read_and_what_cannot_be_met_are_listed_together(oracle):
    with pytest.raises(InvalidInputError) as caught:
        oracle.design(["tensile_strength >= 9 kg", "CNF >= 0.9", "CNF <= 0.1", "transmittance_vis >= 300 %", "shiny"])

    text = str(caught.value)
    assert all(part in text for part in ("'kg'", "cannot hold together", "never holds", "'shiny' cannot be read"))


def test_a_property_that_no_film_has_is_named(oracle):
    blind = attrs.evolve(oracle.knowledge.committee, learned=(0,))
    with pytest.raises(InvalidInputError, match="knows nothing of this property"):
        attrs.evolve(oracle, knowledge=attrs.evolve(oracle.knowledge, committee=blind)).design(WISH)


def test_without_a_measured_film_there_is_nothing_to_ask(tmp_path):
    empty = fill_workspace(synthetic_campaign(definition_text(MATERIALS, PROPERTIES), upto="library"), tmp_path)
    with open_campaign(empty) as campaign, pytest.raises(StoreError, match="no measured film"):
        Oracle.of(campaign)


def test_a_model_that_is_older_than_the_data_is_refused_unless_it_is_wanted(tmp_path):
    workspace = learned_workspace(tmp_path, upto="loops")
    with open_campaign(workspace) as campaign:
        film, name = next(iter(campaign.records().measurements))
        event = next(iter(campaign.records().events.values()))
        better = Measurement(film, name, Status.OK, 33.0, 1.0, 3, "tester")
        campaign.store.append(campaign.name, attrs.evolve(event, key="corrected"), [better], supersede=True)
        with pytest.raises(StaleModelError, match="older than the data") as caught:
            Oracle.of(campaign)
        assert all(way in caught.value.hint for way in ("filmlab loop train", "--retrain", "--old-model"))
        assert "older than the data" in Oracle.of(campaign, old=True).knowledge.notes[0]
        fresh = Oracle.of(campaign, retrain=True)
    assert fresh.knowledge.labels == ("fresh quality", "fresh properties")
    assert "learned anew from 24" in fresh.knowledge.notes[0]


def test_an_answer_tells_that_a_grade_was_corrected_after_the_quality_model_learned(tmp_path):
    with open_campaign(learned_workspace(tmp_path)) as campaign:
        film, known = next(iter(campaign.records().grades.items()))
        assert not any("older" in note for note in Oracle.of(campaign).knowledge.notes)
        grade(campaign, film, Grade.D if known.grade is Grade.A else Grade.A, "Ada", correction=True)
        assert any("quality-02 is older than the grades" in note for note in Oracle.of(campaign).knowledge.notes)


def test_models_that_do_not_know_the_newest_definition_are_not_asked(tmp_path):
    """Somebody extended the campaign; the films that it asks for are not made yet."""
    wider = definition_text([*MATERIALS, "glycerol"], [*PROPERTIES, "toughness"])
    workspace = learned_workspace(tmp_path)
    with open_campaign(workspace) as campaign:
        extend(campaign, wider, "Ada", films=3)
    with open_campaign(workspace) as campaign:
        for old in (False, True):
            with pytest.raises(StaleModelError, match="has been extended") as caught:
                Oracle.of(campaign, old=old)
            assert "--retrain" in caught.value.hint
        assert Oracle.of(campaign, retrain=True).definition.material_names[-1] == "glycerol"


def test_films_that_verify_designs_do_not_make_a_model_old(oracle):
    assert any("verify designs" in note for note in oracle.knowledge.notes)


def test_designs_become_protocols(answer, oracle, tmp_path):
    planned = plan_designs(oracle.definition, answer, tmp_path / "plan")

    assert planned.films == 3
    assert (tmp_path / "plan" / "protocols" / "deck-001.py").is_file()


def test_recorded_designs_wait_for_films_and_are_scored_when_measured(tmp_path):
    workspace = learned_workspace(tmp_path)
    with open_campaign(workspace) as campaign:
        before = promise_scores(campaign.definition, campaign.records())
        answer = Oracle.of(campaign).design(WISH, top=2)
        labels = record_designs(campaign, "mine", answer)
        after = promise_scores(campaign.definition, campaign.records())
        done = progress(campaign.definition, campaign.records())
        with pytest.raises(DuplicateRecordError):
            record_designs(campaign, "mine", answer)

    assert labels == ("D2-1", "D2-2")
    assert (done.wishes_answered, done.wishes) == (2, 2)  # one of the campaign file, one of a person
    assert (len(before.kept), before.open) == (1, 0)
    assert after.open == 2 and after.kept == before.kept
    assert before.kept[0].promised == 0.7 and "70% promised" in before.summary()


def test_two_who_record_wishes_at_the_same_moment_get_designs_of_their_own(answer, tmp_path):
    with open_campaign(learned_workspace(tmp_path)) as campaign:
        waiting = ["other"]

        def read():
            known = campaign.records()
            if waiting:
                record_designs(campaign, waiting.pop(), answer)
            return known

        labels = record_designs(attrs.evolve(campaign, read=read), "mine", answer)
        records = campaign.records()

    assert labels == ("D3-1", "D3-2", "D3-3")
    assert {records.designs[label].request for label in labels} == {"mine"}
    assert records.designs["D2-1"].request == "other"


def test_a_wish_is_recorded_under_a_name_that_can_be_told_from_others(answer, tmp_path):
    with open_campaign(learned_workspace(tmp_path)) as campaign:
        record_designs(campaign, "  fu\u0308r <b>| ", answer)
        with pytest.raises(DuplicateRecordError):
            record_designs(campaign, "f\u00fcr <b>|", answer)
        for name, fault in (("  ", "empty"), ("one\ntwo", "cannot be printed")):
            with pytest.raises(InvalidInputError, match=fault):
                record_designs(campaign, name, answer)
        assert "f\u00fcr <b>|" in campaign.records().design_answers


def test_what_the_robot_cannot_make_is_not_recorded(oracle, answer, tmp_path):
    first, second, _ = answer.receipts
    unmade = attrs.evolve(
        second, candidate=attrs.evolve(second.candidate, dispensed=Unmakeable("no container is free"))
    )
    workspace = learned_workspace(tmp_path / "lab")
    with open_campaign(workspace) as campaign:
        with pytest.raises(InvalidInputError, match="no recipe that the robot can make"):
            record_designs(campaign, "none", attrs.evolve(answer, receipts=(unmade,)))
        labels = record_designs(campaign, "one", attrs.evolve(answer, receipts=(first, unmade)))
        records = campaign.records()

    assert labels == ("D2-1",)
    assert records.design_answers["one"].found == 1 and "none" not in records.design_answers


def test_a_film_by_hand_that_is_not_measured_changes_nothing(tmp_path):
    workspace = Workspace.open(learned_workspace(tmp_path, upto="loops").root)
    with open_campaign(workspace) as campaign:
        before = Oracle.of(campaign).design(["MMT >= 60 %"], top=1)
        add_film(campaign, "M1", before.found.compositions()[0], "someone")
        oracle = Oracle.of(campaign)
        after = oracle.design(["MMT >= 60 %"], top=1)[0]
    assert oracle.knowledge.notes == ()
    assert after.candidate.distance == after.neighbours[0].distance == before[0].candidate.distance > 0
