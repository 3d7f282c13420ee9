"""Starting and stopping the dashboard's server."""

import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from dashboard.launch import ADDRESS, free_port
from tests.ports import own_port

SLOW = 60  # seconds, for a busy machine


@pytest.mark.parametrize(
    "end",
    [
        # Ctrl-C in a terminal reaches the whole group.
        lambda server: os.killpg(server.pid, signal.SIGINT),
        lambda server: server.terminate(),
    ],
    ids=["Ctrl-C", "terminated"],
)
def test_the_server_answers_on_this_machine_and_stops_quietly(tmp_path, end):
    port = own_port()
    options = ["--workspace", str(tmp_path / "lab"), "--port", str(port)]
    arguments = [sys.executable, "-m", "cli.main", "dashboard", *options]
    server = subprocess.Popen(arguments, start_new_session=True, stdout=subprocess.PIPE)
    try:
        deadline = time.monotonic() + SLOW
        while True:
            try:
                with urllib.request.urlopen(f"http://{ADDRESS}:{port}/_stcore/health", timeout=5) as answer:
                    assert answer.status == 200
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.2)
        end(server)
        output, _ = server.communicate(timeout=SLOW)
        assert server.returncode == 0
        assert f"http://{ADDRESS}:{port}".encode() in output
        assert free_port(port) == port
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
    assert not (tmp_path / "lab").exists()
