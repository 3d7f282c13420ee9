"""What somebody typed into a sheet is not lost to a new template of the same name."""

from pathlib import Path

from lab.errors import InvalidInputError
from lab.instruments.raw_files import open_raw
from lab.records import Records
from lab.sheets.grids import read_grid
from lab.sheets.templates import FILM


def check_replaceable(path: Path, records: Records) -> None:
    """Check that no sheet is at a path, or one that was imported, or a template that nobody has filled in.

    Raises:
        InvalidInputError: If what is there would be lost.
    """
    if not path.is_file() or path.stat().st_size == 0:
        return
    raw = open_raw(path)
    if any(known.sha256 == raw.sha256 for known in records.artefacts.values()):
        return
    try:
        grid = read_grid(raw)
        filled = any(grid.header[at] != FILM for row in grid.rows for at in row.cells)
    except InvalidInputError:
        filled = True
    if filled:
        raise InvalidInputError(
            str(path),
            ["is there already, holds what somebody filled in, and was not imported"],
            hint="import it first, or choose another name for --out",
        )
