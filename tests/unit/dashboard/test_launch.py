import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard import launch
from lab.errors import FilmlabError


def test_only_this_machine_is_served():
    command = launch.command(8600)
    assert "--server.address=127.0.0.1" in command
    assert "--server.enableXsrfProtection=true" in command
    assert "--browser.gatherUsageStats=false" in command
    assert Path(command[4]).name == "app.py"


def test_the_workspace_travels_in_the_environment(tmp_path):
    assert launch.environment(tmp_path / "a b")["FILMLAB_WORKSPACE"] == str((tmp_path / "a b").resolve())


def test_a_taken_port_is_named_and_the_next_free_one_found(tmp_path):
    with socket.socket() as taken:
        taken.bind((launch.ADDRESS, 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(FilmlabError, match=f"port {port} is taken"):
            launch.run(tmp_path, port)
        assert launch.free_port(port) > port


DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
POLITE = "import time; print(flush=True); time.sleep(60)"


@pytest.mark.parametrize(("program", "ended_by"), [(DEAF, signal.SIGKILL), (POLITE, signal.SIGTERM)])
def test_a_server_is_ended_even_if_it_does_not_listen(program, ended_by):
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        server.stdout.readline()
        launch.end(server, patience=0.5 if ended_by == signal.SIGKILL else 30)
        assert server.returncode == -ended_by
