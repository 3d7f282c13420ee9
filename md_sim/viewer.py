"""A three-dimensional view of a simulation's snapshots, for notebooks and pages (py3Dmol)."""

import io
from pathlib import Path
from typing import Any

from lab.errors import InvalidInputError, OptionalPackageError, WorkspaceError
from md_sim.atom_files import ATOMS_FILE, MOMENTS
from md_sim.loader import EXTRA
from md_sim.pictures import look

_SCALE = 0.35
"""Radius of an atom over the diameter that pictures draw it with."""


def view(folder: Path, moment: str = "end", *, width: int = 640, height: int = 420) -> Any:
    """Return an interactive view (py3Dmol) of a snapshot, for a notebook.

    The view loads 3Dmol.js from the network.

    Args:
        folder: Folder of a finished simulation.
        moment: "start", "peak" or "end".
        width: Pixels.
        height: Pixels.

    Raises:
        InvalidInputError: If there is no such snapshot.
        OptionalPackageError: If py3Dmol or ASE is not installed.
        WorkspaceError: If the snapshots cannot be read.
    """
    path = folder / ATOMS_FILE
    if not path.exists():
        raise InvalidInputError(str(folder), ["it holds no snapshots"], hint="run the simulation to its end")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WorkspaceError(f"{path} cannot be read: {error}", hint="check the folder") from error
    return _view(content, moment, width, height)


def view_html(snapshots: bytes, moment: str = "end", *, width: int = 640, height: int = 420) -> str:
    """Return an interactive view of a snapshot as HTML that a page or a dashboard can hold.

    The page loads 3Dmol.js from the network.

    Args:
        snapshots: Content of a simulation's ``snapshots.extxyz``, for example
            ``campaign_studies.recorded_files(campaign, label)["snapshots.extxyz"]``.
        moment: "start", "peak" or "end".
        width: Pixels.
        height: Pixels.

    Raises:
        InvalidInputError: If there is no such snapshot.
        OptionalPackageError: If py3Dmol or ASE is not installed.
    """
    return str(_view(snapshots, moment, width, height).write_html())


def _view(snapshots: bytes, moment: str, width: int, height: int) -> Any:
    try:
        import py3Dmol
    except ImportError as error:
        raise OptionalPackageError("py3Dmol", EXTRA) from error
    atoms = _snapshot(snapshots, moment)
    shown = py3Dmol.view(width=width, height=height)
    kinds = list(zip(atoms.get_chemical_symbols(), atoms.arrays["type"].tolist(), strict=True))
    for kind in dict.fromkeys(kinds):
        chosen = [n for n, one in enumerate(kinds) if one == kind]
        rows = [f"{kind[0]} {x:.3f} {y:.3f} {z:.3f}" for x, y, z in atoms.positions[chosen].tolist()]
        shown.addModel("\n".join([str(len(rows)), "", *rows]), "xyz")
        rgb, size = look(kind[1], kind[0])
        colour = "#" + "".join(f"{round(255 * part):02x}" for part in rgb)
        shown.setStyle({"model": -1}, {"sphere": {"radius": _SCALE * size, "color": colour}})
    # As in the pictures: chains from left to right, the stack of the sheets upwards.
    shown.rotate(-90, "x")
    shown.zoomTo()
    return shown


def _snapshot(snapshots: bytes, moment: str) -> Any:
    try:
        from ase.io import read
    except ImportError as error:
        raise OptionalPackageError("ase", EXTRA) from error
    images = read(io.StringIO(snapshots.decode()), index=":", format="extxyz")
    found = {atoms.info["moment"]: atoms for atoms in images}
    if moment not in found:
        raise InvalidInputError(
            "the snapshots", [f"there is none at {moment!r}"], hint=f"choose one of {', '.join(MOMENTS)}"
        )
    return found[moment]
