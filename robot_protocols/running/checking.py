"""What is checked before a robot moves: the plan, the robot, the deck's ledger, and the robot's own analysis."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from lab.stocks import Stock
from robot_protocols.findings import Finding
from robot_protocols.plans import DeckPlan
from robot_protocols.preflight import preflight
from robot_protocols.preflight.inspection import RobotFacts
from robot_protocols.readback import differences, follow
from robot_protocols.robot_client.values import Analysis
from robot_protocols.running.loading import Job


def check_job(
    job: Job,
    *,
    stocks: Sequence[Stock] | None = None,
    robot: RobotFacts | None = None,
    today: date | None = None,
    signed_sha256: str | None = None,
) -> tuple[Finding, ...]:
    """Return what preflight finds.

    Args:
        job: What is to be run.
        stocks: Stocks at hand; as they were planned with where left out.
        robot: What the robot says of itself.
        today: Date of the run.
        signed_sha256: Hash of the plan that was signed.
    """
    at_hand = job.stocks if stocks is None else stocks
    return preflight(job.plan, job.deck, at_hand, robot=robot, today=today, signed_sha256=signed_sha256)


def analysis_differences(analysis: Analysis, plan: DeckPlan) -> tuple[str, ...]:
    """Return where the robot would do something else than the plan, by its own analysis, to 0.1 uL."""
    ledger = follow(_told(analysis), analysis.liquids)
    return (*ledger.faults, *differences(plan, ledger.received))


def _told(analysis: Analysis) -> Iterator[dict[str, Any]]:
    for command in analysis.commands:
        params = command.get("params", {})
        yield {
            "do": command.get("commandType"),
            "status": command.get("status", "succeeded"),
            "slot": analysis.labware.get(params.get("labwareId", ""), 0),
            "well": params.get("wellName"),
            "volume": params.get("volume"),
            "pipette": params.get("pipetteId"),
            "liquid": params.get("liquidId"),
            "volumes": params.get("volumeByWell", {}),
        }
