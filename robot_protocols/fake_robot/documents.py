"""What the imaginary robot says of protocols and runs, in the words of robot-server."""

from collections.abc import Mapping, Sequence
from typing import Any

from robot_protocols.fake_robot.listing import Listing


def loaded_items(listing: Listing) -> tuple[list[Any], list[Any]]:
    """Return the labware and the pipettes that a protocol loads."""
    labware = [
        {"id": key, "loadName": item["labware"], "location": {"slotName": str(item["slot"])}}
        for key, item in listing.labware.items()
    ]
    return labware, [{"id": key, **item} for key, item in listing.pipettes.items()]


def analysis_of(listing: Listing) -> dict[str, Any]:
    """Return what the robot's analysis says of a protocol."""
    labware, pipettes = loaded_items(listing)
    kind, _, detail = listing.error.partition(": ")
    return {
        "id": "analysis",
        "status": "completed",
        "result": "not-ok" if listing.error else "ok",
        "errors": [{"id": "error", "errorType": kind, "detail": detail}] if listing.error else [],
        "commands": [
            {
                "id": f"command-{number}",
                "commandType": task.kind,
                "status": "failed" if task.error else "succeeded",
                "params": dict(task.params),
            }
            for number, task in enumerate(listing.tasks)
        ],
        "labware": labware,
        "pipettes": pipettes,
        "liquids": [{"id": key, "displayName": name} for key, name in listing.liquids.items()],
    }


def command_page(commands: Sequence[Mapping[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
    """Return the page of a run's commands that is asked for; the last one where it is not said which."""
    length = int(query.get("pageLength", "20"))
    asked = int(query["cursor"]) if "cursor" in query else len(commands) - length
    cursor = max(0, min(asked, len(commands) - 1))
    page = commands[cursor : cursor + length]
    return {"data": page, "meta": {"cursor": cursor, "totalLength": len(commands)}, "links": {}}
