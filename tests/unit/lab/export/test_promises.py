import math

import attrs
import pytest

from active_learning.campaign.aims import films_that_meet
from lab.compositions import Composition
from lab.export import summary
from lab.export.curves import wilson_interval
from lab.export.promise_scores import KeptPromise, PromiseScores, promise_scores
from lab.export.promises import promise_checks
from lab.export.report import write_report
from lab.export.summary import DataOrigin, data_origin, progress
from lab.grades import Grade
from lab.library import impact_factors, material
from lab.measuring import reject_measurement
from lab.open_campaigns import open_campaign
from lab.records import Approval, Design, Measurement, Status, Verdict
from tests.factories import SyntheticCampaign, definition_of, definition_text, fill_workspace, synthetic_campaign

MATERIALS = ["CNF", "MMT", "gelatin", "glycerol"]
PROPERTIES = ["tensile_strength", "transmittance_vis"]
SMALL_TOML = definition_text(MATERIALS, PROPERTIES, step=0.25)
SMALL = definition_of(MATERIALS, PROPERTIES, step=0.25)


@pytest.fixture
def campaign() -> SyntheticCampaign:
    return synthetic_campaign(SMALL_TOML)


def with_measurement(campaign: SyntheticCampaign, **changes) -> SyntheticCampaign:
    old = campaign.records.measurements["V1-1", "tensile_strength"]
    campaign.add("measured again", [attrs.evolve(old, **changes)])
    return campaign


def test_a_promise_is_kept_where_the_measured_value_meets_the_requirement(campaign):
    (required,) = [check.requirement for check in promise_checks(SMALL, campaign.records)]
    for value, met in ((required.lower, True), (required.lower - 1e-6, False)):
        with_measurement(campaign, value=value)
        (check,) = promise_checks(SMALL, campaign.records)
        assert check.film == "V1-1"
        assert check.met is met
        campaign.records = synthetic_campaign(SMALL_TOML).records


def test_a_promised_interval_is_compared_too(campaign):
    prediction = campaign.records.designs["D1-1"].predictions["tensile_strength"]
    for value, within in ((prediction.p95, True), (prediction.p05, True), (prediction.p05 - 1e-6, False), (1e9, False)):
        with_measurement(campaign, value=value)
        assert promise_checks(SMALL, campaign.records)[0].within is within
        campaign.records = synthetic_campaign(SMALL_TOML).records


def test_a_failed_measurement_keeps_no_promise_and_breaks_none(campaign):
    with_measurement(campaign, status=Status.FAILED, value=None, sd=None, reason="slipped in the grips")
    (check,) = promise_checks(SMALL, campaign.records)
    assert check.met is None
    assert check.within is None
    assert "slipped in the grips" in check.note


@pytest.mark.parametrize(
    ("require", "met"),
    [(">= 400 MPa", True), (">= 600 MPa", None), ("<= 600 MPa", None), ("<= 400 MPa", False)],
)
def test_a_value_beyond_the_range_is_judged_by_what_is_known_of_it(campaign, require, met):
    campaign.add("asked", [attrs.evolve(campaign.records.designs["D1-1"], require=(f"tensile_strength {require}",))])
    with_measurement(campaign, status=Status.CENSORED, value=500.0, sd=None, n=1, reason="of the load cell")
    (check,) = promise_checks(SMALL, campaign.records)
    assert check.met is met
    assert check.within is False
    goal = attrs.evolve(SMALL.loop.goal, require=(f"tensile_strength {require}",))
    definition = attrs.evolve(SMALL, loop=attrs.evolve(SMALL.loop, goal=goal))
    assert ("V1-1" in films_that_meet(definition, campaign.records)) is (met is True)


