"""The --workspace and --campaign options, and opening what they name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from lab.open_campaigns import OpenCampaign

WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", "-w", envvar="FILMLAB_WORKSPACE", help="Folder of the lab's records and files."),
]
CampaignOption = Annotated[
    str | None, typer.Option("--campaign", help="Name of the campaign, where the workspace has several.")
]
HERE = Path()


@contextmanager
def opened(workspace: Path, campaign: str | None) -> "Iterator[OpenCampaign]":
    """Open a campaign of a workspace."""
    from lab.open_campaigns import open_campaign
    from lab.workspace import Workspace

    with open_campaign(Workspace.open(workspace), campaign) as handle:
        yield handle
