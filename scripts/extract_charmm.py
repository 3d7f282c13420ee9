"""Write md_sim/data/charmm36.json: what cellulose, glycerol, gelatin and water need of CHARMM36, from OpenMM's copy.

OpenMM's files hold glucose but not the patch that links it; the patch is applied here. OpenMM then assigns the
parameters to small molecules, and this script reads them back by atom type, in LAMMPS' units. Needs the extra `dev`.

    python -m scripts.extract_charmm
"""

import io
import itertools
import math
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path
from typing import Any

import openmm
from openmm import app

from scripts.extract_glycam import CALORIE, compact, either_way, number, topology_dihedrals

OUT = Path(__file__).resolve().parents[1] / "md_sim" / "data" / "charmm36.json"
DATA = Path(app.__file__).parent / "data"
FILES = ("charmm36.xml", "charmm36/water.xml")
SOURCE = (
    "CHARMM36 as in toppar_c36_aug15.tgz, read from OpenMM's charmm36.xml and charmm36/water.xml. Glucose: Guvench, O. "
    "et al. J. Comput. Chem. 29, 2543-2564 (2008); beta-(1-4) link (patch 14bb): Guvench, O. et al. J. Chem. Theory "
    "Comput. 5, 2353-2370 (2009); glycerol: Hatcher, E. et al. J. Chem. Theory Comput. 5, 1315-1327 (2009), charges "
    "from OpenMM's charmm36_2024.xml (MGLYOL); peptide: Best, R. B. et al. J. Chem. Theory Comput. 8, 3257-3273 "
    "(2012); water: TIP3P of CHARMM, Jorgensen, W. L. et al. J. Chem. Phys. 79, 926 (1983). 1-4 interactions are full, "
    "with Lennard-Jones parameters of their own where the force field has them."
)
CHARMM_NAMES = {"H6O": "HO6", "H4O": "HO4", "H3O": "HO3", "H2O": "HO2"}
"""GLYCAM's names of the atoms that CHARMM calls otherwise."""
# Patch 14bb: type and charge of the atoms that a link changes; C1 of one residue is bonded to O4 of the next.
LINK_C1 = ("CC3162", 0.29)
LINK_C4, LINK_O4 = ("CC3161", 0.09), ("OC301", -0.36)
Atom = tuple[str, str, float]
SEQUENCE = ("GLY", "PRO", "HYP", "GLY", "PRO", "HYP")
"""The repeat of collagen, twice."""


@cache
def tree(file: str) -> ET.Element:
    """Return one of OpenMM's files."""
    return ET.parse(DATA / file).getroot()  # noqa: S314  installed with OpenMM


def raw_residue(file: str, name: str) -> ET.Element:
    """Return a residue of one of OpenMM's files."""
    found = tree(file).find(f"Residues/Residue[@name='{name}']")
    if found is None:
        raise LookupError(f"{file} has no residue {name}")
    return found


def atoms_of(residue: ET.Element, classes: dict[str, str] | None = None) -> dict[str, tuple[str, float]]:
    """Return type and charge of a residue's atoms by name; types that are one residue's own become their class."""
    kinds = classes or {}
    return {
        atom.attrib["name"]: (kinds.get(atom.attrib["type"], atom.attrib["type"]), float(atom.attrib["charge"]))
        for atom in residue.findall("Atom")
    }


def bonds_of(residue: ET.Element) -> list[tuple[str, str]]:
    """Return a residue's bonds by atom names."""
    return [(bond.attrib["atomName1"], bond.attrib["atomName2"]) for bond in residue.findall("Bond")]


