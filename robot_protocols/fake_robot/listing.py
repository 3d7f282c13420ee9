"""What a protocol file makes a robot do, as the robot's commands.

Protocols that filmlab wrote are told by the plan inside them. Of any other, the plain calls in its ``run`` function
count (comment, delay, pause, raise); that is enough for tests of a client. Nothing in a file is ever executed.
"""

import ast
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from robot_protocols.fake_robot.faults import FaultKind

_MOVE = 2.0
"""Seconds of a move from a well to another."""


@attrs.frozen
class Task:
    """A command with what only the imaginary robot knows of it."""

    kind: str
    params: Mapping[str, Any]
    seconds: float = 0.0
    step: int = 0
    """Step of the plan that it belongs to, or that it prepares."""
    error: str = ""
    """What the command fails with."""


@attrs.frozen
class Listing:
    """A protocol as commands."""

    tasks: tuple[Task, ...] = ()
    labware: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    """What stands in each slot, by labware id."""
    pipettes: Mapping[str, Mapping[str, Any]] = attrs.field(factory=dict)
    """Model and mount by pipette id."""
    liquids: Mapping[str, str] = attrs.field(factory=dict)
    """Name by liquid id."""
    api_level: tuple[int, ...] = (2, 0)

    @property
    def error(self) -> str:
        """The first error, or nothing."""
        return next((task.error for task in self.tasks if task.error), "")


class InvalidProtocolError(Exception):
    """A file that no robot takes."""


