"""Writing a system and its parameters as a LAMMPS data file (units real, atom_style full)."""

from collections.abc import Callable, Sequence
from typing import Any

import attrs
import numpy as np

from md_sim.arrays import Integers
from md_sim.forcefields import ForceField, check_types
from md_sim.systems import System


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


def _harmonic(parameters: tuple[float, float]) -> str:
    return f"{parameters[0]:.10g} {parameters[1]:.10g}"


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
        _section("Angle", system.angles, system.types, field.angle, _harmonic),
        _section("Dihedral", system.dihedrals, system.types, field.dihedral, _fourier),
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
        *(f"{number[kind.name]} {kind.epsilon:.10g} {kind.sigma:.10g}  # {kind.name}" for kind in types),
        "",
        "Atoms # full",
        "",
        *_atom_lines(system, number),
        "",
        *(line for section in sections for line in section.lines()),
    ]
    return DataFile(
        text="\n".join(lines) + "\n",
        type_names=names,
        elements=tuple(kind.element for kind in types),
        has_bonds=bool(len(system.bonds)),
        has_angles=bool(len(system.angles)),
        has_dihedrals=bool(len(system.dihedrals)),
        triclinic=triclinic,
    )


def _atom_lines(system: System, number: dict[str, int]) -> list[str]:
    rows = zip(system.molecules.tolist(), system.types, system.charges.tolist(), system.positions.tolist(), strict=True)
    return [
        f"{n} {molecule} {number[name]} {charge:.8f} {x:.6f} {y:.6f} {z:.6f}"
        for n, (molecule, name, charge, (x, y, z)) in enumerate(rows, start=1)
    ]
