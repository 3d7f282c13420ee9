from collections import Counter

import numpy as np
import pytest

from lab.errors import InvalidInputError
from md_sim.checks import check_system
from md_sim.clay_atoms import bonded_oxygens
from md_sim.clay_types import typed
from md_sim.laminates import brick_wall, laminate
from md_sim.montmorillonite import pyrophyllite, quarter_turn, sheet_cell, substituted, with_sodium
from md_sim.platelets import formal_charge, missing_valence, platelet


def _cut(cells=4, along_a=2):
    return platelet(quarter_turn(pyrophyllite((along_a, 6))), cells, sheet_cell().b)


def test_a_platelet_is_neutral_by_its_formula_and_keeps_all_cations_whole():
    atoms = _cut()
    assert formal_charge(atoms) == 0
    count = Counter(atoms.elements)
    assert (count["Si"], count["Al"]) == (8 * 4 * 2, 4 * 4 * 2)
    system = typed(atoms)  # refuses a cation that lacks an oxygen
    assert abs(system.charges.sum()) < 1e-9


def test_edges_have_the_groups_of_the_010_edge():
    atoms = _cut(along_a=2)
    missing = Counter(round(value, 6) for value in missing_valence(atoms).values())
    # On each of two edges, for each of two repeats along a: one bare Si-O-Al, and one Al-OH2 with the half too much.
    assert missing[0.5] == missing[-0.5] == 4
    assert set(missing) == {0.0, 0.5, -0.5}
    groups = Counter("".join(sorted(atoms.elements[n] for n in near)) for near in bonded_oxygens(atoms).values())
    assert groups["HSi"] == 8
    assert groups["AlHH"] == 4
    assert Counter(typed(atoms).types)["clayff:oh2"] == 4


def test_new_hydrogens_are_at_their_distance_and_angle():
    atoms = _cut()
    system = typed(atoms)
    vectors = system.positions[system.bonds[:, 1]] - system.positions[system.bonds[:, 0]]
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-6)
    for first, apex, second in system.angles.tolist():
        a, b = system.positions[first] - system.positions[apex], system.positions[second] - system.positions[apex]
        assert np.degrees(np.arccos(a @ b)) > 99.0
    check_system(system)


def test_a_platelet_leaves_a_gap_and_is_whole():
    atoms = _cut(cells=4)
    b = sheet_cell().b
    length = np.ptp(atoms.positions[:, 0])
    assert 4 * b - 1 < length < 4 * b + 5
    assert length < atoms.box[0] - 0.4 * b


@pytest.mark.parametrize("cells", [0, 6, 9])
def test_a_platelet_without_length_or_gap_is_refused(cells):
    with pytest.raises(InvalidInputError, match="leave no platelet"):
        _cut(cells=cells)


def test_substitution_keeps_away_from_the_edges():
    atoms = substituted(_cut(), 4, seed=1, ends=4.0)
    x = atoms.positions[atoms.indices("Al", "Mg"), 0]
    magnesium = atoms.positions[atoms.indices("Mg"), 0]
    assert magnesium.min() >= x.min() + 4.0
    assert magnesium.max() <= x.max() - 4.0
    system = typed(with_sodium(atoms, [4.0, -4.0]))
    assert abs(system.charges.sum()) < 1e-9
    assert Counter(system.types)["clayff:Na"] == 4


@pytest.mark.parametrize("slab", [0, 1])
def test_walls_are_sound(slab):
    system = brick_wall((1, 1), 5, slab, 7, seed=2)
    check_system(system)
    assert Counter(system.types)["clayff:mgo"] == 14
    assert ("CNF" in system.phases) == bool(slab)
    # Both layers have magnesium at places of their own.
    sheets = [np.flatnonzero(system.molecules == n) for n in np.unique(system.molecules[system.in_phase("MMT")])]
    first, second = ([system.types[n] for n in atoms] for atoms in sheets)
    assert first != second


def test_a_laminate_strains_neither_part_much():
    system = laminate((1, 1), 1, 9, seed=1)
    check_system(system)
    # Relaxed lengths as measured with these force fields (docs/benchmarks/md.md): c 10.75, MMT b 9.02 angstrom.
    assert pytest.approx(6 * 9.02, rel=0.01) == 5 * 10.75
