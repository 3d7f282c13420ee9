"""How many commands a second a run's journal takes, each on disk before anything else is done.

Run from the project's root: python -m benchmarks.robot_journal
The target is 100 commands a second; an OT-2 gives about two, a simulated one some hundred.
"""

import argparse
import tempfile
import time
from pathlib import Path

from robot_protocols.robot_client.values import Command
from robot_protocols.running.facts import command_to_json, commands_of
from robot_protocols.running.journal import Journal, read_journal

PER_LOOK = 50
"""Commands that a look finds, at 100 a second and a look every half second."""


def command(index: int) -> Command:
    """A command as a robot tells it."""
    params = {"pipetteId": "p" * 36, "labwareId": "l" * 36, "wellName": "A1", "volume": 123.4, "flowRate": 92.86}
    return Command(index, "c" * 36, "aspirate", "succeeded", params, "2026-11-02T09:00:00Z", "2026-11-02T09:00:01Z")


def rate(path: Path, commands: int, per_look: int) -> float:
    """Write commands as they are written while a run is followed; return how many a second."""
    began = time.perf_counter()
    with Journal(path) as journal:
        for first in range(0, commands, per_look):
            found = [command_to_json(command(index)) for index in range(first, first + per_look)]
            journal.add("commands", asked="2026-11-02T09:00:00+00:00", commands=found)
    seconds = time.perf_counter() - began
    assert len(commands_of(read_journal(path))) == commands
    return commands / seconds


def main() -> None:
    """Print the rates."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=5000)
    parser.add_argument("--folder", type=Path, default=None, help="where to write; a temporary folder if left out")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        for per_look in (PER_LOOK, 1):
            found = rate(Path(folder) / f"{per_look}.jsonl", options.commands, per_look)
            print(f"{per_look:3d} commands a look: {found:8.0f} commands/s, every look on disk")


if __name__ == "__main__":
    main()
