"""Views of what was learned: calibration, comparison, explanations, coverage, sliders, molecular dynamics."""

from datetime import UTC, datetime

import attrs
import numpy as np
import pandas as pd
import pytest

from active_learning.campaign.doing.explaining import shapley_text
from dashboard.plots import learned, molecular
from dashboard.views import asking, coverage, explanations, models
from dashboard.views.molecular import read_extended_xyz
from lab.compositions import Composition
from lab.errors import InvalidInputError, UnknownNameError
from lab.export.figures import FAINT
from lab.grades import Grade
from lab.library import property_named
from lab.open_campaigns import definition_file
from lab.records import Event, ModelKind, Simulation, SimulationStatus, Status
from lab.requirements import parse_requirement
from md_sim.field_sets import FIELD_SETS
from md_sim.forcefields import force_field
from tests.factories import SyntheticCampaign, definition_text, synthetic_campaign

SMALL = definition_text(["CNF", "MMT", "gelatin", "glycerol"], ["tensile_strength", "transmittance_vis"], step=0.25)


@pytest.fixture(scope="module")
def finished() -> SyntheticCampaign:
    return synthetic_campaign(SMALL)


def test_normal_errors_are_calibrated_and_small_sds_are_not():
    rng = np.random.default_rng(0)
    errors = rng.normal(0, 1, 4000)
    table = pd.DataFrame({"property": "a", "measured": errors, "predicted": 0.0, "predicted_sd": 1.0})
    found = models.calibration_table(table)
    overall = found[found["property"] == ""]
    assert np.abs(overall["observed"] - overall["nominal"]).max() < 0.03
    narrow = models.calibration_table(table.assign(predicted_sd=0.5))
    assert (narrow["observed"] < narrow["nominal"]).all()
    assert models.calibration_table(table.assign(predicted_sd=0.0)).empty


def test_models_are_compared_property_by_property(finished):
    table = models.comparison_table(finished.records, "mre")
    assert list(table.columns) == models.labels(finished.records, ModelKind.PROPERTIES)[::-1]
    assert set(table.index) == {"all", "tensile_strength", "transmittance_vis"}
    newest = finished.records.models[table.columns[-1]]
    assert table.loc["all", newest.label] == newest.metrics["mre"]
    assert len(learned.comparison(table, "mre").data) == 1


def test_films_that_no_model_has_learned_from_are_counted(finished):
    count = models.new_films(finished.records, ModelKind.PROPERTIES)
    assert count > 0
    # Bounds are learned from as well.
    values = [one for one in finished.records.measurements.values() if one.film == "V1-1" and one.value is not None]
    bounds = tuple(attrs.evolve(one, status=Status.CENSORED) for one in values)
    event = Event("corrected", "Ada", "person", False, datetime(2026, 1, 1, tzinfo=UTC))
    assert values and models.new_films(finished.records.with_added(event, bounds), ModelKind.PROPERTIES) == count
    # A model that learned from a value which was rejected since does not know that either.
    film, name = next(key for key, one in finished.records.measurements.items() if one.value and key[0] != "V1-1")
    learned_from = finished.records.measurements[film, name]
    rejected = attrs.evolve(learned_from, status=Status.FAILED, value=None, sd=None, n=0, reason="rejected: slipped")
    assert models.new_films(finished.records.with_added(event, (rejected,)), ModelKind.PROPERTIES) == count + 1
    assert models.new_films(synthetic_campaign(SMALL, upto="planned").records, ModelKind.QUALITY) == 0
    with pytest.raises(UnknownNameError):
        models.named(finished.records, "nothing")


def explained(finished: SyntheticCampaign) -> pd.DataFrame:
    rows = ["film,property,material,shapley_value"]
    for film in list(finished.records.as_made)[:3]:
        for name, value in (("CNF", 3.0), ("MMT", -1.0), ("gelatin", 0.0), ("glycerol", 0.0)):
            rows.append(f"{film},tensile_strength,{name},{value}")
    content = "\n".join(rows).encode()
    model = explanations.explained_models(finished.records)[0]
    return explanations.shapley_table(finished.definition, finished.records, model, lambda sha256: content)


def test_atoms_of_every_element_that_can_be_simulated_have_a_colour_of_their_own():
    sets = [fields for one in FIELD_SETS.values() for fields in (one.organic, one.clay)]
    elements = sorted({kind.element for name in sets for kind in force_field(name).atom_types.values()})
    atoms = pd.DataFrame({"element": elements, "x": 0.0, "y": 0.0, "z": 0.0, "phase": "CNF"})
    colours = {trace.name: trace.marker.color for trace in molecular.atoms(atoms).data}
    assert len(set(colours.values())) == len(elements) and FAINT not in colours.values(), colours


