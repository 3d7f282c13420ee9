"""The --who option: whose name a record gets."""

import getpass
from typing import Annotated

import typer

Who = Annotated[
    str | None, typer.Option("--who", help="Name of the person, for the records; your login name if left out.")
]


def name_of(who: str | None) -> str:
    """Return the name for the records: as given, or the login name."""
    return who or getpass.getuser()
