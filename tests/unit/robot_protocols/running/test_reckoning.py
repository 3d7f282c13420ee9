"""What a run did, by the commands that were seen, against a robot that moves as fast as its pipettes can."""

from math import sqrt
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.records import DishState
from robot_protocols.decks import Place
from robot_protocols.fake_robot.listing import Task, list_protocol
from robot_protocols.plans import Stroke
from robot_protocols.protocol_writer import write_protocol
from robot_protocols.robot_client.values import Command
from robot_protocols.running.reckoning import Reckoning, RunFacts, StepState, reckon
from tests.unit.robot_protocols.examples import four_film_plan, screening

PLAN, DECK = four_film_plan(), screening()
TASKS = list_protocol(write_protocol(PLAN, DECK)).tasks
LABWARE = {f"labware-{slot.slot}": slot.slot for slot in DECK.slots}
STROKES = {stroke.step: stroke for _, stroke in PLAN.strokes}
MIXINGS = {mixing.step: mixing for mixing in PLAN.mixings}
SOURCES = {stroke.source for stroke in STROKES.values()}
FILM_OF = PLAN.film_of_step


def seen(tasks: tuple[Task, ...], last: str = "succeeded", **changes: Any) -> tuple[Command, ...]:
    """Tasks as commands that succeeded, but for the last one."""
    commands = [Command(n, f"c{n}", task.kind, "succeeded", task.params) for n, task in enumerate(tasks)]
    if commands:
        commands[-1] = attrs.evolve(commands[-1], status=last, params={**commands[-1].params, **changes})
    return tuple(commands)


def reckoned(commands: tuple[Command, ...], **facts: Any) -> Reckoning:
    return reckon(PLAN, DECK, RunFacts(commands, LABWARE, {}, **facts))


def place_of(task: Task) -> Place:
    return Place(LABWARE[task.params["labwareId"]], task.params["wellName"])


def until(kind: str, step: int) -> tuple[Task, ...]:
    """Everything up to a step's first command of a kind, and that; prewetting left aside."""
    announced = False
    for number, task in enumerate(TASKS):
        announced |= task.kind == "comment" and task.params["message"].startswith(f"step {step} ")
        if announced and task.kind == kind:
            return TASKS[: number + 1]
    raise AssertionError(f"step {step} has no {kind}")


def seconds_of(task: Task, *, motion: bool) -> float:
    """Least time that a command takes: liquid at its flow rate, delays, and movements in no time."""
    if task.kind == "waitForDuration":
        return task.seconds
    return task.params["volume"] / task.params["flowRate"] if motion and "flowRate" in task.params else 0.0


@settings(max_examples=60)
@given(st.integers(0, len(TASKS)), st.floats(0.001, 400.0), st.booleans(), st.booleans())
def test_whatever_can_have_begun_unseen_is_doubtful(known: int, unseen: float, motion: bool, running: bool):
    """The fastest robot goes on for the time that nobody saw: nothing that it begins counts as not done, or as done."""
    running &= known > 0
    found = reckoned(
        seen(TASKS[:known], "running" if running else "succeeded"), unseen_seconds=unseen, no_motion=not motion
    )
    # What was running when it was last seen may have been at its end.
    begun, now = list(TASKS[:known]), 0.0
    for task in TASKS[known:]:
        if now > unseen:
            break
        begun.append(task)
        now += seconds_of(task, motion=motion)
    sure = TASKS[: known - running]
    left: dict[Place, float] = dict.fromkeys(SOURCES, 0.0)
    most: dict[Place, float] = dict.fromkeys(SOURCES, 0.0)
    for task in begun:
        if task.kind in {"aspirate", "dispense"} and place_of(task) in SOURCES:
            left[place_of(task)] += task.params["volume"] * (1 if task.kind == "aspirate" else -1)
            most[place_of(task)] = max(most[place_of(task)], left[place_of(task)])
    assert {place_of(task) for task in begun if task.kind == "pickUpTip"} <= found.tips
    given_to = {task.step for task in begun if task.kind == "dispense" and place_of(task) not in SOURCES}
    mixed = {task.step for task in begun if task.kind == "aspirate" and task.step in MIXINGS}
    doubtful = {step for step, state in found.steps.items() if state is StepState.DOUBTFUL}
    done = {step for step, state in found.steps.items() if state is StepState.DONE}
    assert given_to | mixed <= doubtful | done
    assert done <= {task.step for task in sure if task.kind == "dispense" and place_of(task) not in SOURCES}
    for place in SOURCES:
        drawn, perhaps = found.drawn.get(place, 0.0), found.perhaps.get(place, 0.0)
        assert left[place] <= drawn + perhaps + 1e-6
        assert drawn <= most[place] + 1e-6
    for film, state in found.dishes.items():
        own = {step for step, label in FILM_OF.items() if label == film}
        assert (state is DishState.SUSPECT) == bool(own & doubtful)
        assert (state is DishState.FINISHED) == (own <= done)
        assert (state is DishState.EMPTY) == (not own & (doubtful | done))


