"""The tests that a model is put through: which part of the cell is deformed and which stress is read.

x is the direction of the cellulose chains, z the direction across the sheets and interfaces.
"""

import attrs

from lab.errors import UnknownNameError
from lab.names import known_hint


@attrs.frozen
class LoadCase:
    """A mechanical test."""

    name: str
    deformed: str
    """The cell parameter that is driven, in LAMMPS' words."""
    stress: str
    """The pressure component that answers."""
    free: tuple[str, ...]
    """Cell lengths that a barostat keeps at constant pressure."""
    meaning: str


LOAD_CASES = {
    case.name: case
    for case in (
        LoadCase("tension", "x", "pxx", ("y", "z"), "uniaxial tension along the chains and in the plane of the sheets"),
        LoadCase("shear", "xz", "pxz", ("z",), "shear between the sheets, along the chains"),
        LoadCase("peel", "z", "pzz", ("x", "y"), "tension across the sheets: an interface is pulled open"),
    )
}


def load_case_named(name: str) -> LoadCase:
    """Return a test.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    try:
        return LOAD_CASES[name]
    except KeyError as error:
        raise UnknownNameError(f"no test {name!r}", hint=known_hint(name, LOAD_CASES)) from error
