import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from active_learning.inverse_design import METHODS, design
from active_learning.inverse_design.dispensing import Dispensed, Unmakeable
from active_learning.inverse_design.diversity import diverse, total_variation
from active_learning.inverse_design.looked_at import LookedAt
from active_learning.inverse_design.specification import specification
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import HOPELESS
from lab.errors import AcquisitionError, InvalidInputError, NoRecipeError, UnknownNameError
from lab.library import property_named
from lab.requirements import parse_requirements, parse_wish
from lab.simplex import lattice, snap
from tests.unit.active_learning.fakes import (
    UNBOUNDED,
    FakeCommittee,
    FakeQuality,
    SmoothCommittee,
    four_materials,
    many_materials,
    small_definition,
    space,
)

DEFINITION = attrs.evolve(small_definition(), quality=attrs.evolve(small_definition().quality, design_threshold=0.6))
NONE = np.empty((0, 3))


def requirements(*texts, definition=DEFINITION):
    return parse_requirements(texts, definition.units)


def designed(*texts, committee=None, quality=None, existing=NONE, **more):
    committee, quality = committee or FakeCommittee(spread=0.02), quality or FakeQuality()
    return design(requirements(*texts), DEFINITION, committee, quality, existing, **more)


@given(
    least=st.floats(100, 135), clarity=st.floats(0.2, 0.6), top=st.integers(1, 6), most=st.sampled_from([0.2, 0.4, 0.8])
)
def test_designs_are_recipes_of_the_campaign_that_differ(least, clarity, top, most):
    found = designed(f"stiffness >= {least} MPa", f"clarity >= {clarity}", f"alpha <= {most}", top=top)
    compositions = np.array([one.composition for one in found])

    assert 1 <= len(found) <= top
    np.testing.assert_allclose(compositions.sum(axis=1), 1)
    np.testing.assert_allclose(snap(compositions, DEFINITION.recipe_step), compositions, atol=1e-12)
    assert DEFINITION.within_bounds(compositions).all()
    assert (compositions[:, 0] <= most + 1e-9).all()
    if found[0].probability >= HOPELESS:
        assert [one.probability for one in found] == sorted((one.probability for one in found), reverse=True)
    for i, one in enumerate(compositions[:-1]):
        assert total_variation(compositions[i + 1 :], one).min() >= 0.05 - 1e-9


def test_the_best_design_has_the_highest_probability_of_all_recipes():
    committee = FakeCommittee(spread=0.02)
    texts = ("stiffness >= 120 MPa", "clarity >= 0.4")
    best = designed(*texts, committee=committee)[0]
    recipes = DEFINITION.candidates()
    recipes = recipes[1 - recipes[:, 2] >= 0.6]
    wish = specification(requirements(*texts), DEFINITION)
    probability = committee.probability_within(recipes, wish.lower, wish.upper) * (1 - recipes[:, 2])

    # What is promised counts the error of dispensing, which is small beside the slopes of this committee.
    assert best.probability == pytest.approx(probability.max(), rel=1e-2)
    assert probability[np.abs(recipes - best.composition).sum(axis=1).argmin()] == probability.max()
    assert best.probability == pytest.approx(best.met * best.usable)


@pytest.mark.parametrize("method", ["sweep", "climb"])
def test_of_recipes_of_equal_quality_the_one_most_probably_usable_is_taken(method):
    class Doubtful(FakeQuality):
        def usable_probability(self, compositions):
            return 0.5 + 0.4 * compositions[:, 1]

    found = designed("beta <= 60 wt%", "stiffness >= 1 MPa", quality=Doubtful(value=0.9), method=method)[0]

    assert found.composition[1] == pytest.approx(0.6)
    assert found.usable == pytest.approx(0.74, abs=0.01) and found.quality == 0.9
    assert found.probability == pytest.approx(found.met * found.usable)


def test_a_design_carries_its_predictions_and_its_nearest_film():
    existing = np.array([[0.5, 0.4, 0.1], [0.1, 0.1, 0.8]])
    found = designed("stiffness >= 110 MPa", existing=existing, top=1)[0]
    prediction = found.predictions["stiffness"]

    assert set(found.predictions) == {"stiffness", "clarity"}
    assert prediction.p05 < prediction.mean < prediction.p95
    assert found.distance == pytest.approx(total_variation(existing, found.composition).min())
    assert designed("stiffness >= 110 MPa", top=1)[0].distance == np.inf


