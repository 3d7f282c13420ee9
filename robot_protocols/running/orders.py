"""Looking at runs and giving orders to them from another terminal, or the dashboard, while they are watched."""

from collections.abc import Callable, Mapping, Sequence

import attrs

from lab.errors import FilmlabError, StoreError, WorkspaceError
from lab.records import DishState
from robot_protocols.robot_client.client import Ot2Client
from robot_protocols.robot_client.failures import RobotFailure
from robot_protocols.robot_client.values import RunAction
from robot_protocols.running.facts import Ending, commands_of, ending_of, facts_of, latest
from robot_protocols.running.journal import Entry, Journal
from robot_protocols.running.outcomes import RunEnd
from robot_protocols.running.places import RobotFolder, RunFolder
from robot_protocols.running.reckoning import reckon

_STANDS = {"paused": "paused", "blocked-by-open-door": "paused, its door is open"}
"""The robot's own words for a run that stands still."""


@attrs.frozen
class RunStatus:
    """How a run stands by its journal."""

    run: str
    robot: str
    url: str
    phase: str
    """Its end, "not started" where it was refused; "running" while it has none, or why it does not move; "being
    prepared" before it plays."""
    goes_on: bool
    """Whether it has no end yet, as far as is known."""
    step: int
    """The last step that was begun."""
    last_step: int
    dishes: Mapping[DishState, int]
    """Films by the state of their dish."""


def status_of(run: RunFolder) -> RunStatus:
    """Return how a run stands, also while another process watches it."""
    entries = run.entries()
    planned = latest(entries, "planned")
    ending = ending_of(entries)
    job = run.job()
    reckoning = reckon(job.plan, job.deck, facts_of(entries))
    messages = [str(command.params.get("message", "")) for command in commands_of(entries) if command.kind == "comment"]
    steps = [int(message.split(" ")[1]) for message in messages if message.startswith("step ")]
    return RunStatus(
        run=run.label,
        robot=planned.data["robot"] if planned else "",
        url=planned.data["url"] if planned else "",
        phase=_phase(ending, entries),
        goes_on=ending is None,
        step=steps[-1] if steps else 0,
        last_step=max(reckoning.steps, default=0),
        dishes={state: len(reckoning.films(state)) for state in DishState},
    )


def _phase(ending: Ending | None, entries: Sequence[Entry]) -> str:
    looks = [entry for entry in entries if entry.kind in {"playing", "commands", "seen", "silent"}]
    playing = latest(looks, "playing") is not None
    if ending is not None:
        return str(ending.phase) if playing else RunEnd.NOT_STARTED.value
    if not playing:
        return "being prepared"
    last = looks[-1]
    return "no contact" if last.kind == "silent" else _STANDS.get(last.data.get("status", ""), "running")


def latest_run(folder: RobotFolder, label: str | None = None) -> RunFolder:
    """Return a run by its name; the newest where none is given.

    Raises:
        StoreError: If there are no runs.
        UnknownNameError: If there is none of that name.
    """
    if label is not None:
        return folder.run(label)
    runs = folder.runs()
    if not runs:
        raise StoreError("there are no runs in this workspace", hint="start one with: filmlab robot run")
    return runs[-1]


def give_order(run: RunFolder, action: RunAction, who: str, connect: Callable[[str], Ot2Client]) -> RobotFailure | None:
    """Tell a run to pause, go on or stop; whoever watches it sees what the robot makes of it.

    Args:
        run: The run.
        action: What it shall do.
        who: Who says so; written down beside the journal.
        connect: Makes a client for the robot's address.

    Raises:
        StoreError: If the robot was never told of the run.
        WorkspaceError: If the robot was told, but that could not be written down.
        FilmlabError: If it shall play and that cannot be written down: then it is not told.
    """
    entries = run.entries()
    planned, created = latest(entries, "planned"), latest(entries, "created")
    if planned is None or created is None:
        raise StoreError(f"{run.label} has not reached the robot", hint="look at it with: filmlab robot status")
    unwritten = _note(run, "order", action=str(action), who=who)
    if unwritten is not None and action is RunAction.PLAY:
        raise unwritten
    # Stopping waits for no disk that is full and no file that is damaged.
    with connect(planned.data["url"]) as client:
        failure = client.act(created.data["run_id"], action)
    unwritten = unwritten or _note(run, "answer", action=str(action), failure=str(failure) if failure else "")
    if unwritten is not None and failure is None:
        raise WorkspaceError(
            f"{action} was told to the robot, but that could not be written down: {unwritten.message}",
            hint=unwritten.hint,
        )
    return failure


def _note(run: RunFolder, kind: str, **data: str) -> FilmlabError | None:
    """Write down an order; the file is free while the robot answers, so that nothing keeps anybody from stopping it.

    Returns:
        Why it could not be written down.
    """
    try:
        with Journal(run.root / "orders.jsonl") as orders:
            orders.add(kind, **data)
    except FilmlabError as error:
        return error
    return None
