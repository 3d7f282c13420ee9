"""Each check of `filmlab doctor` finds its fault and says how to mend it."""

import shutil
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli import checks
from lab.store import Store
from lab.workspace import Workspace


def test_a_sound_workspace_passes(tmp_path: Path) -> None:
    Store.open(Workspace.create(tmp_path).database_url, create=True).close()
    assert checks.check_store(tmp_path).state == "ok"
    assert checks.check_disk(tmp_path).state == "ok"


def test_no_workspace_is_missing_not_faulty(tmp_path: Path) -> None:
    found = checks.check_store(tmp_path / "nothing")
    assert found.state == "missing"
    assert "filmlab init" in found.fix


def test_a_damaged_database_is_a_fault_with_a_fix(tmp_path: Path) -> None:
    Store.open(Workspace.create(tmp_path).database_url, create=True).close()
    (tmp_path / "filmlab.db").write_bytes(b"no database at all" * 400)
    found = checks.check_store(tmp_path)
    assert found.state == "fault"
    assert found.fix


def test_a_full_disk_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage(10, 10, 0))
    assert checks.check_disk(tmp_path).state == "fault"


def test_python_and_packages_are_as_pinned(tmp_path: Path) -> None:
    assert checks.check_python(tmp_path).state == "ok"
    assert checks.check_pins(tmp_path).state == "ok"


def test_an_old_python_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "sys", SimpleNamespace(version="3.10.0", version_info=(3, 10, 0)))
    assert checks.check_python(tmp_path).state == "fault"


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.requires", lambda name: ["no-such-package>=1"])
    found = checks.check_pins(tmp_path)
    assert found.state == "fault"
    assert "no-such-package is missing" in found.detail


def test_one_thread_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.get_num_threads", lambda: 1)
    assert checks.check_torch(tmp_path).detail.endswith(", 1 thread")


@pytest.mark.robot
def test_the_protocol_simulator_answers(tmp_path: Path) -> None:
    assert checks.check_simulator(tmp_path).state == "ok"


def test_a_missing_protocol_simulator_is_missing_with_the_install_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FILMLAB_ROBOT_PYTHON", "/no/such/python")
    found = checks.check_simulator(tmp_path)
    assert found.state == "missing"
    assert "filmlab[robot]" in found.fix
