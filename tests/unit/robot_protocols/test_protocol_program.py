"""What a protocol file does when it runs, on a robot that only writes down."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot_protocols import timing
from robot_protocols.decks import DeckDefinition, deck_named
from robot_protocols.handling import CLASS_NAMES, handling_classes
from robot_protocols.planner import plan_decks
from robot_protocols.plans import DeckPlan
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.readback import differences, follow
from robot_protocols.timing import estimate_minutes, minutes_until_drawn, mixing_seconds, pass_seconds
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


handling = st.fixed_dictionaries(
    {
        "aspirate": st.floats(0.1, 3.0),
        "dispense": st.floats(0.1, 3.0),
        "aspirate_delay": st.sampled_from([0.0, 0.7, 30.0]),
        "dispense_delay": st.sampled_from([0.0, 0.9, 40.0]),
        "withdraw_speed": st.sampled_from([0.0, 5.0, 20.0]),
        "prewet": st.integers(0, 3),
        "blow_out": st.booleans(),
        "touch_tip": st.booleans(),
    }
)


def seconds_by_tip(commands: list[dict[str, Any]]) -> list[float]:
    """Time that what is done with each tip takes, added up command by command, s."""
    times: list[float] = []
    place = None
    for command in commands:
        match command["do"]:
            case "pickUpTip":
                times.append(timing.TIP_SECONDS)
                place = None
            case "aspirate" | "dispense":
                times[-1] += command["volume"] / command["flow"]
                times[-1] += timing.MOVE_SECONDS * (place != (place := (command["slot"], command["well"])))
            case "waitForDuration":
                times[-1] += command["seconds"]
            case "moveToWell":
                times[-1] += timing.WITHDRAW_MM / command["speed"]
            case "blowout":
                times[-1] += timing.BLOW_OUT_SECONDS
            case "touchTip":
                times[-1] += timing.TOUCH_SECONDS
    return times


@given(st.fixed_dictionaries(dict.fromkeys(CLASS_NAMES, handling)))
def test_the_time_of_a_plan_is_that_of_what_its_program_does(classes: dict[str, dict[str, Any]]):
    plan, deck = four_film_plan(), attrs.evolve(screening(), handling=handling_classes(classes))
    spent = seconds_by_tip(commands_of(plan, deck))
    passes, mixings = spent[: len(plan.passes)], spent[len(plan.passes) :]
    assert [pass_seconds(item, deck) for item in plan.passes] == pytest.approx(passes)
    # The way to the bin is a move that no command names.
    assert [mixing_seconds(item, deck) - timing.MOVE_SECONDS for item in plan.mixings] == pytest.approx(mixings)
    whole = timing.HOME_SECONDS + sum(spent) + timing.MOVE_SECONDS * len(mixings)
    assert estimate_minutes(plan.passes, plan.mixings, deck) == round(whole / 60, 1)
    for name in CLASS_NAMES:
        last = max((n for n, item in enumerate(plan.passes, start=1) if item.handling == name), default=0)
        drawn = timing.HOME_SECONDS + sum(passes[:last]) if last else 0.0
        assert minutes_until_drawn(plan.passes, name, deck) == pytest.approx(drawn / 60)