IN_A_ROW = [item.strokes[:3] for item in PLAN.passes if len(item.strokes) >= 3]


@pytest.mark.parametrize("strokes", IN_A_ROW, ids=lambda strokes: str(strokes[0].step))
def test_what_cannot_have_begun_unseen_is_not_doubtful(strokes: tuple[Stroke, ...]):
    """The stroke that was announced may be at its end; each further one needs its liquid and its delays."""
    first, *later = [[task for task in TASKS if task.step == stroke.step] for stroke in strokes]
    known = seen(TASKS[: 1 + TASKS.index(next(task for task in first if "step " in str(task.params.get("message"))))])
    needed = 0.0
    for stroke, tasks in zip(strokes[1:], later, strict=True):
        given_at = next(number for number, task in enumerate(tasks) if task.kind == "dispense")
        needed += sum(seconds_of(task, motion=True) for task in tasks[:given_at])
        for share, doubtful in ((0.99, False), (1.01, True)):
            state = reckoned(known, unseen_seconds=share * needed).steps[stroke.step]
            assert (state is StepState.DOUBTFUL) == doubtful
        needed += sum(seconds_of(task, motion=True) for task in tasks[given_at:])


@pytest.mark.parametrize("status", ["failed", "running"])
def test_a_command_without_an_outcome_leaves_doubt_where_it_moves_liquid(status: str):
    step = 2
    stroke = STROKES[step]
    drawing = reckoned(seen(until("aspirate", step), status))
    assert drawing.steps[step] is StepState.TO_DO
    assert drawing.perhaps == {stroke.source: stroke.volume}
    giving = reckoned(seen(until("dispense", step), status))
    assert giving.steps[step] is StepState.DOUBTFUL
    assert giving.dishes[stroke.film] is DishState.SUSPECT
    assert giving.perhaps == {}
    assert reckoned(seen(until("aspirate", step))).steps[step] is StepState.DRAWN
    assert reckoned(seen(until("dispense", step))).steps[step] is StepState.DONE


def test_what_waits_in_the_queue_has_not_happened():
    assert reckoned(seen(until("pickUpTip", 20), "queued")).tips == reckoned(seen(until("comment", 20))).tips


@pytest.mark.parametrize(("status", "on"), [("succeeded", False), ("failed", True), ("running", True)])
def test_a_tip_is_on_until_it_is_dropped(status: str, on: bool):
    number = next(n for n, task in enumerate(TASKS) if task.kind == "dropTipInPlace")
    assert reckoned(seen(TASKS[:number])).tip_on
    assert reckoned(seen(TASKS[: number + 1], status)).tip_on == on


