"""What was learned, taken apart."""

import json

import attrs
import numpy as np
import pytest

from active_learning.asking import explain_figures as figures
from active_learning.asking.attributes import attribute_columns, explain_attributes
from active_learning.asking.explain_page import explanation_page
from benchmarks.attributes import study
from lab.campaign_files import parse_definition
from lab.errors import InvalidInputError, UnknownNameError
from tests.factories import definition_text
from tests.learned import MATERIALS, PROPERTIES


def test_maps_show_what_narrow_bounds_leave():
    four = parse_definition(definition_text(("CNF", "MMT", "gelatin", "glycerol"), PROPERTIES))
    # No usual level of the clay, and of the last material only an edge of the triangles.
    bounds = ((0.3, 0.45), (0.05, 0.15), (0.3, 0.6), (0.0, 0.1))
    narrow = attrs.evolve(
        four,
        ranges=tuple(
            attrs.evolve(r, lower=low, upper=high) for r, (low, high) in zip(four.ranges, bounds, strict=True)
        ),
    )

    assert [level for level, _ in figures.sections(narrow)] == pytest.approx([0.05, 0.1, 0.15])
    for level, recipes in figures.sections(narrow):
        assert narrow.within_bounds(recipes).all()
        np.testing.assert_allclose(recipes[:, 1], level)
        np.testing.assert_allclose(recipes.sum(axis=1), 1)
    assert [level for level, _ in figures.sections(four)] == [0.0, 0.2, 0.4, 0.6]


def test_every_property_and_quality_is_shared_out_among_the_materials(found, oracle):
    predicted = oracle.knowledge.committee.predict(found.recipes).mean

    assert found.outputs == (*PROPERTIES, "quality") and found.players == MATERIALS
    np.testing.assert_allclose(found.values.sum(axis=1)[:, :-1] + found.base[:-1], predicted, rtol=1e-6)
    quality = oracle.space.quality(found.recipes)
    np.testing.assert_allclose(found.values.sum(axis=1)[:, -1] + found.base[-1], quality, atol=1e-9)


@pytest.mark.slow
def test_the_package_shap_draws_what_was_learned(found):
    import shap
    from matplotlib import pyplot
    from matplotlib.text import Text

    one = found.for_shap("tensile_strength")
    shap.plots.beeswarm(one, show=False)
    pyplot.close("all")
    axes = shap.plots.waterfall(one[0], show=False)
    written = [text.get_text() for text in axes.figure.findobj(Text)]
    pyplot.close("all")

    steps = found.steps(found.films[0]).loc["tensile_strength"]
    assert any(f"{steps['prediction']:.3f}".rstrip("0") in text for text in written)
    assert any(text.endswith("= MMT") for text in written)


def test_the_first_material_raises_and_the_last_lowers_strength_as_in_truth(found):
    # The synthetic films' truth rises with the first material and falls with the last.
    assert found.direction("CNF", "tensile_strength") > 0.9
    assert found.direction("gelatin", "tensile_strength") < -0.9
    assert set(found.ranking("tensile_strength")) == set(MATERIALS)


@pytest.fixture
def few_drawn(monkeypatch):
    """As in a campaign of a thousand films, of which 300 are explained."""
    monkeypatch.setattr("models.explain.MOST_FILMS", 5)