def test_shapley_values_stand_beside_the_films_shares(finished):
    table = explained(finished)
    film = table["film"].iloc[0]
    made = finished.records.as_made[film].composition
    assert table["share"].tolist()[:4] == pytest.approx([100 * made.get(name, 0.0) for name in table["material"][:4]])
    shares = explanations.importance_table(table)
    assert shares.loc["tensile_strength", "CNF"] == pytest.approx(0.75)
    assert shares.sum(axis=1).tolist() == pytest.approx([1.0])
    strength = property_named("tensile_strength")
    figure = learned.shapley(table, strength)
    assert [list(trace.x) for trace in figure.data][:2] == [[3.0] * 3, [-1.0] * 3]
    in_percent = attrs.evolve(strength, unit="fraction")
    drawn = {"x": learned.shapley(table, in_percent), "y": learned.dependence(table, in_percent, "CNF")}
    for axis, figure in drawn.items():
        assert list(figure.data[0][axis]) == [300.0] * 3
        assert figure.layout[f"{axis}axis"].title.text.endswith(", %")


def test_shapley_values_of_films_with_commas_in_their_labels_are_read_as_they_were_stored(finished):
    films = ["Ada, 3", 'the "thick" one', "NA"]
    values = np.arange(3.0 * 4 * len(finished.definition.properties)).reshape(3, 4, -1)
    values[0, 0, 0] = np.nan
    content = shapley_text(finished.definition, films, values).encode()
    model = explanations.explained_models(finished.records)[0]
    table = explanations.shapley_table(finished.definition, finished.records, model, lambda sha256: content)
    assert list(dict.fromkeys(table["film"])) == films
    assert sorted(table["shapley_value"]) == list(range(1, values.size))


@pytest.mark.parametrize(
    "content", [b"", b"a,b\n1,2\n", b"film,property,material,shapley_value\nL1,tensile_strength,CNF,much\n"]
)
def test_damaged_shapley_values_are_named(finished, content):
    model = explanations.explained_models(finished.records)[0]
    with pytest.raises(InvalidInputError, match=model):
        explanations.shapley_table(finished.definition, finished.records, model, lambda sha256: content)


def test_coverage_grows_with_distance_up_to_all_recipes(finished):
    table = coverage.coverage_table(finished.definition, finished.records)
    assert (table["share"].diff().dropna() >= 0).all()
    assert table["share"].iloc[0] < table["share"].iloc[-1] <= 1
    assert coverage.coverage_table(finished.definition, synthetic_campaign(SMALL, upto="library").records).empty


def test_coverage_of_more_recipes_than_can_be_listed_is_that_of_a_sample():
    fine = SMALL.replace("recipe_step = 0.05", "recipe_step = 0.002")  # 21 million recipes
    campaign = synthetic_campaign(fine)
    table = coverage.coverage_table(campaign.definition, campaign.records)
    expected = coverage.coverage_table(synthetic_campaign(SMALL).definition, campaign.records)
    assert np.abs(table["share"] - expected["share"]).max() < 0.1


def test_repeats_scatter_as_their_readings_do(finished):
    measured = [m for m in finished.records.measurements.values() if m.value]
    expected = np.mean([m.sd / abs(m.value) for m in measured if m.sd is not None and m.value])
    assert coverage.repeat_scatter(finished.records) == pytest.approx(expected)
    assert coverage.stop_table(finished.definition, finished.records)["loop"].tolist() == [1, 2]


def test_a_slider_asks_for_what_it_is_moved_to(finished):
    found = asking.sliders(finished.definition, finished.records)
    slider = found["tensile_strength"]
    first, last = slider.values[0], slider.values[-1]
    assert slider.text(first, last) is None
    for low, high in ((slider.values[3], last), (first, slider.values[9]), (slider.values[3], slider.values[9])):
        requirement = parse_requirement(slider.text(low, high) or "", finished.definition.units)
        assert slider.span(requirement) == (low, high)
    assert found["CNF"].text(0.2, 1.0) == "CNF >= 20 wt%"
    assert found["CNF"].shown(0.2) == "20"
    assert slider.span(parse_requirement("tensile_strength >= 1 kPa", finished.definition.units)) == (first, last)