def glucose_residues() -> dict[str, dict[str, Any]]:
    """Return the residues of a capped chain by GLYCAM's names: 0GB first, 4GB within, last, and the cap ROH."""
    raw = raw_residue("charmm36.xml", "AGLC")  # CHARMM has one set of parameters for both anomers
    free, bonds = atoms_of(raw), bonds_of(raw)
    ours = {charmm: glycam for glycam, charmm in CHARMM_NAMES.items()}
    found = {}
    for name, first, last in (("0GB", True, False), ("4GB", False, False), ("last", False, True)):
        atoms = dict(free)
        for gone in ("O1", "HO1", *(() if first else ("HO4",))):
            del atoms[gone]
        if not first:
            atoms["C4"], atoms["O4"] = LINK_C4, LINK_O4
        if not last:
            atoms["C1"] = LINK_C1
        found[name] = {
            "atoms": [(ours.get(key, key), *value) for key, value in atoms.items()],
            "bonds": [(ours.get(a, a), ours.get(b, b)) for a, b in bonds if a in atoms and b in atoms],
        }
    found["ROH"] = {"atoms": [("HO1", *free["HO1"]), ("O1", *free["O1"])], "bonds": [("HO1", "O1")]}
    return found


def small_molecules() -> dict[str, dict[str, Any]]:
    """Return glycerol and water."""
    glycerol = raw_residue("charmm36_2024.xml", "MGLYOL")
    kinds = tree("charmm36_2024.xml").findall("AtomTypes/Type")
    classes = {kind.attrib["name"]: kind.attrib["class"] for kind in kinds}
    water = raw_residue("charmm36/water.xml", "TIP3")
    return {
        "glycerol": {
            "atoms": [(name, *value) for name, value in atoms_of(glycerol, classes).items()],
            "bonds": bonds_of(glycerol),
        },
        "water": {"atoms": [(name, *value) for name, value in atoms_of(water).items()], "bonds": bonds_of(water)},
    }


def gelatin() -> dict[str, Any]:
    """Return the peptide Ac-(Gly-Pro-Hyp)2-NHMe as one residue; atoms are named by the number of their residue."""
    last = len(SEQUENCE)
    # The first cap comes first: OpenMM looks for correction maps along increasing numbers of atoms.
    atoms, bonds = _cap("ACE", 1)
    for place, name in enumerate(SEQUENCE, start=1):
        raw = raw_residue("charmm36.xml", name)
        atoms += [(f"{place}{atom}", *value) for atom, value in atoms_of(raw).items()]
        bonds += [(f"{place}{a}", f"{place}{b}") for a, b in bonds_of(raw)]
        if place > 1:
            bonds.append((f"{place - 1}C", f"{place}N"))
    more_atoms, more_bonds = _cap("CT3", last)
    # C, N, CA, C, N of every residue between its neighbours.
    crossterms = [
        (
            f"{n - 1}C" if n > 1 else "1CY",
            *(f"{n}{atom}" for atom in ("N", "CA", "C")),
            f"{n + 1}N" if n < last else f"{n}NT",
        )
        for n in range(1, last + 1)
    ]
    return {"atoms": atoms + more_atoms, "bonds": bonds + more_bonds, "crossterms": crossterms}


def _cap(name: str, place: int) -> tuple[list[Atom], list[tuple[str, str]]]:
    """Return the atoms and bonds that a patch adds to a residue."""
    patch = tree("charmm36.xml").find(f"Patches/Patch[@name='{name}']")
    if patch is None:
        raise LookupError(f"charmm36.xml has no patch {name}")
    added = [atom.attrib for atom in patch.findall("AddAtom")]
    pairs = [bond.attrib for bond in patch.findall("AddBond")]
    return (
        [(f"{place}{raw['name']}", raw["type"], float(raw["charge"])) for raw in added],
        [(f"{place}{raw['atomName1']}", f"{place}{raw['atomName2']}") for raw in pairs],
    )


def templates_xml(residues: dict[str, dict[str, Any]]) -> str:
    """Return residues as a file of OpenMM's; a chain's are open where they are linked."""
    root = ET.Element("ForceField")
    group = ET.SubElement(root, "Residues")
    links = {"0GB": ("C1",), "4GB": ("C1", "O4"), "last": ("C1", "O4"), "ROH": ("O1",)}
    for name, residue in residues.items():
        if name == "water":
            continue
        element = ET.SubElement(group, "Residue", name=f"filmlab-{name}")
        for atom, kind, charge in residue["atoms"]:
            ET.SubElement(element, "Atom", name=atom, type=kind, charge=repr(charge))
        for first, second in residue["bonds"]:
            ET.SubElement(element, "Bond", atomName1=first, atomName2=second)
        for atom in links.get(name, ()):
            ET.SubElement(element, "ExternalBond", atomName=atom)
    return ET.tostring(root, encoding="unicode")


