"""Where runs are kept."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import StoreBusyError, UnknownNameError
from robot_protocols.decks import deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.running.loading import job_of
from robot_protocols.running.places import RobotFolder
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, order, own_deck, screening


def test_a_run_keeps_its_deck_with_labware_of_one_s_own(tmp_path: Path):
    deck = deck_named(own_deck(tmp_path / "mine"))
    (plan,) = plan_decks([order("A1", 40.0, 4500.0, CNF=1.0)], STOCKS, deck)

    run = RobotFolder(tmp_path / "robot").new_run(job_of(plan, deck))
    for path in (tmp_path / "mine").rglob("*.*"):
        path.unlink()

    assert run.job().deck.sha256 == deck.sha256


def test_runs_are_numbered_whatever_else_lies_there(tmp_path: Path):
    folder, job = RobotFolder(tmp_path), job_of(four_film_plan(), screening())
    assert folder.runs() == ()
    made = [folder.new_run(job)]
    (tmp_path / "runs" / "notes.txt").touch()
    made += [folder.new_run(job) for _ in range(2)]
    shutil.rmtree(made[0].root)
    made.append(folder.new_run(job))
    numbers = [int(run.label.split("-")[1]) for run in made]
    assert numbers == sorted(set(numbers))
    assert all(run.label.endswith("-deck-001") for run in made)
    assert folder.runs() == ()  # none has begun
    for run in made[1:]:
        run.journal_path.touch()
    assert folder.runs() == tuple(made[1:])


def test_an_unknown_run_is_named_with_those_that_are_known(tmp_path: Path):
    folder = RobotFolder(tmp_path)
    run = folder.new_run(job_of(four_film_plan(), screening()))
    run.journal_path.touch()
    assert folder.run(run.label) == run
    for label in ("run-0001-deck-002", "../runs/" + run.label, ""):
        with pytest.raises(UnknownNameError, match="there is no run") as error:
            folder.run(label)
        assert run.label in error.value.hint


@given(st.lists(st.text(min_size=1), min_size=2, max_size=2, unique=True))
def test_every_robot_has_a_ledger_of_its_own_inside_the_folder(robots: list[str]):
    paths = [RobotFolder(Path("/w/robot")).ledger_path(robot) for robot in robots]
    assert paths[0] != paths[1]
    for path in paths:
        assert path.parent == Path("/w/robot/decks")
        assert len(path.name) < 60
        assert path.name.isascii()


def test_a_robot_has_one_user_at_a_time(tmp_path: Path):
    folder = RobotFolder(tmp_path / "a", locks=tmp_path / "locks")
    other = RobotFolder(tmp_path / "b", locks=tmp_path / "locks")
    with folder.only_user("R1"), other.only_user("R2"):
        with pytest.raises(StoreBusyError, match=f"R1 is in use by process {os.getpid()}"), other.only_user("R1"):
            pass
        next((tmp_path / "locks").glob("R1-*")).write_text("")  # its user has not written its number yet
        with pytest.raises(StoreBusyError, match="by process unknown"), other.only_user("R1"):
            pass
    with other.only_user("R1"):
        pass
