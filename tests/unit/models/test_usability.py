import numpy as np
import pytest

from lab.seeds import generator
from lab.simplex import sample_uniform
from models.metrics import brier_score
from models.usability import Usability, fit_usability
from tests.differences import central_differences


def films(count: int, seed: str = "films") -> np.ndarray:
    return sample_uniform(generator(1, seed), count, 4)


def usable(points: np.ndarray) -> np.ndarray:
    return (points[:, 0] > 0.2) & (points[:, 3] < 0.35)


def fitted(points: np.ndarray, happened: np.ndarray, counts: np.ndarray | None = None) -> Usability:
    model = fit_usability(points, happened, np.ones(len(points)) if counts is None else counts, generator(3, "fit"))
    assert model is not None
    return model


def learned(count: int, flipped: float = 0.0) -> Usability:
    points = films(count)
    return fitted(points, usable(points) ^ (generator(2, "flipped").random(count) < flipped))


def test_probability_tells_usable_recipes_from_others():
    new = films(2_000, "new")
    promised = learned(200)(new)

    assert ((promised > 0.5) == usable(new)).mean() > 0.9
    assert brier_score(usable(new), promised) < 0.08


@pytest.mark.parametrize("flipped", [0.0, 0.15])
def test_recipes_that_are_picked_for_a_high_probability_keep_it(flipped):
    # Of 20 candidates the one with the highest promise is taken, as a search does; what it truly gives is noisy alike.
    new = films(8_000, "picked").reshape(400, 20, 4)
    promised = learned(300, flipped)(new.reshape(-1, 4)).reshape(400, 20)
    best = promised.argmax(axis=1)
    picked, rows = new[np.arange(400), best], np.arange(400)
    truly = np.where(usable(picked), 1.0 - flipped, flipped)

    assert promised[rows, best].mean() == pytest.approx(truly.mean(), abs=0.06)


def test_far_from_all_films_it_promises_less():
    points = films(150)
    known = points[points[:, 1] < 0.4]
    model = fitted(known, usable(known))
    inside = np.array([[0.6, 0.2, 0.2, 0.0]])
    outside = np.array([[0.25, 0.75, 0.0, 0.0]])

    assert usable(inside)[0] and usable(outside)[0]
    assert model(inside)[0] > 0.9
    assert model(outside)[0] < model(inside)[0] - 0.05


def alike(recipes: np.ndarray) -> np.ndarray:
    """Of nine materials the first four do the same, and so do the others."""
    return np.abs(recipes[:, :4].sum(axis=1) - 0.45) < 0.1


@pytest.fixture(scope="module")
def many() -> Usability:
    made = sample_uniform(generator(1, "many"), 200, 9)
    return fitted(made, alike(made))


def test_of_many_materials_those_that_do_the_same_are_learned_together(many):
    new, model = sample_uniform(generator(1, "new"), 1_000, 9), many

    assert model.kernel.axes.shape[1] > 9
    assert ((model(new) > 0.5) == alike(new)).mean() > 0.93


def test_films_that_count_little_hardly_move_it():
    points = films(120)
    happened = usable(points)
    counts = np.ones(120)
    happened[:10], counts[:10] = ~happened[:10], 1e-6
    trusted = fitted(points[10:], happened[10:])
    with_doubtful = fitted(points, happened, counts)
    new = films(500, "new")

    assert np.mean((with_doubtful(new) > 0.5) == (trusted(new) > 0.5)) > 0.95


def test_held_out_answers_are_those_of_a_process_without_the_recipe():
    points = films(40)
    points[1] = points[0]  # two films of one recipe are held out together
    model = fitted(points, usable(points))
    mean, variance = model.held_out()

    def without(rows):
        """Mean and variance, in the kernel's unit, by Rasmussen & Williams 2006, equations 2.25 and 2.26."""
        rest, asked = np.delete(points, rows, axis=0) / 0.25, points[rows[:1]] / 0.25
        covariance = model.kernel(rest, rest) + np.diag(np.delete(model.ridges, rows))
        cross, centre = model.kernel(asked, rest)[0], model.labels.mean()
        solved = np.linalg.solve(covariance, np.stack([np.delete(model.labels, rows) - centre, cross], axis=1))
        answer, known = cross @ solved
        return centre + answer, model.kernel.variance(asked)[0] - known

    (first, first_variance), (other, other_variance) = without([0, 1]), without([10])

    assert mean[[0, 1, 10]] == pytest.approx([first, first, other], abs=1e-8)
    assert variance[[0, 1]] / variance[10] == pytest.approx(np.full(2, first_variance / other_variance), rel=1e-6)


@pytest.mark.parametrize(("count", "label"), [(9, None), (50, True), (50, False)])
def test_too_few_films_or_one_kind_teach_nothing(count, label):
    points = films(count)
    happened = usable(points) if label is None else np.full(count, label)

    assert fit_usability(points, happened, np.ones(count), generator(3, "fit")) is None


@pytest.mark.parametrize("materials", [4, 9])
def test_the_gradient_of_its_logarithm_is_exact(materials, many):
    model = many if materials == 9 else learned(80, flipped=0.1)
    points = sample_uniform(generator(1, "asked"), 6, materials)
    logarithm, gradient = model.log_gradient(points)

    np.testing.assert_allclose(logarithm, np.log(model(points)), rtol=1e-12)
    np.testing.assert_allclose(
        gradient, central_differences(lambda some: np.log(model(some)), points), rtol=1e-3, atol=1e-5
    )
