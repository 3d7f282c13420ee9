import numpy as np
import pandas as pd
import pytest

from dashboard.plots import curves, learned, maps, progress
from dashboard.plots.style import UNDER_WORDS, mark_simulated
from dashboard.views.campaign import learning_table, loop_table
from dashboard.views.designs import wishes
from dashboard.views.films import film_table
from dashboard.views.models import held_out_table, labels
from lab.export.figures import INK
from lab.export.geometry import section_plan, tetrahedron_vertices
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
    (heat,) = learned.comparison(table, "mre").data
    assert 0.12 <= heat.zmin < heat.zmax < 1
    # Of errors the largest is the hopeless one, of R² the smallest.
    (heat,) = learned.comparison(-table, "r2").data
    assert -1 < heat.zmin < heat.zmax <= -0.12


def test_errors_in_different_units_are_coloured_each_by_its_own():
    shares = pd.DataFrame({"properties-01": [0.0127, 0.0127], "properties-02": [0.00719, 0.00719]}, index=["a", "b"])
    in_units = shares.mul([1, 41_000], axis=0)
    (heat,) = learned.comparison(in_units, "rmse").data
    assert heat.z[0] == pytest.approx(heat.z[1])
    assert [list(row) for row in heat.text] == [["0.0127", "0.00719"], ["521", "295"]]


@pytest.mark.parametrize("ground", [colour for _, colour in UNDER_WORDS])
def test_words_in_cells_are_read_on_every_colour(ground):
    light, dark = (_luminance(colour) for colour in (ground, INK))
    assert (light + 0.05) / (dark + 0.05) >= 4.5  # WCAG 2.2, 1.4.3


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_scatter_of_repeats_is_named_at_its_line():
    figure = progress.stopping(pd.DataFrame({"loop": [1, 2], "error": [5.0, 0.2], "repeats": [0.11, 0.11]}))
    (line,), (words,) = figure.layout.shapes, figure.layout.annotations
    # Plotly's own convention: words on a logarithmic axis stand at the logarithm of their value.
    assert (line.y0, 10**words.y) == pytest.approx((0.11, 0.11))
    nothing_read_twice = pd.DataFrame({"loop": [1], "error": [5.0], "repeats": [None]})
    assert progress.stopping(nothing_read_twice).layout.shapes == ()


def test_long_names_of_materials_have_room_at_the_corners():
    name = "polyvinyl_alcohol_of_88_percent"
    text = SMALL.replace("gelatin = {}", f'{name} = {{title = "PVA", density = 1.2}}').replace('"gelatin"', f'"{name}"')
    planned = synthetic_campaign(text, upto="planned")
    table = film_table(planned.definition, planned.records)
    figure = maps.ternary(planned.definition, table, section_plan(planned.definition), maps.GRADE)
    corner = figure.layout.ternary.baxis.title.text
    assert corner == "polyvinyl_<br>alcohol_of_88_<br>percent"
    figure = maps.tetrahedron(planned.definition, table, maps.GRADE)
    assert corner in next(trace for trace in figure.data if trace.mode == "text").text


def test_the_tetrahedron_stands_in_the_middle_of_its_picture(campaign):
    figure = maps.tetrahedron(campaign.definition, film_table(campaign.definition, campaign.records), maps.GRADE)
    camera = figure.layout.scene.camera
    eye, centre = (np.array([at.x, at.y, at.z]) for at in (camera.eye, camera.center))
    corners = tetrahedron_vertices()
    # Plotly's scene: what is drawn stands around the origin, scaled to a box of unit volume.
    span = np.ptp(corners, axis=0)
    corners = (corners - (corners.min(axis=0) + corners.max(axis=0)) / 2) / np.prod(span) ** (1 / 3)
    ahead = (centre - eye) / np.linalg.norm(centre - eye)
    right = np.cross(ahead, [0, 0, 1])
    right /= np.linalg.norm(right)
    across = (corners - eye) @ right / ((corners - eye) @ ahead)
    assert abs(across.min() + across.max()) < 0.1 * np.ptp(across)
