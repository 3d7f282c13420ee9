import attrs
import numpy as np
import pytest

from md_sim.cellulose import chains_of, endless, staggered
from md_sim.curves import Mechanics
from md_sim.damage import Damage, finite_chains, finite_platelets, observer
from md_sim.failure import failure
from md_sim.frames import Frame
from md_sim.laminates import brick_wall
from md_sim.load_cases import load_case_named
from md_sim.montmorillonite import sheet

TENSION, SHEAR, PEEL = (load_case_named(name) for name in ("tension", "shear", "peel"))
WHOLE = Damage(
    strain=0.3, crack=0.0, chain_strain=None, platelet_strain=None, opening=0.0, widest_between=("MMT", "MMT")
)


def _mechanics(final):
    return Mechanics(
        modulus_gpa=100.0,
        fit_range=(0.0, 0.03),
        fit_r2=1.0,
        strength_gpa=10.0,
        strain_at_strength=0.1,
        toughness_mj_m3=100.0,
        final_strain=0.3,
        final_stress_gpa=final,
    )


@pytest.mark.parametrize(
    ("damage", "case", "mode"),
    [
        (attrs.evolve(WHOLE, crack=1.2), TENSION, "sheet fracture"),
        (attrs.evolve(WHOLE, crack=None, chain_strain=0.02), TENSION, "chain slip"),
        (attrs.evolve(WHOLE, crack=1.2, chain_strain=0.02), TENSION, "sheet fracture + chain slip"),
        (attrs.evolve(WHOLE, opening=5.0), PEEL, "delamination"),
        (attrs.evolve(WHOLE, platelet_strain=0.01), TENSION, "platelet pull-out"),
        (attrs.evolve(WHOLE, crack=0.8, platelet_strain=0.01), TENSION, "sheet fracture"),
        (WHOLE, SHEAR, "interlayer slip"),
        (WHOLE, TENSION, "yielding"),
        (attrs.evolve(WHOLE, crack=None, chain_strain=0.25), TENSION, "yielding"),
        (attrs.evolve(WHOLE, crack=0.5, chain_strain=0.16), TENSION, "sheet fracture"),
        (attrs.evolve(WHOLE, crack=0.49, chain_strain=0.14), TENSION, "chain slip"),
        (attrs.evolve(WHOLE, opening=3.0), TENSION, "delamination"),
        (attrs.evolve(WHOLE, opening=2.9), TENSION, "yielding"),
        (attrs.evolve(WHOLE, crack=1.0, chain_strain=0.0, opening=9.0), SHEAR, "sheet fracture"),
        (attrs.evolve(WHOLE, chain_strain=0.0, platelet_strain=0.0), PEEL, "yielding"),
    ],
)
def test_the_rule_names_what_the_damage_shows(damage, case, mode):
    found = failure(_mechanics(final=1.0), [damage], case)
    assert found.mode == mode
    assert "0.10 of the strength" in found.reasons[0]


@pytest.mark.parametrize(("final", "mode"), [(9.0, "none"), (7.0, "none"), (6.9, "sheet fracture")])
def test_a_model_that_still_carries_has_not_failed(final, mode):
    assert failure(_mechanics(final=final), [attrs.evolve(WHOLE, crack=2.0)], TENSION).mode == mode


def test_the_last_snapshot_decides():
    assert failure(_mechanics(final=1.0), [attrs.evolve(WHOLE, crack=2.0), WHOLE], TENSION).mode == "yielding"


def test_pulling_a_sheet_apart_is_one_clean_crack():
    system = sheet((6, 3), 4, seed=1)
    first = Frame(0, system.cell, system.positions)
    watch = observer(system, first)
    assert watch.damage(first, 0.0).crack == 0.0
    # Everything beyond the middle moves by 5 angstrom, and the cell grows with it: one crack in the middle.
    x = np.mod(system.positions[:, 0], system.cell[0, 0])
    torn = system.positions + np.outer(x > system.cell[0, 0] / 2, [5.0, 0.0, 0.0])
    torn[:, 0] += x - system.positions[:, 0]
    longer = system.cell + np.diag([5.0, 0.0, 0.0])
    crack = watch.damage(Frame(1, longer, torn), 0.1).crack
    # Zig-zag bonds make the number of bonds in one plane vary about the mean over planes.
    assert crack == pytest.approx(1.0, abs=0.3)


def test_what_goes_on_through_the_cells_faces_has_no_ends():
    assert finite_chains(chains_of((3, 1, 1), endless((3, 1, 1)))) == ()
    assert finite_platelets(sheet((6, 3), 4, seed=1)) == ()


def test_chains_that_move_as_a_whole_carry_no_strain():
    cells = (3, 1, 1)
    system = chains_of(cells, staggered(cells))
    first = Frame(0, system.cell, system.positions)
    watch = observer(system, first)
    assert len(watch.chains) == 2
    moved = system.positions + np.outer(system.molecules == 2, [7.0, 0.0, 0.0])
    assert watch.damage(Frame(1, system.cell, moved), 0.1).chain_strain == pytest.approx(0.0)
    stretched = system.positions * [1.1, 1.0, 1.0]
    assert watch.damage(Frame(1, system.cell, stretched), 0.1).chain_strain == pytest.approx(0.1)


def test_an_opened_interface_is_found_between_its_phases():
    system = sheet((3, 2), 3, seed=1)
    first = Frame(0, system.cell, system.positions)
    opened = Frame(1, system.cell + np.diag([0, 0, 6.0]), system.positions)
    damage = observer(system, first).damage(opened, 0.5)
    assert damage.opening == pytest.approx(6.0)
    assert damage.widest_between == ("MMT", "MMT")


def test_platelets_that_move_apart_carry_no_strain():
    system = brick_wall((1, 1), 4, 0, 4, seed=1)
    first = Frame(0, system.cell, system.positions)
    watch = observer(system, first)
    assert len(watch.platelets) == 2
    second = system.molecules == system.molecules[system.in_phase("MMT")].max()
    moved = system.positions + np.outer(second, [6.0, 0.0, 0.0])
    damage = watch.damage(Frame(1, system.cell, moved), 0.1)
    assert damage.platelet_strain == pytest.approx(0.0)
    assert damage.crack == 0.0
