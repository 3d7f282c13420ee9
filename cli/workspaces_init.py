"""`filmlab init`: make a workspace."""

import typer

from cli.output import word
from cli.workspaces import HERE, WorkspaceOption
from lab.counting import counted


def init(workspace: WorkspaceOption = HERE) -> None:
    """Make a workspace: a folder with an empty store. Nothing that is already there is touched."""
    from lab.store import Store
    from lab.workspace import Workspace

    made = Workspace.create(workspace)
    with Store.open(made.database_url, create=True) as store:
        known = store.campaigns()
    typer.echo(f"Workspace {made.root.resolve()} is ready, with {counted(len(known), 'campaign')}.")
    if not known:
        typer.echo(f"Next: filmlab campaign create --workspace {word(workspace)}")
