"""What a campaign came to, for comparison with one that nobody disturbed, and with what the robot truly did."""

import json
from collections import defaultdict
from pathlib import Path

from lab.records import RECORD_TYPES, Artefact, DeckLoad, Measurement, Record, Records, RunCharge
from robot_protocols.decks import Place
from robot_protocols.plans import DeckPlan
from robot_protocols.running.facts import latest
from robot_protocols.running.places import RobotFolder

TOLERANCE = 0.01
"""Between volumes that are the same, uL."""


def fingerprint(records: Records) -> list[str]:
    """Everything that the campaign came to, without times, imports and the report, which prints times."""
    found = [repr(record) for kind in RECORD_TYPES for record in records.of(kind) if not _is_apart(record)]
    found += [repr((e.key, e.who, e.source)) for e in records.events.values() if not e.key.startswith("import:")]
    return sorted(found)


def _is_apart(record: Record) -> bool:
    """Whether a record is of the import, or says in how many runs a deck was made."""
    if isinstance(record, Artefact):
        return record.name.startswith(("raw/", "imports/", "report.html"))
    if isinstance(record, Measurement):
        return record.film.startswith("M")
    return isinstance(record, DeckLoad | RunCharge)


def wrong_dishes(records: Records, folder: RobotFolder, world: Path) -> list[str]:
    """Compare what the robot gave to each dish with the recorded transfers; return what differs, a sentence each.

    Args:
        records: The campaign's records.
        folder: Its robot runs.
        world: What the imaginary robot did, one JSON object a line.
    """
    dishes: dict[str, tuple[str, dict[Place, str]]] = {}
    for run in folder.runs():
        planned, created = latest(run.entries(), "planned"), latest(run.entries(), "created")
        if planned is not None and created is not None:
            plan = DeckPlan.from_json((run.root / "plan.json").read_text("utf-8"))
            deck = planned.data["order"].rpartition("/")[2]
            dishes[created.data["run_id"]] = deck, {film.dish: film.order.label for film in plan.films}
    given: dict[tuple[str, str], float] = defaultdict(float)
    for line in world.read_text().splitlines():
        event = json.loads(line)
        if event["do"] not in ("dispense", "aspirate"):
            continue
        deck, films = dishes.get(event["run"], ("a run that nobody knows of", {}))
        film = films.get(Place(event["slot"], event["well"]), "")
        if film or not films:  # what is mixed is drawn up and given back
            given[deck, film] += event["volume"] if event["do"] == "dispense" else -event["volume"]
    asked: dict[tuple[str, str], float] = defaultdict(float)
    for transfer in records.transfers:
        asked[transfer.deck, transfer.film] += transfer.requested
    return [
        f"{deck} {film}: {given[deck, film]:.2f} uL given, {asked[deck, film]:.2f} recorded"
        for deck, film in sorted({*given, *asked})
        if abs(given[deck, film] - asked[deck, film]) > TOLERANCE
    ]
