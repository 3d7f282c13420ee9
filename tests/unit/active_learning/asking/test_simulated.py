"""Molecular dynamics beside what was learned: who carries the load?"""

import json
from itertools import pairwise

import attrs
import pytest

from active_learning.asking.alike import alike
from active_learning.asking.explain_page import explanation_page
from active_learning.asking.simulated import PROPERTY, beside_simulations
from lab.compositions import Composition
from lab.records import Simulation, SimulationStatus

LAMINATE = {"MMT": 0.5, "CNF": 0.5}
FIELDS = {"mmt": "ClayFF", "cnf": "GLYCAM06j", "mmt-cnf": "GLYCAM06j + ClayFF", "gelatin": "CHARMM36"}
COMPOSITIONS = {"mmt": {"MMT": 1.0}, "cnf": {"CNF": 1.0}, "mmt-cnf": LAMINATE, "gelatin": {"gelatin": 1.0}}


def simulation(model, gpa, seed=1, **changes):
    """Return a record as `md_sim` makes it: each model in the force field of its parts."""
    plain = Simulation(
        label=f"{model}-{seed}", content_sha256=f"{model}{seed}", model=model, test="tension", profile="demo",
        force_field=FIELDS[model], composition=Composition(COMPOSITIONS[model]), seed=seed, atoms=100, rate_per_s=1e10,
        temperature=300.0, status=SimulationStatus.OK, failure_mode="chain slip", numbers={"strength_gpa": gpa},
    )  # fmt: skip
    return attrs.evolve(plain, **changes)


@pytest.fixture
def beside(oracle, found):
    event = attrs.evolve(next(iter(oracle.records.events.values())), key="md")

    def compare(*runs):
        return beside_simulations(attrs.evolve(oracle, records=oracle.records.with_added(event, runs)), found)

    return compare


def test_nothing_is_said_without_two_models(beside):
    assert beside() is None
    assert beside(simulation("mmt", 15.0)) is None


def test_models_of_a_study_are_compared_though_each_has_the_force_field_of_its_parts(beside):
    answer = beside(simulation("mmt", 15.0), simulation("cnf", 4.0), simulation("cnf", 6.0, seed=2))

    assert [(side.model, side.simulated_gpa, side.seeds) for side in answer.sides] == [
        ("mmt", 15.0, 1),
        ("cnf", 5.0, 2),
    ]
    assert answer.sides[0].simulated_sd is None and answer.sides[1].simulated_sd == pytest.approx(2**0.5)


def test_who_carries_more_is_the_stronger_alone_and_the_steeper_by_shapley_values(beside, found):
    # The films' strength rises with CNF, see tests.learned.
    assert found.slope("CNF", PROPERTY) > found.slope("MMT", PROPERTY)
    by_clay, by_fibre = (beside(simulation("mmt", a), simulation("cnf", b)) for a, b in ((15.0, 5.0), (5.0, 15.0)))

    assert by_clay.verdicts[1].by_simulation.startswith("MMT") and by_clay.verdicts[1].by_model.startswith("CNF")
    assert not by_clay.agree and "do not agree" in by_clay.sentence()
    assert by_fibre.verdicts[1].agree


def test_together_is_set_beside_the_mean_of_the_parts_by_volume(beside, found, oracle):
    density = {item.material.name: item.material.density for item in oracle.definition.ranges}
    clay_volume = (0.5 / density["MMT"]) / (0.5 / density["MMT"] + 0.5 / density["CNF"])
    mixed = clay_volume * 10.0 + (1 - clay_volume) * 2.0
    synergy = found.synergy("MMT", "CNF", PROPERTY)

    def together(excess):
        parts = simulation("mmt", 10.0), simulation("cnf", 2.0)
        return beside(*parts, simulation("mmt-cnf", mixed + excess)).verdicts[2]

    assert "+0.5 GPa" in together(0.5).by_simulation and together(-0.5).by_simulation.startswith("no more")
    assert f"{synergy:+.1f} MPa" in together(0.5).by_model
    assert together(0.5).agree == (synergy > 0) and together(-0.5).agree == (synergy < 0)


def test_only_like_is_compared_with_like():
    names = ("MMT", "CNF", "gelatin")
    slow = [simulation(model, 1.0, seed, rate_per_s=1e9) for model, seed in (("mmt", 1), ("cnf", 1), ("cnf", 2))]
    others = [
        simulation("mmt-cnf", 1.0),
        simulation("mmt-cnf", 1.0, seed=2, test="shear"),
        simulation("mmt-cnf", 1.0, seed=3, status=SimulationStatus.FAILED),
        simulation("gelatin", 1.0, rate_per_s=1e9),
    ]
    family, notes = alike([*slow, *others], names, "strength_gpa")

    assert set(family) == {"mmt", "cnf"} and notes == ()
    assert alike([*slow, *others], ("MMT",), "strength_gpa")[0].keys() == {"mmt"}


