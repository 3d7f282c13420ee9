"""Writing a system and its parameters as a LAMMPS data file (units real, atom_style full)."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from lab.arrays import Integers
from md_sim.forcefields import AtomType, ForceField, check_types
from md_sim.systems import System

CMAP_FILE = "charmm36.cmap"
"""LAMMPS' file with CHARMM's correction maps."""
WATER_ANGLE = "charmm36:HT charmm36:OT charmm36:HT"
"""Types of the angle in a water molecule."""


@attrs.frozen
class DataFile:
    """A LAMMPS data file and what an input script has to know about it."""

    text: str
    type_names: tuple[str, ...]
    """Atom type names in the order of their numbers."""
    elements: tuple[str, ...]
    """Their elements."""
    has_bonds: bool
    has_angles: bool
    has_dihedrals: bool
    triclinic: bool
    charmm: bool = False
    """Whether the energy has CHARMM's form."""
    has_impropers: bool = False
    has_crossterms: bool = False
    """Whether there are correction maps of peptides, which need the file `CMAP_FILE`."""
    water_angles: tuple[int, ...] = ()
    """Numbers of the angle types of water, which are held rigid."""


@attrs.frozen
class _Section:
    """Bonds, angles or dihedrals: their kinds with coefficients, and the kind of each."""

    name: str
    coefficients: tuple[str, ...]
    comments: tuple[str, ...]
    kinds: tuple[int, ...]
    members: Integers

    def header(self) -> list[str]:
        singular = self.name.lower()
        if not len(self.members):
            return []
        return [f"{len(self.members)} {singular}s", f"{len(self.coefficients)} {singular} types"]

    def lines(self) -> list[str]:
        if not len(self.members):
            return []
        rows = zip(self.coefficients, self.comments, strict=True)
        coefficients = [f"{n} {values}  # {comment}" for n, (values, comment) in enumerate(rows, start=1)]
        members = [
            f"{n} {kind} {' '.join(str(atom + 1) for atom in atoms)}"
            for n, (kind, atoms) in enumerate(zip(self.kinds, self.members.tolist(), strict=True), start=1)
        ]
        return [f"{self.name} Coeffs", "", *coefficients, "", f"{self.name}s", "", *members, ""]


def _section(
    name: str,
    members: Integers,
    types: Sequence[str],
    parameters: Callable[[tuple[str, ...]], tuple[tuple[str, ...], Any]],
    written: Callable[[Any], str],
) -> _Section:
    numbers: dict[tuple[str, ...], int] = {}
    values: list[str] = []
    kinds = []
    kept = []
    for atoms in members.tolist():
        key, found = parameters(tuple(types[atom] for atom in atoms))
        if not found:  # a dihedral without energy
            continue
        kept.append(atoms)
        if key not in numbers:
            numbers[key] = len(numbers) + 1
            values.append(written(found))
        kinds.append(numbers[key])
    comments = tuple(" ".join(key) for key in numbers)
    return _Section(name, tuple(values), comments, tuple(kinds), np.array(kept).reshape(-1, members.shape[1]))


def _fourier(terms: Sequence[tuple[float, int, float]]) -> str:
    return " ".join([str(len(terms)), *(f"{k:.10g} {n} {d:.10g}" for k, n, d in terms)])


def _harmonic(parameters: Sequence[float]) -> str:
    return " ".join(f"{value:.10g}" for value in parameters)


def _charmm_angle(parameters: Sequence[float]) -> str:
    return _harmonic([*parameters, 0.0, 0.0][:4])


def _charmm_dihedrals(system: System, field: ForceField) -> _Section:
    """Each term of a dihedral as one of its own; the first one through two atoms carries their 1-4 interaction."""
    numbers: dict[tuple[tuple[str, ...], int, int], int] = {}
    coefficients: list[str] = []
    kinds, members = [], []
    nearer = {(i, j) for i, j in system.bonds.tolist()} | {(i, k) for i, _, k in system.angles.tolist()}
    done = nearer | {(j, i) for i, j in nearer}
    for atoms in system.dihedrals.tolist():
        key, terms = field.dihedral(tuple(system.types[atom] for atom in atoms))
        ends = (atoms[0], atoms[3])
        weight = int(ends not in done)
        done |= {ends, ends[::-1]}
        if not terms and not weight:
            continue
        for number, (k, n, d) in enumerate(terms or ((0.0, 1, 0.0),)):
            kind = (key, number, weight if number == 0 else 0)
            if kind not in numbers:
                numbers[kind] = len(numbers) + 1
                coefficients.append(f"{k:.10g} {n} {round(d)} {kind[2]}")
            kinds.append(numbers[kind])
            members.append(atoms)
    comments = tuple(" ".join(key) for key, _, _ in numbers)
    return _Section(
        "Dihedral", tuple(coefficients), comments, tuple(kinds), np.array(members, dtype=np.int64).reshape(-1, 4)
    )


