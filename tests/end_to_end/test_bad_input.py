"""What a user can get wrong: one clear message with the fix, exit code 1, nothing lost or half written."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.store import Store
from tests.end_to_end.running import COMMAND, SMALL, environment, filmlab, status


def _campaign_file(tmp_path: Path, old: str, new: str) -> Path:
    text = SMALL.read_text()
    assert old in text
    path = tmp_path / "campaign.toml"
    path.write_text(text.replace(old, new))
    return path


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "lab"
    filmlab("campaign", "create", "--workspace", folder, "--file", SMALL)
    return folder


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[materials.CNF]", "[materials.CNF", "is not valid TOML"),
        ("[materials.CNF]", "[materials.CNX]", "did you mean CNF?"),
        ("max = 0.5", "max = 1.5", "materials.glycerol.max"),
        ("[materials.CNF]", "[materials.CNF]\nmin = 0.7\n[materials.chitosan]\nmin = 0.7", "exclude every recipe"),
        ("library_step = 0.25", "library_step = 0.3", "does not divide 1"),
        ('"tensile_strength"]', '"tensile_strenght"]', "did you mean tensile_strength?"),
        ("tensile_strength >= 5 MPa", "tensile_strength >= 5 kg", "'kg' is not a unit"),
        ("batch = 3", "batch = 3\nbtach = 4", "loop.btach: there is no such key"),
        ('usable = ["A", "B"]', 'usable = ["E"]', "quality.usable"),
    ],
)
def test_a_wrong_definition_is_refused_and_nothing_is_made(tmp_path: Path, old: str, new: str, said: str) -> None:
    refused = filmlab(
        "campaign", "create", "--workspace", tmp_path / "lab", "--file", _campaign_file(tmp_path, old, new), expect=1
    )
    assert said in refused.stderr
    assert not (tmp_path / "lab").exists()


def test_all_faults_of_a_definition_are_listed_at_once(tmp_path: Path) -> None:
    path = _campaign_file(tmp_path, "max = 0.5", "max = 1.5\nmin = -1")
    path.write_text(path.read_text().replace("batch = 3", "batch = 0").replace('lab = "virtual"', 'lab = "moon"'))
    refused = filmlab("campaign", "create", "--workspace", tmp_path / "lab", "--file", path, expect=1)
    for place in ("materials.glycerol.min", "materials.glycerol.max", "loop.batch", "lab"):
        assert f"- {place}:" in refused.stderr


def test_a_missing_definition_file_is_named(tmp_path: Path) -> None:
    refused = filmlab("campaign", "create", "--workspace", tmp_path / "lab", "--file", tmp_path / "no.toml", expect=1)
    assert "no.toml" in refused.stderr


def test_a_second_campaign_of_the_same_name_is_refused(workspace: Path) -> None:
    refused = filmlab("campaign", "create", "--workspace", workspace, "--file", SMALL, expect=1)
    assert "small" in refused.stderr


def test_a_folder_that_is_no_workspace_is_named(tmp_path: Path) -> None:
    refused = filmlab("status", "--workspace", tmp_path / "nothing", expect=1)
    assert "What to do: " in refused.stderr


def test_wrong_usage_gives_exit_code_two(tmp_path: Path) -> None:
    filmlab("work", "--workspace", tmp_path, "--until", "christmas", expect=2)
    filmlab("wrok", expect=2)
    filmlab("status", "--wrkspace", tmp_path, expect=2)


def test_a_corrupt_database_is_named_and_left_as_it_is(workspace: Path) -> None:
    database = workspace / "filmlab.db"
    database.write_bytes(b"this is no database" * 500)
    before = database.read_bytes()
    for command in ("status", "work"):
        refused = filmlab(command, "--workspace", workspace, expect=1)
        assert "filmlab.db" in refused.stderr
        assert "What to do: " in refused.stderr
    assert database.read_bytes() == before


def test_a_newer_database_is_refused(workspace: Path) -> None:
    with sqlite3.connect(workspace / "filmlab.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    refused = filmlab("status", "--workspace", workspace, expect=1)
    assert "newer" in refused.stderr


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may write everywhere")
def test_a_read_only_workspace_is_viewed_and_not_worked_on(workspace: Path) -> None:
    prefix = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
    for folder in (folder for folder in workspace.parents if "pytest" in str(folder)):
        folder.chmod(0o755)
    for path in (workspace, *workspace.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        viewed, done = (
            subprocess.run(
                [*prefix, *COMMAND, *words, "--workspace", str(workspace)],
                capture_output=True,
                text=True,
                timeout=120,
                env=environment(HOME=str(workspace.parent)),
                check=False,
            )
            for words in (("status",), ("work", "--max-actions", "1"))
        )
    finally:
        for path in (workspace, *workspace.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert viewed.returncode == 0, viewed.stderr
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
    assert "What to do: " in done.stderr
    assert status(workspace)["films"]["planned"] == 0


def test_a_worker_whose_only_action_somebody_else_is_doing_is_told_who(workspace: Path) -> None:
    with Store.open(f"sqlite:///{workspace / 'filmlab.db'}") as store, store.lease("plan-library:library", "small"):
        refused = filmlab("work", "--workspace", workspace, expect=1)
    assert f"plan-library:library is being worked on by process {os.getpid()}" in refused.stderr
    assert "What to do: " in refused.stderr
    filmlab("work", "--workspace", workspace, "--max-actions", "1")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk on which a campaign can be created and not be finished."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", "size=2500k,mode=777", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["/bin/umount", "-l", str(folder)], check=True)


def test_a_disk_too_small_for_a_campaign_is_named(small_disk: Path) -> None:
    subprocess.run(["/bin/mount", "-o", "remount,size=600k", str(small_disk)], check=True)
    refused = filmlab("campaign", "create", "--workspace", small_disk / "lab", "--file", SMALL, expect=1)
    assert "space" in refused.stderr
    subprocess.run(["/bin/mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    filmlab("campaign", "create", "--workspace", small_disk / "lab", "--file", SMALL)


def test_a_full_disk_is_named_and_work_goes_on_once_there_is_space(small_disk: Path) -> None:
    workspace = small_disk / "lab"
    filmlab("campaign", "create", "--workspace", workspace, "--file", SMALL, "--seed", "3")
    refused = filmlab("work", "--workspace", workspace, expect=1)
    assert "What to do: " in refused.stderr
    assert "space" in refused.stderr
    before = status(workspace)
    assert before["stage"] != "done"
    subprocess.run(["/bin/mount", "-o", "remount,size=64m", str(small_disk)], check=True)
    assert status(workspace) == before
    filmlab("work", "--workspace", workspace)
    assert status(workspace)["stage"] == "done"
