import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab import library
from lab.errors import CompositionError, InvalidInputError
from lab.library import published_films
from lab.seeds import generator
from lab.simplex import close, sample_uniform
from lab.virtual.film_world import PROPERTIES, FilmWorld

MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")
OPTICAL = ("transmittance_uv", "transmittance_vis", "transmittance_ir")
# No film of these materials, however odd, may answer beyond these.
LIMITS = {
    "transmittance_uv": (0, 0.93),
    "transmittance_vis": (0, 0.93),
    "transmittance_ir": (0, 0.93),
    "residual_ratio": (0, 1),
    "tensile_strength": (0, 300),
    "fracture_strain": (0, 1.5),
    "youngs_modulus": (1, 20_000),
    "curve_alpha": (0, 1),
    "curve_beta": (0, 1),
    "toughness": (0, 15),
    "thickness": (10, 50),
}


@pytest.fixture(scope="module")
def world():
    return FilmWorld()


@pytest.fixture(scope="module")
def published():
    films = published_films()
    return np.array([film.composition.vector(MATERIALS) for film in films]), films


def errors(world, published, name):
    fractions, films = published
    observed = np.array([film.values[name] for film in films])
    return world.truth(fractions)[name], observed


@pytest.mark.parametrize("name", [n for n in PROPERTIES if n != "thickness"])
def test_median_relative_error_on_the_ten_published_films_is_at_most_20_percent(world, published, name):
    truth, observed = errors(world, published, name)
    assert np.median(np.abs(truth / observed - 1)) <= 0.20


@pytest.mark.parametrize("name", OPTICAL)
def test_median_transmittance_error_is_at_most_10_points(world, published, name):
    truth, observed = errors(world, published, name)
    assert np.median(np.abs(truth - observed)) <= 0.10


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4).filter(lambda amounts: sum(amounts) > 1e-3))
def test_every_property_of_every_composition_is_physical(amounts):
    truth = FilmWorld().truth(close([amounts]))
    assert set(truth) == set(PROPERTIES)
    for name, (lower, upper) in LIMITS.items():
        assert lower < truth[name][0] < upper, name
        assert not library.property_named(name).impossible(truth[name][0])


def test_the_corners_of_the_simplex_are_physical_too(world):
    truth = world.truth(np.eye(4))
    for name, (lower, upper) in LIMITS.items():
        assert ((truth[name] > lower) & (truth[name] < upper)).all(), name


def test_a_small_step_in_composition_is_a_small_step_in_every_property(world):
    rng = generator(1, "steps")
    points = sample_uniform(rng, 3000, 4)
    moved = 0.999 * points + 0.001 * sample_uniform(rng, 3000, 4)
    before, after = world.truth(points), world.truth(moved)
    for name in PROPERTIES:
        change = np.abs(after[name] - before[name])
        limit = 0.015 if LIMITS[name][1] <= 1 else 0.05 * before[name] + 1e-4 * LIMITS[name][1]
        assert (change < limit).all(), name


def test_one_row_alone_answers_as_within_many(world):
    points = sample_uniform(generator(2, "rows"), 50, 4)
    together = world.truth(points)
    for name in PROPERTIES:
        alone = np.array([world.truth(point[None, :])[name][0] for point in points])
        np.testing.assert_allclose(alone, together[name], rtol=1e-12)


def test_only_the_properties_asked_for_are_answered():
    world = FilmWorld(MATERIALS, ["thickness", "toughness"])
    assert list(world.truth(np.full((1, 4), 0.25))) == ["thickness", "toughness"]


def test_unknown_properties_and_options_are_refused_together_with_a_hint():
    with pytest.raises(InvalidInputError) as caught:
        FilmWorld(MATERIALS, ["smell", "toughness"], {"colour": "red", "role.CNF": "hero", "role.agar": "matrix"})
    assert len(caught.value.faults) == 4
    assert "smell" in str(caught.value)
    assert "toughness" in caught.value.hint


def test_what_is_no_composition_is_refused(world):
    with pytest.raises(CompositionError):
        world.truth(np.array([[0.5, 0.5, 0.5, 0.5]]))