@pytest.mark.parametrize(
    "asked",
    ["tensile_strength >= 51.234 MPa", "tensile_strength <= 51.234 MPa", "51.2 <= tensile_strength <= 66.6 MPa",
     "tensile_strength >= 9000 MPa"],
)  # fmt: skip
def test_a_slider_that_starts_from_a_wish_asks_for_exactly_that(finished, asked):
    wish = parse_requirement(asked, finished.definition.units)
    slider = asking.sliders(finished.definition, finished.records)["tensile_strength"].with_bounds(wish)
    text = slider.text(*slider.span(wish))
    assert text is not None
    again = parse_requirement(text, finished.definition.units)
    assert (again.lower, again.upper) == (wish.lower, wish.upper)


def test_wishes_and_plastics_can_be_started_from(finished, tmp_path):
    found = asking.presets(finished.definition, tmp_path)
    assert next(iter(found)) == "first wish"
    names = {*finished.definition.property_names, *finished.definition.material_names}
    assert len(found) > 1
    assert all({one.name for one in wish} <= names for wish in list(found.values())[:1])


def test_an_answer_holds_until_what_it_rests_on_has_changed():
    campaign = synthetic_campaign(SMALL)
    keys = [asking.knowledge_key(campaign.definition, campaign.records)]
    film, other = next(film for film, _ in campaign.records.measurements), "L001"
    assert other not in {film for film, _ in campaign.records.measurements}
    one = next(iter(campaign.records.measurements.values()))
    for what, record, changes in (
        ("a library film graded anew", attrs.evolve(campaign.records.grades[other], grade=Grade.D), False),
        ("a measured film graded anew", attrs.evolve(campaign.records.grades[film], grade=Grade.D), True),
        ("a value corrected", attrs.evolve(one, value=1.23), True),
        ("extended", campaign.artefact(definition_file(2, 2), SMALL, "application/toml"), True),
    ):
        campaign.add(what, [record])
        keys.append(asking.knowledge_key(campaign.definition, campaign.records))
        assert (keys[-1] != keys[-2]) is changes, what


def test_proposed_films_get_labels_that_are_free(finished):
    assert asking.next_label(finished.records) == "M001"


def test_atoms_are_read_moment_by_moment():
    frame = 'moment=start pbc="T T T"\nC 0 0 0 x CNF\nO 1 2 3 x CNF\n'
    found = read_extended_xyz(f"2\n{frame}2\n{frame.replace('start', 'end')}", "cnf")
    assert list(found) == ["start", "end"]
    assert found["end"]["z"].tolist() == [0, 3]
    assert {trace.name for trace in molecular.atoms(found["start"]).data} == {"C", "O"}


def simulated(model: str, seed: int, strength: float, rate: float = 1e10) -> Simulation:
    return Simulation(
        f"{model}-tension-demo-seed{seed}-{rate:g}", "0" * 64, model, "tension", "demo", "GLYCAM06j",
        Composition({"CNF": 1.0}), seed, 500, rate, 300.0, SimulationStatus.OK, numbers={"strength_gpa": strength},
    )  # fmt: skip


def test_simulations_stand_beside_the_property_that_they_say_something_about(finished):
    runs = [simulated("mmt", 2, 8.0), simulated("cnf", 1, 4.0), simulated("mmt", 1, 7.0)]
    # A faster test is no second witness of the same thing.
    runs.append(simulated("cnf", 1, 9.0, rate=1e11))
    event = Event("md", "Ada", "molecular dynamics", simulated=False, at=datetime(2026, 5, 1, tzinfo=UTC))
    records = finished.records.with_added(event, tuple(runs))
    number, table = explanations.simulated_numbers(records, "tensile_strength")
    assert number == "strength_gpa"
    assert list(zip(table["model"], table["seed"], table["value"], strict=True)) == [
        ("cnf", 1, 4.0), ("mmt", 1, 7.0), ("mmt", 2, 8.0),
    ]  # fmt: skip
    mean, points = molecular.beside(table, "strength, GPa").data
    assert list(mean.x) == [4.0, 7.5]
    assert len(points.x) == 3
    # Another force field is another witness.
    other = table.assign(**{"force field": ["GLYCAM06j", "GLYCAM06j", "CHARMM36"]})
    assert list(molecular.beside(other, "strength, GPa").data[0].x) == [4.0, 7.0, 8.0]
    for name in ("transmittance_vis", "youngs_modulus"):
        assert explanations.simulated_numbers(records, name)[1].empty
