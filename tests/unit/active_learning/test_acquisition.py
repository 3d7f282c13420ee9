import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist, pdist

from active_learning.acquisition import AcquisitionContext, rule_named, rule_names
from active_learning.acquisition.disagreement import Disagreement
from active_learning.acquisition.goals import BestOfProperty, MeetBounds
from active_learning.acquisition.imitation import imitation, input_weights, matern
from active_learning.acquisition.pool import drawn_pool_of, pool_of
from active_learning.acquisition.rule import CheckedRule, Selection
from lab.errors import AcquisitionError, InvalidInputError, NoRecipeError, UnknownNameError
from lab.simplex import lattice, sample_uniform
from tests.unit.active_learning.fakes import FakeCommittee, small_definition, space

CANDIDATES = space().candidates(0.5)
QUALITY = space().quality(CANDIDATES)
NONE = np.empty((0, 3))


def context(candidates=CANDIDATES, quality=None, existing=NONE, committee=None, **more):
    quality = QUALITY if quality is None and candidates is CANDIDATES else quality
    quality = np.ones(len(candidates)) if quality is None else quality
    more.setdefault("goal", BestOfProperty(0, best=110.0))
    return AcquisitionContext(candidates, quality, existing, committee, **more)


def rng(seed=1):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("name", rule_names())
@settings(max_examples=20)
@given(batch=st.integers(1, 12), seed=st.integers(0, 99), films=st.integers(0, 15))
def test_every_rule_chooses_distinct_new_recipes_on_the_lattice(name, batch, seed, films):
    definition = small_definition()
    existing = CANDIDATES[rng(seed).choice(len(CANDIDATES), size=films, replace=False)]
    chosen = rule_named(name).choose(context(existing=existing, committee=FakeCommittee()), batch, rng(seed))

    assert chosen.compositions.shape == (batch, 3)
    np.testing.assert_array_equal(chosen.compositions, CANDIDATES[chosen.indices])
    assert len(np.unique(chosen.indices)) == batch
    assert definition.within_bounds(chosen.compositions).all()
    np.testing.assert_allclose(chosen.compositions.sum(axis=1), 1)
    if films:
        assert cdist(chosen.compositions, existing).min() > 0.01
    assert np.isfinite(chosen.score)
    assert chosen.rule == name and chosen.note == ""


@pytest.mark.parametrize("name", rule_names())
def test_every_rule_is_replayed_bit_for_bit_from_its_generator(name):
    first, second = (rule_named(name).choose(context(committee=FakeCommittee()), 5, rng(3)) for _ in range(2))

    np.testing.assert_array_equal(first.indices, second.indices)
    assert first.score == second.score


@pytest.mark.parametrize("name", [name for name in rule_names() if name not in {"random", "distance"}])
def test_rules_that_ask_a_committee_choose_by_distance_without_one_and_say_so(name):
    chosen = rule_named(name).choose(context(), 4, rng())
    by_distance = rule_named("distance").choose(context(), 4, rng())

    assert chosen.rule == "distance" and name in chosen.note and "no committee yet" in chosen.note
    np.testing.assert_array_equal(chosen.indices, by_distance.indices)


def test_unknown_rule_gets_a_hint():
    with pytest.raises(UnknownNameError) as caught:
        rule_named("ascore")

    assert "a-score" in caught.value.hint


def test_films_that_exist_are_not_made_again_even_if_made_a_little_differently():
    made = CANDIDATES + np.array([0.004, -0.004, 0.0])
    left = pool_of(context(existing=made[3:]), 1)

    np.testing.assert_array_equal(left.indices, [0, 1, 2])


def test_a_pool_smaller_than_the_batch_says_why():
    with pytest.raises(NoRecipeError, match=r"4 films are asked for and 3 different recipes are left"):
        rule_named("random").choose(context(existing=CANDIDATES[3:]), 4, rng())


def test_identical_recipes_count_once():
    twice = np.vstack([CANDIDATES[:3]] * 5)
    with pytest.raises(NoRecipeError, match="15 candidates, 3 of them different"):
        rule_named("distance").choose(context(twice), 4, rng())

    assert len(np.unique(rule_named("distance").choose(context(twice), 3, rng()).compositions, axis=0)) == 3


def test_wrong_shapes_and_numbers_are_all_listed():
    with pytest.raises(InvalidInputError) as caught:
        AcquisitionContext(CANDIDATES, np.append(QUALITY[:-2], np.nan), np.ones((2, 4)))

    assert len(caught.value.faults) == 3


