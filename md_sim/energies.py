"""Energies of a system at rest, computed by LAMMPS in this process."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from md_sim.forcefields import ForceField
from md_sim.lammps_data import data_file
from md_sim.loader import load_lammps
from md_sim.systems import System

#: Terms of the energy, by LAMMPS' names.
TERMS = ("ebond", "eangle", "edihed", "evdwl", "ecoul")

#: Empty space around the system, angstrom.
MARGIN = 5.0


def energy_terms(system: System, field: ForceField, *, cutoff: float = 100.0) -> Mapping[str, float]:
    """Return the energy terms of a system in empty space, kcal/mol.

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
                    f"pair_style lj/cut/coul/cut {cutoff:g}",
                    "pair_modify mix arithmetic",
                    *(["bond_style harmonic"] if data.has_bonds else []),
                    *(["angle_style harmonic"] if data.has_angles else []),
                    *(["dihedral_style fourier"] if data.has_dihedrals else []),
                    "special_bonds lj/coul 0.0 0.0 1.0",
                    f"read_data {path}",
                    "thermo_style custom step pe " + " ".join(TERMS),
                    "run 0",
                ]
            )
            return {name: float(instance.get_thermo(name)) for name in TERMS}
        finally:
            instance.close()
