import pytest

from lab.errors import UnknownNameError
from md_sim.forcefields import mass_fractions
from md_sim.models import model_named
from md_sim.plans import plan_test
from md_sim.profiles import profile_named
from md_sim.studies import tasks_of


@pytest.mark.parametrize(
    ("model", "chosen", "parts"),
    [
        ("mmt-cnf", None, ("glycam06j", "clayff")),
        ("mmt-cnf", "charmm36-interface", ("charmm36", "interface")),
        ("cnf", "charmm36-interface", ("charmm36",)),
        ("mmt", "charmm36-interface", ("interface",)),
        ("mmt", "charmm36", ("clayff",)),
        ("mmt-cnf-water", None, ("charmm36", "clayff")),
    ],
)
def test_a_set_of_force_fields_gives_each_part_of_a_model_its_own(model, chosen, parts):
    assert model_named(model).parts(chosen) == parts


@pytest.mark.parametrize("model", ["mmt-bricks", "mmt-cnf-bricks"])
def test_platelets_cannot_have_a_clay_without_edges(model):
    with pytest.raises(UnknownNameError, match="not made with the force field 'charmm36-interface'"):
        model_named(model).force_field("charmm36-interface")


def test_a_study_refuses_a_model_that_cannot_have_the_force_fields():
    assert {task.field for task in tasks_of("smoke", field="charmm36-interface")} == {"charmm36-interface"}
    with pytest.raises(UnknownNameError, match="mmt-bricks"):
        tasks_of("smoke", models=["mmt", "mmt-bricks"], field="charmm36-interface")


@pytest.mark.md
def test_the_same_simulation_has_one_folder_whatever_its_fields_are_called():
    def folder(model, field):
        return plan_test(model, "peel", profile_named("smoke"), 1, field=field).folder_name

    assert folder("mmt", None) == folder("mmt", "charmm36")
    assert folder("cnf", "charmm36") == folder("cnf", "charmm36-interface")
    assert folder("mmt-cnf", "charmm36-interface").startswith("mmt-cnf-charmm36-interface-peel-smoke-seed1-")


def test_tension_of_a_sheet_of_springs_ends_before_it_would_break():
    laminate = model_named("mmt-cnf")
    assert laminate.furthest_in("tension", "charmm36-interface") == pytest.approx(0.1)
    assert laminate.furthest_in("peel", "charmm36-interface") == laminate.furthest_in("tension") == float("inf")
    assert model_named("cnf").furthest_in("tension", "charmm36-interface") == float("inf")


@pytest.mark.parametrize(("model", "phase"), [("cnf", "CNF"), ("mmt", "MMT")])
def test_a_model_of_one_material_is_all_of_it_and_ions_are_clay(model, phase):
    chosen = model_named(model)
    system = chosen.system(large=False, seed=1)
    assert mass_fractions(system, chosen.force_field()) == pytest.approx({phase: 1.0})
    assert ("ion" in system.phases) == (phase == "MMT")
