"""CSV and Excel sheets as one grid of texts, each with the name of its cell."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import attrs

from lab.errors import InvalidInputError
from lab.instruments.raw_files import RawFile
from lab.names import in_one_piece
from lab.sheets.templates import FILM

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell as ExcelCell
    from openpyxl.cell.cell import MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

_HINT = "fill in the template as it is: filmlab sheet grading or filmlab sheet measurement"
_ERROR_VALUE = re.compile(r"#([A-Z]/[A-Z]|NV|\S+[!?]|#+)")
"""What spreadsheets show where a formula failed, in any language, and in place of numbers wider than their column."""
_LITERAL = re.compile(r'"([^"]*)"|\\(.)')
"""Words in a number format."""
_MAX_UNPACKED = 100_000_000
_MAX_ROWS = 100_000
_MAX_COLUMNS = 500
_MAX_CELLS = 2_000_000


@attrs.frozen
class Cell:
    """A cell that is not empty."""

    ref: str
    """C7"""
    text: str
    fault: str = ""
    """Why its content cannot be read, whatever it should be."""


@attrs.frozen
class GridRow:
    """A row with something in it."""

    number: int
    cells: dict[int, Cell]
    """By column, from 0; empty cells are not there."""

    def text(self, column: int | None) -> str:
        """Return a cell's text, empty if there is none; letters with accents in one piece, as records keep them."""
        cell = self.cells.get(column) if column is not None else None
        return in_one_piece(cell.text) if cell else ""


@attrs.frozen
class Grid:
    """A sheet: its header and its rows. Rows whose first cell or film begins with # are remarks and not there."""

    raw: RawFile
    header: tuple[str, ...]
    rows: tuple[GridRow, ...]


