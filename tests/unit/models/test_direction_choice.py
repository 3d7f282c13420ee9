import numpy as np
import pytest

from lab.seeds import generator
from models.direction_choice import DIRECTIONS, useful_directions


def chosen(recipes: np.ndarray, labels: np.ndarray) -> int:
    return useful_directions(
        recipes / 0.25,
        labels + 0.1 * generator(2).normal(size=labels.shape),
        np.zeros(labels.shape),
        bends=np.zeros(recipes.shape[1], dtype=bool),
        recipes=np.arange(len(recipes)),
        rng=generator(3),
    )


def films(count: int, materials: int = 8) -> np.ndarray:
    return generator(1).dirichlet(np.ones(materials), count)


def roles(recipes: np.ndarray) -> np.ndarray:
    """Two properties of films whose first four materials do the same, and the others too."""
    first = recipes[:, :4].sum(axis=1)
    return np.stack([np.sin(8.0 * first), np.cos(6.0 * first)])


def test_directions_are_learned_where_materials_do_the_same():
    recipes = films(100)
    assert chosen(recipes, roles(recipes)) == DIRECTIONS


def test_there_are_none_where_every_film_is_a_matter_of_chance():
    recipes = films(100)
    assert chosen(recipes, generator(4).normal(size=(2, 100))) == 0


def test_there_are_none_where_every_material_does_something_else():
    recipes = films(100)
    own = np.stack([np.sin(2.0 + np.arange(8)) @ np.sin(np.outer(np.arange(3, 11), recipes[:, k])) for k in (0, 5)])
    assert chosen(recipes, own) == 0


@pytest.mark.parametrize(("count", "materials"), [(30, 8), (100, 3)])
def test_few_films_or_materials_have_none(count, materials):
    recipes = films(count, materials)
    labels = np.sin(8.0 * recipes[:, :2].sum(axis=1))[None]
    assert chosen(recipes, labels) == 0