@pytest.mark.parametrize(
    "changes",
    [{"volume": STROKES[3].volume + 0.2}, {"volume": STROKES[3].volume - 0.2}, {"wellName": STROKES[4].dish.well}],
)
def test_what_the_plan_does_not_have_spoils_the_films_that_it_reaches(changes: dict[str, Any]):
    found = reckoned(seen(until("dispense", 3), **changes))
    reached = STROKES[4 if "wellName" in changes else 3].film
    assert found.dishes[reached] is DishState.SUSPECT
    assert found.dishes[STROKES[3].film] is DishState.SUSPECT
    assert [note.split(": ")[1].split(" at ")[0] for note in found.notes] == ["dispense"]
    assert len([film for film, state in found.dishes.items() if state is DishState.SUSPECT]) == len({
        reached, STROKES[3].film
    })  # fmt: skip


def test_a_stroke_that_is_given_twice_is_not_planned():
    commands = seen(until("dispense", 3))
    found = reckoned((*commands, attrs.evolve(commands[-1], index=len(commands))))
    assert found.steps[3] is StepState.DOUBTFUL
    assert len(found.notes) == 1


def test_a_film_is_mixed_when_it_was_mixed_as_often_as_planned():
    mixing = PLAN.mixings[0]
    numbers = [n for n, task in enumerate(TASKS) if task.step == mixing.step and task.kind in {"aspirate", "dispense"}]
    assert len(numbers) == 2 * mixing.times
    for count, number in enumerate(numbers, start=1):
        state = reckoned(seen(TASKS[: number + 1])).steps[mixing.step]
        expected = StepState.DOUBTFUL if count % 2 else StepState.TO_DO
        assert state is (StepState.DONE if count == len(numbers) else expected)
    assert reckoned(seen(TASKS[: numbers[1] + 1], "failed")).steps[mixing.step] is StepState.DOUBTFUL


def test_of_a_doubtful_stroke_the_middle_is_told():
    """Anything between nothing and all of it: mean a half, standard deviation its width by the root of 12."""
    found = reckoned(seen(until("dispense", 3), "failed"))
    told = {item.step: item for item in found.transfers(PLAN, "deck-001")}
    assert set(told) == {1, 2, 3}
    stroke = STROKES[3]
    assert told[3].requested == stroke.volume
    assert told[3].delivered == pytest.approx(stroke.volume / 2)
    assert told[3].sd == pytest.approx(stroke.volume / sqrt(12))
    assert (told[2].delivered, told[2].sd) == (STROKES[2].volume, STROKES[2].sd)


def test_after_its_end_nothing_happens_unseen():
    found = reckoned(seen(TASKS), unseen_seconds=1e6)
    assert set(found.dishes.values()) == {DishState.FINISHED}
    assert found.perhaps == {}


def test_prewetting_that_fails_leaves_the_container_in_doubt():
    number = next(n for n, task in enumerate(TASKS) if task.kind == "dispense" and place_of(task) in SOURCES)
    place, volume = place_of(TASKS[number]), TASKS[number].params["volume"]
    found = reckoned(seen(TASKS[: number + 1], "failed"))
    assert (found.drawn, found.perhaps) == ({}, {place: volume})
    assert reckoned(seen(TASKS[: number + 1])).perhaps == {}


def test_mixings_that_cannot_have_begun_unseen_are_not_doubtful():
    first, second, third = (mixing.step for mixing in PLAN.mixings[:3])
    tasks = {step: [task for task in TASKS if task.step == step] for step in (first, second, third)}
    # The mixing that was announced may be at its end; of the next one all is still to come.
    known = seen(TASKS[: TASKS.index(tasks[first][0]) + 1])
    needed = sum(seconds_of(task, motion=True) for task in tasks[second] if task.kind != "waitForDuration")
    for share, doubtful in ((0.99, False), (1.01, True)):
        found = reckoned(known, unseen_seconds=share * needed)
        assert found.steps[second] is StepState.DOUBTFUL
        assert (found.steps[third] is StepState.DOUBTFUL) == doubtful
    done = reckoned(seen(TASKS[: TASKS.index(tasks[second][0])]), unseen_seconds=1e6)
    assert done.steps[first] is StepState.DONE
    assert done.steps[third] is StepState.DOUBTFUL