def force_field(residues: dict[str, dict[str, Any]]) -> app.ForceField:
    """Return OpenMM's CHARMM36 with these residues."""
    return app.ForceField(*FILES, io.StringIO(templates_xml(residues)))


def add_molecule(topology: app.Topology, residues: dict[str, dict[str, Any]], names: list[str]) -> list[str]:
    """Add a molecule of linked residues to a topology and return the types of its atoms."""
    chain, left, types = topology.addChain(), None, []
    for name in names:
        residue = topology.addResidue(name, chain)
        atoms = {
            atom: topology.addAtom(atom, app.Element.getBySymbol(atom.lstrip("0123456789")[0]), residue)
            for atom, *_ in residues[name]["atoms"]
        }
        types += [kind for _, kind, _ in residues[name]["atoms"]]
        for first, second in residues[name]["bonds"]:
            topology.addBond(atoms[first], atoms[second])
        if left is not None:
            topology.addBond(left, atoms["O1" if name == "ROH" else "O4"])
        left = atoms.get("C1")
    return types


def create_system(field: app.ForceField, topology: app.Topology) -> openmm.System:
    """Return OpenMM's system of molecules that `add_molecule` has added."""
    # Residues within a chain and at its end have the same bonds and other charges: their names decide.
    chosen = {residue: f"filmlab-{residue.name}" for residue in topology.residues() if residue.name != "water"}
    return field.createSystem(
        topology, nonbondedMethod=app.NoCutoff, constraints=None, rigidWater=False, residueTemplates=chosen
    )


def lennard_jones(types: set[str]) -> dict[str, dict[str, Any]]:
    """Return mass, element and Lennard-Jones parameters by type."""
    found: dict[str, dict[str, Any]] = {}
    for file in FILES:
        root = tree(file)
        for kind in root.findall("AtomTypes/Type"):
            if kind.attrib["name"] in types:
                entry = {"element": kind.attrib["element"], "mass": float(kind.attrib["mass"])}
                found.setdefault(kind.attrib["name"], {}).update(entry)
        for atom in root.findall("LennardJonesForce/Atom"):
            name = atom.attrib.get("type") or atom.attrib.get("class", "")
            if name in types:
                found.setdefault(name, {}).update(_well(atom.attrib))
        for pair in root.findall("LennardJonesForce/NBFixPair"):
            if {pair.attrib["type1"], pair.attrib["type2"]} <= types:
                raise LookupError(f"a pair of its own: {pair.attrib}")
    return {f"charmm36:{name}": found[name] for name in sorted(found)}


def _well(raw: dict[str, str]) -> dict[str, float]:
    well = {"epsilon": number(float(raw["epsilon"]) / CALORIE), "sigma": number(float(raw["sigma"]) * 10)}
    if "epsilon14" in raw:
        well |= {
            "epsilon_14": number(float(raw["epsilon14"]) / CALORIE),
            "sigma_14": number(float(raw["sigma14"]) * 10),
        }
    return well


