"""A run that is killed goes on from its checkpoint, with the same loading."""

import errno
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import attrs
import numpy as np
import psutil
import pytest

from lab.errors import WorkspaceError
from md_sim.curves import read_curve
from md_sim.profiles import Profile, profile_named
from md_sim.runs import run_test

pytestmark = [pytest.mark.md, pytest.mark.slow]

PROFILE = attrs.evolve(profile_named("smoke"), name="killed", rate=2e10, points=40, checkpoint=50)
CODE = f"""
from pathlib import Path
from md_sim.profiles import Profile
from md_sim.runs import run_test
run_test("mmt", "tension", Profile(**{attrs.asdict(PROFILE)!r}), 3, Path(__import__("sys").argv[1]))
"""


def _lammps_in(folder):
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "lmp" and process.info["cwd"] == str(folder)
    ]


def _wait_for(condition, seconds=120.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def test_a_killed_run_goes_on_and_pulls_as_if_it_had_not_been_killed(tmp_path):
    assert Profile(**attrs.asdict(PROFILE)) == PROFILE
    process = subprocess.Popen([sys.executable, "-c", CODE, str(tmp_path)])
    # Killed once it has loaded for a while and left a checkpoint.
    checkpoint = _wait_for(lambda: list(tmp_path.glob("*/load.a.restart")))[0]
    folder = checkpoint.parent
    process.send_signal(signal.SIGKILL)
    process.wait()
    _wait_for(lambda: not _lammps_in(folder))
    assert not (folder / "result.json").exists()

    result = run_test("mmt", "tension", PROFILE, 3, tmp_path)

    assert result.status == "ok", result.reason
    assert (folder / "load.log.1").exists()
    columns = read_curve(folder, "load")
    every = PROFILE.loading_steps // PROFILE.points
    assert columns["step"].tolist() == [every * (n + 1) for n in range(PROFILE.points)]
    # One straight line through both segments: the rate refers to the same length.
    steps, lengths = columns["step"], columns["lx"]
    slope, start = np.polyfit(steps, lengths, 1)
    assert np.abs(lengths - (slope * steps + start)).max() < 1e-4
    assert slope / start == pytest.approx(PROFILE.rate * 1e-15 * 2.0, rel=2e-3)


def test_without_room_on_the_disk_nothing_is_begun(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1_000_000))
    with pytest.raises(WorkspaceError, match="has 1 MB left") as caught:
        run_test("mmt", "tension", "smoke", 4, tmp_path)
    assert "make room" in caught.value.hint
    assert not list(tmp_path.glob("*/*.restart"))


def test_a_disk_that_fills_up_while_results_are_written_is_told(tmp_path, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as filled:
        filled.setattr("md_sim.runs.write_snapshots", full)
        with pytest.raises(WorkspaceError, match="No space left on device"):
            run_test("mmt", "tension", "smoke", 4, tmp_path)
    assert run_test("mmt", "tension", "smoke", 4, tmp_path).status == "ok"


@pytest.mark.parametrize("file", ["load.curve.0", "load.frames.0"])
def test_files_that_a_full_disk_has_cut_short_are_written_again(tmp_path, file):
    result = run_test("mmt", "tension", "smoke", 4, tmp_path)
    folder = next(tmp_path.glob("mmt-*"))
    before = read_curve(folder, "load")["step"]
    (folder / "result.json").unlink()
    path = folder / file
    path.write_bytes(path.read_bytes()[:-2000])
    relaxed = (folder / "relax.restart").stat().st_mtime_ns
    again = run_test("mmt", "tension", "smoke", 4, tmp_path)
    assert again.status == "ok", again.reason
    assert again.analysis.mechanics == result.analysis.mechanics
    assert read_curve(folder, "load")["step"].tolist() == before.tolist()
    # What was whole is not computed again.
    assert (folder / "relax.restart").stat().st_mtime_ns == relaxed


def test_a_checkpoint_that_was_cut_short_is_passed_over(tmp_path):
    result = run_test("mmt", "tension", "smoke", 4, tmp_path)
    folder = next(tmp_path.glob("mmt-*"))
    for name in ("result.json", "load.restart"):
        (folder / name).unlink()
    newest = max(folder.glob("load.?.restart"), key=lambda path: path.stat().st_mtime_ns)
    newest.write_bytes(newest.read_bytes()[:2000])
    again = run_test("mmt", "tension", "smoke", 4, tmp_path)
    assert again.status == "ok", again.reason
    assert again.key == result.key
