"""`filmlab robot` against an imaginary robot in its own process: pauses, kills and power cuts as they happen."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from robot_protocols.decks import Place
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.readback import follow
from robot_protocols.running.facts import latest
from robot_protocols.running.places import RobotFolder, RunFolder
from tests.imaginary_robot import FakeRobotProcess
from tests.unit.robot_protocols.examples import four_film_plan, screening

SPEED = 60.0


@pytest.fixture
def plan_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "deck-001.py").write_text(write_protocol(four_film_plan(), screening()))
    return folder


@pytest.fixture
def robot(tmp_path: Path) -> Iterator[FakeRobotProcess]:
    with FakeRobotProcess(tmp_path / "imaginary", "--speed", str(SPEED)) as running:
        yield running


def command(workspace: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "cli", "robot", *words, "--workspace", str(workspace)]


def environment(workspace: Path) -> dict[str, str]:
    return {**os.environ, "XDG_STATE_HOME": str(workspace / "state")}


def filmlab(workspace: Path, *words: str, code: int = 0) -> Any:
    words = (*words, "--json") if words[0] in {"run", "continue", "status"} else words
    done = subprocess.run(
        command(workspace, *words), capture_output=True, text=True, timeout=120, env=environment(workspace), check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout) if done.stdout.startswith(("[", "{")) else done.stdout


def start(workspace: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command(workspace, *words, "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=environment(workspace),
    )


def wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.05)


def newest(workspace: Path) -> RunFolder | None:
    runs = RobotFolder(workspace / "robot").runs()
    return runs[-1] if runs else None


def reached(workspace: Path, step: int) -> bool:
    run = newest(workspace)
    if run is None:
        return False
    text = run.journal_path.read_bytes()
    return f'"step {step} |'.encode() in text


def run_words(plan_dir: Path, robot: FakeRobotProcess) -> list[str]:
    return ["run", str(plan_dir), "--url", robot.url, "--yes", "--speed", str(SPEED)]


def truth(robot: FakeRobotProcess) -> dict[Place, dict[str, float]]:
    plan = four_film_plan()
    declared = [
        {"do": "loadLiquid", "slot": loaded.place.slot, "liquid": need.stock, "volumes": {loaded.place.well: 1.0}}
        for need in plan.stock_needs
        for loaded in need.places
    ]
    events = [json.loads(line) for line in (robot.folder / "world.jsonl").read_text().splitlines()]
    ledger = follow([*declared, *events], {need.stock: need.stock for need in plan.stock_needs})
    return {place: dict(got) for place, got in ledger.received.items()}


def whole_films(robot: FakeRobotProcess) -> set[str]:
    """Films of which one dish truly holds exactly what was planned."""
    plan = four_film_plan()
    wanted: dict[str, dict[str, float]] = {film.order.label: {} for film in plan.films}
    for transfer in plan.transfers:
        doses = wanted[transfer.film]
        doses[transfer.stock] = doses.get(transfer.stock, 0.0) + transfer.volume
    dishes = truth(robot).values()
    return {film for film, doses in wanted.items() if any(held == pytest.approx(doses) for held in dishes)}


ALL = {"A1", "A2", "A3", "A4"}


def test_a_plan_folder_is_run(tmp_path: Path, plan_dir: Path, robot: FakeRobotProcess):
    (outcome,) = filmlab(tmp_path, *run_words(plan_dir, robot))
    assert outcome["complete"]
    assert whole_films(robot) == ALL
    (status,) = filmlab(tmp_path, "status")
    assert status["phase"] == "succeeded"
    assert status["dishes"]["finished"] == 4


def test_pause_and_go_on_from_another_terminal(tmp_path: Path, plan_dir: Path, robot: FakeRobotProcess):
    with start(tmp_path, *run_words(plan_dir, robot)) as running:
        wait_until(lambda: reached(tmp_path, 4))
        filmlab(tmp_path, "pause")
        busy = subprocess.run(
            command(tmp_path, *run_words(plan_dir, robot)),
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(tmp_path),
            check=False,
        )
        assert busy.returncode == 1
        assert "in use by process" in busy.stderr
        filmlab(tmp_path, "resume")
        out, _ = running.communicate(timeout=120)
    assert json.loads(out)[0]["complete"]
    assert whole_films(robot) == ALL


def test_stopped_by_hand_and_continued(tmp_path: Path, plan_dir: Path, robot: FakeRobotProcess):
    with start(tmp_path, *run_words(plan_dir, robot)) as running:
        wait_until(lambda: reached(tmp_path, 6))
        filmlab(tmp_path, "stop")
        running.communicate(timeout=60)
    run = newest(tmp_path)
    assert run is not None
    assert filmlab(tmp_path, "continue", run.label, "--yes")["complete"]
    assert whole_films(robot) == ALL


def test_our_process_killed_and_the_robot_goes_on(tmp_path: Path, plan_dir: Path, robot: FakeRobotProcess):
    with start(tmp_path, *run_words(plan_dir, robot)) as running:
        wait_until(lambda: reached(tmp_path, 5))
        running.send_signal(signal.SIGKILL)
        running.wait(timeout=30)
    run = newest(tmp_path)
    assert run is not None
    step = filmlab(tmp_path, "continue", run.label, "--yes")
    assert step["last_run"]["complete"]
    assert set(step["films"].values()) == {"finished"}
    assert whole_films(robot) == ALL
    ending = latest(run.entries(), "ended")
    assert ending is not None


def test_the_robot_loses_its_power_and_is_turned_on_again(tmp_path: Path, plan_dir: Path, robot: FakeRobotProcess):
    with start(tmp_path, *run_words(plan_dir, robot)) as running:
        wait_until(lambda: reached(tmp_path, 7))
        robot.kill()
        robot.start()
        out, _ = running.communicate(timeout=120)
    (outcome,) = json.loads(out)
    assert outcome["end"] == "lost"
    assert "suspect" in outcome["films"].values()
    assert filmlab(tmp_path, "continue", outcome["run"], "--yes")["complete"]
    assert whole_films(robot) == ALL


def test_what_is_no_robot_is_refused(tmp_path: Path, plan_dir: Path, robot: FakeRobotProcess):
    (refused,) = filmlab(tmp_path, "run", str(plan_dir), "--url", robot.url, "--yes", "--serial", "X1", code=1)
    assert refused["end"] == "not started"
    assert "FAKE-0001" in refused["problem"]
    assert not (robot.folder / "world.jsonl").exists()
