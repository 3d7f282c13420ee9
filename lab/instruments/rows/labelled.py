"""Tables with a label in each row: which column is the specimen, which hold readings, in which unit."""

import re
from collections.abc import Sequence

import attrs

from lab.errors import InvalidInputError, UnitError
from lab.instruments.numbers import decimal_mark, decimals, parse_number
from lab.instruments.raw_files import RawFile
from lab.instruments.results import InstrumentResult, Reading, Specimen
from lab.instruments.tables import Row, name_and_unit, split_line
from lab.instruments.text import SourceText
from lab.units import convert

_LABEL = re.compile(r"film|specimen|sample( ?(id|name|no\.?))?|probe|label|name|id", re.IGNORECASE)
_UNIT_COLUMN = re.compile(r"units?|einheit", re.IGNORECASE)
_CELL = re.compile(r"^\s*(?P<number>[+-]?\s?[\d.,]+(?:[eE][+-]?\d+)?)\s*(?P<unit>[^\d\s.,+-]\S*)?\s*$")
_NO_READING = re.compile(
    r"deviation|abweichung|stabw|stdev|\bstd|\br?sd\b|\bcv\b|error|fehler|uncertaint|unsicher|toleran|\bmin|\bmax"
    r"|\brange\b|target|nominal|\bsoll|\btar[ae]\b|gross|brutto|±|\+/-",
    re.IGNORECASE,
)
"""Spreads, limits, targets and tares stand in the same unit beside readings and are none."""
_MEAN = re.compile(r"mean|average|\bavg\b|mittel", re.IGNORECASE)
_SUMMARY = re.compile(
    r"((.*[\s_:(-])?(mean|average|avg|mittel(wert)?|median|r?sd|st\.? ?dev|std|(std\.?|standard) ?(dev(iation)?|error)"
    r"|standardabweichung|stabw)|cv|vk|varian[cz]e?|min(imum)?|max(imum)?|range|spannweite|sum|summe|total|count|anzahl)"
    r"\.?( ?[(\[]?%)?[)\]]?",
    re.IGNORECASE,
)
"""What gauges call the rows below those of readings."""
_PLACE = re.compile(
    r"[\W\d]+|\b[a-z]\b|left|right|cent(er|re)|middle|edge|corner|top|bottom|links|rechts|mitte|rand|ecke|oben|unten"
    r"|reading|measurement|point|position|messung|stelle|first|second|third",
    re.IGNORECASE,
)
"""What readings of one thing may differ in by name: which one it is, and where it was taken."""
_HEAD_LINES = 50
_HINT = "give one row a reading, a column with the film's label, and the unit in the column's name: thickness (um)"


@attrs.frozen
class RowKind:
    """What a kind of instrument measures."""

    property_name: str
    column: re.Pattern[str]
    """What its columns are called."""
    unit: str
    """filmlab's unit of it."""
    lower: float
    upper: float


@attrs.frozen
class _Header:
    line: int
    delimiter: str
    label: int
    values: tuple[int, ...]
    left_out: tuple[str, ...]
    """Names of columns that are like those of readings and hold none."""
    names: tuple[str, ...]
    units: tuple[str, ...]
    unit_column: int | None
    width: int


def find_header(text: SourceText, kind: RowKind) -> _Header | None:
    """Return the line that names a label column and columns of a kind of reading; None if there is none."""
    for number, line in enumerate(text.lines[:_HEAD_LINES], start=1):
        for delimiter in (";", "\t", ","):
            try:
                cells = split_line(line, delimiter, "", number)
            except InvalidInputError:
                continue
            pairs = [name_and_unit(cell) for cell in cells]
            labels = [at for at, cell in enumerate(cells) if _LABEL.fullmatch(cell.strip())]
            like = [at for at, (name, _) in enumerate(pairs) if kind.column.search(name) and at not in labels]
            values = _readings_among([name for name, _ in pairs], like)
            if len(labels) == 1 and values:
                unit_columns = [at for at, cell in enumerate(cells) if _UNIT_COLUMN.fullmatch(cell)]
                return _Header(
                    number,
                    delimiter,
                    labels[0],
                    values,
                    tuple(cells[at] for at in like if at not in values),
                    tuple(name for name, _ in pairs),
                    tuple(unit for _, unit in pairs),
                    unit_columns[0] if unit_columns else None,
                    len(cells),
                )
    return None


def _readings_among(names: Sequence[str], like: Sequence[int]) -> tuple[int, ...]:
    """Return which columns hold readings; a mean is one only where the readings behind it are not there."""
    readings = [at for at in like if not _NO_READING.search(names[at].replace("_", " "))]
    single = [at for at in readings if not _MEAN.search(names[at])]
    return tuple(single or readings)


