from pathlib import Path

import attrs
import pytest

from md_sim.comparison import Run, conclusion, groups_of
from md_sim.comparison_report import report_html
from md_sim.curves import Mechanics
from md_sim.failure import Failure
from tests.unit.md_sim.test_recording import RESULT

CURVE = {"strain": (0.0, 0.1, 0.2), "stress_gpa": (0.0, 4.0, 2.0)}


def _run(model, field, strength, mode, seed=1, *, profile="demo"):
    mechanics = Mechanics(80.0, (0.001, 0.029), 0.99, strength, 0.09, 600.0, 0.299, 1.0)
    analysis = attrs.evolve(RESULT.analysis, mechanics=mechanics, failure=Failure(mode, ()))
    result = attrs.evolve(
        RESULT,
        model=model,
        force_field=field,
        seed=seed,
        profile=profile,
        key=f"{model}{field}{seed}",
        analysis=analysis,
    )
    return Run(folder=Path(), result=result, curve=CURVE, snapshots={})


def _three(field, laminate, mode):
    return [
        run
        for seed in (1, 2, 3)
        for run in (
            _run("cnf", field, 4.0, "chain slip", seed),
            _run("mmt", "ClayFF", 16.0, "sheet fracture", seed),
            _run("mmt-cnf", f"{field} + ClayFF", laminate, mode, seed),
        )
    ]


def test_the_conclusion_says_how_the_laminate_compares_with_its_parts():
    text = conclusion(groups_of(_three("GLYCAM06j", 6.0, "chain slip + sheet fracture")))
    assert "carries 1.5 times the stress of the staggered cellulose" in text
    assert "fails otherwise (chain slip + sheet fracture) than the cellulose (chain slip) and the clay" in text
    assert "fewer than" not in text


def test_a_laminate_that_fails_like_a_part_is_said_to():
    text = conclusion(groups_of(_three("GLYCAM06j", 3.0, "chain slip")))
    assert "carries 0.8 times" in text
    assert "fails like the cellulose." in text


def test_a_laminate_is_compared_under_its_own_conditions():
    runs = _three("GLYCAM06j", 6.0, "delamination")
    slower = [
        attrs.evolve(run, result=attrs.evolve(run.result, rate_per_s=1e8, key=f"slow{run.result.key}"))
        for run in _three("GLYCAM06j", 2.0, "delamination")
    ]
    text = conclusion(groups_of(runs + slower[2:3]))
    assert "carries 1.5 times" in text
    assert "carries 0.5 times" not in text
    assert "mmt-cnf (1e+08 1/s) reaches" in text
    assert "carries 0.5 times" in conclusion(groups_of(runs + slower))


def test_a_laminate_that_has_not_failed_is_said_to_hold():
    runs = [_run("cnf", "CHARMM36", 4.0, "chain slip"), _run("mmt-cnf", "CHARMM36 + INTERFACE", 9.0, "none")]
    text = conclusion(groups_of(runs))
    assert "With CHARMM36 + INTERFACE the laminate carries 2.2 times" in text
    assert "and has not failed at the end of the test." in text.split("With")[1]


def test_each_force_field_has_its_own_comparison():
    runs = _three("GLYCAM06j", 6.0, "delamination") + _three("CHARMM36", 8.0, "delamination")[::2]
    runs += [_run("cnf", "CHARMM36", 4.0, "chain slip", seed) for seed in (1, 2, 3)]
    text = conclusion(groups_of(runs))
    assert "With GLYCAM06j + ClayFF the laminate carries 1.5 times" in text
    assert "With CHARMM36 + ClayFF the laminate carries 2.0 times" in text
    assert "cnf (CHARMM36) reaches" in text


@pytest.mark.parametrize(("profile", "said"), [("smoke", "its numbers mean nothing"), ("demo", "fewer than 3 seeds")])
def test_the_conclusion_says_what_its_numbers_are_worth(profile, said):
    assert said in conclusion(groups_of([_run("cnf", "GLYCAM06j", 4.0, "chain slip", profile=profile)]))


def test_one_smoke_test_among_others_is_told():
    runs = [_run("cnf", "GLYCAM06j", 4.0, "chain slip", profile=profile) for profile in ("smoke", "demo")]
    assert "its numbers mean nothing" in conclusion(groups_of(runs))


def test_spreads_are_those_of_the_seeds():
    runs = [_run("cnf", "GLYCAM06j", strength, "chain slip", seed) for seed, strength in enumerate((3.0, 4.0, 5.0))]
    (group,) = groups_of(runs)
    row = group.row()
    assert (row["strength_gpa"], row["strength_gpa_sd"]) == (4.0, 1.0)
    assert row["seeds"] == [0, 1, 2]


def test_a_seed_that_was_run_twice_or_failed_is_no_further_seed():
    runs = [_run("cnf", "GLYCAM06j", strength, "chain slip", seed) for seed, strength in ((1, 3.0), (1, 5.0), (2, 6.0))]
    failed = _run("cnf", "GLYCAM06j", 9.0, "none", seed=3)
    failed = attrs.evolve(failed, result=attrs.evolve(failed.result, status="failed"))
    (group,) = groups_of([*runs, failed])
    row = group.row()
    assert (row["strength_gpa"], row["strength_gpa_sd"]) == (5.0, pytest.approx(2**0.5))
    assert (row["seeds"], row["failed_seeds"]) == ([1, 2, 3], [3])
    assert "fewer than 3 seeds" in conclusion([group])
    assert "3 (1 failed)" in report_html([group])


def test_a_stress_that_does_not_rise_is_told_instead_of_a_modulus_below_zero():
    run = _run("cnf", "GLYCAM06j", 4.0, "chain slip")
    flat = attrs.evolve(run.result.analysis.mechanics, modulus_gpa=-0.6)
    run = attrs.evolve(run, result=attrs.evolve(run.result, analysis=attrs.evolve(run.result.analysis, mechanics=flat)))
    text = conclusion(groups_of([run]))
    assert "with no modulus, as its stress does not rise at first, and fails by chain slip" in text
    assert "-1 GPa" not in text
    assert '<td class="n">none</td>' in report_html(groups_of([run]))


def test_a_seed_that_was_run_twice_counts_once_in_a_mean():
    seeds = ((4.0, 1), (6.0, 1), (9.0, 2))
    runs = [_run("cnf", "GLYCAM06j", strength, "chain slip", seed) for strength, seed in seeds]
    (group,) = groups_of(
        [attrs.evolve(run, result=attrs.evolve(run.result, key=f"r{n}")) for n, run in enumerate(runs)]
    )
    assert sorted(group.by_seed(lambda run: run.result.summary()["strength_gpa"])) == [5.0, 9.0]
    assert group.by_seed(lambda run: None) == []
    assert group.row()["strength_gpa"] == pytest.approx(7.0)