def list_protocol(text: str) -> Listing:
    """Return what a protocol does.

    Raises:
        InvalidProtocolError: If it is no Python.
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise InvalidProtocolError(f"{type(error).__name__}: {error}") from error
    constants = _constants(tree)
    level = str((constants.get("requirements") or constants.get("metadata") or {}).get("apiLevel", "2.0"))
    api_level = tuple(int(part) for part in level.split(".") if part.isdigit())
    if not {"PLAN_JSON", "DECK_JSON", "PLAN_SHA256"} <= set(constants):
        return Listing(tuple(_plain_tasks(tree)), api_level=api_level)
    plan_text = constants["PLAN_JSON"]
    if hashlib.sha256(plan_text.encode()).hexdigest() != constants["PLAN_SHA256"]:
        changed = "RuntimeError: The plan in this file was changed after it was signed. Write the protocol again."
        return Listing((Task("home", {}, 10.0), Task("custom", {}, error=changed)), api_level=api_level)
    listed = _Lister(json.loads(constants["DECK_JSON"]), json.loads(plan_text))
    return attrs.evolve(listed.listing(), api_level=api_level)


def _constants(tree: ast.Module) -> dict[str, Any]:
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue  # computed, so no constant
    return found


def _plain_tasks(tree: ast.Module) -> Iterator[Task]:
    yield Task("home", {}, 10.0)
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef) or function.name != "run":
            continue
        for node in function.body:
            if isinstance(node, ast.Raise):
                yield Task("custom", {}, error=f"the protocol raises: {ast.unparse(node)}")
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                yield from _plain_call(node.value)


def _plain_call(call: ast.Call) -> Iterator[Task]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    values = [item.value for item in call.args if isinstance(item, ast.Constant)]
    values += [item.value.value for item in call.keywords if isinstance(item.value, ast.Constant)]
    if name == "comment":
        yield Task("comment", {"message": str(values[0]) if values else ""})
    elif name == "delay":
        yield Task("waitForDuration", {"seconds": values[0]}, float(str(values[0])))
    elif name == "pause":
        yield Task("waitForResume", {"message": str(values[0]) if values else ""})


class _Lister:
    """Lists what the program around a plan does with it (see protocol_template.py.txt)."""

    def __init__(self, deck: Mapping[str, Any], plan: Mapping[str, Any]) -> None:
        self.deck = deck
        self.plan = plan
        self.ids = {item["model"]: f"pipette-{mount}" for mount, item in deck["pipettes"].items()}

    def listing(self) -> Listing:
        slots = {f"labware-{item['slot']}": item for item in self.deck["slots"]}
        pipettes = {
            self.ids[item["model"]]: {"pipetteName": item["model"], "mount": mount}
            for mount, item in self.deck["pipettes"].items()
        }
        liquids = {f"liquid-{need['stock']}": need["stock"] for need in self.plan["stock_needs"]}
        tasks = (*self._setup(slots, pipettes), *self._passes(), *self._mixings())
        done = Task("comment", {"message": f"done {self.plan['label']}"})
        return Listing((*tasks, done), slots, pipettes, liquids)

    def _setup(self, slots: Mapping[str, Any], pipettes: Mapping[str, Any]) -> Iterator[Task]:
        yield Task("home", {}, 10.0)
        for key, item in slots.items():
            yield Task(
                "loadLabware",
                {"labwareId": key, "location": {"slotName": str(item["slot"])}, "loadName": item["labware"]},
            )
        for key, item in pipettes.items():
            yield Task("loadPipette", {"pipetteId": key, **item})
        for need in self.plan["stock_needs"]:
            for loaded in need["places"]:
                slot, well = loaded["place"]
                yield Task(
                    "loadLiquid",
                    {
                        "liquidId": f"liquid-{need['stock']}",
                        "labwareId": f"labware-{slot}",
                        "volumeByWell": {well: loaded["volume"]},
                    },
                )
        sha256 = hashlib.sha256(
            json.dumps(self.plan, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        )
        yield Task("comment", {"message": f"plan {self.plan['label']} | {sha256.hexdigest()}"})

    def _passes(self) -> Iterator[Task]:
        for part in self.plan["passes"]:
            model, tip, step = part["pipette"], part["tip"], part["strokes"][0]["step"]
            handling = self.deck["handling"][part["handling"]]
            message = f"stock {part['stock']} | {model} | tip {tip[0]}:{tip[1]}"
            yield Task("comment", {"message": message}, step=step)
            yield self._at("pickUpTip", model, tip, 5.0, step)
            first = part["strokes"][0]
            for _ in range(handling["prewet"]):
                yield self._draw(model, first["source"], first["volume"], handling, step)
                yield self._give(model, first["source"], first["volume"], handling, step)
            for stroke in part["strokes"]:
                yield from self._stroke(part, stroke, handling)
            yield from self._drop(model, part["strokes"][-1]["step"])

    def _stroke(
        self, part: Mapping[str, Any], stroke: Mapping[str, Any], handling: Mapping[str, Any]
    ) -> Iterator[Task]:
        model, step = part["pipette"], stroke["step"]
        message = f"step {step} | film {stroke['film']} | stock {part['stock']} | {stroke['volume']:.1f} uL"
        yield Task("comment", {"message": message}, step=step)
        yield self._draw(model, stroke["source"], stroke["volume"], handling, step)
        yield from self._wait(handling["aspirate_delay"], step)
        yield from self._withdraw(model, stroke["source"], handling, step)
        yield self._give(model, stroke["dish"], stroke["volume"], handling, step)
        yield from self._wait(handling["dispense_delay"], step)
        yield from self._finish(model, stroke["dish"], handling, step)

    def _mixings(self) -> Iterator[Task]:
        handling = self.deck["handling"]["mixture"]
        for mixing in self.plan["mixings"]:
            model, step, dish = mixing["pipette"], mixing["step"], mixing["dish"]
            yield Task("comment", {"message": f"step {step} | film {mixing['film']} | mix"}, step=step)
            yield self._at("pickUpTip", model, mixing["tip"], 5.0, step)
            for _ in range(mixing["times"]):
                yield self._draw(model, dish, mixing["volume"], handling, step)
                yield self._give(model, dish, mixing["volume"], handling, step)
            yield from self._wait(handling["dispense_delay"], step)
            yield from self._withdraw(model, dish, handling, step)
            yield from self._finish(model, dish, handling, step)
            yield from self._drop(model, step)

    def _at(self, kind: str, model: str, place: Sequence[Any], seconds: float, step: int, **more: Any) -> Task:
        params = {"pipetteId": self.ids[model], "labwareId": f"labware-{place[0]}", "wellName": place[1], **more}
        return Task(kind, params, seconds, step)

    def _draw(self, model: str, place: Sequence[Any], volume: float, handling: Mapping[str, Any], step: int) -> Task:
        flow = handling["aspirate_flow"][model]
        return self._at("aspirate", model, place, _MOVE + volume / flow, step, volume=volume, flowRate=flow)

    def _give(self, model: str, place: Sequence[Any], volume: float, handling: Mapping[str, Any], step: int) -> Task:
        flow = handling["dispense_flow"][model]
        return self._at("dispense", model, place, _MOVE + volume / flow, step, volume=volume, flowRate=flow)

    def _wait(self, seconds: float, step: int) -> Iterator[Task]:
        if seconds:
            yield Task("waitForDuration", {"seconds": seconds}, seconds, step)

    def _withdraw(self, model: str, place: Sequence[Any], handling: Mapping[str, Any], step: int) -> Iterator[Task]:
        if handling["withdraw_speed"]:
            yield self._at("moveToWell", model, place, 15.0 / handling["withdraw_speed"], step)

    def _finish(self, model: str, dish: Sequence[Any], handling: Mapping[str, Any], step: int) -> Iterator[Task]:
        if handling["blow_out"]:
            yield self._at("blowout", model, dish, 1.0, step)
        if handling["touch_tip"]:
            yield self._at("touchTip", model, dish, 2.0, step)

    def _drop(self, model: str, step: int) -> Iterator[Task]:
        params = {"pipetteId": self.ids[model], "addressableAreaName": "fixedTrash"}
        yield Task("moveToAddressableAreaForDropTip", params, _MOVE, step)
        yield Task("dropTipInPlace", {"pipetteId": self.ids[model]}, 1.0, step)


STRIKES: Mapping[str, frozenset[FaultKind]] = {
    "pickUpTip": frozenset({FaultKind.TIP_MISSING}),
    "aspirate": frozenset({FaultKind.DRAW_FAILED, FaultKind.STOPPED}),
    "dispense": frozenset({FaultKind.CLOG, FaultKind.POWER_CUT, FaultKind.SERVER_RESTART}),
}
"""Faults by the kind of command that they strike at."""
ANYWHERE = frozenset({FaultKind.NETWORK_AWAY, FaultKind.CONNECTION_RESET})
"""Faults that strike at any command."""
