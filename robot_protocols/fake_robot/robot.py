"""The imaginary robot behind its HTTP API: requests in, answers out, whatever carries them.

It imitates what was measured on robot-server 8.1.0: the header that every request needs, 409 and 422, an analysis that
is not ok and blocks nothing, commands that are lost in a restart, 20 runs kept, the same file giving the same id.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from lab.files import write_atomically
from lab.hashing import sha256_of_bytes
from robot_protocols.fake_robot.documents import analysis_of, command_page, loaded_items
from robot_protocols.fake_robot.faults import Fault, FaultKind
from robot_protocols.fake_robot.listing import InvalidProtocolError, Listing, list_protocol
from robot_protocols.fake_robot.messages import NoAnswer, Reply, Request, data_reply, error_reply, files_of
from robot_protocols.fake_robot.motion import MOVING, Motion, PowerCut, Restart
from robot_protocols.fake_robot.options import RobotOptions
from robot_protocols.fake_robot.pipetting import PipettingErrors
from robot_protocols.fake_robot.world import World

RUNS_KEPT = 20
PROTOCOLS_KEPT = 5
"""Protocols without a run that are kept."""
LOST_ANSWERS = 3
"""Answers that are lost by one fault of that kind."""


@attrs.define
class _Run:
    run_id: str
    protocol_id: str
    motion: Motion | None
    """None once its data are lost."""
    offsets: list[Any]
    current: bool = True


@attrs.define
class FakeRobot:
    """An imaginary OT-2.

    Args:
        options: How it is.
        clock: Seconds, ever growing.
        folder: Where it keeps protocols and runs, so that a robot in another process can take over after this one's
            end; in memory only where left out.
        on_power_cut: What a power cut does to whoever carries the requests.
    """

    options: RobotOptions
    clock: Callable[[], float]
    folder: Path | None = None
    on_power_cut: Callable[[], None] = lambda: None
    world: World = attrs.field(init=False)
    _protocols: dict[str, str] = attrs.field(factory=dict, init=False)
    _uploaded_at: dict[str, float] = attrs.field(factory=dict, init=False)
    _runs: dict[str, _Run] = attrs.field(factory=dict, init=False)
    _made: int = attrs.field(default=0, init=False)
    _faults: list[Fault] = attrs.field(init=False)
    _away_until: float = attrs.field(default=0.0, init=False)
    _gone_until: float = attrs.field(default=0.0, init=False)
    _healthy_at: float = attrs.field(default=0.0, init=False)
    _lose_answers: int = attrs.field(default=0, init=False)
    _powered: bool = attrs.field(default=True, init=False)

    def __attrs_post_init__(self) -> None:
        """Start, with what is left from before."""
        self._faults = list(self.options.faults)
        options, file = self.options, self.folder / "world.jsonl" if self.folder else None
        mounts = {"left": options.left, "right": options.right}
        seed = options.pipetting_seed
        self.world = World(file, PipettingErrors(seed, mounts) if seed is not None else None)
        self._healthy_at = self.clock() + self.options.boot_seconds
        self._load()

    def add_fault(self, fault: Fault) -> None:
        """Let something go wrong later on."""
        self._faults.append(fault)

    @property
    def faults(self) -> tuple[Fault, ...]:
        """What has not gone wrong yet."""
        return tuple(self._faults)

    def power_on(self) -> None:
        """Turn a robot on that lost its power."""
        self._powered = True
        self._healthy_at = self.clock() + self.options.boot_seconds

    def advance(self) -> None:
        """Move up to now."""
        for run in self._runs.values():
            if run.motion is None or run.motion.status not in MOVING:
                continue
            try:
                run.motion.advance(self.clock())
            except PowerCut:
                self._lose_run_data()
                self._powered = False
                self.on_power_cut()
            except Restart as restart:
                self._lose_run_data()
                self._healthy_at = self._gone_until = self.clock() + restart.seconds

    def cut_power(self) -> None:
        """Lose power now, wherever the pipettes are."""
        self.advance()
        for run in self._runs.values():
            if run.motion is not None:
                run.motion.cut_power(self.clock())
        self._lose_run_data()
        self._powered = False

    def handle(self, request: Request) -> Reply:
        """Answer a request.

        Raises:
            NoAnswer: If the connection breaks.
        """
        self.advance()
        if not self._powered or self.clock() < self._away_until:
            raise NoAnswer
        # The web server that stands before the robot's own program is up at once.
        reply = Reply(502, None) if self.clock() < self._gone_until else self._answer(request)
        if self._lose_answers:
            self._lose_answers -= 1
            raise NoAnswer
        slow = sum(fault.seconds for fault in self._faults if fault.kind is FaultKind.SLOW_NETWORK)
        return attrs.evolve(reply, seconds=reply.seconds + slow)

    def _answer(self, request: Request) -> Reply:
        if "opentrons-version" not in request.headers:
            return error_reply(422, "InvalidRequest", "header.opentrons-version: field required")
        if self.clock() < self._healthy_at:
            return error_reply(503, "DatabaseNotYetInitialized", "the robot is starting")
        match request.method, request.path.strip("/").split("/"):
            case "GET", ["health"]:
                return Reply(200, self._health())
            case "GET", ["instruments"]:
                return data_reply(self._instruments())
            case "POST", ["protocols"]:
                return self._upload(request)
            case "GET", ["protocols", key] if key in self._protocols:
                return data_reply(self._protocol(key))
            case "GET", ["protocols", key, "analyses", _] if key in self._protocols:
                return data_reply(analysis_of(list_protocol(self._protocols[key])))
            case "GET", ["runs"]:
                return data_reply([self._view(run) for run in self._runs.values()])
            case "POST", ["runs"]:
                return self._create(json.loads(request.body)["data"])
            case "GET", ["runs", key] if key in self._runs:
                return data_reply(self._view(self._runs[key]))
            case "GET", ["runs", key, "commands"] if key in self._runs:
                motion = self._runs[key].motion
                return Reply(200, command_page(motion.commands if motion else [], request.query))
            case "POST", ["runs", key, "actions"] if key in self._runs:
                return self._act(self._runs[key], json.loads(request.body)["data"]["actionType"])
        return error_reply(404, "NotFound", f"there is no {request.path}")

    def _health(self) -> dict[str, Any]:
        options = self.options
        return {
            "name": options.name,
            "robot_model": options.model,
            "api_version": options.software,
            "robot_serial": options.serial,
            "fw_version": options.firmware,
            "maximum_protocol_api_version": list(options.api_level),
            "minimum_protocol_api_version": [2, 0],
        }

    def _instruments(self) -> list[dict[str, Any]]:
        mounts = {"left": self.options.left, "right": self.options.right}
        return [
            {"mount": mount, "instrumentType": "pipette", "instrumentName": model, "ok": True}
            for mount, model in mounts.items()
            if model
        ]

    def _upload(self, request: Request) -> Reply:
        files = files_of(request)
        text = next((content for name, content in files.items() if name.endswith(".py")), None)
        try:
            if text is None:
                raise InvalidProtocolError("there is no protocol among the files")
            listing = list_protocol(text)
        except InvalidProtocolError as error:
            return error_reply(422, "ProtocolFilesInvalid", str(error))
        if listing.api_level > self.options.api_level:
            level = ".".join(map(str, self.options.api_level))
            return error_reply(422, "ProtocolFilesInvalid", f"API level {listing.api_level} is above {level}")
        key = f"protocol-{sha256_of_bytes(json.dumps(files, sort_keys=True).encode())[:16]}"
        known = key in self._protocols
        if not known:
            self._protocols[key] = text
            self._uploaded_at[key] = self.clock()
            self._forget_old_protocols()
            self._save()
        return Reply(200 if known else 201, {"data": self._protocol(key)})

    def _forget_old_protocols(self) -> None:
        used = {run.protocol_id for run in self._runs.values()}
        unused = [key for key in self._protocols if key not in used]
        for key in unused[:-PROTOCOLS_KEPT]:
            del self._protocols[key]

    def _protocol(self, key: str) -> dict[str, Any]:
        ready = self._uploaded_at.get(key, 0.0) + self.options.analysis_seconds <= self.clock()
        summary = {"id": f"analysis-of-{key}", "status": "completed" if ready else "pending"}
        return {"id": key, "analysisSummaries": [summary], "protocolType": "python", "robotType": "OT-2 Standard"}

    def _create(self, data: dict[str, Any]) -> Reply:
        key = data.get("protocolId")
        if key is not None and key not in self._protocols:
            return error_reply(404, "ProtocolNotFound", f"there is no protocol {key}")
        if any(run.motion and run.motion.status in {*MOVING, "paused"} for run in self._runs.values()):
            return error_reply(
                409, "RunAlreadyActive", "There is an active run. Close the current run to create a new one."
            )
        for run in self._runs.values():
            run.current = False
        self._made += 1
        listing = list_protocol(self._protocols[key]) if key else Listing()
        listing = self._with_pipettes_missing(listing)
        run_id = f"run-{self._made}-{sha256_of_bytes(f'{key}{self._made}'.encode())[:12]}"
        motion = Motion(run_id, listing, self.world, self._faults, self._strike_network, self.options.speed)
        self._runs[run_id] = _Run(run_id, key or "", motion, data.get("labwareOffsets") or [])
        while len(self._runs) > RUNS_KEPT:
            del self._runs[next(iter(self._runs))]
        self._save()
        reply = data_reply(self._view(self._runs[run_id]), status=201)
        return attrs.evolve(reply, seconds=self.options.creation_seconds)

    def _with_pipettes_missing(self, listing: Listing) -> Listing:
        """Let a run fail at the pipette that is not mounted: the analysis does not look at the mounts."""
        mounted = {"left": self.options.left, "right": self.options.right}
        tasks = []
        for task in listing.tasks:
            model = task.params.get("pipetteName")
            wrong = task.kind == "loadPipette" and mounted.get(task.params["mount"]) != model
            text = f"PipetteNotAttachedError: {model} is not mounted" if wrong else task.error
            tasks.append(attrs.evolve(task, error=text))
        return attrs.evolve(listing, tasks=tuple(tasks))

    def _act(self, run: _Run, action: str) -> Reply:
        motion = run.motion
        if motion is None or motion.status in {"succeeded", "failed", "stopped"}:
            return error_reply(409, "RunStopped", f"Run {run.run_id} is not the current run, or has ended")
        allowed = {
            "play": {"idle", "paused"},
            "pause": {"running"},
            "stop": {"idle", "running", "paused", "pause-requested"},
        }
        if motion.status not in allowed.get(action, set()):
            return error_reply(409, "RunActionNotAllowed", f"{action} is not allowed while {motion.status}")
        if action == "play":
            motion.play(self.clock())
        elif action == "pause":
            motion.pause()
        else:
            motion.stop(self.clock())
        return data_reply({"id": f"action-{action}", "actionType": action}, status=201)

    def _view(self, run: _Run) -> dict[str, Any]:
        view = {"id": run.run_id, "protocolId": run.protocol_id, "current": run.current, "actions": []}
        if run.motion is None:
            lost = {"id": "RunDataError", "errorCode": "4008", "detail": "There was no engine state data for this run."}
            return {**view, "ok": False, "status": "stopped", "dataError": lost, "errors": []}
        motion = run.motion
        done = {command["commandType"] for command in motion.commands}
        labware, pipettes = loaded_items(motion.listing)
        return {
            **view,
            "ok": True,
            "status": motion.status,
            "errors": motion.errors,
            "labware": labware if "loadLabware" in done else [],
            "pipettes": pipettes if "loadPipette" in done else [],
            "labwareOffsets": run.offsets,
        }

    def _strike_network(self, fault: Fault) -> None:
        if fault.kind is FaultKind.NETWORK_AWAY:
            self._away_until = self.clock() + fault.seconds
        else:
            self._lose_answers += LOST_ANSWERS

    def _lose_run_data(self) -> None:
        for run in self._runs.values():
            if run.current:
                run.motion = None
        self._save()

    def _save(self) -> None:
        if self.folder is not None:
            runs = [[run.run_id, run.protocol_id, run.offsets] for run in self._runs.values()]
            state = {"protocols": self._protocols, "runs": runs, "made": self._made}
            write_atomically(self.folder / "robot.json", json.dumps(state))

    def _load(self) -> None:
        if self.folder is None or not (self.folder / "robot.json").exists():
            return
        state = json.loads((self.folder / "robot.json").read_text("utf-8"))
        self._protocols, self._made = state["protocols"], state["made"]
        self._runs = {
            key: _Run(key, protocol, None, offsets, current=False) for key, protocol, offsets in state["runs"]
        }
