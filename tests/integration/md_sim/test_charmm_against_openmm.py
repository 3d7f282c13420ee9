"""The conversion of CHARMM36 to LAMMPS is checked against OpenMM, which reads the force field's files."""

from collections import Counter
from functools import cache

import attrs
import numpy as np
import pytest

from md_sim.cellulose import Chain, chains_of
from md_sim.forcefields import force_field
from md_sim.gelatin import gelatin
from md_sim.molecules import glycerol, water
from tests.integration.md_sim.energies import energy_terms

pytestmark = pytest.mark.md

CALORIE = 4.184
TOLERANCE = 0.01  # kcal/mol a term


@cache
def _openmm_field():
    """OpenMM's force field and its residues; reading them takes seconds."""
    from scripts.extract_charmm import all_residues, force_field

    residues = all_residues()
    return force_field(residues), residues


def _openmm_terms(system, names):
    """The same molecule's energy terms, kcal/mol, by OpenMM's class names."""
    import openmm
    from openmm import app, unit

    from scripts.extract_charmm import add_molecule, create_system

    field, residues = _openmm_field()
    topology = app.Topology()
    add_molecule(topology, residues, names)
    made = create_system(field, topology)
    kinds = {}
    for group, force in enumerate(made.getForces()):
        force.setForceGroup(group)
        kinds[group] = type(force).__name__
    context = openmm.Context(made, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(system.positions / 10 * unit.nanometer)
    terms: Counter[str] = Counter()
    for group, kind in kinds.items():
        terms[kind] += context.getState(getEnergy=True, groups={group}).getPotentialEnergy()._value / CALORIE
    return terms


def _chain():
    return chains_of((3, 1, 1), [Chain("origin", 0, 0, gap_at=0)], field="charmm36")


@pytest.mark.parametrize(
    ("make", "names"),
    [
        (_chain, ["0GB", *["4GB"] * 3, "last", "ROH"]),
        (glycerol, ["glycerol"]),
        (water, ["water"]),
        (gelatin, ["gelatin"]),
    ],
)
def test_every_energy_term_agrees(make, names):
    pytest.importorskip("openmm", reason="OpenMM (extra dev) is not installed")
    molecule = make()
    # Away from any symmetry, so that no two wrong parameters cancel.
    shaken = molecule.positions + np.random.default_rng(5).normal(0, 0.05, molecule.positions.shape)
    system = attrs.evolve(molecule, positions=shaken)
    ours = energy_terms(system, force_field("charmm36"))
    theirs = _openmm_terms(system, names)
    # LAMMPS counts Urey-Bradley terms with the angles, OpenMM with the bonds.
    stiff = theirs["HarmonicBondForce"] + theirs["HarmonicAngleForce"]
    assert ours["ebond"] + ours["eangle"] == pytest.approx(stiff, abs=TOLERANCE)
    assert ours["edihed"] == pytest.approx(theirs["PeriodicTorsionForce"], abs=TOLERANCE)
    assert ours["eimp"] == pytest.approx(theirs["CustomTorsionForce"], abs=TOLERANCE)
    assert ours.get("ecmap", 0.0) == pytest.approx(theirs["CMAPTorsionForce"], abs=TOLERANCE)
    pairs = theirs["NonbondedForce"] + theirs["CustomNonbondedForce"] + theirs["CustomBondForce"]
    assert ours["evdwl"] + ours["ecoul"] == pytest.approx(pairs, abs=TOLERANCE)
