"""Starting and stopping the dashboard's server."""

import os
import signal
import subprocess
import sys
import time
import urllib.request

from dashboard.launch import ADDRESS
from tests.browser import own_port

SLOW = 60  # seconds, for a busy machine
_SERVE = """
import sys
from pathlib import Path
from dashboard.launch import run
sys.exit(run(Path(sys.argv[1]), int(sys.argv[2])))
"""


def test_the_server_answers_on_this_machine_and_stops_quietly(tmp_path):
    port = own_port(8900)
    arguments = [sys.executable, "-c", _SERVE, str(tmp_path / "lab"), str(port)]
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
        # Ctrl-C in a terminal reaches the whole group.
        os.killpg(server.pid, signal.SIGINT)
        output, _ = server.communicate(timeout=SLOW)
        assert server.returncode == 0
        assert f"http://{ADDRESS}:{port}".encode() in output
    finally:
        if server.poll() is None:
            server.kill()
            server.wait()
    assert not (tmp_path / "lab").exists()
