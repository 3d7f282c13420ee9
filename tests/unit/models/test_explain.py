import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.library import property_named
from lab.seeds import generator
from lab.simplex import sample_uniform
from models.explain import Players, Question, fill, ranking, shapley_values
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


def test_the_model_is_not_asked_for_every_film_what_no_film_changes():
    rng = generator(3, "points")
    recipes, background = sample_uniform(rng, 5, 4), sample_uniform(rng, 7, 4)
    asked = []

    def counted(points: np.ndarray) -> np.ndarray:
        asked.append(len(points))
        return curved(points)

    shapley_values(counted, recipes, background)
    # One or two known of four: every recipe beside every film. Three leave the fourth no choice; none leave no recipe.
    assert sum(asked) == (4 + 6) * 5 * 7 + (4 + 1) * 5 + 2 * 7


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


@pytest.mark.parametrize("most_exact", [8, 3])
def test_a_material_that_no_film_holds_does_nothing_even_beside_a_pure_film(monkeypatch, most_exact):
    monkeypatch.setattr("models.explain.MOST_EXACT", most_exact)
    rng = generator(5, "points")
    recipes, background = (np.column_stack([sample_uniform(rng, n, 3), np.zeros(n)]) for n in (4, 6))
    background[0] = [1.0, 0.0, 0.0, 0.0]
    found = shapley_values(lambda x: curved(x) + 10 * x[:, 3:], recipes, background, rng=generator(2))
    np.testing.assert_allclose(found.values[:, 3], 0.0, atol=1e-12)


@pytest.mark.parametrize("materials", [3, 9])
def test_a_model_that_always_answers_the_same_gives_no_material_anything(materials):
    points = sample_uniform(generator(1, "constant"), 12, materials)
    found = shapley_values(lambda asked: np.full((len(asked), 1), 0.97), points, points[:7], rng=generator(2))

    # Means of equal numbers differ in their last bit, which beside a spread of the same size would look like much.
    assert (found.values == 0).all()


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
@pytest.mark.parametrize("question", [None, *Question])
def test_the_same_question_gives_what_shaps_exact_explainer_gives(question):
    """Open coalitions by shap's own masker; closed ones by a masker that asks ours, so that only the maths differs."""
    import shap

    rng = generator(3, "points")
    recipes, background = sample_uniform(rng, 5, 4), sample_uniform(rng, 8, 4)
    if question is None:
        masker = shap.maskers.Independent(background, max_samples=100)
        ours = shapley_values(curved, recipes, background, closed=False).values
    else:

        def masker(mask, x):
            return fill(np.asarray(x)[None], background, np.asarray(mask, dtype=bool), question=question)[0]

        ours = shapley_values(curved, recipes, background, question=question).values
    theirs = shap.explainers.Exact(curved, masker)(recipes).values
    np.testing.assert_allclose(ours, theirs, atol=1e-10)


@given(question=st.sampled_from(Question), seed=st.integers(0, 30))
@settings(max_examples=20)
def test_both_questions_ask_recipes_and_share_out_the_prediction(question, seed):
    rng = generator(seed, "points")
    recipes, background = sample_uniform(rng, 4, 4), sample_uniform(rng, 6, 4)
    recipes[0] = [1.0, 0.0, 0.0, 0.0]
    for number in range(16):
        kept = (number >> np.arange(4) & 1).astype(bool)
        asked = fill(recipes, background, kept, question=question)
        assert (asked >= 0).all()
        np.testing.assert_allclose(asked.sum(axis=-1), 1.0)
    found = shapley_values(curved, recipes, background, question=question)
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, curved(recipes), atol=1e-12)


def test_without_a_material_the_others_share_its_place_in_proportion():
    asked = fill(
        np.array([[0.5, 0.3, 0.2]]), np.array([[1.0, 0.0, 0.0]]), np.array([False, True, True]), question=Question.REST
    )
    np.testing.assert_allclose(asked[0, 0], [0.0, 0.6, 0.4])


def test_a_product_interacts_and_a_sum_does_not():
    rng = generator(6, "points")
    points, background = sample_uniform(rng, 6, 3), np.zeros((1, 3))
    product = shapley_values(lambda x: x[:, :1] * x[:, 1:2], points, background, closed=False).interactions
    summed = shapley_values(lambda x: x.sum(axis=1, keepdims=True), points, background, closed=False).interactions
    assert product is not None and summed is not None
    np.testing.assert_allclose(product[:, 0, 1, 0], points[:, 0] * points[:, 1])
    np.testing.assert_allclose(product[:, 0, 2, 0], 0, atol=1e-12)
    np.testing.assert_allclose(summed, 0, atol=1e-12)


def test_an_attribute_is_a_player_that_is_swapped_as_it_is():
    rng = generator(7, "points")
    fractions, other = sample_uniform(rng, 4, 3), sample_uniform(rng, 5, 3)
    recipes = np.column_stack([fractions, np.tile([1.0, 0.0], (4, 1))])
    background = np.column_stack([other, np.tile([0.0, 1.0], (5, 1))])
    found = shapley_values(lambda x: 3 * x[:, 3:4] + x[:, :1], recipes, background, players=Players(3, ((3, 4),)))
    np.testing.assert_allclose(found.values[:, 3, 0], 3.0)
    np.testing.assert_allclose(found.values.sum(axis=1)[:, 0] + found.base, 3 + recipes[:, 0])


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
    assert titles == ["tensile strength", "visible transmittance"]
    assert [panel.get_xlabel() for panel in figure.axes[:2]] == ["effect, MPa", "effect, %"]
    drawn = [np.asarray(row.get_offsets())[:, 0].max() for row in figure.axes[1].collections]
    assert max(drawn) == pytest.approx(100 * explanation.values[:, :, 2].max())
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()][-1] == "gelatin"
    assert ranking(explanation, 2)[0] == 0
