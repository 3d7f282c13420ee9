"""Energies of a system at rest, computed by LAMMPS in this process."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from md_sim.forcefields import ForceField
from md_sim.lammps_data import CMAP_FILE, DataFile, data_file
from md_sim.loader import load_lammps, potential_file
from md_sim.scripts import reading_of
from md_sim.systems import System

TERMS = ("ebond", "eangle", "edihed", "eimp", "evdwl", "ecoul")
"""Terms of the energy, by LAMMPS' names."""

MARGIN = 5.0
"""Empty space around the system, angstrom."""


def energy_terms(system: System, field: ForceField, *, cutoff: float = 100.0) -> Mapping[str, float]:
    """Return the energy terms of a system in empty space, kcal/mol, with "ecmap" where there is a peptide.

    Args:
        system: The atoms; the cell is taken as not periodic.
        field: Force field.
        cutoff: Distance beyond which atoms do not interact, angstrom; larger than the system for its full energy.

    Raises:
        OptionalPackageError: If LAMMPS is not installed.
    """
    low, high = system.positions.min(axis=0), system.positions.max(axis=0)
    data = data_file(system.moved(MARGIN - low).in_cell(np.diag(high - low + 2 * MARGIN)), field)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "system.data"
        path.write_text(data.text, encoding="utf-8")
        instance = load_lammps()(cmdargs=["-screen", "none", "-log", "none", "-nocite"])
        try:
            instance.commands_list(
                [
                    "units real",
                    "atom_style full",
                    "boundary f f f",
                    *_interactions(data, cutoff),
                    *reading_of(data, str(path), maps=str(potential_file(CMAP_FILE))),
                    "thermo_style custom step pe " + " ".join(TERMS),
                    "run 0",
                ]
            )
            found = {name: float(instance.get_thermo(name)) for name in TERMS}
            if data.has_crossterms:
                found["ecmap"] = float(instance.extract_fix("maps", 0, 0))
            return found
        finally:
            instance.close()


def _interactions(data: DataFile, cutoff: float) -> list[str]:
    """The commands for the energy without anything in reciprocal space."""
    return [
        f"pair_style lj/charmm/coul/charmm {cutoff:g} {cutoff + 1:g}"
        if data.charmm
        else f"pair_style lj/cut/coul/cut {cutoff:g}",
        "pair_modify mix arithmetic",
        *(["bond_style harmonic"] if data.has_bonds else []),
        *([f"angle_style {'charmm' if data.charmm else 'harmonic'}"] if data.has_angles else []),
        *([f"dihedral_style {'charmm' if data.charmm else 'fourier'}"] if data.has_dihedrals else []),
        *(["improper_style harmonic"] if data.has_impropers else []),
        f"special_bonds {'charmm' if data.charmm else 'lj/coul 0.0 0.0 1.0'}",
    ]
