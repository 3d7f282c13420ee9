import attrs
import numpy as np
import pytest

from lab.errors import InvalidInputError
from md_sim.forcefields import force_field
from md_sim.lammps_data import data_file
from md_sim.molecules import glycerol, water
from md_sim.montmorillonite import sheet


def test_every_unknown_atom_type_is_named():
    layer = sheet((2, 2), 1, seed=0)
    wrong = attrs.evolve(layer, types=("clayff:xx", "clayff:yy", *layer.types[2:]))
    with pytest.raises(InvalidInputError) as caught:
        data_file(wrong, force_field("clayff"))
    assert caught.value.faults == (
        "ClayFF does not know the atom type clayff:xx",
        "ClayFF does not know the atom type clayff:yy",
    )


def test_each_pair_of_atoms_three_bonds_apart_counts_once():
    molecule = glycerol()
    text = data_file(molecule, force_field("charmm36")).text
    coefficients = text.split("Dihedral Coeffs")[1].split("Dihedrals")[0].split("\n")
    weights = {line.split()[0]: int(line.split("#")[0].split()[4]) for line in coefficients if line.strip()}
    rows = [line.split() for line in text.split("\nDihedrals\n")[1].strip().splitlines()]
    counted = [frozenset((row[2], row[5])) for row in rows if weights[row[1]]]
    near = {frozenset(pair) for pair in molecule.bonds.tolist()}
    near |= {frozenset((i, k)) for i, _, k in molecule.angles.tolist()}
    apart = {frozenset((i, m)) for i, _, _, m in molecule.dihedrals.tolist()} - near
    assert len(counted) == len(set(counted)) == len(apart)


def test_the_angle_of_water_is_known_to_be_held_rigid():
    data = data_file(water(), force_field("charmm36"))
    assert data.water_angles == (1,)
    assert data_file(glycerol(), force_field("charmm36")).water_angles == ()


def test_charges_are_written_so_that_they_sum_to_zero():
    text = data_file(sheet((4, 3), 3, seed=1), force_field("clayff")).text
    rows = text.split("Atoms # full\n\n")[1].split("\n\n")[0].splitlines()
    assert np.isclose(sum(float(row.split()[3]) for row in rows), 0.0, atol=1e-5)
