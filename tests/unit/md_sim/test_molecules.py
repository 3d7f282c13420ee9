import numpy as np
import pytest

from lab.errors import InvalidInputError
from md_sim.fillers import Filler, filled
from md_sim.gelatin import SEQUENCE, gelatin
from md_sim.lammps_data import data_file
from md_sim.models import MODELS
from md_sim.molecules import glycerol, water
from md_sim.montmorillonite import sheet


@pytest.mark.parametrize(("make", "atoms"), [(water, 3), (glycerol, 14), (gelatin, 84)])
def test_a_molecule_is_neutral_and_its_bonds_have_the_length_of_bonds(make, atoms):
    molecule = make()
    assert len(molecule) == atoms
    assert abs(molecule.charges.sum()) < 1e-9
    ends = molecule.positions[molecule.bonds]
    lengths = np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1)
    # The rings of proline close only roughly before they are relaxed.
    assert 0.9 < lengths.min() <= lengths.max() < 1.8


def test_water_has_its_angle():
    oxygen, one, other = water().positions
    cosine = (one - oxygen) @ (other - oxygen) / 0.9572**2
    assert np.degrees(np.arccos(cosine)) == pytest.approx(104.52)


def test_the_peptide_is_made_of_l_amino_acids_with_the_hydroxyl_group_across_the_ring():
    from md_sim.forcefields import data_file as raw

    names = [atom for atom, *_ in raw("charmm36.json")["residues"]["gelatin"]["atoms"]]
    at = dict(zip(names, gelatin().positions, strict=True))
    for place, name in enumerate(SEQUENCE, start=1):
        if name == "GLY":
            continue
        alpha, beta, gamma, delta = (at[f"{place}C{greek}"] for greek in "ABGD")
        carbonyl, nitrogen = at[f"{place}C"], at[f"{place}N"]
        # Seen from the hydrogen, carbonyl, side chain and nitrogen stand clockwise (CORN).
        assert np.linalg.det([carbonyl - alpha, beta - alpha, nitrogen - alpha]) > 0
        if name == "HYP":
            # Trans: carbonyl and hydroxyl group lie on different sides of the ring's mean plane.
            ring = np.array([alpha, beta, gamma, delta, nitrogen])
            normal = np.linalg.svd(ring - ring.mean(axis=0))[2][2]
            assert ((carbonyl - alpha) @ normal) * ((at[f"{place}OE"] - gamma) @ normal) < 0


@pytest.mark.parametrize("name", ["mmt-cnf-water", "mmt-cnf-glycerol", "mmt-cnf-gelatin"])
def test_what_is_between_the_layers_depends_on_the_seed_alone(name):
    model = MODELS[name]
    one, same, other = (model.system(large=False, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.positions, same.positions)
    assert not np.array_equal(one.positions, other.positions)
    filler = name.removeprefix("mmt-cnf-")
    assert one.in_phase(filler).any()
    text = data_file(one, model.force_field()).text
    assert ("crossterms" in text) == (filler == "gelatin")


def test_more_molecules_than_fit_are_refused():
    layer = sheet((1, 1), 0, seed=0, spacing=12.0)
    with pytest.raises(InvalidInputError, match="of 50 molecules fit"):
        filled(layer, Filler(water(), 50, 2.0), heights=(6.0,), seed=1)
