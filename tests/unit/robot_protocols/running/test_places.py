"""Where runs are kept."""

import json
from pathlib import Path

from robot_protocols.decks import deck_named
from robot_protocols.decks.files import builtin_text
from robot_protocols.labware import labware_named
from robot_protocols.planner import plan_decks
from robot_protocols.running.loading import job_of
from robot_protocols.running.places import RobotFolder
from tests.unit.robot_protocols.examples import STOCKS, order


def test_a_run_keeps_its_deck_with_labware_of_one_s_own(tmp_path: Path):
    holder = dict(labware_named("filmlab_6_dish_35mm").definition or {})
    holder["parameters"] = {**holder["parameters"], "loadName": "my_holder"}
    (tmp_path / "mine" / "parts").mkdir(parents=True)
    (tmp_path / "mine" / "parts" / "holder.json").write_text(json.dumps(holder))
    text = builtin_text("casting-6-dish").replace("filmlab_6_dish_35mm", "my_holder")
    text = text.replace('name = "casting-6-dish"', 'name = "mine"\nlabware_files = ["parts/holder.json"]')
    file = tmp_path / "mine" / "my-deck.toml"
    file.write_text(text)
    deck = deck_named(file)
    (plan,) = plan_decks([order("A1", 40.0, 4500.0, CNF=1.0)], STOCKS, deck)

    run = RobotFolder(tmp_path / "robot").new_run(job_of(plan, deck), deck_file=file)
    for path in (tmp_path / "mine").rglob("*.*"):
        path.unlink()

    assert run.job().deck.sha256 == deck.sha256
