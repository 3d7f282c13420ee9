"""How long an imaginary robot stays."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from robot_protocols.processes import end_process

SECONDS = 30.0


@contextmanager
def imaginary_robot(*arguments: str, stdin: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "robot_protocols.fake_robot.server", *arguments],
        stdin=stdin,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline())["url"]
    finally:
        end_process(process)


def test_it_serves_without_an_input_until_it_is_told_to_end() -> None:
    """As a service or in the background of a shell it has no standard input."""
    with imaginary_robot(stdin=subprocess.DEVNULL) as (process, url):
        answer = httpx.get(f"{url}/health", headers={"Opentrons-Version": "3"}, timeout=SECONDS)
        assert answer.status_code == httpx.codes.OK
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_one_that_belongs_to_a_program_ends_with_it() -> None:
    with imaginary_robot("--while-input-is-open", stdin=subprocess.PIPE) as (process, _url):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(SECONDS) == 0
