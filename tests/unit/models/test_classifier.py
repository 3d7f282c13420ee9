import numpy as np
import pytest

from lab.errors import InvalidInputError
from lab.seeds import generator
from lab.simplex import sample_uniform
from models.classifier import Classifier, fit_classifier
from models.least_squares_machine import Kernel, fit_least_squares_machine, likeliest_kernel
from models.registry import content_hash, pack, unpack
from models.scaling import InputScale


def learn(
    points: np.ndarray, good: np.ndarray, weights: np.ndarray | None = None, *, rivals: bool = False
) -> Classifier:
    scale, fractions = InputScale.for_fractions(points.shape[1]), np.ones(points.shape[1], dtype=bool)
    return fit_classifier(points, good, scale=scale, fractions=fractions, seed=1, weights=weights, rivals=rivals)


def world(films: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Films that are good with a probability that the first two fractions decide."""
    rng = generator(seed, "world")
    points = sample_uniform(rng, films, 4)
    chance = 1 / (1 + np.exp(-12 * (points[:, 0] - points[:, 1])))
    return points, rng.random(films) < chance


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return learn(*world(250, 1), rivals=True)


def test_new_films_are_told_apart_and_promises_come_true(classifier):
    points, good = world(2000, 2)
    probability = classifier.predict(points)
    assert np.mean((probability > 0.5) == good) > 0.8  # knowing the chance itself gives 0.85
    for low in (0.0, 0.25, 0.5, 0.75):
        within = (probability >= low) & (probability < low + 0.25)
        assert abs(good[within].mean() - probability[within].mean()) < 0.1


def test_held_out_metrics_tell_the_quality_on_new_films(classifier):
    points, good = world(2000, 2)
    brier = np.mean((classifier.predict(points) - good) ** 2)
    assert classifier.metrics["brier"] == pytest.approx(brier, abs=0.03)


@pytest.mark.usefixtures("few_steps")
def test_same_seed_gives_the_same_bits():
    films = world(40, 3)
    assert np.array_equal(learn(*films).predict(films[0]), learn(*films).predict(films[0]))


def test_a_classifier_comes_back_as_it_was(classifier):
    files = pack(classifier)
    again = unpack(files, content_hash(files))
    assert isinstance(again, Classifier)
    points, _ = world(20, 4)
    np.testing.assert_array_equal(again.predict(points), classifier.predict(points))
    assert pack(again) == files


@pytest.mark.parametrize("good", [[True] * 30, [False] * 30, [True, False] * 3])
def test_one_kind_or_few_films_give_one_careful_answer(good):
    points, _ = world(len(good), 5)
    model = learn(points, np.array(good))
    files = pack(model)
    assert pack(unpack(files, content_hash(files))) == files
    probability = model.predict(points)
    assert np.ptp(probability) == 0
    share = (sum(good) + 1) / (len(good) + 2)
    assert probability[0] == pytest.approx(share, abs=0.03)


def test_films_of_one_recipe_give_their_share_without_being_held_out():
    points, good = np.tile([[0.2, 0.3, 0.1, 0.4]], (20, 1)), np.arange(20) < 15
    model = learn(points, good)
    assert len(model.held_out) == 0
    assert model.predict(world(3, 5)[0]) == pytest.approx(0.75, abs=0.05)


@pytest.mark.usefixtures("few_steps")
def test_where_labels_disagree_the_films_that_weigh_more_decide():
    points = np.repeat(world(30, 7)[0], 2, axis=0)
    good = np.arange(60) % 2 == 0
    often = learn(points, good, np.where(good, 5.0, 1.0))
    seldom = learn(points, good, np.where(good, 1.0, 5.0))
    assert often.machine is not None and (often.machine(often.features(points)) > 0.6).all()
    assert seldom.machine is not None and (seldom.machine(seldom.features(points)) < 0.4).all()
    assert often.data_sha256 != seldom.data_sha256


@pytest.mark.parametrize("weight", [0.0, -1.0, np.nan])
def test_weights_that_are_no_positive_numbers_are_refused(weight):
    with pytest.raises(InvalidInputError, match="weight"):
        learn(*world(12, 8), np.array([weight] + [1.0] * 11))


def test_arrays_that_do_not_fit_are_refused(classifier):
    with pytest.raises(InvalidInputError):
        learn(np.ones((3, 2)), np.array([True]))
    with pytest.raises(InvalidInputError):
        classifier.predict([[0.5, 0.5]])


def test_held_out_answers_of_the_machine_are_those_without_the_fold(monkeypatch):
    points, good = world(60, 6)
    kernel, ridge = Kernel(generator(5).normal(size=(4, 6)), 0.2), 0.6
    monkeypatch.setattr("models.least_squares_machine.likeliest_kernel", lambda *_: (kernel, ridge))
    folds = np.arange(60) % 4
    labels = good.astype(float)
    counts = generator(2).uniform(0.5, 2.0, 60)
    _, answers = fit_least_squares_machine(points, labels, folds, generator(1), counts)
    mean = np.average(labels, weights=counts)
    for number in range(4):
        kept = folds != number
        values = np.array([[_value(kernel, a, b) for b in points[kept]] for a in points])
        weights = np.linalg.solve(values[kept] + np.diag(ridge / counts[kept]), labels[kept] - mean)
        np.testing.assert_allclose(answers[~kept], mean + values[~kept] @ weights, atol=1e-9)


def test_features_that_tell_nothing_get_long_length_scales():
    rng = generator(9, "features")
    features = rng.normal(size=(200, 3))
    kernel, _ = likeliest_kernel(features, (np.sin(3 * features[:, 0]) > 0).astype(float), 1.0)
    assert kernel.axes[0, 0] > 2.0 * np.diag(kernel.axes)[1:].max()


def _value(kernel: Kernel, first: np.ndarray, second: np.ndarray) -> float:
    distance = np.sqrt(5.0) * np.linalg.norm((first - second) @ kernel.axes)
    return (1 + distance + distance**2 / 3) * np.exp(-distance) + kernel.linear * first @ second