def test_without_a_requirement_on_properties_quality_alone_decides():
    committee = FakeCommittee()
    found = designed("alpha <= 0.5", committee=committee, top=1)

    assert found[0].met == pytest.approx(1.0)
    assert found[0].composition[2] == pytest.approx(0.1)
    assert np.allclose(committee.probability_within(NONE + 0.0, *UNBOUNDED), 1)


def test_the_quality_threshold_falls_where_no_recipe_reaches_it_and_the_answer_says_so():
    found = designed("stiffness >= 110 MPa", quality=FakeQuality(value=0.3))

    assert len(found) > 0 and found.threshold == pytest.approx(0.27)
    assert "no recipe reaches a quality of 60 %, so recipes from 27 % on" in found.note
    assert designed("stiffness >= 110 MPa").note == ""


def test_requirements_on_materials_are_kept_exactly_or_refused():
    assert all(one.composition[1] <= 0.2 + 1e-9 for one in designed("beta <= 20 wt%", "stiffness >= 100 MPa"))
    with pytest.raises(InvalidInputError, match="largest fractions"):
        designed("alpha <= 0.2", "beta <= 0.2", "gamma <= 0.3")
    with pytest.raises(NoRecipeError, match="in steps of 5 wt%"):
        designed("0.51 <= beta <= 0.54", "stiffness >= 1 MPa")


def test_all_faults_of_a_specification_are_listed():
    wrong = requirements("stiffness >= 200 MPa", "stiffness <= 100 MPa", "gamma <= 0.05")
    with pytest.raises(InvalidInputError) as caught:
        specification(wrong, DEFINITION)

    assert len(caught.value.faults) == 2
    assert "'stiffness >= 200 MPa' and 'stiffness <= 100 MPa' cannot hold together" in caught.value.faults[0]
    assert caught.value.hint == "loosen the bounds"
    with pytest.raises(InvalidInputError, match="nothing is required") as caught:
        specification((), DEFINITION)
    assert "say what is wanted" in caught.value.hint


def test_wrong_calls_are_refused():
    with pytest.raises(InvalidInputError, match="at least one"):
        designed("clarity >= 0.3", top=0)
    with pytest.raises(UnknownNameError, match="no known method"):
        designed("clarity >= 0.3", method="magic")
    with pytest.raises(AcquisitionError, match="no number"):
        designed("clarity >= 0.3", committee=FakeCommittee(broken=True))


class HalfLearned(FakeCommittee):
    """A committee that has never seen a value of the second property."""

    def predict(self, inputs):
        known = super().predict(inputs)
        return attrs.evolve(known, mean=known.mean * [1, np.nan])

    def probability_within(self, inputs, lower, upper):
        return np.zeros(len(inputs)) if np.isfinite([lower[1], upper[1]]).any() else np.ones(len(inputs))


@pytest.mark.parametrize("wish", ["stiffness >= 100 MPa", "alpha >= 20 %", "clarity >= 0.3"])
def test_nothing_is_promised_of_a_property_that_was_never_measured(wish):
    found = designed(wish, committee=HalfLearned())

    assert found
    assert {name for one in found for name in one.predictions} == {"stiffness"}


@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_answers_alike_for_the_same_seed(method):
    first, second = (designed("stiffness >= 110 MPa", method=method, seed=4) for _ in range(2))

    np.testing.assert_array_equal(
        [one.composition for one in first.candidates], [one.composition for one in second.candidates]
    )
    assert first.method == method


def test_the_papers_method_gives_the_centre_of_the_recipes_that_meet_by_their_mean():
    # The fake committee's first property is about 100, the second a fraction.
    properties = (property_named("tensile_strength"), property_named("transmittance_vis"))
    definition = attrs.evolve(four_materials(), properties=properties)
    names = definition.property_names
    texts = requirements(f"{names[0]} >= 120 MPa", f"{names[1]} >= 0.35", definition=definition)
    committee = FakeCommittee(spread=0.0)
    found = design(texts, definition, committee, FakeQuality(0.0), np.empty((0, 4)), method="paper")
    recipes = definition.candidates()
    meeting = recipes[(100 + 50 * recipes[:, 0] >= 120) & (0.2 + 0.6 * recipes[:, 1] >= 0.35)]

    assert len(found) == 1
    assert total_variation(found[0].composition[None], meeting.mean(axis=0))[0] < 0.02


