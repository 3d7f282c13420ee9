"""The imaginary robot as an HTTP server on this computer: ``python -m robot_protocols.fake_robot.server``.

It prints its address as one line of JSON when it is ready, and ends on Ctrl-C or when it is told to terminate.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from robot_protocols.fake_robot.faults import parse_fault
from robot_protocols.fake_robot.messages import NoAnswer, Request
from robot_protocols.fake_robot.options import RobotOptions
from robot_protocols.fake_robot.robot import FakeRobot
from robot_protocols.fake_robot.transport import NumberClock

_TICK = 0.005
"""Seconds between looks at what moves."""


class FakeServer(ThreadingHTTPServer):
    """Serves one imaginary robot.

    Args:
        port: Any free one where it is 0.
        robot: The robot.
        told: Its clock, where time passes only as it is told; None where it passes by itself.
    """

    daemon_threads = True

    def __init__(self, port: int, robot: FakeRobot, told: NumberClock | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.robot = robot
        self.told = told
        self.lock = threading.Lock()
        if told is None:
            threading.Thread(target=self._tick, daemon=True).start()

    def tell(self, path: str, value: dict[str, Any]) -> None:
        """Let time pass, or put in faults: what only tests do, beside the robot's own calls."""
        with self.lock:
            if path == "/imaginary/clock" and self.told is not None:
                self.told.now = max(self.told.now, float(value["now"]))
                self.robot.advance()
            elif path == "/imaginary/faults":
                for text in value["faults"]:
                    self.robot.add_fault(parse_fault(text))

    def _tick(self) -> None:
        while True:
            with self.lock:
                self.robot.advance()
            time.sleep(_TICK)


class _Handler(BaseHTTPRequestHandler):
    server: FakeServer
    protocol_version = "HTTP/1.1"
    timeout = 60
    # Head and body of an answer leave together and at once: a robot's answer takes a few milliseconds.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        if parts.path.startswith("/imaginary/"):
            self.server.tell(parts.path, json.loads(body))
            self._reply(200, {})
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
        try:
            with self.server.lock:
                reply = self.server.robot.handle(request)
        except NoAnswer:
            self.close_connection = True
            return
        time.sleep(reply.seconds)
        self._reply(reply.status, reply.body)

    def _reply(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests' output is not for requests."""


def main() -> None:
    """Serve until it is ended, or with ``--while-input-is-open`` until the standard input is closed."""
    options = _options()
    folder = Path(options.folder) if options.folder else None
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    clock = NumberClock() if options.clock == "told" else None
    level = tuple(int(part) for part in options.api_level.split("."))
    robot = FakeRobot(
        RobotOptions(
            model=options.model,
            serial=options.serial,
            api_level=(level[0], level[1]),
            left=options.left,
            right=options.right,
            speed=options.speed,
            analysis_seconds=options.analysis_seconds,
            creation_seconds=options.creation_seconds,
            boot_seconds=options.boot_seconds,
            faults=tuple(parse_fault(text) for text in options.fault),
            pipetting_seed=options.pipetting_errors,
        ),
        clock or time.monotonic,
        folder,
        # A power cut leaves no time for anything, least of all for goodbyes.
        on_power_cut=lambda: os._exit(9),
    )
    server = FakeServer(options.port, robot, clock)
    print(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}), flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    if options.while_input_is_open:
        sys.stdin.read()
    else:
        _wait_to_be_ended()


def _wait_to_be_ended() -> None:
    ended = threading.Event()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_, lambda *_: ended.set())
    ended.wait()


def _options() -> argparse.Namespace:
    defaults = RobotOptions()
    parser = argparse.ArgumentParser(description="An imaginary OT-2 on this computer, for training and tests.")
    parser.add_argument("--port", type=int, default=0, help="any free port if left out")
    parser.add_argument("--folder", default="", help="where it keeps its runs and what happened on its deck")
    parser.add_argument("--model", default=defaults.model)
    parser.add_argument("--serial", default=defaults.serial)
    parser.add_argument("--api-level", default="2.20")
    parser.add_argument("--left", default=defaults.left)
    parser.add_argument("--right", default=defaults.right)
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than a robot it moves")
    parser.add_argument("--clock", choices=["own", "told"], default="own", help="told: time passes only as tests say")
    parser.add_argument("--analysis-seconds", type=float, default=0.0)
    parser.add_argument("--creation-seconds", type=float, default=0.0)
    parser.add_argument("--boot-seconds", type=float, default=0.0)
    parser.add_argument("--while-input-is-open", action="store_true", help="end with the program that started it")
    parser.add_argument(
        "--pipetting-errors",
        type=int,
        metavar="SEED",
        help="pipettes are off as far as the maker says; exact if left out",
    )
    parser.add_argument("--fault", action="append", default=[], help="for example tip-missing@37; may be repeated")
    return parser.parse_args()


if __name__ == "__main__":
    main()
