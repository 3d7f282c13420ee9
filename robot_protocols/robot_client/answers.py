"""Reading a robot's answers: only what is needed, checked, the rest left aside."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from robot_protocols.robot_client.failures import FailureCode, RobotFailure
from robot_protocols.robot_client.transport import Answer
from robot_protocols.robot_client.values import Analysis, Command, Instrument, RobotHealth, RunPhase, RunView


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore")


class HealthAnswer(_Answer):
    """GET /health."""

    name: str
    robot_model: str
    api_version: str
    robot_serial: str | None = None
    fw_version: str | None = None
    maximum_protocol_api_version: tuple[int, int]

    def value(self) -> RobotHealth:
        """Return it as a value."""
        level = ".".join(map(str, self.maximum_protocol_api_version))
        return RobotHealth(
            self.name, self.robot_model, self.robot_serial or "", self.api_version, level, self.fw_version or ""
        )


class InstrumentAnswer(_Answer):
    """One of GET /instruments; what is no pipette, or is out of order, has no name."""

    mount: str = ""
    instrumentName: str = ""
    serialNumber: str | None = None

    def value(self) -> Instrument:
        """Return it as a value."""
        return Instrument(self.mount, self.instrumentName, self.serialNumber or "")


class AnalysisSummary(_Answer):
    """An analysis of a protocol."""

    id: str
    status: str


class ProtocolAnswer(_Answer):
    """POST /protocols, GET /protocols/{id}."""

    id: str
    analysisSummaries: list[AnalysisSummary] = []


class _Error(_Answer):
    id: str = ""
    title: str = ""
    detail: str = ""
    errorType: str = ""
    wrappedErrors: list["_Error"] = []

    def text(self) -> str:
        """The error with its causes in one line."""
        own = ": ".join(part for part in (self.errorType or self.id or self.title, self.detail) if part)
        return " <- ".join([own, *(error.text() for error in self.wrappedErrors)])


class _Location(_Answer):
    slotName: str | None = None


class _Labware(_Answer):
    id: str
    location: _Location | str | None = None


class _Pipette(_Answer):
    id: str
    pipetteName: str


class _Liquid(_Answer):
    id: str
    displayName: str


def _slots(labware: list[_Labware]) -> dict[str, int]:
    names = {item.id: item.location.slotName for item in labware if isinstance(item.location, _Location)}
    return {key: int(name) for key, name in names.items() if name is not None and name.isdecimal()}


class AnalysisAnswer(_Answer):
    """GET /protocols/{id}/analyses/{id}, once it is completed."""

    result: str = ""
    errors: list[_Error] = []
    commands: list[dict[str, Any]] = []
    labware: list[_Labware] = []
    pipettes: list[_Pipette] = []
    liquids: list[_Liquid] = []

    def value(self) -> Analysis:
        """Return it as a value."""
        return Analysis(
            ok=self.result == "ok" and not self.errors,
            errors=tuple(error.text() for error in self.errors) or (f"its result is {self.result!r}",),
            commands=tuple(self.commands),
            labware=_slots(self.labware),
            liquids={liquid.id: liquid.displayName for liquid in self.liquids},
            pipettes={pipette.id: pipette.pipetteName for pipette in self.pipettes},
        )


class RunAnswer(_Answer):
    """POST /runs, GET /runs/{id}."""

    id: str
    status: str
    ok: bool = True
    current: bool = False
    protocolId: str | None = None
    errors: list[_Error] = []
    dataError: _Error | None = None
    labware: list[_Labware] = []
    pipettes: list[_Pipette] = []

    def value(self) -> RunView:
        """Return it as a value."""
        errors = [*self.errors, *([self.dataError] if self.dataError else [])]
        lost = not self.ok or self.dataError is not None
        return RunView(
            run_id=self.id,
            protocol_id=self.protocolId or "",
            status=self.status,
            phase=RunPhase.LOST if lost else _PHASES.get(self.status, RunPhase.MOVING),
            current=self.current,
            errors=tuple(error.text() for error in errors),
            labware=_slots(self.labware),
            pipettes={pipette.id: pipette.pipetteName for pipette in self.pipettes},
        )


_PHASES: Mapping[str, RunPhase] = {
    "idle": RunPhase.IDLE,
    "paused": RunPhase.PAUSED,
    "blocked-by-open-door": RunPhase.PAUSED,
    "stopped": RunPhase.STOPPED,
    "failed": RunPhase.FAILED,
    "succeeded": RunPhase.SUCCEEDED,
}
"""Every other word (running, finishing, pause-requested, ...) means that the robot may move."""


class CommandAnswer(_Answer):
    """One of GET /runs/{id}/commands."""

    id: str
    commandType: str
    status: str
    params: dict[str, Any] = {}
    startedAt: str | None = None
    completedAt: str | None = None
    error: _Error | None = None

    def value(self, index: int) -> Command:
        """Return it as a value."""
        return Command(
            index=index,
            command_id=self.id,
            kind=self.commandType,
            status=self.status,
            params=self.params,
            started_at=self.startedAt or "",
            completed_at=self.completedAt or "",
            error=self.error.text() if self.error else "",
        )


class _Meta(_Answer):
    cursor: int
    totalLength: int


class CommandsAnswer(_Answer):
    """GET /runs/{id}/commands."""

    data: list[CommandAnswer]
    meta: _Meta


class ErrorsAnswer(_Answer):
    """What a robot answers instead of what was asked for."""

    errors: list[_Error] = Field(min_length=1)


_A = TypeVar("_A", bound=BaseModel)


def read(form: type[_A], value: Any, what: str) -> _A | RobotFailure:
    """Read a part of an answer in a form."""
    try:
        return form.model_validate(value)
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'answer'}: {fault['msg']}" for fault in error.errors()[:5]
        )
        return RobotFailure(
            FailureCode.UNEXPECTED_ANSWER,
            f"{what} is not answered as an OT-2 does: {places}",
            "check that the address is that of an OT-2",
        )


STARTING = frozenset({502, 503, 504})
"""What is answered while a robot starts: 502 (later 504, where it is slow) by the web server that stands before the
robot's own program on an OT-2, then 503 by the program itself (Opentrons/opentrons#10528)."""


def refusal(answer: Answer, what: str) -> RobotFailure:
    """Return what a robot's refusal means."""
    found = read(ErrorsAnswer, answer.body, what)
    errors = [] if isinstance(found, RobotFailure) else found.errors
    text = "; ".join(error.text() for error in errors) or f"HTTP status {answer.status}"
    names = {error.id for error in errors}
    code, hint = FailureCode.REFUSED, "read the robot's words, mend the cause, then try again"
    if answer.status in STARTING:
        code, hint = FailureCode.BOOTING, "the robot is starting: wait a minute, then try again"
    elif "ProtocolFilesInvalid" in names:
        code, hint = FailureCode.PROTOCOL_INVALID, "write the protocol again, for an API level that the robot knows"
    elif "RunAlreadyActive" in names:
        code = FailureCode.RUN_ALREADY_ACTIVE
        hint = "let the run on the robot end, or stop it, then try again"
    elif answer.status == 409:
        code, hint = FailureCode.ACTION_REFUSED, "look at the run's state with: filmlab robot status"
    elif answer.status == 404:
        code, hint = FailureCode.NOT_FOUND, "the robot keeps 20 runs only; our own journal has the rest"
    return RobotFailure(code, f"{what} was refused: {text}", hint)
