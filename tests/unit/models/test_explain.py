import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.compositions import sample_uniform
from lab.errors import InvalidInputError
from lab.library import property_named
from lab.seeds import generator
from models.explain import fill, ranking, shapley_values
from models.explain_plot import shap_summary_plot


def curved(points: np.ndarray) -> np.ndarray:
    """Two outputs with interactions."""
    first = points[:, 0] * points[:, 1] - 2.0 * points[:, 2] ** 2
    return np.stack([first, np.sin(5.0 * points[:, -1])], axis=1)


@given(materials=st.integers(3, 6), seed=st.integers(0, 50))
@settings(max_examples=20)
def test_contributions_sum_to_prediction_less_base(materials, seed):
    rng = generator(seed, "points")
    recipes, background = sample_uniform(rng, 5, materials), sample_uniform(rng, 7, materials)
    found = shapley_values(curved, recipes, background)
    np.testing.assert_allclose(found.base, curved(background).mean(axis=0))
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, curved(recipes), atol=1e-12)


@given(kept=st.lists(st.booleans(), min_size=4, max_size=4), seed=st.integers(0, 50))
def test_every_question_is_a_recipe(kept, seed):
    rng = generator(seed, "points")
    recipes, background = sample_uniform(rng, 4, 4), sample_uniform(rng, 6, 4)
    background[0] = [1.0, 0.0, 0.0, 0.0]
    asked = fill(recipes, background, np.array(kept))
    assert (asked >= 0).all()
    np.testing.assert_allclose(asked.sum(axis=-1), 1.0)
    for material in np.flatnonzero(kept):
        np.testing.assert_allclose(asked[:, :, material], recipes[:, None, material].repeat(6, axis=1))


def test_rest_keeps_the_proportions_of_the_background():
    asked = fill(np.array([[0.5, 0.3, 0.2]]), np.array([[0.6, 0.1, 0.3]]), np.array([True, False, False]))
    np.testing.assert_allclose(asked[0, 0], [0.5, 0.125, 0.375])


def test_two_materials_share_what_only_their_ratio_decides():
    # With two materials each fraction is one less the other, so neither can claim more than the other.
    found = shapley_values(lambda x: x[:, :1] ** 2, np.array([[0.8, 0.2]]), np.array([[0.3, 0.7], [0.5, 0.5]]))
    assert found.values[0, 0, 0] == pytest.approx(found.values[0, 1, 0])


def test_sampled_orders_come_near_the_exact_values(monkeypatch):
    rng = generator(1, "points")
    recipes, background = sample_uniform(rng, 6, 5), sample_uniform(rng, 10, 5)
    exact = shapley_values(curved, recipes, background)
    monkeypatch.setattr("models.explain.MOST_EXACT", 4)
    sampled = shapley_values(curved, recipes, background, orders=100, rng=generator(2))
    np.testing.assert_allclose(sampled.values, exact.values, atol=0.05)
    np.testing.assert_allclose(sampled.values.sum(axis=1), exact.values.sum(axis=1), atol=1e-12)
    with pytest.raises(InvalidInputError):
        shapley_values(curved, recipes, background)


@pytest.mark.slow
def test_open_coalitions_give_what_shap_gives():
    import shap

    rng = generator(3, "points")
    recipes, background = sample_uniform(rng, 5, 4), sample_uniform(rng, 8, 4)
    masker = shap.maskers.Independent(background, max_samples=100)
    theirs = shap.explainers.Exact(curved, masker)(recipes).values
    ours = shapley_values(curved, recipes, background, closed=False).values
    np.testing.assert_allclose(ours, theirs, atol=1e-10)


def test_closed_coalitions_give_something_else_than_open_ones():
    rng = generator(4, "points")
    recipes, background = sample_uniform(rng, 5, 4), sample_uniform(rng, 8, 4)
    closed, opened = (shapley_values(curved, recipes, background, closed=c).values for c in (True, False))
    assert np.abs(closed - opened).max() > 0.01


def test_arrays_that_do_not_fit_are_refused():
    with pytest.raises(InvalidInputError):
        shapley_values(curved, np.ones((3, 4)) / 4, np.ones((3, 5)) / 5)


def test_plot_has_a_panel_for_each_explained_property_with_the_main_material_on_top():
    rng = generator(5, "points")

    def model(points):
        return np.stack([points[:, 2] * 50, np.full(len(points), np.nan), points[:, 0]], axis=1)

    explanation = shapley_values(model, sample_uniform(rng, 30, 3), sample_uniform(rng, 10, 3))
    properties = [property_named(name) for name in ("tensile_strength", "fracture_strain", "transmittance_vis")]
    figure = shap_summary_plot(explanation, ["CNF", "MMT", "gelatin"], properties)
    titles = [panel.get_title() for panel in figure.axes if panel.get_visible() and panel.get_title()]
    assert titles == ["tensile strength", "transmittance vis"]
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()][-1] == "gelatin"
    assert ranking(explanation, 2)[0] == 0
