import numpy as np
import pytest

from lab.campaign_files import builtin_definition, parse_definition
from lab.library import published_grades
from lab.materials import HandlingClass, Material
from lab.seeds import generator
from lab.simplex import lattice, sample_uniform
from lab.virtual.bench import VirtualBench
from lab.virtual.film_world import PROPERTIES, FilmWorld
from lab.virtual.roles import Role, RoleMap, role_of

MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")
OPTICAL = ("transmittance_uv", "transmittance_vis", "transmittance_ir")
FILM = np.array([[0.25, 0.35, 0.35, 0.05]])


def test_built_in_materials_play_their_roles():
    roles = [role_of(name, {}) for name in (*MATERIALS, "chitosan")]
    assert roles == [Role.FIBRE, Role.PLATELET, Role.MATRIX, Role.PLASTICISER, Role.MATRIX]


def test_own_materials_play_the_role_of_their_handling_class_and_bare_names_that_of_a_polymer():
    clay = Material(name="sepiolite", title="", density=2.2, handling=HandlingClass.CLAY_DISPERSION)
    assert role_of(clay, {}) is Role.PLATELET
    assert role_of("agar", {}) is Role.MATRIX
    assert role_of("agar", {"agar": Role.PLASTICISER}) is Role.PLASTICISER


def test_roles_always_sum_to_one():
    points = sample_uniform(generator(1, "roles"), 100, 6)
    roles = RoleMap(("CNF", "agar", "MMT", "gelatin", "chitosan", "glycerol"), {})(points)
    np.testing.assert_allclose(roles.coordinates.sum(axis=1), 1)
    np.testing.assert_allclose(sum(fraction for _, fraction in roles.polymers), roles.matrix)


def test_leaving_a_material_out_is_the_same_as_none_of_it():
    points = sample_uniform(generator(2, "subset"), 50, 3)
    three = FilmWorld(("CNF", "gelatin", "glycerol"))
    four = np.insert(points, 1, 0.0, axis=1)
    expected = FilmWorld().truth(four)
    for name, values in three.truth(points).items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-12)
    assert three.grades(points) == FilmWorld().grades(four)


def test_a_campaign_without_clay_gets_the_published_grades_of_that_face():
    grades = {tuple(c.vector(MATERIALS).round(3)): grade for c, grade in published_grades()}
    points = lattice(3, 0.1)
    expected = [grades[(round(f, 3), 0.0, round(m, 3), round(g, 3))] for f, m, g in points]
    assert FilmWorld(("CNF", "gelatin", "glycerol")).grades(points) == expected


def test_a_fifth_polymer_changes_the_film_and_none_of_it_does_not():
    world = FilmWorld((*MATERIALS, "chitosan"))
    without = world.truth(np.hstack([FILM, [[0.0]]]))
    assert {n: v[0] for n, v in without.items()} == pytest.approx({n: v[0] for n, v in FilmWorld().truth(FILM).items()})
    swapped = FILM.copy()
    swapped[0, 2] = 0.0
    instead = world.truth(np.hstack([swapped, [[0.35]]]))
    for name in ("transmittance_uv", "tensile_strength", "fracture_strain", "youngs_modulus"):
        assert instead[name][0] != pytest.approx(without[name][0], rel=1e-3), name


def test_films_of_unknown_materials_alone_have_answers():
    world = FilmWorld(("pectin", "agar"))
    truth = world.truth(np.array([[0.5, 0.5], [1.0, 0.0]]))
    assert all(np.isfinite(values).all() for values in truth.values())
    assert len(world.grades(np.array([[0.5, 0.5]]))) == 1


def test_a_three_material_two_property_campaign_works():
    text = """
name = "small"
materials = { CNF = {}, chitosan = {}, glycerol = { max = 0.5 } }
properties.measure = ["tensile_strength", "transmittance_vis"]
lattice = { library_step = 0.25, recipe_step = 0.05 }
stocks = [
    { name = "a", material = "CNF", concentration = 10 },
    { name = "b", material = "chitosan", concentration = 10 },
    { name = "c", material = "glycerol", concentration = 20 },
]
casting.library = { deck = "screening-24-well", solids = 12, volume = 1600 }
casting.measured = { deck = "casting-6-dish", solids = 40, volume = 4500 }
world = { "role.chitosan" = "matrix" }
"""
    definition = parse_definition(text)
    VirtualBench(definition, 1)
    world = FilmWorld([r.material for r in definition.ranges], definition.property_names, definition.world)
    truth = world.truth(definition.library())
    assert set(truth) == {"tensile_strength", "transmittance_vis"}


@pytest.mark.parametrize(
    "attributes", [{"gelatin.source": "fish"}, {"MMT.lateral_size": "small"}, {"MMT.lateral_size": "large"}]
)
def test_batches_change_the_optics_much_more_than_fire_and_strength(attributes):
    points = sample_uniform(generator(3, "batches"), 5000, 4)
    world = FilmWorld()
    standard, other = world.truth(points), world.truth(points, attributes)
    change = {name: np.mean(np.abs(other[name] / standard[name] - 1)) for name in PROPERTIES}
    assert change["transmittance_uv"] > 0.05
    assert change["transmittance_uv"] > 8 * max(change["tensile_strength"], change["residual_ratio"]) > 0
    assert change["transmittance_vis"] > 2 * max(change["tensile_strength"], change["residual_ratio"])


def test_smaller_platelets_and_paler_gelatin_make_clearer_films():
    world = FilmWorld()
    standard = world.truth(FILM)
    for attributes in ({"MMT.lateral_size": "small"}, {"gelatin.source": "fish"}, {"gelatin.source": "porcine"}):
        clearer = world.truth(FILM, attributes)
        for name in OPTICAL:
            assert clearer[name][0] > standard[name][0]
    cloudier = world.truth(FILM, {"MMT.lateral_size": "large"})
    assert cloudier["transmittance_vis"][0] < standard["transmittance_vis"][0]


def test_default_batches_and_batches_that_are_not_in_the_film_change_nothing():
    world = FilmWorld()
    standard = world.truth(FILM)
    for name, values in world.truth(FILM, builtin_definition().attributes).items():
        np.testing.assert_array_equal(values, standard[name])
    without = np.array([[0.6, 0.3, 0.0, 0.1]])
    fish = world.truth(without, {"gelatin.source": "fish"})
    for name, values in world.truth(without).items():
        np.testing.assert_array_equal(values, fish[name])
