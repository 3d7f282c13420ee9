"""The calls of the OT-2's HTTP API that a run needs.

Every call returns a value or a `RobotFailure`; nothing is raised for what a robot or a network does.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel

from robot_protocols.robot_client.answers import (
    STARTING,
    AnalysisAnswer,
    CommandsAnswer,
    HealthAnswer,
    InstrumentAnswer,
    ProtocolAnswer,
    RunAnswer,
    read,
    refusal,
)
from robot_protocols.robot_client.failures import FailureCode, RobotFailure
from robot_protocols.robot_client.transport import Answer, Limits, Transport
from robot_protocols.robot_client.values import (
    Analysis,
    Command,
    CommandPage,
    Instrument,
    LabwareOffset,
    RobotHealth,
    RunAction,
    RunView,
)

ANALYSIS_SECONDS = 600.0
"""Time that a robot has to analyse a protocol; 6 s were seen for 24 films on a desktop computer."""
PAGE = 200
"""Commands that are asked for at once."""
_A = TypeVar("_A", bound=BaseModel)


class Ot2Client:
    """An OT-2 at an address.

    Args:
        url: The robot's address, ``http://host:31950``.
        limits: Time limits and repeats.
        transport: What carries the requests; the network where left out.
        sleep: How to wait.

    Raises:
        InvalidInputError: If the address is none.
    """

    def __init__(
        self,
        url: str,
        *,
        limits: Limits | None = None,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._transport = Transport(url, limits=limits, inner=transport, sleep=sleep)
        self._sleep = sleep

    @property
    def address(self) -> str:
        """The robot's address."""
        return self._transport.address

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def health(self) -> RobotHealth | RobotFailure:
        """Return who answers."""
        answer = self._transport.get("/health")
        if isinstance(answer, RobotFailure):
            return answer
        if answer.status in STARTING:
            return refusal(answer, "the question for its health")
        found = read(HealthAnswer, answer.body, "the question for its health")
        if answer.status != 200 or isinstance(found, RobotFailure):
            detail = found.message if isinstance(found, RobotFailure) else f"HTTP status {answer.status}"
            return RobotFailure(
                FailureCode.NOT_A_ROBOT,
                f"what answers at {self.address} is no Opentrons robot: {detail}",
                "check the address and port; the app shows them under the robot's network settings",
            )
        return found.value()

    def instruments(self) -> tuple[Instrument, ...] | RobotFailure:
        """Return the pipettes that are mounted."""
        data = self._data(self._transport.get("/instruments"), "the question for its pipettes")
        if isinstance(data, RobotFailure):
            return data
        found = [read(InstrumentAnswer, item, "the question for its pipettes") for item in _listed(data)]
        failures = [item for item in found if isinstance(item, RobotFailure)]
        if failures:
            return failures[0]
        return tuple(item.value() for item in found if not isinstance(item, RobotFailure) and item.instrumentName)

    def upload(self, files: Mapping[str, str]) -> str | RobotFailure:
        """Upload a protocol and its labware.

        Args:
            files: Texts by file name, the protocol first. The robot knows a set of files again and gives the same id.

        Returns:
            The robot's id of the protocol.
        """
        parts = [("files", (name, text.encode(), "application/octet-stream")) for name, text in files.items()]
        answer = self._transport.post("/protocols", files=parts, repeatable=True, seconds=self._slow)
        found = self._read(ProtocolAnswer, answer, "the upload of the protocol")
        return found if isinstance(found, RobotFailure) else found.id

    def analysis(self, protocol_id: str) -> Analysis | RobotFailure:
        """Wait for the robot's analysis of a protocol; one that is not ok is a failure, as the robot would run it."""
        path = f"/protocols/{_part(protocol_id)}"
        waited, pause = 0.0, 0.2
        while True:
            found = self._read(ProtocolAnswer, self._transport.get(path), "the question for the analysis")
            if isinstance(found, RobotFailure):
                return found
            if found.analysisSummaries and found.analysisSummaries[-1].status == "completed":
                return self._analysis(f"{path}/analyses/{_part(found.analysisSummaries[-1].id)}")
            if waited >= ANALYSIS_SECONDS:
                return RobotFailure(
                    FailureCode.ANALYSIS_SLOW,
                    f"the robot has not analysed the protocol within {ANALYSIS_SECONDS:g} s",
                    "restart the robot, then try again",
                )
            self._sleep(pause)
            waited, pause = waited + pause, min(2 * pause, 5.0)

    def _analysis(self, path: str) -> Analysis | RobotFailure:
        found = self._read(AnalysisAnswer, self._transport.get(path), "the question for the analysis")
        if isinstance(found, RobotFailure):
            return found
        analysis = found.value()
        if analysis.ok:
            return analysis
        return RobotFailure(
            FailureCode.ANALYSIS_NOT_OK,
            f"the robot's analysis of the protocol fails: {'; '.join(analysis.errors)}",
            "it would move and then stop at that place, so it is not run: plan the deck again",
        )

    def create_run(self, protocol_id: str, offsets: Sequence[LabwareOffset] = ()) -> RunView | RobotFailure:
        """Make a run of a protocol; it does not move before it is told to play.

        Not repeated when the answer is lost: look for the run with `runs` then.
        """
        data = {
            "protocolId": protocol_id,
            "labwareOffsets": [
                {
                    "definitionUri": offset.definition_uri,
                    "location": {"slotName": str(offset.slot)},
                    "vector": {"x": offset.x, "y": offset.y, "z": offset.z},
                }
                for offset in offsets
            ],
        }
        answer = self._transport.post("/runs", value={"data": data}, seconds=self._slow)
        return self._run(answer, "the creation of the run")

    def run(self, run_id: str) -> RunView | RobotFailure:
        """Return a run."""
        answer = self._transport.get(f"/runs/{_part(run_id)}")
        return self._run(answer, "the question for the run")

    def runs(self) -> tuple[RunView, ...] | RobotFailure:
        """Return the runs that the robot keeps, oldest first."""
        data = self._data(self._transport.get("/runs"), "the question for its runs")
        if isinstance(data, RobotFailure):
            return data
        found = [read(RunAnswer, item, "the question for its runs") for item in _listed(data)]
        failures = [item for item in found if isinstance(item, RobotFailure)]
        return failures[0] if failures else tuple(i.value() for i in found if not isinstance(i, RobotFailure))

    def act(self, run_id: str, action: RunAction) -> RobotFailure | None:
        """Tell a run to play, pause or stop. Not repeated when the answer is lost: ask how the run stands then."""
        value = {"data": {"actionType": str(action)}}
        answer = self._transport.post(f"/runs/{_part(run_id)}/actions", value=value, seconds=self._slow)
        data = self._data(answer, f"the order to {action}")
        return data if isinstance(data, RobotFailure) else None

    def commands(self, run_id: str, cursor: int) -> CommandPage | RobotFailure:
        """Return commands of a run from a place on; none where the run has no more."""
        answer = self._transport.get(f"/runs/{_part(run_id)}/commands", {"cursor": cursor, "pageLength": PAGE})
        if isinstance(answer, RobotFailure):
            return answer
        if answer.status != 200:
            return refusal(answer, "the question for commands")
        found = read(CommandsAnswer, answer.body, "the question for commands")
        if isinstance(found, RobotFailure):
            return found
        # A cursor past the end is moved back by the robot: the place that it names counts.
        numbered = [item.value(found.meta.cursor + offset) for offset, item in enumerate(found.data)]
        return CommandPage(tuple(item for item in numbered if item.index >= cursor), found.meta.totalLength)

    def commands_from(self, run_id: str, cursor: int) -> tuple[Command, ...] | RobotFailure:
        """Return every command of a run from a place on."""
        found: list[Command] = []
        while True:
            page = self.commands(run_id, cursor + len(found))
            if isinstance(page, RobotFailure):
                return page
            found += page.commands
            if not page.commands or cursor + len(found) >= page.total:
                return tuple(found)

    @property
    def _slow(self) -> float:
        return self._transport.limits.slow_answer

    def _data(self, answer: Answer | RobotFailure, what: str) -> Any:
        if isinstance(answer, RobotFailure):
            return answer
        if not 200 <= answer.status < 300:
            return refusal(answer, what)
        if not isinstance(answer.body, dict) or "data" not in answer.body:
            return RobotFailure(
                FailureCode.UNEXPECTED_ANSWER,
                f"{what} is not answered as an OT-2 does: it has no data",
                "check that the address is that of an OT-2",
            )
        return answer.body["data"]

    def _read(self, form: type[_A], answer: Answer | RobotFailure, what: str) -> _A | RobotFailure:
        data = self._data(answer, what)
        return data if isinstance(data, RobotFailure) else read(form, data, what)

    def _run(self, answer: Answer | RobotFailure, what: str) -> RunView | RobotFailure:
        found = self._read(RunAnswer, answer, what)
        return found if isinstance(found, RobotFailure) else found.value()


def _listed(data: Any) -> list[Any]:
    return data if isinstance(data, list) else [data]


def _part(identity: str) -> str:
    """Return an id that a robot gave as one part of a path, whatever signs it holds."""
    return quote(identity, safe="")
