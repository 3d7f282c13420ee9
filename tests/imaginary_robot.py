"""An imaginary robot (`robot_protocols.fake_robot`) in a process of its own, for tests and benchmarks."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Self

from lab.errors import FilmlabError
from robot_protocols.processes import end_process


class FakeRobotProcess:
    """An imaginary robot on a loopback address while the context lasts.

    Args:
        folder: Where it keeps its runs and what happened on its deck.
        arguments: Further arguments of ``python -m robot_protocols.fake_robot.server``.
    """

    def __init__(self, folder: Path, *arguments: str) -> None:
        self.folder = folder
        self._arguments = arguments
        self._process: subprocess.Popen[str] | None = None
        self._port = 0
        self.url = ""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.kill()

    def start(self, *arguments: str) -> None:
        """Start it, on the same port as before where it ran before.

        Args:
            arguments: Arguments instead of those given at first.

        Raises:
            FilmlabError: If it does not start.
        """
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "robot_protocols.fake_robot.server",
                "--while-input-is-open",
                *("--folder", str(self.folder), "--port", str(self._port)),
                *(arguments or self._arguments),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self.kill()
            raise FilmlabError("the imaginary robot did not start", hint="read what it wrote on standard error")
        self.url = json.loads(line)["url"]
        self._port = int(self.url.rpartition(":")[2])

    @property
    def running(self) -> bool:
        """Whether its process is alive."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it at once, wherever it is."""
        if self._process is not None:
            end_process(self._process)
            self._process = None
