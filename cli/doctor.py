"""`filmlab doctor`: is everything here that filmlab needs, and how is each fault mended?"""

import sys

import attrs
import typer

from cli.checks import ALL_CHECKS, Check
from cli.output import AsJson, print_json
from cli.workspaces import HERE, WorkspaceOption


def doctor(workspace: WorkspaceOption = HERE, as_json: AsJson = False) -> None:
    """Check what filmlab needs here, and say how to mend it."""
    found = [check(workspace) for check in ALL_CHECKS]
    if as_json:
        print_json([attrs.asdict(check) for check in found])
    else:
        for check in found:
            _print(check)
    if any(check.state == "fault" for check in found):
        sys.exit(1)


def _print(check: Check) -> None:
    colours = {"ok": typer.colors.GREEN, "missing": typer.colors.YELLOW, "fault": typer.colors.RED}
    typer.secho(f"{check.state:<8}", fg=colours[check.state], nl=False)
    typer.echo(f"{check.name}: {check.detail}")
    if check.fix:
        typer.echo(f"        fix: {check.fix}")
