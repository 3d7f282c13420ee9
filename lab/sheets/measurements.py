"""A filled measurement sheet to readings; recording them is the same as for an instrument's file."""

from collections.abc import Collection, Mapping

from lab.campaigns import CampaignDefinition
from lab.errors import InvalidInputError
from lab.instruments.results import InstrumentResult, Reading, Specimen
from lab.names import meant
from lab.properties import Property
from lab.sheets.grids import Grid, GridRow
from lab.sheets.templates import FILM, INSTRUMENT, NOTE, property_column
from lab.sheets.values import parse_cell

FORMAT = "measurement-sheet"
_HINT = "mend these cells; filmlab sheet measurement writes a new template"


def read_measurements(
    grid: Grid, definition: CampaignDefinition, films: Collection[str]
) -> tuple[InstrumentResult, ...]:
    """Return the readings of a sheet, one result an instrument that it names.

    Every row is a reading of each property that is filled in; rows of one film are replicates.

    Raises:
        InvalidInputError: With every fault and its cell: unknown columns and films, values that are no number, have a
            wrong unit or are not possible.
    """
    columns = _columns(grid, definition)
    film_column = grid.header.index(FILM)
    note_column = grid.header.index(NOTE) if NOTE in grid.header else None
    instrument_column = grid.header.index(INSTRUMENT) if INSTRUMENT in grid.header else None
    faults: list[str] = []
    specimens: dict[str, list[Specimen]] = {}
    for row in grid.rows:
        film = row.text(film_column)
        readings = _readings(row, columns, row.text(note_column), faults)
        if film not in films:
            if film or readings:
                faults.append(_unknown_film(row, film_column, film, films))
        elif readings:
            specimens.setdefault(row.text(instrument_column), []).append(Specimen(film, tuple(readings)))
    if not specimens and not faults:
        faults.append("nothing is filled in")
    if faults:
        raise InvalidInputError(grid.raw.name, faults, hint=_HINT)
    return tuple(
        InstrumentResult(FORMAT, instrument or "by hand", grid.raw, tuple(found))
        for instrument, found in specimens.items()
    )


def _columns(grid: Grid, definition: CampaignDefinition) -> Mapping[int, Property]:
    known = {property_column(prop): prop for prop in definition.properties}
    allowed = (FILM, *known, INSTRUMENT, NOTE)
    faults = [] if FILM in grid.header else [f"row 1: there is no column {FILM!r}"]
    for name in grid.header:
        if name not in allowed:
            faults.append(f"row 1: column {name!r} is not known{meant(name, allowed)}")
    if not any(name in known for name in grid.header):
        faults.append("row 1: there is no column of a property")
    if faults:
        raise InvalidInputError(grid.raw.name, faults, hint=_HINT)
    return {at: known[name] for at, name in enumerate(grid.header) if name in known}


def _readings(row: GridRow, columns: Mapping[int, Property], note: str, faults: list[str]) -> list[Reading]:
    readings = []
    for at, prop in columns.items():
        cell = row.cells.get(at)
        if cell is None:
            continue
        reading, fault = parse_cell(cell.text, prop, cell.ref, note)
        if reading is not None:
            readings.append(reading)
        else:
            faults.append(fault)
    return readings


def _unknown_film(row: GridRow, column: int, film: str, films: Collection[str]) -> str:
    if not film:
        return f"row {row.number}: has values and no film"
    return f"{row.cells[column].ref}: there is no film {film!r}{meant(film, films)}"
