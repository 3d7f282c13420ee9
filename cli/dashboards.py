"""`filmlab dashboard`: open the dashboard."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from cli.workspaces import HERE, WorkspaceOption


def dashboard(
    workspace: WorkspaceOption = HERE,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port; a free one from 8501 on if left out.")
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to serve on; others than this computer's own need accounts.")
    ] = "127.0.0.1",
    certificate: Annotated[Path | None, typer.Option(help="TLS certificate (PEM), to serve with https.")] = None,
    key: Annotated[Path | None, typer.Option(help="The certificate's private key (PEM).")] = None,
    browser: Annotated[bool, typer.Option("--browser", help="Open the page in this machine's browser.")] = False,
) -> None:
    """Serve the dashboard of a workspace until it is stopped. Only this computer is served, unless a host is given."""
    from dashboard.launch import Serving, run

    # Whoever ends this command ends the server, which would go on serving without it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    serving = Serving(host, certificate, key)
    sys.exit(run(workspace, port, serving=serving, open_browser=browser))
