"""The conversion of GLYCAM06j to LAMMPS is checked term by term against OpenMM, which reads the force field's files."""

import attrs
import numpy as np
import pytest

from md_sim.cellulose import Chain, chains_of
from md_sim.forcefields import force_field
from md_sim.loader import lammps_binary
from tests.integration.md_sim.energies import energy_terms

pytestmark = pytest.mark.md

CALORIE = 4.184
TOLERANCE = 0.01  # kcal/mol a term


def _openmm_terms(system, interior):
    """The same chain's energy terms, kcal/mol, by OpenMM's class names."""
    import openmm
    from openmm import app, unit

    from scripts.extract_glycam import FILES, chain_topology

    field = app.ForceField(*FILES)
    made = field.createSystem(
        chain_topology(field, interior), nonbondedMethod=app.NoCutoff, constraints=None, rigidWater=False
    )
    groups = {}
    for group, force in enumerate(made.getForces()):
        force.setForceGroup(group)
        groups[type(force).__name__] = group
    context = openmm.Context(made, openmm.VerletIntegrator(0.001), openmm.Platform.getPlatformByName("Reference"))
    context.setPositions(system.positions / 10 * unit.nanometer)
    return {
        name: context.getState(getEnergy=True, groups={group}).getPotentialEnergy()._value / CALORIE
        for name, group in groups.items()
    }


@pytest.mark.parametrize("kind", ["origin", "centre"])
def test_every_energy_term_of_a_capped_chain_agrees(kind):
    pytest.importorskip("openmm", reason="OpenMM (extra dev) is not installed")
    try:
        lammps_binary()
    except ImportError as error:
        pytest.skip(str(error))
    crystal = chains_of((3, 1, 1), [Chain(kind, 0, 0, gap_at=0)])
    # Away from the crystal's symmetry, so that no two wrong parameters cancel.
    shaken = crystal.positions + np.random.default_rng(5).normal(0, 0.05, crystal.positions.shape)
    system = attrs.evolve(crystal, positions=shaken)
    ours = energy_terms(system, force_field("glycam06j"))
    theirs = _openmm_terms(system, interior=4)
    assert ours["ebond"] == pytest.approx(theirs["HarmonicBondForce"], abs=TOLERANCE)
    assert ours["eangle"] == pytest.approx(theirs["HarmonicAngleForce"], abs=TOLERANCE)
    assert ours["edihed"] == pytest.approx(theirs["PeriodicTorsionForce"], abs=TOLERANCE)
    assert ours["evdwl"] + ours["ecoul"] == pytest.approx(theirs["NonbondedForce"], abs=TOLERANCE)