def read_rows(origin: tuple[str, str], raw: RawFile, kind: RowKind) -> InstrumentResult:
    """Return every reading of a table as a specimen of its own.

    Raises:
        InvalidInputError: With every fault and its line.
    """
    header = find_header(raw.text, kind)
    if header is None:
        raise InvalidInputError(raw.name, ["has no line that names a film column and a column of readings"], hint=_HINT)
    below = enumerate(raw.text.lines[header.line :], start=header.line + 1)
    cut = (Row(number, split_line(line, header.delimiter, raw.name, number)) for number, line in below)
    rows = [row for row in cut if any(row.cells)]
    mark = decimal_mark(_number_text(row, at) for row in rows for at in header.values)
    if mark is None:
        raise InvalidInputError(
            raw.name, [f"line {header.line}: commas may be decimal or thousands separators"], hint=_HINT
        )
    faults: list[str] = [*_different(header), *_cut_off(raw.text, rows)]
    left_out = [f"line {header.line}: column {name!r} holds no readings and is left out" for name in header.left_out]
    specimens = []
    for row in rows:
        label = row.cells[header.label] if header.label < len(row.cells) else ""
        if _SUMMARY.fullmatch(label):
            left_out.append(f"line {row.number}: {label!r} is no reading of its own and is left out")
            continue
        if not label:
            faults.append(f"line {row.number}: has no label of a film")
        if len(row.cells) > header.width:
            faults.append(f"line {row.number}: has more cells than line {header.line} (a decimal comma splits a cell)")
            continue
        for at in header.values:
            reading, fault = _reading(row, at, header, mark, kind)
            if reading is not None:
                specimens.append(Specimen(label, (reading,)))
            elif fault:
                faults.append(f"line {row.number}: {fault}")
    if not specimens and not faults:
        faults.append("has no reading")
    if faults:
        raise InvalidInputError(raw.name, faults[:50], hint=_HINT)
    return InstrumentResult(*origin, raw, tuple(specimens), tuple(left_out))


def _different(header: _Header) -> list[str]:
    """Say so if columns are named as different things, such as wet and dry thickness, or one thing in two units."""
    named = [(header.names[at], header.units[at]) for at in header.values]
    things = {_PLACE.sub("", name.replace("_", " ")).casefold() for name, _ in named}
    if len(things) == 1 and len(dict(named)) == len(set(named)):
        return []
    columns = ", ".join(repr(f"{name} ({unit})" if unit else name) for name, unit in named)
    return [f"line {header.line}: columns {columns} may hold different things; keep those that are readings of one"]


def _number_text(row: Row, at: int) -> str:
    found = _CELL.match(row.cells[at]) if at < len(row.cells) else None
    return found["number"].replace(" ", "") if found else ""


def _reading(row: Row, at: int, header: _Header, mark: str, kind: RowKind) -> tuple[Reading | None, str]:
    text = row.cells[at] if at < len(row.cells) else ""
    if not text:
        # With several columns of readings a film may have fewer; with one, a number is missing.
        return None, "" if len(header.values) > 1 else "a number is missing"
    found = _CELL.match(text)
    number = parse_number(found["number"].replace(" ", ""), mark) if found else None
    if number is None or found is None:
        return None, f"{text!r} is no number"
    column = header.unit_column
    said = row.cells[column] if column is not None and column < len(row.cells) else ""
    units = {unit for unit in (found["unit"] or "", header.units[at], said) if unit}
    if len(units) != 1:
        return None, f"{text!r} has no unit" if not units else f"{text!r} has several units: {', '.join(sorted(units))}"
    unit = units.pop().replace("µ", "u").replace("μ", "u")
    try:
        value = convert(number, unit, kind.unit)
    except UnitError as error:
        return None, error.message
    if not kind.lower <= value <= kind.upper:
        return None, f"{text!r} is not possible ({kind.lower:g} to {kind.upper:g} {kind.unit})"
    return Reading(kind.property_name, value, kind.unit, f"line {row.number}"), ""


def _cut_off(text: SourceText, rows: Sequence[Row]) -> list[str]:
    if text.ended or not rows or len(rows[-1].cells) < 2 or rows[-1].number != len(text.lines):
        return []
    last = rows[-1].cells[-1]
    # The number before it in the file has as many decimals where the last one is whole.
    before = rows[-1].cells[-2] if len(rows) == 1 else rows[-2].cells[-1]
    if not any(char.isdigit() for char in last) or (decimals(last) and decimals(last) == decimals(before)):
        return []
    return [f"line {rows[-1].number}: the file ends here without a line end and may be cut off"]
