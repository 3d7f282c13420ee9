"""Templates: what people fill in. The names of their columns are what the readers of this room check."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import attrs

from lab.campaigns import CampaignDefinition
from lab.errors import InvalidInputError
from lab.files import write_atomically
from lab.grades import Grade
from lab.properties import Property

FILM, GRADE, NOTE, INSTRUMENT = "film", "grade", "note", "instrument"
_EMPTY_ROWS = 20


@attrs.frozen
class Template:
    """A sheet to fill in."""

    title: str
    header: tuple[str, ...]
    help: tuple[str, ...]
    """One remark a column."""
    rows: tuple[tuple[str, ...], ...]
    choices: tuple[tuple[str, ...], ...]
    """What may stand in each column; empty where it is free."""


def property_column(prop: Property) -> str:
    """Return the column name of a property: "thickness [um]"."""
    return f"{prop.name} [{prop.unit}]"


def is_grading(header: Sequence[str]) -> bool:
    """Return whether a header is that of a grading sheet."""
    return FILM in header and GRADE in header


def grading_template(films: Sequence[str]) -> Template:
    """Return a sheet that asks for the grades of films."""
    return Template(
        title="Grades",
        header=(FILM, GRADE, NOTE),
        help=("# label", "A detachable and flat, B detachable only, C flat only, D neither", "anything"),
        rows=tuple((film, "", "") for film in films),
        choices=((), tuple(Grade), ()),
    )


def measurement_template(definition: CampaignDefinition, films: Sequence[str], *, readings: int = 3) -> Template:
    """Return a sheet that asks for measurements of films.

    Args:
        definition: The campaign, for its properties and their units.
        films: Labels of the films.
        readings: Rows a film; each row is one reading of whatever is filled in.
    """
    properties = definition.properties
    header = (FILM, *map(property_column, properties), INSTRUMENT, NOTE)
    helps = ("# label; one row a reading", *map(_help, properties), "name of the instrument", "anything")
    empty = ("",) * (len(header) - 1)
    rows = tuple((film, *empty) for film in films for _ in range(readings))
    return Template("Measurements", header, helps, rows, ((),) * len(header))


def _help(prop: Property) -> str:
    top = f"{100 * prop.upper:g} %" if prop.unit == "fraction" else f"{prop.upper:g} {prop.unit}".removesuffix(" 1")
    return f"{prop.title}; up to {top}; '> 5' if beyond 5; 'failed: why'"


def write_template(template: Template, path: Path) -> None:
    """Write a template as CSV or, by the path's ending, as Excel sheet.

    Raises:
        InvalidInputError: If the path ends neither in .csv nor in .xlsx.
        WorkspaceError: If it cannot be written.
    """
    kinds = {".csv": _as_csv, ".xlsx": _as_excel}
    write = kinds.get(path.suffix.casefold())
    if write is None:
        raise InvalidInputError(str(path), ["ends neither in .csv nor in .xlsx"], hint="give --out sheet.xlsx")
    write_atomically(path, write(template))


def _as_csv(template: Template) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(template.header)
    writer.writerow(template.help)
    writer.writerows(template.rows)
    # Excel reads UTF-8 only with a byte order mark.
    return text.getvalue().encode("utf-8-sig")


def _as_excel(template: Template) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = template.title
    sheet.append(list(template.header))
    sheet.append(list(template.help))
    for row in template.rows:
        sheet.append([cell or None for cell in row])
    last = len(template.rows) + _EMPTY_ROWS + 2
    for at, name in enumerate(template.header, start=1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].width = max(14, min(len(name) + 2, 34))
        sheet[f"{letter}1"].font = Font(bold=True)
        sheet[f"{letter}2"].font = Font(italic=True, color="777777")
        sheet[f"{letter}2"].alignment = Alignment(wrap_text=True, vertical="top")
        for row_number in range(3, last):
            # As text Excel leaves alone what it would turn into a date, such as 3.5.
            sheet[f"{letter}{row_number}"].number_format = "@"
        if template.choices[at - 1]:
            allowed = DataValidation(type="list", formula1=f'"{",".join(template.choices[at - 1])}"', allow_blank=True)
            sheet.add_data_validation(allowed)
            allowed.add(f"{letter}3:{letter}{last}")
    sheet.freeze_panes = "B3"
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
