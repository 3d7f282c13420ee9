"""`filmlab dashboard`: open the dashboard."""

import sys
from typing import Annotated

import typer

from cli.workspaces import HERE, WorkspaceOption


def dashboard(
    workspace: WorkspaceOption = HERE,
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port; a free one from 8501 on if left out.")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser", help="Open the page in this machine's browser.")] = False,
) -> None:
    """Serve the dashboard of a workspace on this machine until it is stopped."""
    from dashboard.launch import run

    sys.exit(run(workspace, port, open_browser=browser))