@pytest.mark.parametrize("name", [name for name in rule_names() if name not in {"random", "distance"}])
def test_a_committee_without_numbers_is_refused(name):
    with pytest.raises(AcquisitionError, match="learned no property"):
        rule_named(name).choose(context(committee=FakeCommittee(broken=True)), 4, rng())


@pytest.mark.parametrize("name", [name for name in rule_names() if name not in {"random", "distance"}])
def test_a_property_that_nobody_measured_yet_is_left_out(name):
    class Unmeasured(FakeCommittee):
        def member_means(self, inputs):
            means = super().member_means(inputs)
            return np.concatenate([means, np.full((*means.shape[:2], 1), np.nan)], axis=2)

    chosen, expected = (
        rule_named(name).choose(context(committee=committee), 4, rng()) for committee in (Unmeasured(), FakeCommittee())
    )
    np.testing.assert_array_equal(chosen.indices, expected.indices)


@pytest.mark.parametrize("name", [name for name in rule_names() if name not in {"random", "distance"}])
def test_single_predictions_that_are_no_numbers_are_refused(name):
    class Broken(FakeCommittee):
        def member_means(self, inputs):
            means = super().member_means(inputs)
            means[0, ::3, 0] = np.nan
            return means

    with pytest.raises(AcquisitionError, match="no numbers"):
        rule_named(name).choose(context(committee=Broken()), 4, rng())


def test_a_rule_that_returns_nan_or_a_film_twice_is_refused():
    class Nan(CheckedRule):
        name = "nan"
        needs_committee = False

        def select(self, pool, batch, rng):
            return Selection(np.arange(batch), float("nan"))

    class Twice(Nan):
        def select(self, pool, batch, rng):
            return Selection(np.zeros(batch, dtype=int), 1.0)

    with pytest.raises(AcquisitionError, match="no number"):
        Nan().choose(context(), 3, rng())
    with pytest.raises(AcquisitionError, match="1 different films instead of 3"):
        Twice().choose(context(), 3, rng())


def test_distance_spreads_films_further_than_chance():
    def closest(name):
        return pdist(rule_named(name).choose(context(), 10, rng()).compositions).min()

    assert closest("distance") > 2 * closest("random")


def test_distance_reports_the_closest_pair():
    existing = CANDIDATES[:5]
    chosen = rule_named("distance").choose(context(existing=existing), 6, rng())

    closest = min(pdist(chosen.compositions).min(), cdist(chosen.compositions, existing).min())
    assert chosen.score == pytest.approx(closest)


def test_a_score_is_that_of_the_paper_and_beats_random_batches():
    committee = FakeCommittee()
    existing = CANDIDATES[::17]

    def a_score(batch):
        predicted = committee.predict(batch)
        term = (predicted.model_sd**2 / predicted.mean).sum(axis=1).mean()
        return min(pdist(batch).min(), cdist(batch, existing).min()) * term

    chosen = rule_named("a-score").choose(context(existing=existing, committee=committee), 8, rng())
    left = pool_of(context(existing=existing), 8).candidates
    best_of_random = max(a_score(left[rng(s).choice(len(left), 8, replace=False)]) for s in range(300))

    assert chosen.score == pytest.approx(a_score(chosen.compositions))
    assert chosen.score > best_of_random


def test_a_score_asks_the_committee_only_for_recipes_that_it_draws():
    asked = []

    class Counting(FakeCommittee):
        def predict(self, inputs):
            asked.append(len(inputs))
            return super().predict(inputs)

    candidates = sample_uniform(rng(), 100_000, 4)
    rule_named("a-score").choose(context(candidates, existing=np.empty((0, 4)), committee=Counting()), 10, rng())

    assert sum(asked) <= 10_010


def test_uncertainty_takes_the_recipes_where_the_committee_disagrees_most():
    candidates = lattice(3, 0.05)
    committee = FakeCommittee(known=(0.0, 0.0, 1.0))
    chosen = rule_named("uncertainty").choose(context(candidates, committee=committee), 5, rng())
    predicted = committee.predict(candidates)
    expected = np.argsort(-np.log1p((predicted.model_sd / predicted.noise_sd) ** 2).sum(axis=1))[:5]

    assert set(chosen.indices) == set(expected)