def test_the_papers_method_offers_nothing_where_no_mean_meets():
    found = designed("stiffness >= 500 MPa", method="paper")

    assert len(found) == 0 and "no recipe meets" in found.note


def test_diverse_takes_the_best_first_and_no_more_than_there_are():
    points = lattice(3, 0.1)
    worth = points[:, 0]
    rows = diverse(points, worth, 500, least=0.3)

    assert worth[rows[0]] == 1
    assert len(rows) < len(points)
    np.testing.assert_array_equal(worth[rows], np.sort(worth[rows])[::-1])


def test_a_design_elsewhere_is_preferred_to_one_next_to_the_first():
    points = np.array([[0.5, 0.5], [0.56, 0.44], [0.9, 0.1], [0.51, 0.49]])

    assert diverse(points, np.array([0.9, 0.88, 0.8, 0.89]), 2).tolist() == [0, 2]
    assert diverse(points, np.array([0.9, 0.88, 0.8, 0.89]), 4).tolist() == [0, 1, 2]


@pytest.mark.parametrize("committee", [FakeCommittee(spread=0.02), SmoothCommittee(spread=0.02)])
def test_climbing_finds_what_the_sweep_finds(committee):
    texts = ("stiffness >= 112 MPa", "0.35 <= clarity <= 0.5", "alpha <= 40 wt%")
    by_sweep, by_climb = (designed(*texts, committee=committee, method=method, top=3) for method in ("sweep", "climb"))

    assert by_climb[0].probability == pytest.approx(by_sweep[0].probability)
    assert len(by_climb) == 3
    assert all(one.composition[0] <= 0.4 + 1e-9 for one in by_climb)


@pytest.mark.parametrize("committee", [FakeCommittee(spread=0.0), SmoothCommittee(spread=0.0)])
def test_of_too_many_recipes_to_list_climbing_finds_likely_ones(committee):
    definition = many_materials()
    definition = attrs.evolve(definition, quality=attrs.evolve(definition.quality, design_threshold=0.6))
    # Stiffness needs 40 % of the first, clarity 50 % of the second material: one corner of a ten-material space.
    texts = requirements("stiffness >= 120 MPa", "clarity >= 0.5", definition=definition)
    found = design(texts, definition, committee, FakeQuality(), np.empty((0, 10)), top=4)
    compositions = np.array([one.composition for one in found])

    assert found.method == "climb"
    assert found[0].probability > 0.7
    assert definition.within_bounds(compositions).all()
    np.testing.assert_allclose(compositions.sum(axis=1), 1)
    np.testing.assert_allclose(compositions * 50, np.rint(compositions * 50), atol=1e-9)


MANY = attrs.evolve(many_materials(), quality=attrs.evolve(DEFINITION.quality, design_threshold=0.6))


def of_many(*texts, **more):
    wish = requirements(*texts, definition=MANY)
    return design(wish, MANY, SmoothCommittee(spread=0.0), FakeQuality(), np.empty((0, 10)), **more)


@pytest.mark.parametrize("method", ["climb", "sweep"])
def test_among_many_materials_a_narrow_wish_has_recipes_too(method):
    # None of 200,000 recipes at random is without six of ten materials.
    absent = [f"without m{number}" for number in range(2, 8)]
    found = of_many("stiffness >= 115 MPa", "clarity >= 0.4", *absent, method=method)

    assert found[0].probability > 0.9 and len(found) == 5
    assert all((one.composition[2:8] == 0).all() for one in found)


def test_of_one_exact_ratio_the_best_recipe_is_climbed_to():
    # With m0 = 2 m1 = 32 % stiffness is 116 +- 2 % and clarity 0.296 +- 2 %: the more of both, the better, and of what
    # is left the less m9 the more usable; so the best recipe holds as much of the pair as its quality allows.
    found = of_many("stiffness >= 118 MPa", "clarity >= 0.32", "2 <= m0:m1 <= 2")
    best = found[0].composition

    assert found[0].probability > 0.99
    assert best[9] == 0 and best[0] == pytest.approx(2 * best[1])
    # Many other recipes hold about as much of the pair.
    assert len(found) == 5 and found[4].probability > 0.9
    assert all(one.composition[0] == pytest.approx(2 * one.composition[1]) for one in found)


