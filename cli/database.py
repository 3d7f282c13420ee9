"""`filmlab db upgrade`."""

import typer

from cli.workspaces import HERE, WorkspaceOption

app = typer.Typer(help="Look after the database.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def database() -> None:
    """Look after the database."""


@app.command("upgrade")
def upgrade_command(workspace: WorkspaceOption = HERE) -> None:
    """Bring the tables of an older filmlab up to date; back up a database on a server and stop its users first."""
    from lab.store import upgrade
    from lab.workspace import Workspace

    before, after = upgrade(Workspace.open(workspace).database_url)
    typer.echo(f"The database has schema {after}" + (" already." if before == after else f", it had {before}."))
