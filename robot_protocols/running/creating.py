"""Creating a run on a robot, once: where the answer was lost, or we were cut off, it is found there."""

from collections.abc import Sequence

from robot_protocols.robot_client.client import Ot2Client
from robot_protocols.robot_client.failures import RobotFailure
from robot_protocols.robot_client.values import LabwareOffset, RunView
from robot_protocols.running.facts import latest
from robot_protocols.running.journal import Journal


def create_run(client: Ot2Client, protocol_id: str, offsets: Sequence[LabwareOffset]) -> str | RobotFailure | None:
    """Create a run and return the robot's id of it.

    Args:
        client: The robot.
        protocol_id: The robot's id of what shall be run.
        offsets: Labware offsets of the run.

    Returns:
        The id; why there is no run; or None where the robot cannot be asked whether there is one.
    """
    created = client.create_run(protocol_id, offsets)
    if not isinstance(created, RobotFailure):
        return created.run_id
    if not created.may_pass:
        return created
    found = _current(client, protocol_id)
    if isinstance(found, RobotFailure):
        return None
    return found.run_id if found is not None and not found.phase.over else created


def created_run(client: Ot2Client, journal: Journal) -> str | RobotFailure | None:
    """Return the robot's id of a run that was to be created; None where it was not.

    It may be there though we were cut off before we knew, and whoever stands at the robot may have played it.

    Args:
        client: The robot.
        journal: The run's journal; what is found is written down.
    """
    created, creating = latest(journal.entries, "created"), latest(journal.entries, "creating")
    if created is not None:
        return str(created.data["run_id"])
    found = _current(client, creating.data["protocol_id"]) if creating is not None else None
    if not isinstance(found, RunView):
        return found
    journal.add("created", run_id=found.run_id, offsets=creating.data.get("offsets", []) if creating else [])
    return found.run_id


def _current(client: Ot2Client, protocol_id: str) -> RunView | RobotFailure | None:
    """Return the run of a protocol that stands on the robot."""
    runs = client.runs()
    if isinstance(runs, RobotFailure):
        return runs
    return next((run for run in runs if run.protocol_id == protocol_id and run.current), None)
