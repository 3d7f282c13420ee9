"""What a journal knows of a run: the last that was seen of each command, and for how long nobody looked."""

from datetime import UTC, datetime, timedelta
from math import inf

import pytest

from robot_protocols.robot_client.values import Command, RunPhase
from robot_protocols.running.facts import (
    MARGIN_SECONDS,
    Ending,
    command_to_json,
    commands_of,
    ending_of,
    facts_of,
    last_seen,
    unseen_seconds,
)
from robot_protocols.running.journal import Entry

BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def entry(kind: str, seconds: float, **data: object) -> Entry:
    return Entry(1, at(seconds), kind, data)


def looked(kind: str, seconds: float, **data: object) -> Entry:
    """A look at the robot that was asked for at a time and answered 5 s later."""
    return entry(kind, seconds + 5, asked=at(seconds).isoformat(), **data)


def command(index: int, status: str) -> Command:
    return Command(index, f"c{index}", "aspirate", status, {"volume": 20.0}, "", "", "")


def test_of_a_command_the_last_that_was_seen_counts():
    first = [command(0, "succeeded"), command(1, "running")]
    then = [command(1, "failed"), command(2, "queued")]
    entries = [
        looked("commands", number, commands=[command_to_json(one) for one in seen])
        for number, seen in enumerate([first, then])
    ]
    assert commands_of([*entries, entry("seen", 9, commands="no list of commands")]) == (first[0], *then)


@pytest.mark.parametrize(
    ("entries", "seen"),
    [
        ([], None),
        ([entry("planned", 3)], None),
        ([entry("playing", 10)], 10),
        ([entry("playing", 10), looked("seen", 20), entry("silent", 90)], 20),
        ([entry("playing", 10), looked("commands", 30), looked("seen", 40)], 40),
    ],
)
def test_a_robot_is_unseen_from_when_it_was_last_asked(entries: list[Entry], seen: float | None):
    assert last_seen(entries) == (None if seen is None else at(seen))
    expected = [0.0, 0.0] if seen is None else [100 - seen + MARGIN_SECONDS, inf]
    # A clock that was put back says nothing.
    assert [unseen_seconds(entries, at(now)) for now in (100, -100)] == expected


@pytest.mark.parametrize("unseen", [0.0, 12.5, inf])
def test_an_ending_is_read_back_and_a_fast_robot_can_have_done_more_unseen(unseen: float):
    ending = Ending(RunPhase.FAILED, ("pipette clogged",), unseen)
    entries = [
        entry("planned", 0, speed=4.0, no_motion=True),
        entry("loaded", 1, labware={"a": 5}, pipettes={"b": "p300"}),
        entry("flagged", 2, films=["A1"]),
        entry("flagged", 3, films=["A2"]),
        entry("ended", 4, **ending.to_json()),
    ]
    assert ending_of(entries[:-1]) is None
    assert ending_of(entries) == ending
    facts = facts_of(entries)
    assert (facts.unseen_seconds, facts.no_motion, set(facts.flagged)) == (4 * unseen, True, {"A1", "A2"})
    assert (facts.labware, facts.pipettes) == ({"a": 5}, {"b": "p300"})
    assert facts_of(entries[1:]).unseen_seconds == unseen
