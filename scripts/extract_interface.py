"""Write md_sim/data/interface.json: what montmorillonite needs of the INTERFACE force field, in CHARMM's form.

    python -m scripts.extract_interface charmm27_interface_v1_5.prm

The file is in https://github.com/hendrikheinz/INTERFACE-force-field-and-surface-models. INTERFACE gives each place of
the crystal's asymmetric unit a type of its own; this script says which is which.
"""

import argparse
import hashlib
import itertools
import re
from pathlib import Path
from typing import Any

from lab.files import write_atomically
from scripts.extract_glycam import compact, number

OUT = Path(__file__).resolve().parents[1] / "md_sim" / "data" / "interface.json"
SHA256 = "5edab5e93a422cd5dab389c34c19fd5e7f2a33e240f1a9cdf09017baea177557"
SOURCE = (
    "INTERFACE 1.5 as in charmm27_interface_v1_5.prm of "
    "github.com/hendrikheinz/INTERFACE-force-field-and-surface-models, "
    f"commit 5841792, sha256 {SHA256}. Layered silicates: Heinz, H.; Koerner, H.; Anderson, K. L.; Vaia, R. A.; "
    "Farmer, B. L. Chem. Mater. 17, 5658-5669 (2005), doi 10.1021/cm0509328; the force field: Heinz, H.; Lin, T.-J.; "
    "Mishra, R. K.; Emami, F. S. Langmuir 29, 1754-1765 (2013), doi 10.1021/la3038846. Sigma = 2 Rmin/2 / 2^(1/6). "
    "AY1Mg and AY2Mg are AY1 and AY2 with magnesium's mass and charge, as INTERFACE has it. Oxygen charges follow "
    "from the cation charges by `md_sim.clay_types.oxygen_charge`. Dihedrals have no energy; 1-4 interactions are full."
)
PLACES = {
    **{"Si Si1": ("SY1", "SY1"), "Si Si2": ("SY2", "SY2"), "Al Al": ("AY1", "AY2"), "Mg Al": ("AY1Mg", "AY2Mg")},
    **{"O Oc": ("OY1", "OY1"), "O Od": ("OY3", "OY3"), "O Oe": ("OY2", "OY2")},
    **{"O Oa": ("OY4", "OY7"), "O Ob": ("OY5", "OY8"), "O OH": ("OY6", "OY9"), "H OH": ("HOY", "HOY")},
}
"""Types of the places in pyrophyllite's unit cell. Of all ways to give them that keep the bonds, this one and its
images by symmetry have the crystal's angles nearest to those at rest: 1.6 degrees, root mean square.
"""
# Element, mass (g/mol) and charge (e) of the types; the oxygens' charges depend on their neighbours.
CATIONS = {
    **{name: ("Si", 28.0855, 1.1) for name in ("SY1", "SY2")},
    **{name: ("Al", 26.98154, 1.45) for name in ("AY1", "AY2")},
    **{name: ("Mg", 24.305, 1.1) for name in ("AY1Mg", "AY2Mg")},
    **{"HOY": ("H", 1.00797, 0.2), "NA+": ("Na", 22.99, 1.0)},
}
OXYGENS = tuple(f"OY{n}" for n in range(1, 10))
NUMBER = r"-?\d"
MAGNESIUM = {"AY1": "AY1Mg", "AY2": "AY2Mg"}


def rows(text: str, names: int, values: int) -> dict[tuple[str, ...], list[float]]:
    """Return the lines that begin with some names of the clay's types, followed by so many values."""
    known = {name.removesuffix("Mg") for name in (*CATIONS, *OXYGENS)}
    found = {}
    for line in text.splitlines():
        words = line.split("!")[0].split()
        numbers = words[names:]
        if len(numbers) == values and set(words[:names]) <= known and all(re.match(NUMBER, one) for one in numbers):
            found[tuple(words[:names])] = [float(one) for one in numbers]
    return found


def with_magnesium(table: dict[tuple[str, ...], list[float]]) -> list[list[Any]]:
    """Return the rows with those of magnesium in aluminium's places."""
    found = []
    for names, values in table.items():
        choices = [(name, MAGNESIUM[name]) if name in MAGNESIUM else (name,) for name in names]
        for chosen in itertools.product(*choices):
            found.append([*(f"interface:{name}" for name in chosen), *values])
    return found


def atom_types(text: str) -> dict[str, dict[str, Any]]:
    """Return element, mass, charge and Lennard-Jones parameters by type."""
    wells = {names[0]: values for names, values in rows(text, 1, 3).items()}
    found: dict[str, dict[str, Any]] = {}
    for name in (*CATIONS, *OXYGENS):
        _, well, radius = wells[name.removesuffix("Mg")]
        element, mass, charge = CATIONS.get(name, ("O", 15.9994, None))
        sigma = number(2 * radius / 2 ** (1 / 6))
        found[f"interface:{name}"] = {"element": element, "mass": mass, "epsilon": -well, "sigma": sigma}
        if charge is not None:
            found[f"interface:{name}"]["charge"] = charge
    return found


def content(text: str) -> dict[str, Any]:
    """Return what the package carries."""
    return {
        "name": "INTERFACE",
        "source": SOURCE,
        "form": "charmm",
        "atom_types": atom_types(text),
        "types_of_sites": {
            "Na": "NA+",
            **{f"{place}{sign}": names[n] for place, names in PLACES.items() for n, sign in enumerate("+-")},
        },
        "bonds": with_magnesium(rows(text, 2, 2)),
        "angles": with_magnesium(rows(text, 3, 2)),
        "dihedrals": "none",
    }


def main() -> None:
    """Read, check, convert, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parameters", type=Path)
    raw = parser.parse_args().parameters.read_bytes()
    if (there := hashlib.sha256(raw).hexdigest()) != SHA256:
        raise SystemExit(f"the file is not the one that this script was written for: sha256 {there}")
    write_atomically(OUT, compact(content(raw.decode("latin-1"))))


if __name__ == "__main__":
    main()
