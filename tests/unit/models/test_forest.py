import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesRegressor

from lab.library import property_named
from lab.seeds import generator
from models.committee import PropertyCommittee, fit_committee
from models.forest import fit_forest, held_out_by_trees
from models.registry import content_hash, pack, unpack
from models.scaling import InputScale
from models.target_choice import property_for


def world(films: int, seed: int, *, steps: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and labels of a made-up world that is smooth, or changes in steps."""
    rng = generator(seed, "forest world")
    inputs = rng.uniform(size=(films, 4))
    signal = 10.0 * (inputs[:, 0] > 0.5) + 5.0 * (inputs[:, 1] > 0.7) if steps else 10.0 * inputs[:, 0] - inputs[:, 1]
    return inputs, (signal + rng.normal(0.0, 0.3 if steps else 0.05, films))[:, None]


def learned(films: int, *, steps: bool, trees: bool, members: int = 4) -> PropertyCommittee:
    inputs, targets = world(films, 1, steps=steps)
    scale = InputScale.for_columns(inputs, np.zeros(4, dtype=bool))
    sds, prop = np.full_like(targets, np.nan), property_for("y", targets[:, 0], inputs)
    return fit_committee(
        inputs, targets, sds, [prop], members=members, epochs=25 * members, seed=3, input_scale=scale, trees=trees
    )


def test_kept_trees_answer_as_those_that_were_learned():
    rng = generator(1, "trees")
    inputs = rng.integers(0, 5, size=(80, 3)) / 4 + rng.normal(0.0, 1e-3, (80, 3))
    labels = inputs @ [1.0, -2.0, 0.5] + rng.normal(0.0, 0.1, 80)
    asked = np.vstack([inputs, rng.uniform(-1.0, 2.0, (200, 3))])
    trees = ExtraTreesRegressor(100, min_samples_leaf=2, random_state=7).fit(inputs, labels)
    kept = fit_forest(inputs, labels, share=0.5, seed=7)
    np.testing.assert_allclose(kept.predict(asked), trees.predict(asked), rtol=1e-12)
    assert kept.predict(asked[:0]).shape == (0,)


def test_films_of_one_label_make_trees_of_one_leaf():
    inputs = generator(1, "one").uniform(size=(20, 2))
    assert fit_forest(inputs, np.ones(20), share=0.5, seed=1).predict(inputs).tolist() == [1.0] * 20


def test_a_held_out_film_is_answered_from_other_folds_only():
    inputs, targets = world(60, 2, steps=True)
    labels, folds = targets[:, 0], np.arange(60) % 5
    folds[:3] = -1
    labels[:3] = np.nan
    before = held_out_by_trees(inputs, labels, folds, seed=1)
    labels[folds == 2] += 100.0
    after = held_out_by_trees(inputs, labels, folds, seed=1)
    assert np.isnan(before[:3]).all() and np.isfinite(before[3:]).all()
    np.testing.assert_array_equal(before[folds == 2], after[folds == 2])
    assert (after[(folds >= 0) & (folds != 2)] > before[(folds >= 0) & (folds != 2)] + 1.0).any()


def test_trees_join_where_properties_change_in_steps_and_predict_new_films_better():
    inputs, targets = world(400, 2, steps=True)
    without, model = (learned(120, steps=True, trees=trees) for trees in (False, True))
    assert without.forests == ()
    (forest,) = model.forests
    assert forest is not None and 0.0 < forest.share < 1.0
    errors = [np.sqrt(np.mean((one.predict(inputs).mean - targets) ** 2)) for one in (model, without)]
    assert errors[0] < 0.95 * errors[1]
    found = model.predict(inputs)
    assert 0.8 < np.mean((found.p05 < targets) & (targets < found.p95)) < 0.99
    logarithm, gradient = model.log_probability_gradient(inputs[:5], [5.0], [np.inf])
    np.testing.assert_allclose(np.exp(logarithm), model.probability_within(inputs[:5], [5.0], [np.inf]), rtol=1e-3)
    assert np.isfinite(gradient).all()


def test_trees_stay_away_from_smooth_properties_and_from_few_films():
    assert learned(120, steps=False, trees=True, members=10).forests == (None,)
    assert learned(15, steps=True, trees=True).forests == (None,)


def test_trees_come_back_as_they_were_stored():
    model = learned(120, steps=True, trees=True)
    files = pack(model)
    back = unpack(files, content_hash(files))
    assert isinstance(back, PropertyCommittee)
    assert pack(back) == files
    inputs, _ = world(300, 2, steps=True)
    np.testing.assert_array_equal(back.predict(inputs).mean, model.predict(inputs).mean)


@pytest.mark.parametrize("labels", [1, 0])
def test_targets_with_hardly_a_label_need_no_trees(labels):
    inputs, targets = world(30, 1, steps=True)
    targets = np.hstack([targets, np.full_like(targets, np.nan)])
    targets[:labels, 1] = 1.0
    found = fit_committee(
        inputs,
        targets,
        np.full_like(targets, np.nan),
        [property_for("y", targets[:, 0], inputs), property_named("tensile_strength")],
        members=3,
        epochs=20,
        seed=1,
        trees=True,
    )
    assert len(found.forests) == len(found.learned) == 1 + labels
