"""The lab that benchmarks/lab_faults.py disturbs: its workspace, the processes at work in it, and what goes wrong.

Processes are forked, so that a kill costs no start of Python.
"""

import os
import shutil
import subprocess
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import numpy as np

# Loaded once here, so that the forked processes need not.
import active_learning.campaign.doing.explaining
import active_learning.campaign.work
import lab.export.report
import lab.instruments.watching
from active_learning.campaign.progress import Stage, stage_of
from lab.bench import EquippedBench
from lab.campaign_files import parse_definition
from lab.compositions import Composition
from lab.errors import FilmlabError, StoreBusyError
from lab.instruments import ReadOptions
from lab.instruments.watching import FolderWatch, take_in
from lab.open_campaigns import OpenCampaign, open_campaign
from lab.records import Event, Film, Purpose
from lab.store import Store
from lab.virtual.bench import VirtualBench
from lab.workspace import Workspace
from robot_protocols.robot_client import Ot2Client
from robot_protocols.running.campaign_robot import CampaignRobot, connected
from robot_protocols.running.following import Pace
from robot_protocols.running.places import RobotFolder
from robot_protocols.running.runner import RobotRunner

SMALL = Path(__file__).parents[1] / "tests" / "data" / "small.toml"
CAMPAIGN = "small"
FILES = 6
"""Files that an instrument writes during a campaign."""
SPEED = 500.0
"""How many times faster the imaginary robot is than a robot."""
SAID = 3
"""Exit status of a process that ended with an error for people, such as a server that is away."""
_SPECTRUM = "wavelength (nm),%T\n" + "".join(f"{nm},{{value}}\n" for nm in range(300, 1001, 5))
_SETTLE = 0.1
_DISK = "48m"


def create_lab(root: Path, url: str) -> Workspace:
    """Make a workspace with a small campaign, and with films that only the import tells of.

    Args:
        root: Its folder.
        url: Its database; the workspace's own file where it is empty.
    """
    workspace = Workspace.create(root)
    if url:
        os.environ["FILMLAB_DATABASE_URL"] = url
    text = SMALL.read_text()
    definition = parse_definition(text, what=CAMPAIGN)
    recipe = Composition(dict.fromkeys(definition.material_names, 1 / len(definition.material_names)))
    films = [Film(f"M{number}", Purpose.MANUAL, recipe, 40.0, 4500.0) for number in range(FILES)]
    at = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    with Store.open(workspace.database_url, create=True) as store:
        store.create_campaign(CAMPAIGN, text, 11, "benchmark")
        store.append(CAMPAIGN, Event("films by hand", "benchmark", "", False, at), films)
    return workspace


def robot_folder(workspace: Workspace) -> RobotFolder:
    """Return the folder of a workspace's robot runs."""
    return RobotFolder(workspace.root / "robot")


def do_work(workspace: Workspace, robot: str, acknowledge: Callable[[str], None]) -> None:
    """Work until the campaign is done, beside other workers, with an imaginary robot.

    Args:
        workspace: The lab.
        robot: Address of the robot.
        acknowledge: Called with the key of every event after it was recorded.
    """
    with open_campaign(workspace) as campaign:
        runner = RobotRunner(robot_folder(workspace), Ot2Client(robot), Pace(poll=0.05, speed=SPEED))
        arm = CampaignRobot(runner, connected(runner), campaign.name, stocks=campaign.definition.stocks)
        bench = EquippedBench(arm, VirtualBench(campaign.definition, campaign.seed))
        while stage_of(campaign.definition, campaign.records()) is not Stage.DONE:
            try:
                active_learning.campaign.work.work(campaign, bench, after=lambda step: acknowledge(step.action.key))
            except StoreBusyError:
                time.sleep(0.1)


def take_in_files(workspace: Workspace, folder: Path, acknowledge: Callable[[str], None]) -> None:
    """Take in what the instrument writes until all of it is there."""
    watch = FolderWatch(folder, _SETTLE)
    with open_campaign(workspace) as campaign:
        while _taken(campaign) < FILES:
            for seen in take_in(watch, campaign, "instrument", ReadOptions()):
                if seen.plan is not None:
                    acknowledge(seen.plan.event.key)
            time.sleep(0.05)


def _taken(campaign: OpenCampaign) -> int:
    return sum(film.startswith("M") for film, _ in campaign.records().measurements)


def fork(deed: Callable[[], None], days: float = 0.0) -> int:
    """Start a process that does something, with a clock that is off by some days; return its number."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        os.setsid()
        for module in (active_learning.campaign.work, lab.instruments.watching):
            module.datetime = _Jumping(days)  # type: ignore[attr-defined]
        deed()
        status = 0
    except FilmlabError:
        status = SAID
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(status)


class _Jumping:
    """A `datetime` whose clock is off."""

    def __init__(self, days: float) -> None:
        self._jump = timedelta(days=days)

    def now(self, zone: tzinfo) -> datetime:
        """Return what this clock shows."""
        return datetime.now(zone) + self._jump


class Dripping:
    """An instrument that writes its files piece by piece."""

    def __init__(self, folder: Path, rng: np.random.Generator) -> None:
        folder.mkdir(parents=True)
        self.folder, self._rng = folder, rng
        self._left = [(f"M{number}-uv.csv", _SPECTRUM.format(value=50 + number).encode()) for number in range(FILES)]
        self._at = 0

    @property
    def complete(self) -> bool:
        """Whether every file is written."""
        return not self._left

    def drip(self) -> None:
        """Write a piece, sometimes."""
        if self._left and self._rng.random() < 0.2:
            name, content = self._left[0]
            piece = int(self._rng.integers(1, 900))
            with (self.folder / name).open("ab") as file:
                file.write(content[self._at : self._at + piece])
            self._at += piece
            if self._at >= len(content):
                self._left.pop(0)
                self._at = 0


class SmallDisk:
    """A disk that can be filled up and emptied again."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ballast = root / "ballast"

    def fill(self, left: int) -> None:
        """Take all of the disk but some bytes."""
        free = shutil.disk_usage(self.root).free - left
        with self._ballast.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, free))

    def empty(self) -> None:
        """Give the space back."""
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | None]:
    """Mount a small disk while the block lasts; None where that is not allowed."""
    folder.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", f"size={_DISK}", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        yield None
        return
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["/bin/umount", "--lazy", str(folder)], check=True)