def test_promises_are_scored_as_probabilities():
    stated = ((0.9, True), (0.8, False), (0.85, True), (0.3, False))
    scores = PromiseScores(tuple(KeptPromise("D", f"F{p}", p, kept) for p, kept in stated), open=2)
    assert (scores.share_kept, scores.mean_promised) == pytest.approx((0.5, 0.7125))
    # (0.1^2 + 0.8^2 + 0.15^2 + 0.3^2) / 4
    assert scores.brier == pytest.approx(0.190625)
    # Bins: 0.9 alone is off by 0.1; 0.8 and 0.85, of which half were kept, by 0.325; 0.3 alone by 0.3.
    assert scores.calibration_error == pytest.approx((0.1 + 2 * 0.325 + 0.3) / 4)
    assert "4 films: 71% promised, 50% kept" in scores.summary() and "2 open designs" in scores.summary()
    # A promise that is certain shares its bin with those from 0.9 on: one of two kept, 0.975 promised.
    sure = PromiseScores((KeptPromise("D", "F", 1.0, False), KeptPromise("D", "G", 0.95, True)), open=0)
    assert sure.calibration_error == pytest.approx(0.475)
    assert PromiseScores((), open=1).summary() == "No promise can be judged yet; 1 open design."


@pytest.mark.parametrize(
    ("grade", "value", "status", "kept"),
    [
        (Grade.A, 1e6, Status.OK, [True]),
        (Grade.A, 1e-6, Status.OK, [False]),
        (Grade.D, 1e6, Status.OK, [False]),
        (Grade.A, None, Status.FAILED, [False]),
        (Grade.A, 1e6, Status.CENSORED, [True]),
        (Grade.A, 1e-6, Status.CENSORED, []),
    ],
)
def test_a_promise_is_kept_by_a_usable_film_that_meets_everything(campaign, grade, value, status, kept):
    campaign.add("asked", [attrs.evolve(campaign.records.designs["D1-1"], require=("tensile_strength >= 10 MPa",))])
    campaign.add("graded", [attrs.evolve(campaign.records.grades["V1-1"], grade=grade)])
    with_measurement(campaign, value=value, status=status, sd=None, n=int(value is not None), reason="why")
    scores = promise_scores(SMALL, campaign.records)
    assert [one.kept for one in scores.kept] == kept
    assert scores.open == 1 - len(kept)


def test_what_was_asked_of_the_choice_of_a_recipe_leaves_no_promise_open(campaign):
    wish = ("tensile_strength >= 10 MPa", "quality >= 0.5")
    campaign.add("asked", [attrs.evolve(campaign.records.designs["D1-1"], require=wish)])
    campaign.add("graded", [attrs.evolve(campaign.records.grades["V1-1"], grade=Grade.A)])
    with_measurement(campaign, value=1e6)
    scores = promise_scores(SMALL, campaign.records)
    assert [one.kept for one in scores.kept] == [True] and scores.open == 0


def test_a_design_of_which_no_film_is_planned_is_one_open_design(campaign):
    campaign.add("found", [attrs.evolve(campaign.records.designs["D1-1"], label="D1-2")])
    assert promise_scores(SMALL, campaign.records).open == 1


def test_a_film_that_meets_one_of_two_requirements_has_not_kept_its_promise(campaign):
    design = campaign.records.designs["D1-1"]
    asked = ("tensile_strength >= 10 MPa", "CNF >= 99 wt%", "MMT <= 100 wt%")
    campaign.add("asked", [attrs.evolve(design, require=asked)])
    with_measurement(campaign, value=1e6)
    assert promise_scores(SMALL, campaign.records).kept == (KeptPromise("D1-1", "V1-1", design.probability, False),)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_wilsons(hits: int, n: int, low: float, high: float):
    assert wilson_interval(hits, n) == pytest.approx((low, high), abs=6e-5)


def test_a_requirement_on_a_material_is_judged_by_what_was_delivered(campaign):
    design: Design = attrs.evolve(campaign.records.designs["D1-1"], require=("MMT <= 30 wt%", "CNF >= 99 wt%"))
    campaign.add("asked otherwise", [design])
    made = campaign.records.as_made["V1-1"].composition
    checks = promise_checks(SMALL, campaign.records)
    assert [check.measured for check in checks] == [made["MMT"], made["CNF"]]
    assert [check.met for check in checks] == [made["MMT"] <= 0.3, False]