def read_back(system: openmm.System, topology: app.Topology, types: list[str]) -> dict[str, list[list[Any]]]:
    """Return bonds, angles with their Urey-Bradley terms, and dihedrals by type."""
    near = {frozenset((a.index, b.index)) for a, b in topology.bonds()}
    bonds: dict[tuple[str, ...], list[float]] = {}
    ends: dict[frozenset[int], list[float]] = {}
    angles: dict[tuple[str, ...], list[float]] = {}
    terms: dict[tuple[int, ...], list[list[float]]] = {}
    forces = list(system.getForces())
    for force in forces:
        if isinstance(force, openmm.HarmonicBondForce):
            for index in range(force.getNumBonds()):
                i, j, length, k = force.getBondParameters(index)
                row = [number(k._value / 2 / CALORIE / 100), number(length._value * 10)]
                if frozenset((i, j)) in near:
                    bonds[either_way((types[i], types[j]))] = row
                else:
                    ends[frozenset((i, j))] = row
        elif isinstance(force, openmm.PeriodicTorsionForce):
            for index in range(force.getNumTorsions()):
                *atoms, periodicity, phase, k = force.getTorsionParameters(index)
                term = [number(k._value / CALORIE), periodicity, number(math.degrees(phase._value))]
                terms.setdefault(min(tuple(atoms), tuple(atoms[::-1])), []).append(term)
    for force in forces:
        if isinstance(force, openmm.HarmonicAngleForce):
            for index in range(force.getNumAngles()):
                i, j, k, angle, stiffness = force.getAngleParameters(index)
                row = [number(stiffness._value / 2 / CALORIE), number(math.degrees(angle._value))]
                row += ends.get(frozenset((i, k)), [0.0, 0.0])
                angles[either_way((types[i], types[j], types[k]))] = row
    dihedrals = {
        either_way(tuple(types[i] for i in atoms)): sorted(
            (term for term in terms.get(min(atoms, atoms[::-1]), []) if term[0]), key=lambda term: term[1]
        )
        for atoms in topology_dihedrals(topology)
    }
    return {
        "bonds": [[*key, *bonds[key]] for key in sorted(bonds)],
        "angles": [[*key, *angles[key]] for key in sorted(angles)],
        "dihedrals": [[*key, dihedrals[key]] for key in sorted(dihedrals)],
    }


def all_residues() -> dict[str, dict[str, Any]]:
    """Return every residue."""
    return {**glucose_residues(), **small_molecules(), "gelatin": gelatin()}


def peptide_terms(
    system: openmm.System, topology: app.Topology, types: list[str], peptide: dict[str, Any]
) -> dict[str, Any]:
    """Return impropers and correction maps by type, and add the peptide's own impropers, by atom names, to it."""
    names = [atom.name for atom in topology.atoms()]
    impropers: dict[tuple[str, ...], list[float]] = {}
    maps: dict[tuple[str, ...], int] = {}
    peptide["impropers"] = []
    for force in system.getForces():
        if isinstance(force, openmm.CustomTorsionForce):
            for index in range(force.getNumTorsions()):
                *atoms, (k, angle) = force.getTorsionParameters(index)
                impropers[tuple(types[i] for i in atoms)] = [number(k / CALORIE), number(math.degrees(angle))]
                peptide["impropers"].append([names[i] for i in atoms])
        elif isinstance(force, openmm.CMAPTorsionForce):
            for index in range(force.getNumTorsions()):
                which, *atoms = force.getTorsionParameters(index)
                maps[tuple(types[i] for i in (*atoms[:4], atoms[7]))] = which
    # OpenMM numbers the maps that are used; LAMMPS' file has those of the force field, in its order.
    order = [
        tuple(f"charmm36:{torsion.attrib[f'type{n}']}" for n in range(1, 6))
        for torsion in tree("charmm36.xml").findall("CMAPTorsionForce/Torsion")
    ]
    return {
        "impropers": [[*key, *impropers[key]] for key in sorted(impropers)],
        "crossterms": [[*key, order.index(key) + 1] for key in sorted(maps)],
    }


def main() -> None:
    """Write the file."""
    residues = all_residues()
    field, topology = force_field(residues), app.Topology()
    types = list(
        itertools.chain(
            add_molecule(topology, residues, ["0GB", "4GB", "4GB", "last", "ROH"]),
            add_molecule(topology, residues, ["glycerol"]),
            add_molecule(topology, residues, ["water"]),
            add_molecule(topology, residues, ["gelatin"]),
        )
    )
    system = create_system(field, topology)
    prefixed = [f"charmm36:{name}" for name in types]
    content = {
        "name": "CHARMM36",
        "source": SOURCE,
        "form": "charmm",
        "atom_types": lennard_jones(set(types)),
        **read_back(system, topology, prefixed),
        **peptide_terms(system, topology, prefixed, residues["gelatin"]),
        "residues": {
            name: {
                "atoms": [[atom, f"charmm36:{kind}", charge] for atom, kind, charge in residue["atoms"]],
                "bonds": [list(bond) for bond in residue["bonds"]],
                **{key: [list(row) for row in residue[key]] for key in ("impropers", "crossterms") if key in residue},
            }
            for name, residue in residues.items()
        },
    }
    OUT.write_text(compact(content), encoding="utf-8")


if __name__ == "__main__":
    main()
