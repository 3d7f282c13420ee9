"""Reviews of made-up campaigns, and what a campaign chooses by: goals, costs, repeats."""

import math

import attrs
import numpy as np
import pytest

from active_learning.acquisition import BestCompromises, BestOfProperty
from active_learning.campaign import aims
from active_learning.campaign.censoring import completed
from active_learning.campaign.repeats import films_to_repeat
from active_learning.campaign.reviews import Check, Gain, Review, Verdict, latest_review, review_of
from active_learning.campaign.reviews.facts import Facts
from active_learning.campaign.reviews.health import doubts, health_checks
from active_learning.campaign.reviews.stopping import gains
from active_learning.campaign.training_data import measured_films
from active_learning.campaign.trainings import Training, last_training
from active_learning.feasible import FeasibleSpace
from lab.campaigns import CostRule, GoalRule
from lab.errors import StoreError
from lab.grades import Grade
from lab.open_campaigns import definition_file
from lab.records import Advice, Artefact, FilmGrade, LoopReview, Measurement, Status
from models.committee import fit_committee
from tests.factories import synthetic_campaign
from tests.unit.active_learning.fakes import FakeQuality

FINE = Check("feasible", Verdict.OK, "enough")
BAD = Check("noise", Verdict.FAILED, "too much")
HOPE = Check("goal", Verdict.OK, "one recipe may meet it")


def gain(ratio, name="strength"):
    return Gain(name, ratio * 0.2, 0.2, "readings")


@pytest.mark.parametrize(
    ("review", "advice", "reason"),
    [
        (Review("loop-00", 0, [FINE]), Advice.GO_ON, "nothing is measured"),
        (Review("loop-03", 30, [FINE], [gain(2.0), gain(0.5), gain(3.0)]), Advice.GO_ON, "2.00 times"),
        (Review("loop-03", 30, [FINE], [gain(0.9), gain(0.5), gain(3.0)]), Advice.STOP, "0.90 times"),
        (Review("loop-03", 30, [FINE], [gain(0.9), gain(0.7)]), Advice.STOP, "0.80 times"),
        (Review("loop-03", 30, [FINE, HOPE], [gain(0.9)]), Advice.GO_ON, "no film meets the goal yet; one recipe may"),
        (Review("loop-03", 30, [FINE, BAD], [gain(0.5)]), Advice.LOOK, "noise: too much"),
        (Review("loop-03", 30, [BAD], [gain(2.0)], reached=["A03-01"]), Advice.STOP, "A03-01"),
    ],
)
def test_advice_follows_from_what_was_found(review, advice, reason):
    assert review.advice is advice
    assert reason in review.reason
    assert review_of(review.to_record()) == review


def test_a_damaged_review_is_told_as_damage_of_the_store():
    for content in ("no json", "[]", '{"name": "loop-01"}'):
        with pytest.raises(StoreError, match="cannot be read"):
            review_of(LoopReview("loop-01", Advice.GO_ON, content))


def test_the_latest_review_is_that_of_the_last_training():
    records = synthetic_campaign(upto="loops", loops=2).records
    found = latest_review(records)
    assert found is not None
    assert found.name == "loop-02"
    assert latest_review(synthetic_campaign(upto="library").records) is None


def test_trainings_are_ordered_and_named():
    names = ["loop-02", "loop-02-definition-2", "loop-03", "loop-10"]
    assert sorted(map(Training.named, reversed(names))) == [Training.named(name) for name in names]
    assert [Training.named(name).name for name in names] == names
    assert Training(14, 2).quality == "quality-14-definition-2"
    with pytest.raises(ValueError, match="no name of a training"):
        Training.named("properties-03")
    campaign = synthetic_campaign(upto="loops", loops=2)
    campaign.add("extend:2", [Artefact(definition_file(2, 2), "0" * 64, "application/toml", 1)])
    assert last_training(2, campaign.records) == Training(2, 2)
    assert last_training(3, campaign.records) == Training(3)


@pytest.fixture(scope="module")
def campaign():
    return synthetic_campaign(upto="loops", loops=3)


def fitted(definition, films, epochs=60):
    tables = (films.compositions, films.values, films.standard_errors)
    return fit_committee(*tables, definition.properties, members=5, epochs=epochs, seed=1)


