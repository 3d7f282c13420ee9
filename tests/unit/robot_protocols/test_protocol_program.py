"""What a protocol file does when it runs, on a robot that only writes down."""

from typing import Any

import attrs
import pytest

from robot_protocols.decks import DeckDefinition, deck_named
from robot_protocols.planner import plan_decks
from robot_protocols.plans import DeckPlan
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.readback import differences, follow
from tests.unit.robot_protocols.examples import STOCKS, four_film_plan, four_films, screening
from tests.unit.robot_protocols.recording_robot import RecordingRobot


def run(text: str) -> list[dict[str, Any]]:
    program: dict[str, Any] = {}
    exec(compile(text, "protocol.py", "exec"), program)  # noqa: S102 - the file that the robot would run
    robot = RecordingRobot()
    program["run"](robot)
    return robot.commands


def commands_of(plan: DeckPlan, deck: DeckDefinition) -> list[dict[str, Any]]:
    return run(write_protocol(plan, deck))


def test_the_program_does_what_the_plan_says():
    plan = four_film_plan()
    found = follow(commands_of(plan, screening()), {need.stock: need.stock for need in plan.stock_needs})
    assert found.faults == []
    assert differences(plan, found.received) == ()
    assert found.drawn == pytest.approx({need.stock: need.needed for need in plan.stock_needs})


def test_labware_of_our_own_travels_with_the_file():
    deck = deck_named("casting-6-dish")
    orders = [attrs.evolve(order, solids=40.0, volume=4500.0) for order in four_films()]
    commands = commands_of(plan_decks(orders, STOCKS, deck)[0], deck)
    loaded = [command["labware"] for command in commands if command["do"] == "loadLabware"]
    assert loaded.count("filmlab_6_dish_35mm") == 4


def test_tips_are_those_of_the_plan_and_all_are_dropped():
    plan = four_film_plan()
    commands = commands_of(plan, screening())
    taken = [(command["slot"], command["well"]) for command in commands if command["do"] == "pickUpTip"]
    assert taken == [item.tip for item in plan.passes] + [mixing.tip for mixing in plan.mixings]
    assert sum(command["do"] == "dropTip" for command in commands) == len(taken)


def test_every_step_is_marked_before_it_is_done():
    plan = four_film_plan()
    steps = [c["message"] for c in commands_of(plan, screening()) if c["do"] == "comment" and "step " in c["message"]]
    assert [int(text.split()[1]) for text in steps] == list(range(1, len(plan.transfers) + len(plan.mixings) + 1))
    assert steps[0].startswith("step 1 | film A1 | stock water | ")


def test_a_drop_is_blown_out_before_the_wall_is_touched():
    kinds = [command["do"] for command in commands_of(four_film_plan(), screening())]
    touches = [index for index, kind in enumerate(kinds) if kind == "touchTip"]
    assert touches
    assert all(kinds[index - 1] == "blowout" for index in touches)


def test_nothing_of_zero_volume_is_moved():
    volumes = [c["volume"] for c in commands_of(four_film_plan(), screening()) if c["do"] in {"aspirate", "dispense"}]
    assert min(volumes) > 0


def test_a_thick_stock_is_left_slowly_and_waited_for():
    plan = four_film_plan()
    commands = commands_of(plan, screening())
    start = next(i for i, c in enumerate(commands) if c.get("message", "").startswith("stock CNF-10"))
    part = commands[start : start + 30]
    handling = screening().handling["fibre-gel"]
    assert {c["speed"] for c in part if c["do"] == "moveToWell"} == {handling.withdraw_speed}
    assert {c["seconds"] for c in part if c["do"] == "waitForDuration"} == {handling.aspirate_delay}


def test_a_file_that_was_edited_stops_before_it_moves():
    text = write_protocol(four_film_plan(), screening())
    edited = text.replace('"volume":600.0', '"volume":601.0')
    assert edited != text
    with pytest.raises(RuntimeError, match="changed after it was signed"):
        run(edited)
