"""The vendor's simulator behind a pipe: run as a file by `robot_protocols.vendor`, never imported.

The interpreter that runs it needs opentrons 9.0.0 and nothing of filmlab, so it may live in another environment. One
line of JSON in is one protocol to analyse, one line out is what the simulator did:

    in   {"label": "deck-001", "protocol": "..."}
    out  {"label": "deck-001", "ok": true, "errors": [], "liquids": {...}, "commands": [["aspirate", ...], ...]}

The first line out says whether opentrons could be loaded. The process ends when its input is closed, also in the
middle of an analysis, and so it never outlives the process that started it.
"""

import asyncio
import importlib
import json
import os
import queue
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer requests until the input is closed."""
    answers = _private_stdout()
    try:
        analyse = _load()
    except Exception as error:
        # Whatever goes wrong inside the vendor's package is reported to the parent, which knows what to tell a person.
        _say(answers, {"ready": False, "error": f"{type(error).__name__}: {error}"})
        return
    _say(answers, {"ready": True, "version": _version()})
    requests: queue.Queue[dict[str, Any]] = queue.Queue()
    threading.Thread(target=_read, args=(requests,), daemon=True).start()
    while True:
        request = requests.get()
        _say(answers, {"label": request["label"], **_answer(analyse, request["protocol"])})


def _private_stdout() -> Any:
    """Keep the real output for answers: protocols and the vendor's package print where they like."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _say(answers: Any, value: dict[str, Any]) -> None:
    answers.write(json.dumps(value) + "\n")
    answers.flush()


def _read(requests: "queue.Queue[dict[str, Any]]") -> None:
    for line in sys.stdin:
        requests.put(json.loads(line))
    os._exit(0)


def _version() -> str:
    from importlib.metadata import version

    return version("opentrons")


def _load() -> Any:
    """Return the function behind the vendor's `analyze` command, which has no public name of its own.

    Calling the command instead would import the package anew, for seconds, with every protocol.
    """
    analyze = importlib.import_module("opentrons.cli.analyze")
    reader = importlib.import_module("opentrons.protocol_reader")

    async def analyse(path: Path) -> Any:
        source = await reader.ProtocolReader().read_saved(files=[path], directory=None)
        return await analyze._do_analyze(source, {}, {})

    return analyse


def _answer(analyse: Any, protocol: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "protocol.py"
        path.write_text(protocol, encoding="utf-8")
        try:
            result = asyncio.run(analyse(path))
        except Exception as error:
            return {"ok": False, "errors": [f"{type(error).__name__}: {error}"], "liquids": {}, "commands": []}
    errors = [_error(error) for error in result.state_summary.errors]
    return {
        "ok": not errors,
        "errors": errors,
        "liquids": {liquid.id: liquid.displayName for liquid in result.state_summary.liquids},
        "commands": _commands(result.commands),
    }


def _error(error: Any) -> str:
    inner = [_error(cause) for cause in (getattr(error, "wrappedErrors", None) or [])]
    return " <- ".join([f"{error.errorType}: {error.detail}", *inner])


def _commands(commands: Any) -> list[dict[str, Any]]:
    """What each command did, with slots and pipette models instead of the simulator's random ids."""
    slots: dict[str, Any] = {}
    models: dict[str, str] = {}
    told = []
    for command in commands:
        kind, params, result = command.commandType, command.params, command.result
        item: dict[str, Any] = {"do": kind, "status": str(getattr(command.status, "value", command.status))}
        if kind == "loadLabware" and result is not None:
            slot = getattr(params.location, "slotName", None)
            slots[result.labwareId] = int(slot.value) if slot is not None else None
            item["slot"], item["labware"] = slots[result.labwareId], params.loadName
        elif kind == "loadPipette" and result is not None:
            models[result.pipetteId] = str(getattr(params.pipetteName, "value", params.pipetteName))
            item["pipette"] = models[result.pipetteId]
        elif kind == "loadLiquid":
            item["slot"], item["liquid"] = slots.get(params.labwareId), params.liquidId
            item["volumes"] = dict(params.volumeByWell)
        elif kind == "comment":
            item["message"] = params.message
        else:
            item["pipette"] = models.get(getattr(params, "pipetteId", None) or "")
            item["slot"] = slots.get(getattr(params, "labwareId", None) or "")
            item["well"] = getattr(params, "wellName", None)
            item["volume"] = getattr(params, "volume", None)
        told.append({key: value for key, value in item.items() if value is not None})
    return told


if __name__ == "__main__":
    main()
