"""Thickness gauges and sheets: a column with labels and one or more of thickness; every number is a reading."""

import re

from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.rows.labelled import RowKind, find_header, read_rows
from lab.instruments.text import SourceText

_KIND = RowKind("thickness", re.compile(r"thickness|dicke", re.IGNORECASE), "um", 0.5, 5000.0)


def _sniff(text: SourceText) -> bool:
    return find_header(text, _KIND) is not None


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    return read_rows((READER.name, "thickness gauge"), raw, _KIND)


READER = Reader("thickness-csv", "Thickness readings as CSV", _sniff, _read)