def test_a_narrow_recipe_is_no_conflict_with_what_is_required_of_it():
    # Within these bounds stiffness reaches 120, and clarity .44, but not .5.
    found = of_many("stiffness >= 118 MPa", "clarity >= 0.5", "40 <= m0 <= 40 %", "40 <= m1 <= 40 %")

    assert found[0].probability < 0.5
    assert "stiffness >= 118 MPa" not in {text for one in found.conflicts for text in (one.first, one.second)}
    assert [(one.first, one.second) for one in found.conflicts] == [("clarity >= 0.5", "40 <= m1 <= 40 %")]


def test_where_no_recipe_is_allowed_the_bounds_on_the_recipe_are_named():
    with pytest.raises(NoRecipeError) as caught:
        of_many("stiffness >= 115 MPa", "1.37 <= m0:m1 <= 1.37", "m0 >= 2 %")

    assert "keeps to 1.37 <= m0:m1 <= 1.37, m0 >= 2 %" in str(caught.value)


def test_quality_conflicts_with_what_only_poorer_films_can():
    found = asked("gamma >= 30 wt%", "quality >= 80 %")

    assert [(one.first, one.second) for one in found.conflicts] == [("gamma >= 30 wt%", "quality >= 80 %")]


def test_chances_show_where_the_nearest_miss_misses_and_conflicts_are_named():
    committee = FakeCommittee(spread=0.0)
    texts = ("stiffness >= 130 MPa", "clarity >= 0.5", "gamma <= 0.8")
    found = designed(*texts, committee=committee, top=2)

    assert found[0].probability < 0.5
    assert found[0].chances["gamma <= 0.8"] == 1.0
    assert min(found[0].chances.values()) < 0.9
    assert [(c.first, c.second) for c in found.conflicts] == [texts[:2]]
    assert found.conflicts[0].together < 0.5 < min(found.conflicts[0].alone)
    assert found.diagnosis.out_of_reach == ()


def test_three_requirements_of_which_any_two_go_together_are_in_each_others_way():
    # They need 40, 30 and 40 % of the film.
    found = asked("stiffness >= 120 MPa", "clarity >= 0.38", "gamma >= 40 wt%")
    (conflict,) = found.conflicts

    assert conflict.beside_the_rest and conflict.second == "gamma >= 40 wt%"
    assert conflict.together < 0.25 and min(conflict.alone) > 0.5
    assert "with all others" in str(conflict)
    assert all(pair.probability > 0.5 for pair in found.diagnosis.pairs)


def test_requirements_that_are_only_seldom_met_together_do_not_conflict():
    # Each range holds a measurement in about six or seven cases of ten, whatever the recipe.
    found = asked("120 <= stiffness <= 124.5 MPa", "0.36 <= clarity <= 0.39", "gamma <= 20 %")

    assert found[0].probability < 0.5
    assert found.conflicts == () and found.diagnosis.out_of_reach == ()
    assert "yet all together are seldom met" in found.note


@pytest.mark.parametrize(("enough", "better"), [(0.1, False), (0.2, True), (0.9, False)])
def test_before_a_claim_better_recipes_are_climbed_for(enough, better):
    (wanted,) = requirements("stiffness >= 120 MPa")
    task = Task(
        specification([wanted], DEFINITION), DEFINITION, SmoothCommittee(spread=0.0), space(DEFINITION), top=1, seed=0
    )
    recipe = np.array([[0.35, 0.55, 0.1]])
    looked_at = LookedAt(task, recipe, usable=np.array([0.9]), quality=np.array([0.9]))
    chance = looked_at.chance(wanted)

    assert 0.1 < chance[0] < 0.2
    # In the last case not half of what would be enough is reached.
    assert (looked_at.highest([wanted], chance, enough) > 0.8) == better


