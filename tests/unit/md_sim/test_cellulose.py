from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from md_sim.cellulose import Chain, chains_of, endless, experimental_lattice, residue_atoms, staggered
from md_sim.checks import check_system
from md_sim.forcefields import density, elements, force_field
from md_sim.lammps_data import data_file
from md_sim.neighbours import nearest_vectors

BOUNDS = {("C", "C"): (1.45, 1.60), ("C", "O"): (1.35, 1.50), ("C", "H"): (0.9, 1.15), ("H", "O"): (0.9, 1.05)}
"""Bond lengths of sugars, angstrom; the crystal's scatter by its resolution."""


def test_the_crystal_has_its_composition_and_density():
    system = chains_of((2, 2, 2), endless((2, 2, 2)))
    names = Counter(elements(system, force_field("glycam06j")))
    assert names == {"C": 24 * 8, "H": 40 * 8, "O": 20 * 8}  # four C6H10O5 a unit cell
    # 4 x 162.14 g/mol in 7.784 x 8.201 x 10.380 x sin 96.55 cubic angstrom.
    assert density(system, force_field("glycam06j")) == pytest.approx(648.56 / 658.3 * 1.66054, rel=1e-3)


@pytest.mark.parametrize("made", [endless, staggered])
def test_every_bond_has_a_length_of_its_kind(made):
    system = chains_of((3, 2, 2), made((3, 2, 2)))
    names = elements(system, force_field("glycam06j"))
    lengths = np.linalg.norm(
        nearest_vectors(system.positions[system.bonds[:, 1]] - system.positions[system.bonds[:, 0]], system.cell),
        axis=1,
    )
    for (start, end), length in zip(system.bonds.tolist(), lengths, strict=True):
        low, high = BOUNDS[tuple(sorted((names[start], names[end])))]
        assert low < length < high


@settings(max_examples=10)
@given(c=st.integers(2, 5), a=st.integers(1, 2), b=st.integers(1, 2), gap=st.integers(1, 2))
def test_finite_chains_are_neutral_and_complete(c, a, b, gap):
    cells = (c, a, b)
    system = chains_of(cells, staggered(cells), gap=gap)
    residues = 2 * c - gap
    assert len(system) == 2 * a * b * (21 * residues + 3)
    assert abs(system.charges.sum()) < 1e-9
    assert system.molecules.max() == 2 * a * b
    # A chain of n residues: each has one ring, so bonds = atoms - 1 + n.
    assert len(system.bonds) == 2 * a * b * (21 * residues + 3 - 1 + residues)
    check_system(system)


@pytest.mark.parametrize("kind", ["origin", "centre"])
@pytest.mark.parametrize("number", [0, 1])
def test_the_sugar_is_d_glucose(kind, number):
    """C5 is R: its substituents O5, C4, C6 (in order of priority) run clockwise as seen from the side away from H5.

    Three vectors that run clockwise towards the viewer have a negative triple product.
    """
    atoms = residue_atoms(Chain(kind, 0, 0), number)
    to_o, to_c4, to_c6 = (atoms[name] - atoms["C5"] for name in ("O5", "C4", "C6"))
    assert np.dot(np.cross(to_o, to_c4), to_c6) < 0


def test_neighbours_begin_half_a_chain_apart():
    starts = {(chain.along_a, chain.along_b): chain.gap_at for chain in staggered((4, 2, 2)) if chain.kind == "origin"}
    assert starts == {(0, 0): 0, (1, 0): 4, (0, 1): 4, (1, 1): 0}


def test_lattice_vectors_enclose_gamma():
    lattice = experimental_lattice()
    a, b, c = lattice.vectors
    assert np.degrees(np.arccos(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))) == pytest.approx(96.55)
    # Right-handed in the simulation's order c, a, b, as in the crystal's a, b, c.
    assert np.dot(np.cross(c, a), b) > 0


def test_impossible_chains_are_refused_with_every_fault():
    with pytest.raises(InvalidInputError, match="hold no cellulose"):
        chains_of((0, 1, 1), [])
    with pytest.raises(InvalidInputError, match="leaves no chain"):
        chains_of((2, 1, 1), staggered((2, 1, 1)), gap=3)


def test_the_data_file_lists_each_kind_of_bond_once():
    text = data_file(chains_of((2, 1, 1), endless((2, 1, 1))), force_field("glycam06j")).text
    assert "6 bond types" in text
    assert "xy xz yz" in text
