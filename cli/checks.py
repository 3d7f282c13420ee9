"""The checks of `filmlab doctor`. Each looks at one thing and says how to mend it."""

import shutil
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import attrs

from lab.counting import counted
from lab.errors import FilmlabError, WorkspaceError, install_hint

_MIN_FREE_BYTES = 1_000_000_000
_SMALLEST_PROTOCOL = """
requirements = {"robotType": "OT-2", "apiLevel": "2.20"}

def run(protocol):
    protocol.comment("hello")
"""


@attrs.frozen
class Check:
    """What one check found."""

    name: str
    state: str
    """``ok``; ``missing`` for an optional part that is not installed; ``fault`` for what must be mended."""
    detail: str
    fix: str = ""


def check_python(workspace: Path) -> Check:
    """Check the version of Python."""
    running = sys.version.split()[0]
    if (3, 11) <= sys.version_info < (3, 13):
        return Check("Python", "ok", running)
    return Check("Python", "fault", f"{running} is not supported", "install Python 3.11 or 3.12 and run: make setup")


def check_pins(workspace: Path) -> Check:
    """Compare the installed packages with what filmlab declares, its extras excluded."""
    from packaging.requirements import Requirement

    wrong = []
    for text in metadata.requires("filmlab") or []:
        requirement = Requirement(text)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            installed = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        if not requirement.specifier.contains(installed, prereleases=True):
            wrong.append(f"{requirement.name} {installed} is not {requirement.specifier}")
    if wrong:
        return Check("packages", "fault", "; ".join(wrong), "run: make setup")
    return Check("packages", "ok", "every required package is installed in an accepted version")


def check_torch(workspace: Path) -> Check:
    """Check that torch computes."""
    import torch

    return Check("torch", "ok", f"{torch.__version__}, {counted(torch.get_num_threads(), 'thread')}")


def check_lammps(workspace: Path) -> Check:
    """Check that LAMMPS can be loaded."""
    from md_sim.loader import lammps_status

    status = lammps_status()
    return Check("LAMMPS", "ok" if status.available else "missing", status.message, status.hint)


def check_simulator(workspace: Path) -> Check:
    """Check that the vendor's protocol simulator answers."""
    from robot_protocols.vendor import VendorSimulator

    with VendorSimulator() as simulator:
        report = simulator.simulate({"doctor": _SMALLEST_PROTOCOL})["doctor"]
    if report.ok:
        return Check("protocol simulator", "ok", report.note)
    state = "fault" if report.asked else "missing"
    return Check("protocol simulator", state, report.note, install_hint("robot"))


def check_dashboard(workspace: Path) -> Check:
    """Check that the dashboard's packages are there."""
    try:
        return Check("dashboard", "ok", f"streamlit {metadata.version('streamlit')}")
    except metadata.PackageNotFoundError:
        return Check("dashboard", "missing", "streamlit is not installed", install_hint("dashboard"))


def check_store(workspace: Path) -> Check:
    """Check that the workspace's store can be opened and is sound."""
    from lab.store import Store
    from lab.workspace import Workspace

    try:
        url = Workspace.open(workspace).database_url
    except WorkspaceError as error:
        return Check("store", "missing", error.message, error.hint)
    try:
        with Store.open(url) as store:
            findings = store.check()
            campaigns = len(store.campaigns())
    except FilmlabError as error:
        return Check("store", "fault", error.message, error.hint)
    if findings:
        return Check("store", "fault", "; ".join(findings), "restore the database from a backup")
    return Check("store", "ok", f"sound, {counted(campaigns, 'campaign')}")


def check_disk(workspace: Path) -> Check:
    """Check the free space where the workspace is."""
    place = next(folder for folder in (workspace, *workspace.resolve().parents) if folder.exists())
    free = shutil.disk_usage(place).free
    if free < _MIN_FREE_BYTES:
        return Check("disk", "fault", f"{free / 1e9:.1f} GB free", "free at least 1 GB")
    return Check("disk", "ok", f"{free / 1e9:.1f} GB free")


ALL_CHECKS: tuple[Callable[[Path], Check], ...] = (
    check_python,
    check_pins,
    check_torch,
    check_lammps,
    check_simulator,
    check_dashboard,
    check_store,
    check_disk,
)
"""Every check, in the order in which they are printed."""
