import pandas as pd
import pytest

from dashboard.plots import curves, learned, maps
from dashboard.plots.style import mark_simulated
from dashboard.views.campaign import learning_table, loop_table
from dashboard.views.designs import wishes
from dashboard.views.films import film_table
from dashboard.views.models import held_out_table, labels
from lab.export.geometry import section_plan
from lab.records import ModelKind
from tests.factories import SyntheticCampaign, definition_text, relabelled, synthetic_campaign

PROPERTIES = ["tensile_strength", "transmittance_vis"]
SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], PROPERTIES, step=0.25)


@pytest.fixture(scope="module")
def campaign() -> SyntheticCampaign:
    return synthetic_campaign(SMALL)


def markers(figure):
    return [trace for trace in figure.data if "markers" in (trace.mode or "") and trace.type.startswith("scatter")]


def test_sections_show_every_film_once(campaign):
    table = film_table(campaign.definition, campaign.records)
    plan = section_plan(campaign.definition)
    levels = maps.levels(campaign.definition, table, plan)
    assert list(levels) == ["MMT"]
    shown = [film for at in levels["MMT"] for film in maps.at_levels(campaign.definition, table, {"MMT": at})["film"]]
    assert sorted(shown) == sorted(table["film"])


def test_five_materials_are_cut_twice():
    definition = synthetic_campaign(
        definition_text(["CNF", "MMT", "gelatin", "chitosan", "glycerol"], PROPERTIES, step=0.5), upto="planned"
    )
    table = film_table(definition.definition, definition.records)
    plan = section_plan(definition.definition)
    levels = maps.levels(definition.definition, table, plan)
    assert list(levels) == ["CNF", "MMT"]
    inside = maps.at_levels(definition.definition, table, {"CNF": 0.0, "MMT": 0.5})
    assert (inside["MMT"] == 50).all()
    assert len(inside) == 3


@pytest.mark.parametrize("draw", ["ternary", "tetrahedron"])
@pytest.mark.parametrize("colour", [maps.GRADE, "tensile_strength"])
def test_maps_hold_the_films_that_have_what_is_shown(campaign, draw, colour):
    table = film_table(campaign.definition, campaign.records)
    if draw == "ternary":
        figure = maps.ternary(campaign.definition, table, section_plan(campaign.definition), colour)
    else:
        figure = maps.tetrahedron(campaign.definition, table, colour)
    points = sum(len(trace.text) for trace in markers(figure))
    assert points == (len(table) if colour == maps.GRADE else table[colour].notna().sum())


def test_a_name_with_html_is_text_in_a_plot(campaign):
    odd = relabelled(campaign, {"L001": "<b onclick=x>"})
    table = film_table(odd.definition, odd.records)
    figure = maps.tetrahedron(odd.definition, table, maps.GRADE)
    texts = [text for trace in markers(figure) for text in trace.text]
    assert sum("&lt;b onclick=x>" in text for text in texts) == 1
    assert not any("<b onclick" in text for text in texts)


def test_learning_curves_show_the_mean_and_what_was_asked_for(campaign):
    table = learning_table(campaign.records)
    figure = curves.learning(table, "mre", ["tensile_strength"])
    assert [trace.name for trace in figure.data] == ["tensile strength", "all properties"]
    assert list(figure.data[1].y) == [campaign.records.models[f"properties-{n:02d}"].metrics["mre"] for n in (1, 2)]


def test_shares_lie_within_their_intervals(campaign):
    figure = curves.loop_shares(loop_table(campaign.definition, campaign.records))
    share, error = figure.data[0].y, figure.data[0].error_y
    assert (error.array >= 0).all()
    assert (error.arrayminus >= 0).all()
    assert (share + error.array <= 1 + 1e-12).all()


def test_parity_has_equal_axes(campaign):
    label = labels(campaign.records, ModelKind.PROPERTIES)[0]
    table = held_out_table(campaign.definition, campaign.records, label, campaign.read)
    for prop in campaign.definition.properties:
        figure = curves.parity(table, prop)
        assert figure.layout.xaxis.range == figure.layout.yaxis.range
        assert figure.layout.xaxis.type == ("log" if prop.name == "tensile_strength" else "linear")


def test_promises_are_drawn_over_what_was_required(campaign):
    (wish,) = wishes(campaign.definition, campaign.records)
    figure = curves.promises(wish.checks)
    bar, dot = figure.data
    (check,) = wish.checks
    assert check.prediction is not None
    assert check.measured is not None
    assert bar.base[0] == pytest.approx(check.prediction.p05 / check.requirement.lower)
    assert dot.x[0] == pytest.approx(check.measured / check.requirement.lower)


def test_a_saved_picture_says_that_its_data_are_simulated(campaign):
    figure = mark_simulated(curves.learning(learning_table(campaign.records), "mre"))
    assert [note.text for note in figure.layout.annotations] == ["simulated"]


def test_the_mark_for_simulated_data_stands_above_a_legend_of_one_line(campaign):
    figure = mark_simulated(learned.calibration(pd.DataFrame({"property": [""], "nominal": [0.9], "observed": [0.8]})))
    (mark,) = figure.layout.annotations
    assert (mark.y, figure.layout.legend.y) == (1, 1)
    assert 20 <= mark.yshift <= figure.layout.margin.t - mark.font.size


def test_a_narrow_page_shows_no_shares_that_cannot_be(campaign):
    figure = learned.calibration(pd.DataFrame({"property": [""], "nominal": [0.9], "observed": [0.8]}))
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert (axis.range, axis.constrain) == ((0, 1.02), "domain")


def test_one_hopeless_model_leaves_colours_for_the_others():
    table = pd.DataFrame(
        {f"properties-{loop:02d}": [0.1 + 0.01 * loop, 0.2] for loop in range(1, 15)}, index=["a", "b"]
    )
    table.iloc[0, 0] = 1e6
    (heat,) = learned.comparison(table, "mean relative error").data
    # Plotly follows the largest value where only one end is given.
    assert heat.zmin == pytest.approx(0.12)
    assert heat.zmax < 1
