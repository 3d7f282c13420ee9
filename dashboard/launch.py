"""Starting the dashboard: Streamlit as a process of its own, on this machine only unless people log in."""

import os
import socket
import subprocess
import sys
from importlib import util
from pathlib import Path

import attrs

from dashboard.identity import LOGIN_REQUIRED, is_loopback
from lab.accounts import accounts_path, read_accounts
from lab.errors import FilmlabError, InvalidInputError, OptionalPackageError

ADDRESS = "127.0.0.1"
"""Only programs on this machine reach the dashboard, unless another address is asked for and people log in."""
SECRETS_FILE = "secrets.toml"
"""Streamlit's secrets in a workspace: the section ``auth`` of an identity provider."""
FIRST_PORT = 8501
LARGEST_UPLOAD = 200
"""Of one file, MB; the readers of `lab.instruments` refuse larger ones too."""
_PORTS_TRIED = 50
_APP = Path(__file__).with_name("app.py")
_HINT = "add an account first: filmlab account add NAME --role admin; give a certificate together with its key"

_OPTIONS = {
    "server.enableXsrfProtection": "true",
    "server.enableCORS": "true",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "runner.magicEnabled": "false",
    "server.maxUploadSize": str(LARGEST_UPLOAD),
    "server.enableStaticServing": "false",
    "theme.font": "sans-serif",
    "theme.baseRadius": "small",
    "theme.light.primaryColor": "#00679F",
    "theme.light.textColor": "#24303B",
    "theme.light.secondaryBackgroundColor": "#F2F5F7",
    "theme.dark.primaryColor": "#56B4E9",
    "theme.dark.backgroundColor": "#12181F",
    "theme.dark.secondaryBackgroundColor": "#1C2530",
    "theme.dark.textColor": "#E3E8ED",
}


@attrs.frozen
class Serving:
    """Whom the dashboard is served to, and how."""

    host: str = ADDRESS
    """Address to listen on."""
    certificate: Path | None = None
    """TLS certificate, to serve with https."""
    key: Path | None = None
    """Its private key."""

    def check(self, workspace: Path) -> tuple[str, ...]:
        """Return what an operator should know before other computers are served; nothing for this computer only.

        Raises:
            InvalidInputError: If other computers would be served without accounts, or the certificate is half there.
        """
        faults = [
            f"there is no file {file}"
            for file in (self.certificate, self.key)
            if file is not None and not file.is_file()
        ]
        if (self.certificate is None) != (self.key is None):
            faults.append("a certificate needs its key, and a key its certificate")
        if not is_loopback(self.host) and not read_accounts(accounts_path(workspace)):
            faults.append(f"{self.host} can be reached from other computers, and the workspace has no accounts")
        if faults:
            raise InvalidInputError("dashboard", faults, hint=_HINT)
        if is_loopback(self.host) or self.certificate is not None:
            return ()
        return (
            f"Passwords travel unencrypted to {self.host}: give --certificate and --key, or put a proxy with https "
            "before it.",
        )


def command(
    port: int, *, serving: Serving | None = None, secrets: Path | None = None, open_browser: bool = False
) -> list[str]:
    """Return the command that serves the dashboard.

    Args:
        port: Port to listen on.
        serving: Whom it is served to; this computer only where it is left out.
        secrets: Streamlit's secrets with the identity provider's section ``auth``.
        open_browser: Open the page in this machine's browser.
    """
    to = serving or Serving()
    options = {
        **_OPTIONS,
        "server.address": to.host,
        "server.port": str(port),
        "server.headless": "false" if open_browser else "true",
    }
    if to.certificate is not None and to.key is not None:
        options |= {"server.sslCertFile": str(to.certificate), "server.sslKeyFile": str(to.key)}
    if secrets is not None:
        options["secrets.files"] = str(secrets)
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
    root = workspace.expanduser().resolve()
    found = os.environ | {"FILMLAB_WORKSPACE": str(root)}
    if read_accounts(accounts_path(root)):
        found[LOGIN_REQUIRED] = "1"
    return found


def run(workspace: Path, port: int | None = None, *, serving: Serving | None = None, open_browser: bool = False) -> int:
    """Serve the dashboard of a workspace until it is stopped, and return its exit code.

    Args:
        workspace: The workspace's folder; the dashboard opens on one that is not there yet, too, and guides.
        port: Port to serve on; a free one from 8501 on where it is left out.
        serving: Whom it is served to; this computer only where it is left out.
        open_browser: Open the page in this machine's browser.

    Raises:
        OptionalPackageError: If Streamlit is not installed.
        InvalidInputError: If other computers would be served without accounts.
        FilmlabError: If the port is taken.
    """
    if util.find_spec("streamlit") is None:
        raise OptionalPackageError("streamlit", "dashboard")
    to = serving or Serving()
    for warning in to.check(workspace.expanduser().resolve()):
        print(f"Warning: {warning}", file=sys.stderr)
    chosen = free_port(host=to.host) if port is None else _checked(port, to.host)
    secrets = workspace.expanduser().resolve() / SECRETS_FILE
    line = command(chosen, serving=to, secrets=secrets if secrets.is_file() else None, open_browser=open_browser)
    process = subprocess.Popen(line, env=environment(workspace))
    try:
        return process.wait()
    except KeyboardInterrupt:
        # Ctrl-C goes to both processes, other ends to this one only.
        end(process)
        return 0


def end(process: subprocess.Popen[bytes], patience: float = 10.0) -> None:
    """End a server, which finishes its answers first, for ever if a browser that went to sleep does not take one.

    What people added is in the store by then, so nothing is lost by ending it hard.

    Args:
        process: The server.
        patience: Seconds until it is ended hard.
    """
    process.terminate()
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port(first: int = FIRST_PORT, host: str = ADDRESS) -> int:
    """Return the first free port from a number on.

    Raises:
        FilmlabError: If there is none among the next fifty.
    """
    for port in range(first, first + _PORTS_TRIED):
        if _is_free(port, host):
            return port
    raise FilmlabError(f"the ports {first} to {first + _PORTS_TRIED - 1} are all taken", hint="give another --port")


def _checked(port: int, host: str) -> int:
    if not _is_free(port, host):
        raise FilmlabError(f"port {port} is taken", hint="another dashboard may be running; give another --port")
    return port


def _is_free(port: int, host: str) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True
