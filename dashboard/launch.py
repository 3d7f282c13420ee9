"""Starting the dashboard: Streamlit as a process of its own, on this machine only."""

import os
import socket
import subprocess
import sys
from importlib import util
from pathlib import Path

from lab.errors import FilmlabError, OptionalPackageError

ADDRESS = "127.0.0.1"
"""Only programs on this machine reach the dashboard, as it has no login."""
FIRST_PORT = 8501
_PORTS_TRIED = 50
_APP = Path(__file__).with_name("app.py")

_OPTIONS = {
    "server.address": ADDRESS,
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "theme.font": "sans-serif",
    "theme.baseRadius": "small",
    "theme.light.primaryColor": "#0072B2",
    "theme.light.textColor": "#24303B",
    "theme.light.secondaryBackgroundColor": "#F2F5F7",
    "theme.dark.primaryColor": "#56B4E9",
}


def command(port: int, *, open_browser: bool = False) -> list[str]:
    """Return the command that serves the dashboard on a port of this machine."""
    options = _OPTIONS | {"server.port": str(port), "server.headless": "false" if open_browser else "true"}
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(_APP),
        *(f"--{name}={value}" for name, value in options.items()),
    ]


def environment(workspace: Path) -> dict[str, str]:
    """Return the environment in which the dashboard finds a workspace."""
    return os.environ | {"FILMLAB_WORKSPACE": str(workspace.expanduser().resolve())}


def run(workspace: Path, port: int | None = None, *, open_browser: bool = False) -> int:
    """Serve the dashboard of a workspace until it is stopped, and return its exit code.

    Args:
        workspace: The workspace's folder; the dashboard opens on one that is not there yet, too, and guides.
        port: Port to serve on; a free one from 8501 on where it is left out.
        open_browser: Open the page in this machine's browser.

    Raises:
        OptionalPackageError: If Streamlit is not installed.
        FilmlabError: If the port is taken.
    """
    if util.find_spec("streamlit") is None:
        raise OptionalPackageError("streamlit", "dashboard")
    chosen = free_port() if port is None else _checked(port)
    process = subprocess.Popen(command(chosen, open_browser=open_browser), env=environment(workspace))
    try:
        return process.wait()
    except KeyboardInterrupt:
        # Ctrl-C goes to both processes; Streamlit needs a moment to close its connections.
        process.wait()
        return 0


def free_port(first: int = FIRST_PORT) -> int:
    """Return the first free port from a number on.

    Raises:
        FilmlabError: If there is none among the next fifty.
    """
    for port in range(first, first + _PORTS_TRIED):
        if _is_free(port):
            return port
    raise FilmlabError(f"the ports {first} to {first + _PORTS_TRIED - 1} are all taken", hint="give another --port")


def _checked(port: int) -> int:
    if not _is_free(port):
        raise FilmlabError(f"port {port} is taken", hint="another dashboard may be running; give another --port")
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError:
            return False
    return True
