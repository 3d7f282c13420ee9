import numpy as np
import pytest

from lab.seeds import generator
from models.kernel_choice import DIRECTIONS, KernelChoice, choose_kernel


def chosen(recipes: np.ndarray, labels: np.ndarray) -> int:
    return choose_kernel(
        recipes / 0.25,
        labels + 0.1 * generator(2).normal(size=labels.shape),
        np.zeros(labels.shape),
        bends=np.zeros(recipes.shape[1], dtype=bool),
        recipes=np.arange(len(recipes)),
        rng=generator(3),
    ).directions


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


def few_of_many(films: int) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers, twelve a film, and two properties: one that two of them make, one of chance."""
    rng = generator(5)
    numbers = rng.uniform(-1.7, 1.7, (films, 12))
    labels = np.stack([numbers[:, 0] * numbers[:, 1] + 0.1 * rng.normal(size=films), rng.normal(size=films)])
    return numbers, labels


def chosen_for_numbers(films: int, number: bool = True) -> KernelChoice:
    numbers, labels = few_of_many(films)
    bends, recipes = np.full(12, number), np.arange(films)
    return choose_kernel(numbers, labels, np.zeros(labels.shape), bends=bends, recipes=recipes, rng=generator(3))


def test_lengths_are_free_for_the_property_that_few_of_many_numbers_make():
    choice = chosen_for_numbers(120)
    assert choice.free.tolist() == [True, False]
    assert choice.directions == 0


@pytest.mark.parametrize(("films", "number"), [(30, True), (120, False)])
def test_lengths_are_not_free_for_few_films_or_among_fractions(films, number):
    assert not chosen_for_numbers(films, number).free.any()


def test_a_property_of_one_label_keeps_the_usual_lengths():
    numbers, labels = few_of_many(60)
    labels[1, 1:] = np.nan
    bends, recipes = np.ones(12, dtype=bool), np.arange(60)
    choice = choose_kernel(numbers, labels, np.zeros(labels.shape), bends=bends, recipes=recipes, rng=generator(3))
    assert not choice.free[1]