def test_quality_steers_away_from_recipes_that_would_not_be_usable():
    quality = np.where(CANDIDATES[:, 0] > 0.4, 0.01, 1.0)
    for name in ("uncertainty", "max-det", "ivr", "distance"):
        chosen = rule_named(name).choose(context(quality=quality, committee=FakeCommittee()), 4, rng())
        assert (quality[chosen.indices] == 1.0).all(), name


def test_measuring_lessens_variance_as_in_a_gaussian_process():
    pool = pool_of(context(committee=FakeCommittee()), 1)
    disagreement = Disagreement.on_properties(pool, "test")
    members = FakeCommittee().member_means(pool.candidates)
    noise = FakeCommittee().predict(pool.candidates).noise_sd
    # The calibrated standard deviation of the fake is that of its members as a whole population.
    whitened = (members - members.mean(axis=0)) / noise / np.sqrt(len(members))
    rows = [4, 40, 77]
    for row in rows:
        disagreement.measure(row)

    for p in range(2):
        covariance = whitened[:, :, p].T @ whitened[:, :, p]
        gain = covariance[:, rows] @ np.linalg.inv(covariance[np.ix_(rows, rows)] + np.eye(3))
        expected = np.diag(covariance - gain @ covariance[rows])
        np.testing.assert_allclose(disagreement.variance()[p], expected, atol=1e-10)


def test_variance_removed_is_what_measuring_removes():
    disagreement = Disagreement.on_properties(pool_of(context(committee=FakeCommittee()), 1), "test")
    weights = np.linspace(0.1, 1, len(CANDIDATES))
    promised = disagreement.variance_removed(weights)[31]
    before = disagreement.variance() @ weights / weights.sum()
    disagreement.measure(31)
    after = disagreement.variance() @ weights / weights.sum()

    assert promised == pytest.approx((before - after).sum())


def test_a_batch_of_max_det_tells_more_than_the_most_uncertain_films():
    def information(name):
        chosen = rule_named(name).choose(context(committee=FakeCommittee()), 6, rng())
        disagreement = Disagreement.on_properties(pool_of(context(committee=FakeCommittee()), 1), "test")
        total = 0.0
        for row in chosen.indices:
            total += disagreement.information()[row]
            disagreement.measure(int(row))
        return total

    assert information("max-det") > information("uncertainty")


def test_a_large_pool_is_drawn_from_and_indices_still_name_the_candidates():
    candidates = sample_uniform(rng(), 60_000, 3)
    chosen = rule_named("max-det").choose(context(candidates, committee=FakeCommittee()), 4, rng())

    np.testing.assert_array_equal(candidates[chosen.indices], chosen.compositions)


def test_a_goal_is_asked_for_where_a_rule_needs_one():
    with pytest.raises(AcquisitionError, match="no goal"):
        rule_named("ei").choose(context(committee=FakeCommittee(), goal=None), 3, rng())


@pytest.mark.parametrize("name", ["ei", "ucb"])
def test_goal_rules_go_where_the_best_film_can_be(name):
    committee = FakeCommittee(spread=0.01)
    high = rule_named(name).choose(context(committee=committee), 3, rng())
    low = rule_named(name).choose(
        context(committee=committee, goal=BestOfProperty(0, best=-110.0, maximise=False)), 3, rng()
    )

    assert high.compositions[:, 0].mean() > 0.6
    assert low.compositions[:, 0].mean() < 0.1


def test_expected_improvement_of_one_film_is_that_of_jones():
    committee = FakeCommittee(members=2000, spread=0.05)
    chosen = rule_named("ei").choose(context(committee=committee, goal=BestOfProperty(0, best=120.0)), 1, rng())
    members = committee.member_means(CANDIDATES)[:, :, 0]
    by_members = np.maximum(members - 120.0, 0).mean(axis=0) * QUALITY

    assert by_members[chosen.indices[0]] == pytest.approx(by_members.max(), rel=0.05)
    assert chosen.score == pytest.approx(by_members.max(), rel=0.1)


def test_a_batch_for_a_goal_does_not_hold_the_same_film_ten_times():
    committee = FakeCommittee(spread=0.3, noise=0.001)
    chosen = rule_named("ei").choose(context(committee=committee), 6, rng())
    members = committee.member_means(CANDIDATES)[:, :, 0]
    by_themselves = np.argsort(-np.maximum(members - 110.0, 0).mean(axis=0))[:6]

    assert pdist(chosen.compositions).mean() > pdist(CANDIDATES[by_themselves]).mean()