def facts_of(campaign, records=None, loop=3, epochs=60):
    records = records or campaign.records
    committee = fitted(campaign.definition, measured_films(campaign.definition, records), epochs)
    return Facts(campaign.definition, records, Training(loop), committee, committee)


@pytest.fixture(scope="module")
def facts(campaign):
    return facts_of(campaign)


def changed(campaign, *records):
    copy = synthetic_campaign(upto="loops", loops=3)
    copy.add("changed", records)
    return copy.records


def verdicts(facts, quality=1.0):
    space = FeasibleSpace(facts.definition, FakeQuality(value=quality))
    return {check.name: check.verdict for check in health_checks(facts, space)}


def test_a_healthy_campaign_passes(facts):
    found = verdicts(facts)
    assert found["feasible"] is found["quality"] is found["noise"] is Verdict.OK
    assert verdicts(facts, quality=0.1)["feasible"] is Verdict.FAILED


def test_before_the_first_loop_nothing_is_told(campaign):
    records = synthetic_campaign(upto="library").records
    found = verdicts(Facts(campaign.definition, records, Training(0), None, None))
    assert {name for name, verdict in found.items() if verdict is Verdict.UNKNOWN} == {
        "predictable", "calibration", "noise", "promise",
    }  # fmt: skip


def test_noise_that_grows_is_told(campaign):
    last = [
        attrs.evolve(one, sd=3 * one.sd)
        for one in campaign.records.measurements.values()
        if one.film.startswith("A03") and one.sd is not None
    ]
    assert verdicts(facts_of(campaign, changed(campaign, *last)))["noise"] is Verdict.FAILED


def test_a_batch_that_is_not_usable_breaks_its_promise(campaign):
    last = [FilmGrade(film, Grade.D) for film in campaign.records.suggestions if film.startswith("A03")]
    assert verdicts(facts_of(campaign, changed(campaign, *last)))["promise"] is Verdict.FAILED


@pytest.mark.parametrize(
    ("require", "verdict", "finding"),
    [
        (["tensile_strength >= 1 MPa"], Verdict.OK, "the most promising recipe meets the goal with a probability of 1"),
        (["toughness >= 1000 MJ/m^3"], Verdict.FAILED, "; loosen the requirements under [loop.goal]"),
        (["toughness >= 1 MJ/m^3", "CNF >= 99 %"], Verdict.FAILED, "keeps to the goal's 'CNF >= 99 %'"),
    ],
)
def test_a_goal_out_of_reach_is_told(facts, require, verdict, finding):
    sought = Facts(
        _with_goal(facts.definition, require=require), facts.records, Training(3), facts.committee, facts.committee
    )
    kept = sought.definition.candidates()
    space = FeasibleSpace(sought.definition, FakeQuality(value=1.0))
    vars(space)["recipes"] = kept[kept[:, 0] < 0.9]
    (check,) = [one for one in health_checks(sought, space) if one.name == "goal"]
    assert check.verdict is verdict
    assert finding in check.finding


def test_a_goal_is_not_judged_by_few_films(campaign):
    sought = _with_goal(campaign.definition, require=["toughness >= 1000 MJ/m^3"])
    records = synthetic_campaign(upto="library").records
    assert verdicts(Facts(sought, records, Training(0), None, None))["goal"] is Verdict.UNKNOWN


def test_properties_without_pattern_are_not_predictable(campaign):
    rng = np.random.default_rng(1)
    strength = [
        attrs.evolve(one, value=float(np.exp(rng.normal(3, 1))))
        for one in campaign.records.measurements.values()
        if one.property_name == "tensile_strength" and one.value is not None
    ]
    facts = facts_of(campaign, changed(campaign, *strength))
    space = FeasibleSpace(facts.definition, FakeQuality(value=1.0))
    check = next(one for one in health_checks(facts, space) if one.name == "predictable")
    assert check.verdict is Verdict.FAILED
    assert "tensile_strength" in check.finding


