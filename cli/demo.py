"""`filmlab demo`: a whole campaign in the virtual lab."""

from pathlib import Path
from typing import Annotated

import typer

from cli.interrupts import told_at_interrupt
from cli.output import word
from cli.working import STOPPED, do_work
from cli.workspaces import HERE, WorkspaceOption, opened


def demo(
    workspace: WorkspaceOption = HERE,
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random number of the campaign.")] = 7,
    definition: Annotated[Path | None, typer.Option("--file", help="Campaign definition, a TOML file.")] = None,
) -> None:
    """Run a whole campaign in the virtual lab. A second call resumes it, or says that it is done."""
    from lab.export.published_files import published_folder
    from lab.records.artefacts import REPORT

    name = _campaign(workspace, seed, definition)
    with told_at_interrupt(STOPPED), opened(workspace, name) as handle:
        result = do_work(handle, workspace)
        database = handle.store.name
        report = published_folder(workspace, handle) / REPORT
    if result.done == 0:
        typer.echo("Everything was done already.")
    typer.echo(f"Report:    {report.resolve()}")
    typer.echo(f"Database:  {database}")
    typer.echo(f"Dashboard: filmlab dashboard --workspace {word(workspace)}")


def _campaign(workspace: Path, seed: int, definition: Path | None) -> str:
    """Return the name of the workspace's campaign for this definition and seed, creating it where it is missing."""
    from active_learning.campaign.creating import create_campaign
    from active_learning.campaign.definition_names import complete_definition
    from lab.campaign_files import builtin_text
    from lab.errors import WorkspaceError
    from lab.people_checks import login_name
    from lab.store import Store
    from lab.user_files import read_text
    from lab.workspace import Workspace

    text = builtin_text("chen2024") if definition is None else read_text(definition)
    what = str(definition or "built-in campaign")
    text, parsed = complete_definition(text, what=what, folder=definition.parent if definition else None)
    if parsed.lab != "virtual":
        raise WorkspaceError("the demo runs in the virtual lab only", hint='set lab = "virtual", or use: filmlab work')
    made = Workspace.create(workspace)
    with Store.open(made.database_url, create=True) as store:
        known = {entry.name: entry for entry in store.campaigns()}
    if parsed.name not in known:
        return create_campaign(workspace, text, seed, login_name(), what=what)
    entry = known[parsed.name]
    if entry.seed != seed or entry.definition_toml != text:
        different = f"seed {entry.seed}, not {seed}" if entry.seed != seed else "another definition"
        raise WorkspaceError(
            f"{workspace} already holds a campaign {parsed.name} with {different}",
            hint="choose another --workspace; nothing was changed",
        )
    return parsed.name