def test_a_claim_is_not_made_where_recipes_looked_at_lie_at_the_lower_of_two_peaks():
    class TwoPeaks(FakeCommittee):
        def probability_within(self, inputs, lower, upper):
            low, high = (np.abs(inputs - peak).sum(axis=1) for peak in ([0.6, 0.3, 0.1], [0.1, 0.3, 0.6]))
            return np.maximum(0.45 - 0.2 * low, 0.9 - 1.5 * high).clip(0)

    (wanted,) = requirements("stiffness >= 120 MPa")
    task = Task(specification([wanted], DEFINITION), DEFINITION, TwoPeaks(), space(slope=0.0), top=1, seed=0)
    # Many recipes at the lower peak, and one at the foot of the higher.
    recipes = np.array([[0.6, 0.3, 0.1], *([[0.6 - 0.05 * n, 0.3 + 0.05 * n, 0.1] for n in range(5)]), [0.2, 0.4, 0.4]])
    looked_at = LookedAt(task, recipes, usable=np.ones(len(recipes)), quality=np.ones(len(recipes)))

    assert looked_at.chance(wanted).max() == pytest.approx(0.45)
    assert looked_at.highest([wanted], looked_at.chance(wanted), 0.5) == pytest.approx(0.9)


def test_a_requirement_that_nothing_meets_is_named():
    found = designed("stiffness >= 300 MPa", "clarity >= 0.3", committee=FakeCommittee(spread=0.0))

    assert [one.requirements for one in found.diagnosis.out_of_reach] == [("stiffness >= 300 MPa",)]
    assert found.conflicts == ()


def test_a_likely_answer_needs_no_diagnosis():
    found = designed("stiffness >= 105 MPa", committee=FakeCommittee(spread=0.0))

    assert found[0].probability > 0.5 and found.diagnosis is None and found.conflicts == ()


def test_of_hopeless_recipes_the_nearest_miss_comes_first():
    found = designed("stiffness >= 400 MPa", "clarity >= 0.2", committee=FakeCommittee(spread=0.0), top=3)

    assert found[0].met == 0.0
    assert found[0].composition[0] == pytest.approx(0.8)
    assert "nearest misses" in found.note


def asked(*texts, **more):
    wish = parse_wish(texts, DEFINITION.units)
    return design(wish, DEFINITION, FakeCommittee(spread=0.02), FakeQuality(), NONE, **more)


@pytest.mark.parametrize("method", ["sweep", "climb"])
def test_ratios_and_absent_materials_are_kept_exactly(method):
    found = asked("stiffness >= 105 MPa", "1 <= alpha:beta <= 2", "beta >= 10 %", method=method)
    for one in found:
        assert 1 - 1e-9 <= one.composition[0] / one.composition[1] <= 2 + 1e-9
    assert all(one.composition[1] == 0 for one in asked("stiffness >= 105 MPa", "without beta", method=method))


def test_cost_and_footprint_bound_the_recipe_and_say_what_they_leave_out():
    material = DEFINITION.ranges[0].material
    priced = attrs.evolve(DEFINITION.ranges[0], material=attrs.evolve(material, price=100.0))
    definition = attrs.evolve(DEFINITION, ranges=(priced, *DEFINITION.ranges[1:]))
    wish = parse_wish(["stiffness >= 105 MPa", "cost <= 30 USD/kg"], definition.units)
    found = design(wish, definition, FakeCommittee(spread=0.02), FakeQuality(), NONE)

    assert all(one.composition[0] <= 0.3 + 1e-9 for one in found)
    assert "the cost leaves out beta, gamma" in found.note


def test_films_from_the_stocks_at_hand_bound_every_material():
    # 48 mL of 10 mg/mL hold 480 mg: for 24 films of 40 mg at most half of each may be alpha.
    found = asked("films >= 24", "maximise alpha", top=1)

    assert found[0].composition[0] == pytest.approx(0.5)


@pytest.mark.parametrize("method", ["sweep", "climb"])
def test_an_aim_decides_among_recipes_that_are_about_as_sure(method):
    texts = ("stiffness >= 105 MPa", "clarity >= 0.2")
    plain, aimed = asked(*texts, method=method)[0], asked(*texts, "maximise clarity", method=method)[0]

    assert aimed.predictions["clarity"].mean > plain.predictions["clarity"].mean
    assert aimed.probability >= 0.75 * plain.probability


def test_quality_can_be_required():
    assert all(one.quality >= 0.78 for one in asked("stiffness >= 105 MPa", "quality >= 80 %"))


