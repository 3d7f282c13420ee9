"""Run cards and dish labels on paper."""

from pathlib import Path
from typing import Annotated

import typer

PrintPdf = Annotated[
    bool, typer.Option("--pdf", help="Print run cards and labels to PDF files beside them, by the Chromium here.")
]


def print_cards(folder: Path) -> None:
    """Print every page below a folder, which are run cards and labels, to a PDF beside it, and say where it is.

    Raises:
        WorkspaceError: If there is no Chromium here.
    """
    from lab.export.pdf import print_pdf

    for page in sorted(folder.rglob("*.html")):
        typer.echo(f"Printed: {print_pdf(page)}", err=True)