def test_an_outlier_is_doubted_and_repeated_first(campaign):
    wrong = next(
        one
        for one in campaign.records.measurements.values()
        if one.property_name == "tensile_strength" and one.value is not None
    )
    records = changed(campaign, attrs.evolve(wrong, value=wrong.value * 40, sd=wrong.sd))
    found = doubts(facts_of(campaign, records, epochs=300))
    assert found[0].film == wrong.film
    assert found[0].property_name == "tensile_strength"
    review = Review("loop-03", 30, [FINE], doubts=found)
    copy = synthetic_campaign(upto="loops", loops=3)
    copy.add("reviewed", [review.to_record()])
    asked = films_to_repeat(campaign.definition, copy.records, 3, np.random.default_rng(1))
    assert asked[0] == wrong.film
    assert len(set(asked)) == 3


def test_repeats_tell_the_noise_where_there_are_enough(campaign, facts):
    batch = facts.films.compositions[:4]
    before = {one.property_name: one for one in gains(facts, batch)}
    assert {one.source for one in before.values()} == {"readings"}
    first = [label for label in facts.films.labels if label.startswith("A01")][:4]
    alike = [
        attrs.evolve(campaign.records.films[label], asked=campaign.records.films[first[0]].asked) for label in first
    ]
    after = gains(facts_of(campaign, changed(campaign, *alike)), batch)
    assert {one.source for one in after} == {"repeats"}


def test_censored_values_lie_beyond_their_bounds(campaign):
    one = next(
        m
        for m in campaign.records.measurements.values()
        if m.property_name == "fracture_strain" and m.value is not None
    )
    bound = one.value * 1.5
    censored = Measurement(one.film, one.property_name, Status.CENSORED, bound, None, 1, "tester", reason="travel")
    films = measured_films(campaign.definition, changed(campaign, censored))
    row, column = films.labels.index(one.film), campaign.definition.property_names.index("fracture_strain")
    assert math.isnan(films.values[row, column])
    assert films.at_least[row, column] == bound
    filled = completed(films, fitted(campaign.definition, films))
    assert filled[row, column] > bound
    known = np.isfinite(films.values)
    np.testing.assert_array_equal(filled[known], films.values[known])


def test_goals_are_read_from_the_campaign(campaign):
    definition = campaign.definition
    films = measured_films(definition, campaign.records)
    assert aims.goal_of(definition, films) is None
    strong = _with_goal(definition, require=["tensile_strength >= 1 MPa", "CNF <= 30 %"])
    bounds = aims.goal_of(strong, films)
    assert bounds is not None
    assert bounds.best > 0
    assert aims.fitting(strong, definition.candidates())[:, 0].max() <= 0.3
    met = aims.films_that_meet(strong, campaign.records)
    assert met
    assert all(campaign.records.as_made[film].composition["CNF"] <= 0.3 for film in met)
    lowest = aims.goal_of(_with_goal(definition, minimise=["toughness"]), films)
    assert isinstance(lowest, BestOfProperty)
    toughness = films.values[:, definition.property_names.index("toughness")]
    assert lowest.best == -np.nanmin(toughness)
    assert lowest.films is not None
    known = np.isfinite(toughness)
    np.testing.assert_array_equal(lowest.films.recipes, films.inputs[known])
    np.testing.assert_array_equal(np.argsort(lowest.films.ratings), np.argsort(-toughness[known]))
    both = aims.goal_of(_with_goal(definition, maximise=["toughness", "youngs_modulus"]), films)
    assert isinstance(both, BestCompromises)
    assert both.measured_values.shape[1] == 2


def _with_goal(definition, **goal):
    return attrs.evolve(definition, loop=attrs.evolve(definition.loop, goal=GoalRule(**goal)))


def test_costs_are_those_of_work_and_materials(campaign):
    definition = campaign.definition
    assert aims.costs_of(definition, definition.library()) is None
    costs = CostRule(film=1.0, materials={"CNF": 100.0})
    priced = attrs.evolve(definition, loop=attrs.evolve(definition.loop, costs=costs))
    found = aims.costs_of(priced, np.eye(4))
    assert found is not None
    np.testing.assert_allclose(found, [1 + 100 * 40 / 1000, 1, 1, 1])
    free = attrs.evolve(definition, loop=attrs.evolve(definition.loop, costs=CostRule(materials={"CNF": 100.0})))
    # Films that cost nothing count as a thousandth of the dearest.
    found = aims.costs_of(free, np.eye(4))
    assert found is not None
    np.testing.assert_allclose(found, [4.0, 0.004, 0.004, 0.004])
