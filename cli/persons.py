"""The --who option: whose name a record gets."""

from typing import Annotated

import typer

Who = Annotated[
    str | None, typer.Option("--who", help="Name of the person, for the records; your login name if left out.")
]


def name_of(who: str | None) -> str:
    """Return the name for the records: as given, or the login name.

    Raises:
        InvalidInputError: If it is none that can be told from others in print.
    """
    from lab.people_checks import login_name, name_for_records

    return name_for_records(who or login_name())