def test_requirements_on_the_recipe_are_judged_by_what_was_delivered(campaign):
    """Prices and footprints are those of the library; there is no published footprint of montmorillonite."""
    mix = Composition({"CNF": 0.5, "MMT": 0.2, "gelatin": 0.3, "glycerol": 0.0})
    campaign.add("made", [attrs.evolve(campaign.records.as_made["V1-1"], composition=mix)])
    asked = (
        "CNF:MMT >= 2",
        "CNF:glycerol >= 2",
        "glycerol:CNF >= 2",
        "CNF:glycerol <= 9",
        "cost <= 1 USD/kg",
        "footprint <= 100 kg CO2e/kg",
    )
    campaign.add("asked otherwise", [attrs.evolve(campaign.records.designs["D1-1"], require=asked)])
    price = {name: material(name).price or 0.0 for name in mix}
    warming = impact_factors()["Global warming, kg CO2 eq"]
    found = promise_checks(SMALL, campaign.records)
    assert [check.measured for check in found] == [
        pytest.approx(0.5 / 0.2),
        math.inf,
        0.0,
        math.inf,
        pytest.approx(0.5 * price["CNF"] + 0.2 * price["MMT"] + 0.3 * price["gelatin"]),
        pytest.approx(0.5 * warming["CNF"] + 0.3 * warming["gelatin"]),
    ]
    assert [check.met for check in found] == [True, True, False, False, False, True]
    assert [check.note for check in found] == ["", "", "", "", "", "without MMT"]


def test_a_film_that_holds_neither_of_two_materials_has_no_ratio_of_them(campaign):
    campaign.add("made", [attrs.evolve(campaign.records.as_made["V1-1"], composition=Composition({"CNF": 1.0}))])
    campaign.add("asked", [attrs.evolve(campaign.records.designs["D1-1"], require=("MMT:glycerol >= 2",))])
    (check,) = promise_checks(SMALL, campaign.records)
    assert (check.measured, check.met, check.note) == (None, None, "the film holds nothing of both")


def test_a_film_of_another_recipe_says_nothing_of_a_promise(campaign):
    """Somebody gave the film of a design a recipe of their own before it was made."""
    before = progress(SMALL, campaign.records).designs_verified
    campaign.add("edited", [Approval("V1-1", Verdict.EDITED)])
    (check,) = promise_checks(SMALL, campaign.records)
    assert (check.film, check.measured, check.met) == ("V1-1", None, None)
    assert "another recipe" in check.note
    assert promise_scores(SMALL, campaign.records) == PromiseScores((), open=0)
    assert progress(SMALL, campaign.records).designs_verified == before - 1


def test_a_film_that_was_given_up_leaves_no_promise_open(campaign):
    film = campaign.records.films["V1-1"]
    campaign.add("more", [attrs.evolve(campaign.records.designs["D1-1"], label="D1-2")])
    campaign.add("its film", [attrs.evolve(film, label="V1-2", design="D1-2")])
    before = promise_scores(SMALL, campaign.records)
    campaign.add("refused", [Approval("V1-2", Verdict.REFUSED)])
    after = promise_scores(SMALL, campaign.records)
    assert (before.open, after.open, after.kept) == (1, 0, before.kept)
    assert {check.note for check in promise_checks(SMALL, campaign.records) if check.film == "V1-2"} == {"given up"}
    # What was measured before it was given up stays as it is.
    campaign.add("refused", [Approval("V1-1", Verdict.REFUSED)])
    assert promise_scores(SMALL, campaign.records) == after