def _crossterms(system: System, field: ForceField) -> list[str]:
    if not len(system.crossterms):
        return []
    rows = []
    for n, atoms in enumerate(system.crossterms.tolist(), start=1):
        which = field.crossterms[tuple(system.types[atom] for atom in atoms)]
        rows.append(f"{n} {which} {' '.join(str(atom + 1) for atom in atoms)}")
    return ["CMAP", "", *rows, ""]


def _pair(kind: AtomType, charmm: bool) -> str:
    values = [kind.epsilon, kind.sigma]
    if charmm:
        values += [
            kind.epsilon if kind.epsilon_14 is None else kind.epsilon_14,
            kind.sigma if kind.sigma_14 is None else kind.sigma_14,
        ]
    return _harmonic(values)


def data_file(system: System, field: ForceField) -> DataFile:
    """Return the data file of a system.

    Raises:
        InvalidInputError: If the force field does not know an atom type.
        UnknownNameError: If it has no parameters for a bond, angle or dihedral.
    """
    check_types(system, field)
    names = tuple(sorted(set(system.types)))
    number = {name: n for n, name in enumerate(names, start=1)}
    sections = [
        _section("Bond", system.bonds, system.types, field.bond, _harmonic),
        _section("Angle", system.angles, system.types, field.angle, _charmm_angle if field.charmm else _harmonic),
        _charmm_dihedrals(system, field)
        if field.charmm
        else _section("Dihedral", system.dihedrals, system.types, field.dihedral, _fourier),
        _section("Improper", system.impropers, system.types, field.improper, _harmonic),
    ]
    tilts = (system.cell[1, 0], system.cell[2, 0], system.cell[2, 1])
    triclinic = bool(np.any(np.abs(tilts) > 1e-9))
    types = [field.atom_types[name] for name in names]
    lines = [
        f"{field.name}, {len(system)} atoms",
        "",
        f"{len(system)} atoms",
        f"{len(names)} atom types",
        *(line for section in sections for line in section.header()),
        *([f"{len(system.crossterms)} crossterms"] if len(system.crossterms) else []),
        "",
        *(f"0.0 {length:.10f} {axis}lo {axis}hi" for axis, length in zip("xyz", np.diag(system.cell), strict=True)),
        *([f"{tilts[0]:.10f} {tilts[1]:.10f} {tilts[2]:.10f} xy xz yz"] if triclinic else []),
        "",
        "Masses",
        "",
        *(f"{number[kind.name]} {kind.mass:.6f}  # {kind.name}" for kind in types),
        "",
        "Pair Coeffs",
        "",
        *(f"{number[kind.name]} {_pair(kind, field.charmm)}  # {kind.name}" for kind in types),
        "",
        "Atoms # full",
        "",
        *_atom_lines(system, number),
        "",
        *(line for section in sections for line in section.lines()),
        *_crossterms(system, field),
    ]
    return DataFile(
        text="\n".join(lines) + "\n",
        type_names=names,
        elements=tuple(kind.element for kind in types),
        has_bonds=bool(len(system.bonds)),
        has_angles=bool(len(system.angles)),
        has_dihedrals=bool(len(system.dihedrals)),
        triclinic=triclinic,
        charmm=field.charmm,
        has_impropers=bool(len(system.impropers)),
        has_crossterms=bool(len(system.crossterms)),
        water_angles=tuple(n for n, name in enumerate(sections[1].comments, start=1) if name == WATER_ANGLE),
    )


def _atom_lines(system: System, number: dict[str, int]) -> list[str]:
    rows = zip(system.molecules.tolist(), system.types, system.charges.tolist(), system.positions.tolist(), strict=True)
    return [
        f"{n} {molecule} {number[name]} {charge:.8f} {x:.6f} {y:.6f} {z:.6f}"
        for n, (molecule, name, charge, (x, y, z)) in enumerate(rows, start=1)
    ]