def test_goals_know_the_best_film_and_the_tightest_margin():
    measured = np.array([[1.0, 5.0], [3.0, np.nan], [2.0, 4.0]])

    assert BestOfProperty.among(measured, 0).best == 3.0
    assert BestOfProperty.among(measured, 1, maximise=False).best == -4.0
    assert BestOfProperty.among(measured[:0], 1).best == -np.inf
    goal = MeetBounds(np.array([1.0, -np.inf]), np.array([np.inf, 4.0]), np.array([2.0, 0.5]))
    np.testing.assert_allclose(goal.utility(measured[[0, 2]]), [-2.0, 0.0])


def test_a_goal_of_bounds_looks_for_films_that_meet_all_of_them():
    goal = MeetBounds(np.array([115.0, 0.4]), np.full(2, np.inf), np.array([10.0, 0.1]))
    chosen = rule_named("ei").choose(context(committee=FakeCommittee(spread=0.01), goal=goal), 3, rng())

    assert (chosen.compositions[:, 0] >= 0.25).all() and (chosen.compositions[:, 1] >= 0.25).all()


def test_input_weights_are_large_where_answers_change():
    points = lattice(4, 0.1)
    answers = np.stack([6 * points[:, 1], 6 * points[:, 1] ** 2], axis=1)
    weights = input_weights(points, answers, rng())

    assert np.argmax(weights) == 1 and weights[1] > 3 * np.delete(weights, 1).max()
    np.testing.assert_allclose(input_weights(points, 0 * answers, rng()), 1)


def test_an_imitation_is_a_gaussian_process():
    existing, new = CANDIDATES[::29], [3, 50, 51]
    answers = rng().normal(size=(len(existing), 2))
    knowledge = imitation(CANDIDATES, CANDIDATES[:40], existing, answers=answers, noise=0.1)
    for row in new:
        knowledge.measure(row)
    removed = knowledge.variance_removed(np.ones(40))
    # The length scale was chosen inside; any of those tried must give exactly these numbers.
    middle = np.sqrt(((CANDIDATES - CANDIDATES.mean(axis=0)) ** 2).sum(axis=1).mean())
    seen = np.vstack([existing, CANDIDATES[new]])

    def by_definition(length):
        gain = np.linalg.solve(
            matern(seen / length, seen / length) + 0.1 * np.eye(len(seen)), matern(seen / length, CANDIDATES / length)
        )
        covariance = (
            matern(CANDIDATES / length, CANDIDATES / length) - matern(CANDIDATES / length, seen / length) @ gain
        )
        return (covariance[:, :40] ** 2).mean(axis=1) / (np.diag(covariance) + 0.1)

    assert any(np.allclose(removed, by_definition(middle * factor)) for factor in (0.2, 0.35, 0.5, 0.7, 1, 1.5, 2.5, 4))


def test_a_small_draw_of_many_candidates_is_sorted_out_alone():
    many = sample_uniform(rng(3), 500, 3)
    many[::2] = many[0]
    whole = context(candidates=many, quality=np.ones(500), existing=many[1:2])
    pool = drawn_pool_of(whole, 5, 20, rng())
    assert len(pool) == 20
    np.testing.assert_array_equal(pool.candidates, many[pool.indices])
    assert len(np.unique(pool.candidates, axis=0)) == 20
    few = np.repeat(many[:12], 50, axis=0)
    assert len(drawn_pool_of(context(candidates=few, quality=np.ones(600), existing=NONE), 5, 20, rng())) == 7


class Negative(FakeCommittee):
    """The same committee with values below zero."""

    def member_means(self, inputs):
        return -FakeCommittee.member_means(self, inputs)


class Zero(FakeCommittee):
    """The same committee with the first property 0 everywhere, half of the recipes without a doubt."""

    def predict(self, inputs):
        found = FakeCommittee.predict(self, inputs)
        found.mean[:, 0] = 0.0
        found.model_sd[::2, 0] = 0.0
        return found


def test_a_score_of_a_property_that_is_0_is_a_number():
    chosen = rule_named("a-score").choose(context(committee=Zero()), 5, rng())

    assert 0 < chosen.score < np.inf


def test_a_score_of_negative_properties_is_that_of_their_size():
    below, above = (
        rule_named("a-score").choose(context(committee=one), 5, rng()) for one in (Negative(), FakeCommittee())
    )
    np.testing.assert_array_equal(below.indices, above.indices)
    assert below.score == pytest.approx(above.score)
