"""Plain tables of tensile tests: named columns with units, lines above them with label and size of each strip."""

from lab.errors import InvalidInputError
from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.tables import find_tables
from lab.instruments.tensile.strips import is_curve, read_strips
from lab.instruments.text import SourceText


def _sniff(text: SourceText) -> bool:
    try:
        return any(is_curve(table) for table in find_tables(text, ""))
    except InvalidInputError:
        return False


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    return read_strips((READER.name, "tensile tester"), raw, options)


READER = Reader("tensile-csv", "Tensile test as CSV", _sniff, _read)
