"""Where runs are kept."""

from pathlib import Path

from robot_protocols.decks import deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.running.loading import job_of
from robot_protocols.running.places import RobotFolder
from tests.unit.robot_protocols.examples import STOCKS, order, own_deck


def test_a_run_keeps_its_deck_with_labware_of_one_s_own(tmp_path: Path):
    deck = deck_named(own_deck(tmp_path / "mine"))
    (plan,) = plan_decks([order("A1", 40.0, 4500.0, CNF=1.0)], STOCKS, deck)

    run = RobotFolder(tmp_path / "robot").new_run(job_of(plan, deck))
    for path in (tmp_path / "mine").rglob("*.*"):
        path.unlink()

    assert run.job().deck.sha256 == deck.sha256
