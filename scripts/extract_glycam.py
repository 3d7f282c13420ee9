"""Write md_sim/data/glycam06j.json: the GLYCAM06j parameters that cellulose needs, from OpenMM's copy of them.

OpenMM assigns the parameters to a capped chain of glucose residues; this script reads them back by atom type, so that
the rules of matching are OpenMM's, and turns them into LAMMPS' units. Needs the extra `dev`; the package does not.

    python -m scripts.extract_glycam
"""

import json
import math
from pathlib import Path
from typing import Any

import openmm
from openmm import app, unit

OUT = Path(__file__).resolve().parents[1] / "md_sim" / "data" / "glycam06j.json"
FILES = ("amber14/protein.ff14SB.xml", "amber14/GLYCAM_06j-1.xml")
RESIDUES = ("0GB", "4GB", "ROH")
CALORIE = 4.184  # kJ/kcal, thermochemical
SOURCE = (
    "Kirschner, K. N. et al. GLYCAM06: a generalizable biomolecular force field. Carbohydrates. J. Comput. Chem. 29, "
    "622-655 (2008), doi 10.1002/jcc.20820, version 06j-1 as distributed in AmberTools 24.8 "
    "(leaprc.GLYCAM_06j-1, md5 a7359f8d717f92dba02d57d6e0c8f3f7), read from OpenMM's amber14/GLYCAM_06j-1.xml. "
    "1-4 interactions are not scaled."
)


def chain_topology(field: app.ForceField, interior: int) -> app.Topology:
    """Return 0GB-(4GB)n-ROH: C1 of each residue is bonded to O4 of the next, and the last C1 to ROH's O1."""
    topology = app.Topology()
    chain = topology.addChain()
    left = None
    for name in ("0GB", *["4GB"] * interior, "ROH"):
        residue = topology.addResidue(name, chain)
        template = field._templates[name]
        atoms = [topology.addAtom(atom.name, atom.element, residue) for atom in template.atoms]
        names = {atom.name: atom for atom in atoms}
        for first, second in template.bonds:
            topology.addBond(atoms[first], atoms[second])
        if left is not None:
            topology.addBond(left, names["O1" if name == "ROH" else "O4"])
        left = names.get("C1")
    return topology


def short(name: str) -> str:
    """Return a type's name in this project: "glycam-Cg" and "protein-H1" become "glycam:Cg" and "glycam:H1"."""
    return "glycam:" + name.split("-")[1]


def number(value: float) -> float:
    """Round away what the conversion of units leaves in the last digits; no minus zero."""
    return float(f"{value:.9g}") + 0.0


def either_way(types: tuple[str, ...]) -> tuple[str, ...]:
    """Return the one of both directions that sorts first."""
    return min(types, types[::-1])


def main() -> None:
    """Write the file."""
    field = app.ForceField(*FILES)
    topology = chain_topology(field, interior=2)
    # The forces belong to the system: it has to live as long as they are read.
    system = field.createSystem(topology, nonbondedMethod=app.NoCutoff, constraints=None, rigidWater=False)
    found = {type(force).__name__: force for force in system.getForces()}
    types = [
        short(template_atom.type)
        for residue in topology.residues()
        for template_atom in field._templates[residue.name].atoms
    ]
    content = {
        "name": "GLYCAM06j",
        "source": SOURCE,
        "special_1_4": 1.0,
        "atom_types": atom_types(found["NonbondedForce"], topology, types),
        "bonds": bonds(found["HarmonicBondForce"], types),
        "angles": angles(found["HarmonicAngleForce"], types),
        "dihedrals": dihedrals(found["PeriodicTorsionForce"], topology, types),
        "residues": {name: residue(field, name) for name in RESIDUES},
    }
    OUT.write_text(compact(content), encoding="utf-8")


