import itertools

import numpy as np
import pytest

from lab import library
from lab.seeds import generator
from lab.simplex import sample_uniform
from lab.virtual.constants import constants
from lab.virtual.film_world import FilmWorld
from lab.virtual.grade_field import grade_scores, margin, smooth_step

MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")


@pytest.fixture(scope="module")
def published():
    graded = library.published_grades()
    return np.array([c.vector(MATERIALS) for c, _ in graded]), [grade for _, grade in graded]


def test_all_286_published_recipes_get_exactly_their_published_grade(published):
    points, grades = published
    assert len(points) == 286
    assert FilmWorld().grades(points) == grades


def test_the_order_of_materials_does_not_matter(published):
    points, grades = published
    world = FilmWorld(("glycerol", "MMT", "gelatin", "CNF"))
    assert world.grades(points[:, [3, 1, 2, 0]]) == grades


def test_one_wt_percent_of_any_two_materials_off_a_recipe_keeps_its_grade(published):
    points, grades = published
    world = FilmWorld()
    for gaining, losing in itertools.permutations(range(4), 2):
        moved = points.copy()
        step = np.minimum(0.01, moved[:, losing])
        moved[:, gaining] += step
        moved[:, losing] -= step
        assert world.grades(moved) == grades
        # On the plateau graders have no doubt, so none will disagree.
        assert margin(world.grade_scores(moved)).min() > constants()["hands.doubt"]


def test_scores_are_shares_everywhere_on_the_simplex():
    scores = grade_scores(sample_uniform(generator(1, "shares"), 5000, 4), constants())
    assert scores.shape == (5000, 4)
    assert (scores >= 0).all()
    np.testing.assert_allclose(scores.sum(axis=1), 1)


def test_the_field_is_continuous_along_any_line():
    rng = generator(2, "lines")
    world = FilmWorld()
    start, end = sample_uniform(rng, 40, 4), sample_uniform(rng, 40, 4)
    positions = np.linspace(0, 1, 4001)[:, None]
    for a, b in zip(start, end, strict=True):
        field = world.usable_field(a + positions * (b - a))
        # Steepest where a plateau ends: 1 over (plateau_end - plateau), times 15/8 for the quintic step.
        steepest = 15 / 8 / (constants()["grades.plateau_end"] - constants()["grades.plateau"]) + 2 / 0.05
        assert np.abs(np.diff(field)).max() <= steepest * np.linalg.norm(b - a) / 4000


def test_about_half_of_the_simplex_is_usable_as_the_paper_states():
    # Chen et al. 2024: about 48 % of the design space is feasible.
    points = sample_uniform(generator(3, "share"), 20_000, 4)
    usable = np.mean([grade == "A" for grade in FilmWorld().grades(points)])
    assert usable == pytest.approx(0.48, abs=0.05)


def test_usable_field_is_the_score_of_grade_a():
    points = sample_uniform(generator(4, "score"), 100, 4)
    world = FilmWorld()
    np.testing.assert_array_equal(world.usable_field(points), world.grade_scores(points)[:, 0])


def test_smooth_step_is_flat_at_both_ends():
    np.testing.assert_allclose(smooth_step(np.array([-1.0, 0.0, 0.5, 1.0, 2.0])), [0, 0, 0.5, 1, 1])
    slope = np.diff(smooth_step(np.array([0.0, 1e-4, 1 - 1e-4, 1.0])))
    assert slope[0] < 1e-9
    assert slope[2] < 1e-9


def test_where_feasibility_fails_as_published(published):
    # The trends that the published grades show, at random compositions of those regions.
    points = sample_uniform(generator(5, "trends"), 30_000, 4)
    fibre, clay, gelatin, glycerol = points.T
    grades = np.array([grade.value for grade in FilmWorld().grades(points)])
    sticky = grades[(glycerol > 0.55) & (fibre < 0.15)]
    assert np.isin(sticky, ["C", "D"]).mean() > 0.85
    assert (sticky == "D").mean() > 0.6
    dip = grades[(clay > 0.1) & (clay < 0.2) & (fibre < 0.15) & (glycerol < 0.5)]
    assert np.isin(dip, ["C", "D"]).mean() > 0.85
    curling = grades[(gelatin < 0.03) & (glycerol < 0.1) & (clay < 0.6)]
    assert (curling == "B").mean() > 0.6
    broad = grades[(clay > 0.3) & (clay < 0.7) & (glycerol < 0.3) & (gelatin > 0.1)]
    assert (broad == "A").mean() > 0.8