def test_of_very_many_films_a_draw_is_explained_and_says_so(few_drawn, found, oracle):
    drawn = oracle.explain()

    assert len(drawn.films) == 5 and list(drawn.films) == [film for film in found.films if film in drawn.films]
    rows = [found.row_of(film) for film in drawn.films]
    np.testing.assert_allclose(drawn.values, found.values[rows], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(drawn.spread, found.spread)  # of all films: the scale is the same
    which = f"5 of {len(found.films)} measured films, drawn at random"
    assert drawn.drawn == which and which in drawn._repr_html_() and which in figures.beeswarm(drawn, "quality").caption
    assert (drawn.as_dict()["films"], drawn.as_dict()["drawn_from"]) == (5, len(found.films))
    assert found.drawn == "" and found.as_dict()["drawn_from"] is None
    assert oracle.explain().films == drawn.films


def test_a_film_asked_for_by_name_is_explained_where_films_are_drawn(few_drawn, found, oracle, undrawn):
    drawn = oracle.explain()
    film = next(film for film in found.films if film not in drawn.films)

    one = oracle.explain(films=[film])
    np.testing.assert_allclose(one.values[0], found.values[found.row_of(film)], rtol=1e-4, atol=1e-6)
    assert one.films == (film,) and one.drawn == ""
    with pytest.raises(UnknownNameError, match=f"{film}.*not among those explained: 5 of"):
        drawn.steps(film)
    with pytest.raises(UnknownNameError, match="'nobody' is not among the measured films"):
        oracle.explain(films=["nobody"])
    page = explanation_page(oracle, drawn, film=film)
    assert f"Film {film}: from the mean" in page and f"Explained are {drawn.drawn}." in page
    assert f"What was learned from {len(found.films)} films" in page


def test_the_other_question_has_another_answer(found, oracle):
    rest = oracle.explain("rest")

    assert rest.question == "rest" and np.abs(rest.values - found.values).max() > 0.01
    with pytest.raises(UnknownNameError, match="no question"):
        oracle.explain("why")
    with pytest.raises(UnknownNameError, match="was not explained"):
        found.ranking("colour")


def test_synergy_is_the_mean_interaction_of_films_that_hold_both(found):
    both = (found.recipes[:, :2] >= 0.05).all(axis=1)
    expected = found.interactions[both, 0, 1, 0].mean()

    assert found.synergy("CNF", "MMT", PROPERTIES[0]) == pytest.approx(expected)
    assert found.synergy("MMT", "CNF", PROPERTIES[0]) == pytest.approx(expected)


def test_table_and_json_hold_everything(found):
    table = found.frame()
    summary = json.loads(json.dumps(found.as_dict(), allow_nan=False))

    assert len(table) == found.values.size
    one = table[(table["film"] == found.films[1]) & (table["output"] == "quality") & (table["player"] == "MMT")]
    assert one["shapley_value"].item() == found.values[1, 1, -1] and one["fraction"].item() == found.recipes[1, 1]
    assert summary["outputs"]["quality"]["ranking"] == found.ranking("quality")
    assert "<table>" in found._repr_html_()


def test_the_steps_of_a_film_lead_from_the_base_to_its_prediction(found, oracle):
    film = found.films[3]
    steps = found.steps(film)
    predicted = oracle.predict(found.recipes[3]).set_index("property")["mean"]

    np.testing.assert_allclose(steps.loc[list(PROPERTIES), "prediction"], predicted[list(PROPERTIES)], rtol=1e-6)
    np.testing.assert_allclose(steps["base"] + steps[list(MATERIALS)].sum(axis=1), steps["prediction"])
    with pytest.raises(UnknownNameError, match="not among the measured films") as caught:
        found.steps(film.lower())
    assert f"did you mean {film}" in caught.value.hint


def test_the_page_has_all_pictures_of_every_output(found, oracle):
    page = explanation_page(oracle, found, film=found.films[2])

    assert page.count("data:image/png;base64,") == 4 * len(found.outputs)
    assert found.films[2] in page and "simulated" in page and "<script" not in page
    with pytest.raises(UnknownNameError, match="not among the measured films"):
        figures.waterfall(found, "X99", "quality")


@pytest.mark.parametrize(
    "values, steps",
    [
        ((5.58, 2.0, -0.444), ["+5.58", "+2.00", "-0.44"]),
        ((-1234.6, 30.0, 0.2), ["-1,235", "+30", "+0"]),
        ((0.0, 0.0, 0.0), ["+0.00"] * 3),
    ],
)
def test_the_steps_of_a_film_are_written_with_as_many_decimals_each(monkeypatch, found, values, steps):
    drawn = []

    def keep(figure):
        drawn.append(figure)
        return "data:,"

    monkeypatch.setattr(figures, "as_png", keep)
    column = found.outputs.index("tensile_strength")
    changed = found.values.copy()
    changed[0, :, column] = values
    figures.waterfall(attrs.evolve(found, values=changed), found.films[0], "tensile_strength")
    assert [step.get_text() for step in drawn[0].axes[0].texts] == steps


@pytest.mark.usefixtures("undrawn")
def test_more_pairs_than_outputs_stand_below_each_other_so_that_the_page_is_not_wider_than_a_screen(found, oracle):
    few = attrs.evolve(
        found,
        outputs=found.outputs[-2:],
        units=found.units[-2:],
        values=found.values[..., -2:],
        base=found.base[-2:],
        interactions=found.interactions[..., -2:],
        spread=found.spread[-2:],
    )
    quality = 100 * few.synergy("CNF", "MMT", "quality")

    rows = [line for line in explanation_page(oracle, few).splitlines() if "CNF × MMT" in line]
    assert len(rows) == 1 and rows[0].startswith("<tr><td>CNF × MMT</td>")
    assert rows[0].endswith(f'<td class="n">{quality:+.3g}</td></tr>')
    (heads,) = [line for line in explanation_page(oracle, found).splitlines() if "CNF × MMT" in line]
    assert "CNF × gelatin" in heads and "MMT × gelatin" in heads


def test_films_of_equal_batches_say_nothing_about_attributes(oracle):
    assert oracle.varied_attributes == ()
    with pytest.raises(InvalidInputError, match="measured films share"):
        oracle.explain_attributes()


def test_attributes_become_one_hot_columns_of_those_that_differ():
    table = attribute_columns([{"a": "x", "b": "1"}, {"a": "y", "b": "1"}, {"b": "1"}])

    assert table.names == ("a",) and table.choices == (("x", "y"),)
    np.testing.assert_array_equal(table.columns, [[1, 0], [0, 1], [0, 0]])


@pytest.mark.slow
def test_platelet_size_is_found_to_change_optics_and_not_fire_or_strength():
    cast = study(films=99, seed=1, epochs=120)
    found = explain_attributes(cast.definition, cast.films, cast.attributes, seed=1, simulated=True, shuffles=0)
    size = dict(zip(found.outputs, found.importance[found.players.index("MMT.lateral_size")], strict=True))
    optics = [size[name] for name in size if name.startswith("transmittance")]

    assert min(optics) > 1.5 * max(size["residual_ratio"], size["tensile_strength"])


def test_what_attributes_reach_by_chance_is_told_and_taken_off(oracle):
    films = oracle.knowledge.films
    given = [{"gelatin.source": ("bovine", "fish")[row % 2]} for row in range(len(films.labels))]
    found = explain_attributes(oracle.definition, films, given, seed=1, simulated=True, shuffles=1)
    plain = explain_attributes(oracle.definition, films, given, seed=1, simulated=True, shuffles=0)
    source = found.players.index("gelatin.source")

    # The films' values know nothing of the source: what it reaches is about what chance gives.
    assert plain.chance is None and (plain.beyond_chance == plain.importance).all()
    np.testing.assert_array_equal(found.importance, plain.importance)
    assert found.chance is not None
    assert np.isnan(found.chance[:source]).all() and (found.chance[source] > 0).all()
    expected = np.sqrt(np.maximum(found.importance[source] ** 2 - found.chance[source] ** 2, 0))
    np.testing.assert_allclose(found.beyond_chance[source], expected)
    assert found.as_dict()["outputs"]["tensile_strength"]["chance"].keys() == {"gelatin.source"}


def test_a_number_of_values_that_films_do_not_share_is_needed(oracle):
    same = [{"gelatin.source": "fish"}] * len(oracle.knowledge.films.labels)
    with pytest.raises(InvalidInputError, match=r"gelatin\.source = fish"):
        explain_attributes(oracle.definition, oracle.knowledge.films, same, seed=1, simulated=True)


def test_attributes_are_explained_from_values_beyond_the_range_of_an_instrument_too(oracle):
    films = oracle.knowledge.films
    given = [{"gelatin.source": ("bovine", "fish")[row % 2]} for row in range(len(films.labels))]
    column = oracle.definition.property_names.index("fracture_strain")
    values, at_least = films.values.copy(), films.at_least.copy()
    fish = np.arange(len(values)) % 2 == 1
    at_least[fish, column] = 3 * np.nanmax(values[:, column])
    values[fish, column] = np.nan
    films = attrs.evolve(films, values=values)

    def effect(bounds):
        known = attrs.evolve(films, at_least=bounds)
        found = explain_attributes(oracle.definition, known, given, seed=1, simulated=True, shuffles=0)
        of_source = found.values[:, found.players.index("gelatin.source"), found.outputs.index("fracture_strain")]
        return of_source[fish].mean() - of_source[~fish].mean()

    # All that is known of films of fish is that they stretch much farther than the others.
    assert effect(at_least) > 10 * abs(effect(films.at_least)) > 0