@pytest.mark.parametrize(
    ("texts", "complaint"),
    [
        (["alpha:clarity >= 2"], "clarity is no material of this campaign\nWhat to do: materials: alpha, beta, gamma"),
        (["quality <= 50 %"], "quality has a lower bound"),
        (["films <= 3"], "ask for a number of films"),
        (["2 <= films <= 3"], "ask for a number of films"),
        (["stiffness = 120 MPa"], "exactly one value: give a range"),
        (["clarity >= 0.2", "maximise films"], "the number of films is no aim\nWhat to do: require it"),
        (["alpha:alpha >= 2"], "a ratio is one of two different materials"),
        (["clarity >= 150 %"], "never holds"),
        (["films >= 1000000"], "bounds or stocks"),
    ],
)
def test_requirements_on_recipes_that_make_no_sense_are_refused(texts, complaint):
    with pytest.raises(InvalidInputError, match=complaint):
        asked(*texts)


def test_a_front_shows_what_one_requirement_costs_of_the_other():
    found = asked("stiffness >= 130 MPa", "clarity >= 0.5", top=2)
    (conflict,) = found.conflicts
    stiff, clear = np.array([one.values for one in conflict.front]).T

    assert len(conflict.front) > 3
    assert (np.diff(stiff) < 0).all() and (np.diff(clear) > 0).all()


def test_what_the_robot_makes_of_a_design_is_told_or_why_it_makes_nothing():
    definition = attrs.evolve(DEFINITION, stocks=DEFINITION.stocks[:2])
    wish = requirements("stiffness >= 105 MPa")
    made = asked("stiffness >= 105 MPa", top=1)[0].dispensed
    unmade = design(wish, definition, FakeCommittee(spread=0.02), FakeQuality(), NONE, top=1)

    assert isinstance(made, Dispensed)
    assert made.composition.sum() == pytest.approx(1) and 0 < made.minutes < 120
    assert set(made.stocks) <= {"a", "b", "c", "water"}
    assert isinstance(unmade[0].dispensed, Unmakeable)
    assert "no stock of gamma" in unmade[0].dispensed.why and "no stock of gamma" in unmade.note


def test_of_stocks_that_hold_too_little_the_wish_that_heeds_them_is_named():
    first, *others = DEFINITION.stocks
    definition = attrs.evolve(DEFINITION, stocks=(attrs.evolve(first, volume=8300.0, dead_volume=8000.0), *others))
    found = [
        design(requirements(*texts), definition, FakeCommittee(spread=0.02), FakeQuality(), NONE, top=1)[0]
        for texts in (["alpha >= 50 wt%"], ["stiffness >= 90 MPa", "films >= 1"])
    ]

    assert isinstance(found[0].dispensed, Unmakeable)
    assert found[0].dispensed.why.endswith("(prepare more of a, or require 'films >= 1')")
    assert isinstance(found[1].dispensed, Dispensed)


def test_pairs_reach_what_asking_every_recipe_finds():
    committee, quality = FakeCommittee(spread=0.02), FakeQuality()
    texts = ("stiffness >= 130 MPa", "clarity >= 0.5", "alpha <= 0.4")
    found = designed(*texts, committee=committee, quality=quality)
    recipes = DEFINITION.candidates()
    assert len(found.diagnosis.pairs) == 3
    for pair in found.diagnosis.pairs:
        wish = specification(requirements(*pair.requirements), DEFINITION)
        every = committee.probability_within(recipes, wish.lower, wish.upper) * quality.predict(recipes)
        assert pair.probability == pytest.approx((every * wish.allows(recipes)).max(), abs=1e-12)


def test_recipes_that_are_worth_nothing_are_still_told_apart():
    corners = np.eye(3)
    assert set(diverse(corners, np.zeros(3), 3)) == {0, 1, 2}


def test_designs_that_the_robot_makes_one_recipe_of_give_way_to_others():
    weak, strong = DEFINITION.stocks[1:]
    definition = attrs.evolve(
        DEFINITION, ranges=DEFINITION.ranges[1:], stocks=(attrs.evolve(weak, concentration=5.0), strong)
    )
    wish = parse_wish(["stiffness >= 130 MPa"], definition.units)
    found = design(wish, definition, FakeCommittee(spread=0.02), FakeQuality(value=1.0), np.empty((0, 2)))
    shares = sorted(round(float(one.composition[0]), 4) for one in found)

    assert shares == [0.0, 0.05, 0.125]  # of the weak stock; more of it does not fit into the dish
