"""The robot and its stocks in short: how the newest run stands, and whether it waits for somebody."""

import attrs
import pandas as pd

from dashboard.texts import text
from dashboard.views import robot
from dashboard.views.alarms import Alarm, Severity
from lab.errors import FilmlabError
from robot_protocols.running.places import RobotFolder


@attrs.frozen(eq=False)
class Bench:
    """The newest run, and what stands on the robots' decks."""

    run: str
    view: robot.RunView
    stocks: pd.DataFrame
    """One row a container (`dashboard.views.robot.stock_table`)."""
    needs_somebody: bool
    """Whether a person has to say how the run's deck is gone on with."""


def look_at_bench(folder: RobotFolder) -> tuple[Bench | None, list[Alarm]]:
    """Return the bench and what somebody should look at there; no bench where nothing ran or it cannot be read."""
    labels = robot.run_labels(folder)
    if not labels:
        return None, []
    try:
        run = folder.run(labels[0])
        view = robot.run_view(run)
        stocks = robot.stock_table(robot.robot_decks(folder))
    except FilmlabError as error:
        return None, [Alarm(Severity.FAULT, error.message, error.hint)]
    bench = Bench(labels[0], view, stocks, robot.needs_somebody(run, view))
    waiting = Alarm(Severity.FAULT, text("alarms.unattended", run=bench.run), text("alarms.unattended_advice"))
    return bench, [waiting] if bench.needs_somebody else []