def atom_types(force: openmm.NonbondedForce, topology: app.Topology, types: list[str]) -> dict[str, Any]:
    """Return the non-bonded parameters by type; charges belong to the residues."""
    found = {}
    for index, (name, atom) in enumerate(zip(types, topology.atoms(), strict=True)):
        _, sigma, epsilon = force.getParticleParameters(index)
        found[name] = {
            "element": atom.element.symbol,
            "mass": number(atom.element.mass.value_in_unit(unit.dalton)),
            "epsilon": number(epsilon.value_in_unit(unit.kilojoule_per_mole) / CALORIE),
            "sigma": number(sigma.value_in_unit(unit.angstrom)),
        }
    return dict(sorted(found.items()))


def bonds(force: openmm.HarmonicBondForce, types: list[str]) -> list[list[Any]]:
    """Return rows of two types, K and r0. OpenMM's k belongs to k/2 (r - r0)^2."""
    found = {}
    for index in range(force.getNumBonds()):
        i, j, length, k = force.getBondParameters(index)
        found[either_way((types[i], types[j]))] = [number(k._value / 2 / CALORIE / 100), number(length._value * 10)]
    return [[*key, *found[key]] for key in sorted(found)]


def angles(force: openmm.HarmonicAngleForce, types: list[str]) -> list[list[Any]]:
    """Return rows of three types, K and theta0."""
    found = {}
    for index in range(force.getNumAngles()):
        i, j, k, angle, stiffness = force.getAngleParameters(index)
        row = [number(stiffness._value / 2 / CALORIE), number(math.degrees(angle._value))]
        found[either_way((types[i], types[j], types[k]))] = row
    return [[*key, *found[key]] for key in sorted(found)]


def dihedrals(force: openmm.PeriodicTorsionForce, topology: app.Topology, types: list[str]) -> list[list[Any]]:
    """Return rows of four types and their terms (K, n, d)."""
    # OpenMM leaves out dihedrals without energy; they are listed, so that a missing one is a fault.
    found: dict[tuple[str, ...], list[list[float]]] = {
        either_way(tuple(types[i] for i in atoms)): [] for atoms in topology_dihedrals(topology)
    }
    chains: dict[tuple[int, ...], list[list[float]]] = {}
    for index in range(force.getNumTorsions()):
        *atoms, periodicity, phase, k = force.getTorsionParameters(index)
        term = [number(k._value / CALORIE), periodicity, number(math.degrees(phase._value))]
        chains.setdefault(tuple(atoms), []).append(term)
    for four, terms in chains.items():
        found[either_way(tuple(types[i] for i in four))] = sorted(terms, key=lambda term: term[1])
    return [[*key, found[key]] for key in sorted(found)]


def topology_dihedrals(topology: app.Topology) -> list[tuple[int, ...]]:
    """Return the indices of all four atoms in a row."""
    near: dict[int, list[int]] = {}
    pairs = [(first.index, second.index) for first, second in topology.bonds()]
    for first, second in pairs:
        near.setdefault(first, []).append(second)
        near.setdefault(second, []).append(first)
    return [(i, j, k, m) for j, k in pairs for i in near[j] for m in near[k] if i != k and m not in {j, i}]


def residue(field: app.ForceField, name: str) -> dict[str, Any]:
    """Return a residue's atoms (name, type, charge) and bonds (names)."""
    template = field._templates[name]
    return {
        "atoms": [[atom.name, short(atom.type), number(atom.parameters["charge"])] for atom in template.atoms],
        "bonds": [[template.atoms[i].name, template.atoms[j].name] for i, j in template.bonds],
    }


def compact(content: dict[str, Any]) -> str:
    """Return JSON with one parameter a line."""
    text = json.dumps(content, indent=1)
    lines: list[str] = []
    depth = 0
    for line in text.splitlines():
        inner = line.strip()
        if depth:
            lines[-1] += ("" if inner.startswith(("]", "}")) or lines[-1].endswith(("[", "{")) else " ") + inner
        else:
            lines.append(line)
        opened = inner.endswith(("[", "{"))
        closed = inner.startswith(("]", "}"))
        if depth or (opened and len(line) - len(line.lstrip()) >= 2):
            depth += opened - closed
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
