"""What a run's journal knows: commands as they were last seen, what is loaded, how the run ended."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import inf
from typing import Any

import attrs

from robot_protocols.robot_client.values import Command, RunPhase
from robot_protocols.running.journal import Entry
from robot_protocols.running.reckoning import RunFacts

MARGIN_SECONDS = 1.0
"""Added to every time that nobody saw: clocks are read a little apart."""


def command_to_json(command: Command) -> list[Any]:
    """Return a command as a journal keeps it."""
    return [
        command.index,
        command.command_id,
        command.kind,
        command.status,
        dict(command.params),
        command.started_at,
        command.completed_at,
        command.error,
    ]


def commands_of(entries: Iterable[Entry]) -> tuple[Command, ...]:
    """Return every command as it was last seen, in order."""
    found: dict[int, Command] = {}
    for entry in entries:
        for item in entry.data.get("commands", ()) if entry.kind == "commands" else ():
            found[item[0]] = Command(*item)
    return tuple(found[index] for index in sorted(found))


def last_seen(entries: Iterable[Entry]) -> datetime | None:
    """Return when the robot was last seen, or told to play; None if it never was."""
    seen = None
    for entry in entries:
        if entry.kind in {"commands", "seen"}:
            seen = datetime.fromisoformat(entry.data["asked"])
        elif entry.kind == "playing":
            seen = entry.at
    return seen


def unseen_seconds(entries: Sequence[Entry], now: datetime) -> float:
    """Return how long the robot may have moved unseen up to now; infinite where clocks do not tell."""
    seen = last_seen(entries)
    if seen is None:
        return 0.0
    passed = (now - seen).total_seconds()
    return passed + MARGIN_SECONDS if passed >= 0 else inf


def latest(entries: Iterable[Entry], kind: str) -> Entry | None:
    """Return the last entry of a kind."""
    found = None
    for entry in entries:
        if entry.kind == kind:
            found = entry
    return found


@attrs.frozen
class Ending:
    """How a run ended."""

    phase: RunPhase
    errors: tuple[str, ...] = ()
    unseen: float = 0.0
    """Seconds that the robot may have moved after it was last seen."""

    def to_json(self) -> dict[str, Any]:
        """Return it as a journal keeps it; JSON has no infinity."""
        return {
            "phase": str(self.phase),
            "errors": list(self.errors),
            "unseen": None if self.unseen == inf else self.unseen,
        }


def ending_of(entries: Iterable[Entry]) -> Ending | None:
    """Return how a run ended; None where that is not known yet."""
    entry = latest(entries, "ended")
    if entry is None:
        return None
    unseen = entry.data["unseen"]
    return Ending(RunPhase(entry.data["phase"]), tuple(entry.data["errors"]), inf if unseen is None else unseen)


def facts_of(entries: Sequence[Entry]) -> RunFacts:
    """Return what is known of a run by its journal, how fast its robot can have been included."""
    planned = latest(entries, "planned")
    loaded = latest(entries, "loaded")
    ending = ending_of(entries)
    flagged = {film for entry in entries if entry.kind == "flagged" for film in entry.data["films"]}
    unseen = ending.unseen if ending else 0.0
    return RunFacts(
        commands=commands_of(entries),
        labware=loaded.data["labware"] if loaded else {},
        pipettes=loaded.data["pipettes"] if loaded else {},
        unseen_seconds=unseen * planned.data["speed"] if unseen and planned else unseen,
        no_motion=planned is not None and planned.data.get("no_motion", False),
        flagged=frozenset(flagged),
    )