def test_clays_of_two_force_fields_are_never_averaged():
    clayff = [simulation("mmt", 15.0), simulation("mmt-cnf", 6.0, force_field="CHARMM36 + ClayFF")]
    interface = [simulation("mmt", 43.0, seed, force_field="INTERFACE") for seed in (1, 2)] + [
        simulation("mmt-cnf", 14.0, force_field="CHARMM36 + INTERFACE")
    ]
    cellulose = [simulation("cnf", 4.0, force_field="CHARMM36")]
    names = ("MMT", "CNF")
    family, _ = alike([*clayff, *interface, *cellulose], names, "strength_gpa")

    assert {one.force_field for runs in family.values() for one in runs} == {
        "INTERFACE", "CHARMM36 + INTERFACE", "CHARMM36"
    }  # fmt: skip
    family, _ = alike([*clayff, *interface[:1], *cellulose], names, "strength_gpa")
    assert {one.force_field for runs in family.values() for one in runs} == {"ClayFF", "CHARMM36 + ClayFF", "CHARMM36"}


def test_an_order_that_chance_may_have_made_is_said_to(beside):
    few = beside(simulation("mmt", 15.0), simulation("cnf", 4.0))
    assert "Fewer than 3 seeds of mmt, cnf were simulated, so chance may decide the order." in few.notes

    def spread(other):
        values = {"mmt": (14.0, 15.0, 16.0), "cnf": other}
        return beside(*(simulation(model, gpa, n) for model, found in values.items() for n, gpa in enumerate(found)))

    said = "Simulated strengths of mmt and cnf differ by less than they spread over seeds."
    assert said in spread((13.0, 14.0, 15.0)).notes
    assert not [note for note in spread((3.0, 4.0, 5.0)).notes if "imulated" in note]


def test_one_seed_run_twice_is_one_seed(beside):
    runs = simulation("cnf", 4.0), simulation("cnf", 5.0, label="cnf-1-with-two-processes")
    cellulose = beside(simulation("mmt", 15.0), *runs).sides[1]
    assert (cellulose.seeds, cellulose.simulated_gpa, cellulose.simulated_sd) == (1, 4.5, None)


def test_predictions_that_cannot_be_told_apart_are_named(beside):
    answer = beside(*(simulation(model, 5.0) for model in ("mmt", "cnf", "mmt-cnf")))
    predicted = sorted(answer.sides, key=lambda side: -side.predicted_mpa)
    close = {
        f"{one.model} and {other.model}"
        for one, other in pairwise(predicted)
        if one.predicted_mpa - other.predicted_mpa < (one.predicted_sd**2 + other.predicted_sd**2) ** 0.5
    }
    said = [note for note in answer.notes if note.startswith("Predicted")]
    assert len(said) == len(close) and all(any(two in note for note in said) for two in close)


def test_what_did_not_fail_is_left_out_or_said():
    unbroken = [simulation(model, 1.0, failure_mode="none", profile="smoke") for model in ("mmt", "cnf")]
    family, notes = alike(unbroken, ("MMT", "CNF"), "strength_gpa")

    assert len(family) == 2 and "lower bound" in notes[0] and "mean nothing" in notes[1]
    broken = [simulation(model, 1.0, seed=5) for model in ("mmt", "mmt-cnf")]
    assert alike([*unbroken, *broken], ("MMT", "CNF"), "strength_gpa")[0].keys() == {"mmt", "mmt-cnf"}


@pytest.mark.usefixtures("undrawn")
def test_page_and_json_hold_the_verdicts(beside, oracle, found):
    answer = beside(simulation("mmt", 15.0), simulation("cnf", 5.0), simulation("mmt-cnf", 6.0))
    held = json.loads(json.dumps(answer.as_dict(), allow_nan=False))
    page = explanation_page(oracle, found, beside=answer)

    assert len(held["verdicts"]) == 3 and held["agree"] == answer.agree
    assert all(verdict.by_simulation.replace(">", "&gt;") in page for verdict in answer.verdicts)
    assert answer._repr_html_().count("agree</td>") == 3 and "&gt;" in answer._repr_html_()
