"""INTERFACE's types, charges and springs on a sheet of montmorillonite."""

from collections import Counter

import numpy as np
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import shortest_path

from lab.errors import InvalidInputError
from md_sim.checks import check_system
from md_sim.clay_types import oxygen_charge, typed
from md_sim.forcefields import force_field
from md_sim.lammps_data import data_file
from md_sim.montmorillonite import pyrophyllite, quarter_turn, sheet, sheet_cell
from md_sim.neighbours import nearest_vectors
from md_sim.platelets import platelet

FIELD = force_field("interface")


@pytest.mark.parametrize(
    ("neighbours", "published"),
    [
        (["Si", "Si"], -0.55),
        (["Si", "Al", "Al"], -0.758),
        (["Al", "Al", "H"], -0.683),
        (["Si", "Al", "Mg"], -0.867),
        (["Al", "Mg", "H"], -0.792),
    ],
)
def test_charge_rule_gives_the_published_oxygen_charges(neighbours, published):
    assert oxygen_charge(neighbours, "interface") == pytest.approx(published, abs=1e-3)


def test_a_sheet_is_neutral_and_every_cation_has_all_its_springs():
    system = sheet((4, 3), 6, seed=2, field="interface")
    check_system(system)
    elements = [FIELD.atom_types[name].element for name in system.types]
    springs = Counter(int(atom) for atom in system.bonds.ravel())
    wanted = {"Si": 4, "Al": 6, "Mg": 6, "H": 1, "Na": 0}
    assert all(springs[n] == wanted[element] for n, element in enumerate(elements) if element != "O")
    assert Counter(elements)["Mg"] == Counter(elements)["Na"] == 6
    # Every bond and angle has its parameters, or this raises.
    data = data_file(system, FIELD)
    assert data.charmm
    assert data.has_dihedrals


def _angles(system):
    """Angle in the crystal and at rest, degrees, of every angle of a sheet."""
    left, apex, right = system.angles.T
    first = nearest_vectors(system.positions[left] - system.positions[apex], system.cell)
    second = nearest_vectors(system.positions[right] - system.positions[apex], system.cell)
    cosine = (first * second).sum(axis=1) / np.linalg.norm(first, axis=1) / np.linalg.norm(second, axis=1)
    rest = [FIELD.angle(tuple(system.types[n] for n in atoms))[1][1] for atoms in system.angles.tolist()]
    return np.degrees(np.arccos(cosine)), np.array(rest)


def test_places_in_the_crystal_have_the_types_whose_angles_are_the_crystals():
    system = sheet((2, 2), 0, seed=1, field="interface")
    heavy = ~np.isin(system.angles, np.flatnonzero([name == "interface:HOY" for name in system.types])).any(axis=1)
    found, rest = (values[heavy] for values in _angles(system))
    # Octahedral angles at rest go from 77 to 98 degrees: a type in the wrong place is far off.
    assert np.abs(found - rest).max() < 6.0
    assert np.sqrt(np.mean((found - rest) ** 2)) < 2.0


def test_each_pair_of_atoms_three_bonds_apart_counts_once():
    system = sheet((4, 3), 2, seed=1, field="interface")
    text = data_file(system, FIELD).text
    rows = [line.split() for line in text.split("\nDihedrals\n")[1].strip().splitlines()]
    assert "Dihedral Coeffs\n\n1 0 1 0 1" in text  # no energy of their own, and the pair's in full
    counted = [frozenset((int(row[2]) - 1, int(row[5]) - 1)) for row in rows]
    first, second = system.bonds.T
    graph = coo_array((np.ones(len(first)), (first, second)), shape=(len(system), len(system)))
    apart = shortest_path(graph.tocsr(), directed=False, unweighted=True)
    expected = {frozenset(pair) for pair in np.argwhere(apart == 3).tolist()}
    assert len(counted) == len(expected)
    assert set(counted) == expected


def test_edges_of_platelets_are_refused():
    cut = platelet(quarter_turn(pyrophyllite((2, 6))), 4, sheet_cell().b)
    with pytest.raises(InvalidInputError, match="no type for H at an edge"):
        typed(cut, "interface")