def test_a_value_that_was_rejected_breaks_no_promise(campaign, tmp_path):
    """Nobody knows what the film measures until it is measured again."""
    with open_campaign(fill_workspace(campaign, tmp_path / "lab")) as opened:
        reject_measurement(opened, "V1-1", "tensile_strength", "slipped in the grips", "Ada")
        records = opened.records()
    (check,) = promise_checks(SMALL, records)
    assert (check.met, check.note) == (None, "rejected: slipped in the grips")
    assert records.measurements["V1-1", "tensile_strength"].n == 0
    assert promise_scores(SMALL, records) == PromiseScores((), open=1)


@pytest.mark.parametrize(
    ("require", "yardstick"),
    [(">= 50 MPa", 50.0), ("<= 50 MPa", 50.0), (">= 0 MPa", 1.0)],
)
def test_values_are_drawn_over_a_bound_that_is_not_nothing(campaign, require, yardstick):
    def check(text):
        campaign.add("asked", [attrs.evolve(campaign.records.designs["D1-1"], require=(text,))])
        return promise_checks(SMALL, campaign.records)[0]

    assert check(f"tensile_strength {require}").yardstick == yardstick
    assert check("0 <= tensile_strength <= 50 MPa").yardstick == 50.0


def test_a_wish_of_aims_alone_promises_a_usable_film(campaign):
    design = attrs.evolve(campaign.records.designs["D1-1"], require=("maximise tensile_strength",))
    campaign.add("asked", [design])
    for grade, kept in ((Grade.A, True), (Grade.D, False)):
        campaign.add("graded", [attrs.evolve(campaign.records.grades["V1-1"], grade=grade)])
        scores = promise_scores(SMALL, campaign.records)
        assert scores.kept == (KeptPromise("D1-1", "V1-1", design.probability, kept),)
    html = write_report(SMALL, campaign.records, lambda sha256: b"")
    assert "requires nothing that can be judged: D1-1" in html


def test_a_design_without_films_is_not_verified(campaign):
    other = attrs.evolve(campaign.records.designs["D1-1"], label="D1-2")
    campaign.add("one more", [other])
    check = promise_checks(SMALL, campaign.records)[-1]
    assert (check.design.label, check.film, check.met) == ("D1-2", None, None)
    counts = progress(SMALL, campaign.records)
    assert (counts.designs, counts.designs_verified) == (2, 1)


def test_progress_counts_records():
    counts = progress(SMALL, synthetic_campaign(SMALL_TOML, upto="library").records)
    assert counts.planned == counts.made == counts.graded == len(SMALL.library())
    assert (counts.measured, counts.loops_done, counts.loops_planned) == (0, 0, 2)


def test_a_loop_counts_once_a_model_has_learned_from_it(campaign):
    assert progress(SMALL, campaign.records).loops_done == 2
    first = synthetic_campaign(SMALL_TOML, upto="loops", loops=1)
    assert progress(SMALL, first.records).loops_done == 1


def test_a_film_is_measured_once_every_property_has_a_value_or_a_reason():
    campaign = synthetic_campaign(SMALL_TOML, upto="library")
    for name, count in zip(SMALL.property_names, (0, 1), strict=True):
        campaign.add(name, [Measurement("L001", name, Status.FAILED, None, None, 0, "x", reason="torn")])
        assert progress(SMALL, campaign.records).measured == count


def test_origin_tells_simulated_from_measured(campaign):
    origin = data_origin(campaign.records)
    assert origin["grades"].measured == 0
    campaign.simulated = False
    with_measurement(campaign, value=1.0)
    assert data_origin(campaign.records)["measurements"].mixed


@pytest.mark.parametrize(
    "made, words",
    [
        ({"grades": DataOrigin(1, 0), "measurements": DataOrigin(1551, 0)}, "1 grade, 1,551 measurements"),
        ({"grades": DataOrigin(0, 9), "measurements": DataOrigin(3, 1200)}, "3 of 1,203 measurements"),
        ({}, ""),
    ],
)
def test_what_the_virtual_lab_made_is_said_in_words(monkeypatch, campaign, made, words):
    monkeypatch.setattr(summary, "data_origin", lambda records: made)
    assert summary.simulated_share(campaign.records) == words