def cell_name(row: int, column: int) -> str:
    """Return the name of a cell, "C7" for row 7 and column 2 (columns are counted from 0)."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def read_grid(raw: RawFile) -> Grid:
    """Read a sheet, CSV (comma, semicolon or tab) or Excel (.xlsx, first sheet).

    Raises:
        InvalidInputError: If it is neither, has no header, or is too large.
    """
    lines = list(_excel_rows(raw) if raw.content.startswith(b"PK") else _csv_rows(raw))
    filled = [row for row in lines if row.cells and not _is_remark(row.text(min(row.cells)))]
    if not filled:
        raise InvalidInputError(raw.name, ["is an empty sheet"], hint=_HINT)
    head = filled[0]
    header = tuple(head.text(column) for column in range(max(head.cells) + 1))
    if FILM in header:
        # Where its columns were moved, the template's remarks no longer begin with that on the film.
        filled = [row for row in filled if not _is_remark(row.text(header.index(FILM)))]
    faults = [f"row {head.number}: column {name!r} is there twice" for name in set(header) if header.count(name) > 1]
    for row in filled[1:]:
        faults += [f"{cell.ref}: {cell.fault}" for cell in row.cells.values() if cell.fault]
        faults += [f"{cell.ref}: stands below no column name" for at, cell in row.cells.items() if at >= len(header)]
    if faults:
        raise InvalidInputError(raw.name, faults, hint=_HINT)
    return Grid(raw, header, tuple(filled[1:]))


def _is_remark(text: str) -> bool:
    return text.startswith("#") and not _ERROR_VALUE.fullmatch(text)


def _csv_rows(raw: RawFile) -> Iterator[GridRow]:
    text = raw.text
    # The header has no decimal commas: what separates its names separates all cells.
    head = next((line for line in text.lines if line.strip() and not line.lstrip('"').startswith("#")), "")
    delimiter = max(";\t,", key=head.count)
    reader = csv.reader(io.StringIO("\n".join(text.lines)), delimiter=delimiter, strict=True)
    before = 0
    cells: list[str] = []
    try:
        for cells in reader:
            number, before = before + 1, reader.line_num
            _check_size(raw, number, len(cells))
            named = {at: _text_cell(cell_name(number, at), cell) for at, cell in enumerate(cells) if cell.strip()}
            yield GridRow(number, named)
    except csv.Error as error:
        raise InvalidInputError(raw.name, [f"line {reader.line_num}: {error}"], hint=_HINT) from error
    # Of 0.25 may be left 0. or 0.2, which are numbers too.
    if not text.ended and (len(cells) < head.count(delimiter) + 1 or cells[-1].strip()[-1:].isdigit()):
        fault = f"line {before}: the file ends here without a line end and may be cut off"
        raise InvalidInputError(raw.name, [fault], hint="save the whole sheet again")


def _excel_rows(raw: RawFile) -> Iterator[GridRow]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(raw.content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > _MAX_UNPACKED:
            raise InvalidInputError(raw.name, [f"unpacks to {unpacked / 1e6:,.0f} MB"], hint=_HINT)
        sheet, *further = load_workbook(io.BytesIO(raw.content), data_only=True).worksheets
        _check_alone(raw, further)
        if sheet.max_row * sheet.max_column > _MAX_CELLS:
            raise InvalidInputError(raw.name, [f"has more than {_MAX_CELLS:,} cells"], hint=_HINT)
        rows = list(sheet.iter_rows())
        formulas = load_workbook(io.BytesIO(raw.content)).worksheets[0]
    except InvalidInputError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do on a damaged file
        raise InvalidInputError(raw.name, [f"is no readable Excel sheet: {error}"], hint=_HINT) from error
    for number, row in enumerate(rows, start=1):
        cells = {}
        for at, shown in enumerate(row):
            written = shown.value if shown.value is not None else formulas.cell(number, at + 1).value
            if written is not None and str(written).strip():
                cells[at] = _excel_cell(cell_name(number, at), written, shown)
        _check_size(raw, number, max(cells, default=-1) + 1)
        yield GridRow(number, cells)


def _check_alone(raw: RawFile, further: Sequence["Worksheet"]) -> None:
    """Refuse a workbook whose further sheets have films as well: only the first one is read."""
    filled = [sheet.title for sheet in further if any(cell.value == FILM for row in sheet[1:3] for cell in row)]
    if filled:
        faults = [f"its further sheet {title!r} has a column {FILM!r} too" for title in filled]
        raise InvalidInputError(raw.name, faults, hint="save every sheet as a file of its own, and give them all")


def _excel_cell(ref: str, value: object, shown: "ExcelCell | MergedCell") -> Cell:
    if shown.font and shown.font.strike:
        return Cell(ref, str(value), "is struck out: clear it, or write 'failed: why'")
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(ref, str(value), f"Excel made a date of it ({value}): format the column as text and type it again")
    if isinstance(value, bool):
        return Cell(ref, str(value))
    if isinstance(value, int | float):
        if "%" in _LITERAL.sub("", shown.number_format):
            return Cell(ref, f"{100 * value:.15g} %")  # 0.85 is kept where 85 % was typed
        return Cell(ref, f"{value!r} {_shown_unit(shown.number_format)}".rstrip())
    text = str(value).strip()
    if text.startswith("="):
        return Cell(ref, text, "holds a formula that was never computed: save the sheet in Excel, or type the value")
    return _text_cell(ref, text)


def _shown_unit(number_format: str) -> str:
    """Return what a cell shows beside its number: the mm of 0.042 mm may stand in its format only."""
    literals = _LITERAL.findall(number_format.split(";", maxsplit=1)[0])
    return "".join(quoted or escaped for quoted, escaped in literals).strip(" -()")


def _text_cell(ref: str, text: str) -> Cell:
    text = text.strip()
    return Cell(ref, text, f"holds the spreadsheet's error {text}" if _ERROR_VALUE.fullmatch(text) else "")


def _check_size(raw: RawFile, rows: int, columns: int) -> None:
    if rows > _MAX_ROWS or columns > _MAX_COLUMNS:
        raise InvalidInputError(raw.name, [f"has more than {_MAX_ROWS:,} rows or {_MAX_COLUMNS} columns"], hint=_HINT)
