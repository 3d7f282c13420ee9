"""Rules for goals, costs, and knowledge of Gaussian processes, on made-up committees."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist
from scipy.special import ndtr
from scipy.stats import skew

from active_learning.acquisition import (
    AcquisitionContext,
    BestCompromises,
    BestOfProperty,
    MeetBounds,
    RatedFilms,
    default_rule,
    rule_named,
)
from active_learning.acquisition.bends import bent, expected_values
from active_learning.acquisition.knowledge import Knowledge
from active_learning.acquisition.pool import pool_of
from active_learning.acquisition.prospects import prospects
from active_learning.acquisition.rules.search import WANTED, good_from
from benchmarks.property_processes import fit_property_processes
from lab.errors import AcquisitionError, InvalidInputError
from models.committee import fit_committee
from tests.unit.active_learning.fakes import FakeCommittee, small_definition, space

CANDIDATES = space().candidates(0.5)
NONE = np.empty((0, 3))
MEASURED = np.array([[110.0, 0.3], [120.0, 0.25], [105.0, 0.5]])


def context(goal=None, committee=None, **more):
    quality = np.ones(len(CANDIDATES))
    return AcquisitionContext(CANDIDATES, quality, NONE, committee or FakeCommittee(), goal, **more)


def rng(seed=1):
    return np.random.default_rng(seed)


def gaussian(first, second):
    return np.exp(-0.5 * ((first[:, None, :] - second[None, :, :]) ** 2).sum(axis=2) / 0.3**2)


def test_knowledge_is_the_posterior_of_a_gaussian_process():
    candidates, references, existing = CANDIDATES[:9], CANDIDATES[10:16], CANDIDATES[20:24]
    knowledge = Knowledge(gaussian, candidates, np.ones(9), references, existing, noise=0.1)
    knowledge.measure(4)

    def variance(known, points):
        inverse = np.linalg.inv(gaussian(known, known) + 0.1 * np.eye(len(known)))
        return 1 - np.einsum("ij,jk,ik->i", gaussian(points, known), inverse, gaussian(points, known))

    known = np.vstack([existing, candidates[4]])
    weights = np.arange(1.0, 7.0)
    before = weights @ variance(known, references) / weights.sum()
    after = [weights @ variance(np.vstack([known, c]), references) / weights.sum() for c in candidates]
    np.testing.assert_allclose(knowledge.variance_removed(weights), before - np.array(after), atol=1e-10)


@pytest.mark.parametrize("labels", ["measured", "one value"])
def test_gp_ivr_asks_the_processes_of_a_real_committee(labels):
    films = CANDIDATES[::30]
    values = np.stack([100 + 50 * films[:, 0], np.full(len(films), 0.4)], axis=1)
    if labels == "one value":
        values[:, 0] = 120.0
    committee = fit_committee(
        films, values, np.full_like(values, np.nan), small_definition().properties, members=2, epochs=20, seed=1
    )
    assert len(committee.kernels) == 2
    found = rule_named("gp-ivr").choose(
        AcquisitionContext(CANDIDATES, np.ones(len(CANDIDATES)), films, committee), 5, rng()
    )
    assert len(np.unique(found.indices)) == 5
    assert np.isfinite(found.score)


def test_search_expects_as_many_good_films_as_are_wanted():
    goal = BestOfProperty.among(MEASURED, 0)
    expected = prospects(pool_of(context(goal), 1), "search")
    threshold = good_from(expected, np.ones(len(CANDIDATES)))
    above = ndtr((expected.mean - threshold) / expected.total_sd())
    count = above.sum() + (goal.measured > threshold).sum()
    assert count == pytest.approx(WANTED * (len(CANDIDATES) + 3), abs=1.0)


def processes(column_missing=None):
    films = CANDIDATES[::30]
    values = np.stack([100 + 50 * films[:, 0] - 90 * films[:, 1] ** 2, 0.4 + 0.1 * films[:, 0]], axis=1)
    if column_missing is not None:
        values[:, column_missing] = np.nan
    known = fit_property_processes(films, values, np.full_like(values, np.nan), small_definition().properties, seed=1)
    return films, known


@pytest.mark.parametrize("name", ["chance", "ei", "ucb", "search"])
def test_one_property_is_sought_by_its_own_process(name):
    films, known = processes(column_missing=1)
    goal = BestOfProperty(0, best=130.0, measured=np.array([120.0, 130.0]))
    chosen = rule_named(name).choose(
        AcquisitionContext(CANDIDATES, np.ones(len(CANDIDATES)), films, known, goal), 5, rng()
    )
    assert known.predict(chosen.compositions).mean[:, 0].mean() > np.quantile(known.predict(CANDIDATES).mean[:, 0], 0.9)
    with pytest.raises(AcquisitionError, match="never measured"):
        rule_named(name).choose(
            AcquisitionContext(CANDIDATES, np.ones(len(CANDIDATES)), films, known, BestOfProperty(1)), 5, rng()
        )


def lopsided(values):
    return abs(float(skew(values)))


def test_ratings_are_bent_towards_a_normal_distribution_and_keep_their_order():
    ratings = -np.random.default_rng(3).lognormal(sigma=0.8, size=80)
    found = bent(ratings)
    assert (np.diff(found[np.argsort(ratings)])[2:] > 0).all()  # but for the two that are far out
    assert found.mean() == pytest.approx(0, abs=1e-12)
    assert found.std(ddof=1) == pytest.approx(1)
    assert lopsided(found) < 0.25 * lopsided(ratings)
    straight = np.random.default_rng(3).normal(size=80)
    np.testing.assert_allclose(bent(straight), (straight - straight.mean()) / straight.std(ddof=1), atol=0.1)
    # A few films do not bend what the prior holds to be straight.
    few = np.array([-9.0, 0.0, 1.0])
    assert lopsided(bent(few)) > 0.5 * lopsided(few)


@pytest.mark.parametrize("code", [-9.0, -999.0, -1e12])
def test_films_that_failed_altogether_leave_the_others_apart(code):
    ratings = np.random.default_rng(3).normal(size=60)
    failed = ratings.copy()
    failed[::12] = code
    good = np.delete(np.arange(60), np.arange(0, 60, 12))
    found, alone = bent(failed)[good], bent(ratings[good])
    np.testing.assert_array_equal(np.argsort(found), np.argsort(ratings[good]))
    assert np.ptp(found) > 0.5 * np.ptp(alone)
    assert found.min() > bent(failed)[0]


def test_where_most_values_are_the_same_none_of_them_is_far_out():
    ratings = np.concatenate([np.full(30, 2.0), [-5.0, -1.0, 3.0, 4.0]])
    assert len(np.unique(bent(ratings).round(9))) == 5


def test_expected_values_are_those_of_a_gaussian_process():
    films, known = processes()
    values = bent(100 + 50 * films[:, 0] - 90 * films[:, 1] ** 2)
    kernel = known.kernels[0].refitted(films, values)
    inverse = np.linalg.inv(kernel.covariance(films, films) + kernel.noise * np.eye(len(films)))
    by_hand = kernel.covariance(CANDIDATES, films) @ inverse @ values
    found = expected_values(kernel, films, values, CANDIDATES)
    np.testing.assert_allclose(found, by_hand, rtol=1e-5, atol=1e-6)
    assert np.corrcoef(found, 50 * CANDIDATES[:, 0] - 90 * CANDIDATES[:, 1] ** 2)[0, 1] > 0.95


@pytest.mark.parametrize("name", ["ei", "ucb", "search"])
def test_films_that_are_bad_beyond_measure_do_not_hide_the_good_ones(name):
    films = np.random.default_rng(2).permutation(CANDIDATES)[:60]
    truth = 4 * CANDIDATES[:, 0] - 5 * (CANDIDATES[:, 1] - 0.3) ** 2
    value = 4 * films[:, 0] - 5 * (films[:, 1] - 0.3) ** 2
    value[::6] -= 60.0
    properties = small_definition().properties[:1]
    known = fit_property_processes(films, value[:, None], np.full((60, 1), np.nan), properties, seed=1)

    def reached(goal):
        told = AcquisitionContext(CANDIDATES, np.ones(len(CANDIDATES)), films, known, goal)
        return truth[rule_named(name).choose(told, 5, rng()).indices].mean()

    plain = reached(BestOfProperty.among(value[:, None], 0))
    rated = reached(BestOfProperty.among(value[:, None], 0, films=RatedFilms.of(films, value)))
    assert rated > plain


def test_rated_films_are_those_with_a_value_and_low_ones_are_good_where_the_least_is_wanted():
    rated = RatedFilms.of(CANDIDATES[:3], np.array([1.0, np.nan, 3.0]), maximise=False)
    np.testing.assert_array_equal(rated.recipes, CANDIDATES[[0, 2]])
    np.testing.assert_array_equal(rated.ratings, [-1.0, -3.0])


@pytest.mark.parametrize(("films", "deviations"), [(10, 1.0950), (119, 1.5472)])  # square root of half of ln(1 + films)
def test_the_more_films_the_more_uncertainty_counts(films, deviations):
    goal, one = BestOfProperty.among(MEASURED, 0), CANDIDATES[-1:]
    told = AcquisitionContext(one, np.ones(1), CANDIDATES[:films], FakeCommittee(), goal)
    expected = prospects(pool_of(told, 1), "ucb")
    found = rule_named("ucb").choose(told, 1, rng())
    assert found.score == pytest.approx((expected.mean + deviations * expected.sd())[0], rel=1e-4)


def test_a_film_of_the_batch_lessens_the_uncertainty_around_it_and_not_far_away():
    films, known = processes()
    goal = BestOfProperty(0, best=130.0)
    pool = pool_of(AcquisitionContext(CANDIDATES, np.ones(len(CANDIDATES)), films, known, goal), 1)
    expected, recipes = prospects(pool, "ucb"), pool.candidates
    before = expected.sd()
    np.testing.assert_allclose(before, known.predict(recipes).model_sd[:, 0])
    row = int(before.argmax())
    expected.measure(row)
    away = np.linalg.norm(recipes - recipes[row], axis=1)
    share = expected.sd() / before
    assert share[row] < 0.7
    assert share[away.argmax()] > 0.95
    assert (expected.total_sd() > expected.sd()).all()


def test_search_takes_films_that_are_good_more_probably_than_others():
    chosen = rule_named("search").choose(context(BestOfProperty.among(MEASURED, 0)), 5, rng())
    assert chosen.compositions[:, 0].mean() > np.quantile(CANDIDATES[:, 0], 0.8)


def test_compromises_push_the_front_of_both_properties():
    goal = BestCompromises.among(MEASURED, [0, 1], maximise=[True, True])
    chosen = rule_named("ehvi").choose(context(goal, FakeCommittee(spread=0.01)), 6, rng())
    first, second = chosen.compositions[:, 0], chosen.compositions[:, 1]
    # The rest of the recipe is of no use for either property; along the front both are traded for each other.
    assert (1 - first - second).mean() < 0.1
    assert np.ptp(first) > 0.2
    assert chosen.score > 0


def test_the_score_of_compromises_is_the_share_of_the_box_that_they_add_to_the_front():
    goal = BestCompromises.among(MEASURED, [0, 1], maximise=[True, True])
    truth = FakeCommittee(spread=0.0).predict(CANDIDATES).mean
    worst, best = MEASURED.min(axis=0) - 0.1 * np.ptp(MEASURED, axis=0), np.vstack([truth, MEASURED]).max(axis=0)

    def area(films):
        """Area between the worst point and the front: strips from the highest second property down."""
        total, right = 0.0, worst[0]
        for first, second in sorted(films.tolist(), key=lambda film: -film[1]):
            total += max(first - right, 0.0) * max(second - worst[1], 0.0)
            right = max(right, first)
        return total

    added = np.array([area(np.vstack([MEASURED, one])) for one in truth]) - area(MEASURED)
    chosen = rule_named("ehvi").choose(context(goal, FakeCommittee(spread=0.0)), 1, rng())
    # Volumes are measured by 2000 points.
    assert added[chosen.indices[0]] == pytest.approx(added.max(), rel=0.1)
    assert chosen.score == pytest.approx(added[chosen.indices[0]] / np.prod(best - worst), abs=0.03)


def test_a_hypervolume_in_one_dimension_is_an_improvement():
    chosen = rule_named("ehvi").choose(context(BestOfProperty.among(MEASURED, 0), FakeCommittee(spread=0.01)), 1, rng())
    assert chosen.compositions[0, 0] == CANDIDATES[:, 0].max()


def test_compromises_know_utilities_of_films_and_of_properties_to_be_low():
    goal = BestCompromises.among(np.vstack([MEASURED, [[np.nan, 1.0]]]), [0, 1], maximise=[True, False])
    np.testing.assert_allclose(goal.measured_values, MEASURED * [1, -1])
    np.testing.assert_allclose(goal.measured, [min(5 / 15, 0.2 / 0.25), 1.0, 0.0])
    assert goal.best == 1.0
    members = np.stack([MEASURED, MEASURED[::-1], 2 * MEASURED, MEASURED])  # (members, films, properties)
    np.testing.assert_allclose(goal.utility(members), [goal.utility(one) for one in members])
    none = BestCompromises.among(np.empty((0, 2)), [0, 1], maximise=[True, True])
    assert none.best == -np.inf


def test_bounds_count_a_miss_in_the_spread_of_the_films_or_of_the_bound():
    lower, upper = np.array([115.0, -np.inf]), np.array([np.inf, 0.4])
    goal = MeetBounds.among(MEASURED, lower, upper)
    np.testing.assert_allclose(goal.scale, MEASURED.std(axis=0))
    assert goal.best == pytest.approx(min(5 / MEASURED[:, 0].std(), 0.15 / MEASURED[:, 1].std()))
    np.testing.assert_allclose(MeetBounds.among(MEASURED[:1], lower, upper).scale, [115.0, 0.4])


def bounds(lower, upper=(np.inf, np.inf)):
    return MeetBounds.among(MEASURED, np.array(lower), np.array(upper))


def choice(goal, size, quality=1.0):
    """Films that `chance` chooses beside films that processes learned from."""
    films, known = processes()
    told = AcquisitionContext(CANDIDATES, np.full(len(CANDIDATES), quality), films, known, goal)
    return rule_named("chance").choose(told, size, rng()), films, known


def test_chance_weighs_the_probability_to_keep_to_all_bounds_by_squared_distance():
    goal = bounds([115.0, -np.inf], [130.0, 0.47])
    chosen, films, known = choice(goal, 1, quality=0.8)
    probable = known.probability_within(CANDIDATES, goal.lower, goal.upper)
    away = cdist(CANDIDATES, films).min(axis=1)
    assert chosen.indices[0] == np.argmax(probable * away**2)
    assert chosen.score == pytest.approx(0.8 * probable[chosen.indices[0]])


def test_chance_looks_elsewhere_for_every_film_of_a_batch():
    goal = bounds([140.0, -np.inf])
    chosen, _, known = choice(goal, 6)
    probable = known.probability_within(CANDIDATES, goal.lower, goal.upper)
    assert pdist(chosen.compositions).mean() > 1.5 * pdist(CANDIDATES[np.argsort(-probable)[:6]]).mean()
    # Yet all of the batch are more probable than most.
    assert probable[chosen.indices].min() > np.median(probable)


def test_where_nothing_has_a_chance_distance_decides():
    chosen, films, known = choice(bounds([1e6, -np.inf]), 4)
    told = AcquisitionContext(CANDIDATES, np.ones(len(CANDIDATES)), films, known)
    np.testing.assert_array_equal(chosen.indices, rule_named("distance").choose(told, 4, rng()).indices)


def test_a_bound_on_a_property_that_was_never_measured_is_told():
    films, known = processes(column_missing=1)
    told = AcquisitionContext(CANDIDATES, np.ones(len(CANDIDATES)), films, known, bounds([115.0, 0.3]))
    with pytest.raises(AcquisitionError, match="a bound on a property that was never measured"):
        rule_named("chance").choose(told, 1, rng())


def test_the_default_rule_goes_by_what_is_wanted():
    assert default_rule(None).name == "gp-ivr"
    assert default_rule(bounds([115.0, -np.inf])).name == "chance"
    assert default_rule(BestOfProperty(0)).name == "ucb"
    assert default_rule(BestCompromises.among(MEASURED, [0, 1], maximise=[True, True])).name == "ucb"


@pytest.mark.parametrize("name", ["max-det", "ivr", "gp-ivr", "uncertainty"])
def test_dear_films_have_to_tell_more(name):
    prices = np.where(CANDIDATES[:, 0] > 0.4, 50.0, 1.0)
    free = rule_named(name).choose(context(), 8, rng())
    priced = rule_named(name).choose(context(cost=prices), 8, rng())
    assert prices[priced.indices].sum() < prices[free.indices].sum()


def test_costs_that_are_no_costs_are_refused():
    with pytest.raises(InvalidInputError, match="costs must be one positive number"):
        context(cost=np.zeros(len(CANDIDATES)))
