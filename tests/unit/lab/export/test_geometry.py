import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.export.geometry import section_levels, section_plan, tetrahedron_points, tetrahedron_vertices, triangle_points
from lab.simplex import lattice
from tests.factories import definition_of


def test_pure_materials_are_the_corners():
    assert np.allclose(tetrahedron_points(np.eye(4)), tetrahedron_vertices())
    corners = triangle_points(np.eye(3))
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    assert np.allclose(sides, 1.0)


def test_edges_of_the_tetrahedron_have_unit_length():
    first, second = np.triu_indices(4, 1)
    vertices = tetrahedron_vertices()
    assert np.allclose(np.linalg.norm(vertices[first] - vertices[second], axis=1), 1.0)


@given(st.floats(0.01, 100))
def test_a_section_shows_proportions_only(scale):
    points = lattice(3, 0.25)
    assert np.allclose(triangle_points(points), triangle_points(scale * points))


def test_a_film_without_any_of_the_three_lies_in_the_middle():
    assert np.allclose(triangle_points(np.zeros((1, 3))), triangle_points(np.full((1, 3), 1 / 3)))


@pytest.mark.parametrize(
    ("materials", "fixed", "corners"),
    [
        (["CNF", "glycerol"], [], ["CNF", "glycerol"]),
        (["CNF", "gelatin", "glycerol"], [], ["CNF", "gelatin", "glycerol"]),
        (["CNF", "MMT", "gelatin", "glycerol"], ["MMT"], ["CNF", "gelatin", "glycerol"]),
        (["CNF", "MMT", "gelatin", "glycerol", "chitosan"], ["CNF", "MMT"], ["gelatin", "glycerol", "chitosan"]),
    ],
)
def test_the_densest_materials_are_held_fixed(materials, fixed, corners):
    plan = section_plan(definition_of(materials, ["thickness"], step=0.5))
    assert [materials[index] for index in plan.fixed] == fixed
    assert [materials[index] for index in plan.corners] == corners
    assert plan.omitted == ()


def test_sections_lie_on_the_lattice_and_are_few():
    assert section_levels(np.array([0.0, 0.1, 0.1, 0.3]), 0.1) == pytest.approx([0.0, 0.1, 0.3])
    many = section_levels(np.linspace(0, 1, 51), 0.02)
    assert len(many) == 11
    assert many[[0, -1]] == pytest.approx([0.0, 1.0])
