"""`filmlab account`: who may log in to the dashboard, with which role."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import AsJson, print_json
from cli.workspaces import HERE, WorkspaceOption
from lab.accounts import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.accounts import Accounts

app = typer.Typer(
    help="Say who may log in to the dashboard, and what they may do.", no_args_is_help=True, rich_markup_mode=None
)
Name = Annotated[str, typer.Argument(help="Name of the person, as it shall stand in records.")]
RoleOption = Annotated[Role, typer.Option("--role", help="viewer, operator or admin.")]


@app.command()
def add(
    name: Name,
    role: RoleOption,
    workspace: WorkspaceOption = HERE,
    email: Annotated[str, typer.Option(help="Address by which an identity provider names the person.")] = "",
    no_password: Annotated[
        bool, typer.Option("--no-password", help="They come through the identity provider only.")
    ] = False,
) -> None:
    """Add an account; the password is asked for."""
    path, _ = _read(workspace)
    password = "" if no_password else _ask_for_password()
    _change(path, lambda accounts: accounts.with_added(name, role, password=password, email=email))
    typer.echo(f"Added: {name.strip()}, {role}")


@app.command("list")
def list_accounts(workspace: WorkspaceOption = HERE, as_json: AsJson = False) -> None:
    """Say who has an account."""
    _, accounts = _read(workspace)
    found = [
        {"name": one.name, "role": str(one.role), "email": one.email, "password": bool(one.password_hash)}
        for one in accounts.by_name.values()
    ]
    if as_json:
        print_json(found)
        return
    for one in accounts.by_name.values():
        way = " and ".join(filter(None, ["password" if one.password_hash else "", one.email]))
        typer.echo(f"{one.name:<30} {one.role:<10} {way}")
    if not found:
        typer.echo("There are no accounts: the dashboard serves this computer only, without a login.")


@app.command()
def role(
    name: Name,
    new: Annotated[Role, typer.Argument(metavar="ROLE", help="viewer, operator or admin.")],
    workspace: WorkspaceOption = HERE,
) -> None:
    """Give somebody another role; it holds at once."""
    path, _ = _read(workspace)
    _change(path, lambda accounts: accounts.with_role(name, new))
    typer.echo(f"{name}: {new}")


@app.command()
def password(name: Name, workspace: WorkspaceOption = HERE) -> None:
    """Give somebody another password."""
    path, accounts = _read(workspace)
    accounts.named(name)
    password = _ask_for_password()
    _change(path, lambda accounts: accounts.with_password(name, password))
    typer.echo(f"{name} has a new password.")


@app.command()
def remove(name: Name, workspace: WorkspaceOption = HERE) -> None:
    """Take an account away; who is logged in with it is out at once."""
    path, _ = _read(workspace)
    _change(path, lambda accounts: accounts.without(name))
    typer.echo(f"Removed: {name}. Records keep the name.")


def _read(workspace: Path) -> "tuple[Path, Accounts]":
    from lab.accounts import accounts_path, read_accounts
    from lab.workspace import Workspace

    path = accounts_path(Workspace.open(workspace).root)
    return path, read_accounts(path)


def _change(path: Path, change: "Callable[[Accounts], Accounts]") -> None:
    from lab.accounts import change_accounts

    change_accounts(path, change)


def _ask_for_password() -> str:
    text: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return text
