"""Balances: a column with labels and one of weight, its unit in the column's name, in a column or behind the number."""

import re

from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.rows.labelled import RowKind, find_header, read_rows
from lab.instruments.text import SourceText

_KIND = RowKind("mass", re.compile(r"weight|mass\b|masse|gewicht|netto|^net", re.IGNORECASE), "mg", 0.01, 1e6)


def _sniff(text: SourceText) -> bool:
    return find_header(text, _KIND) is not None


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    return read_rows((READER.name, "balance"), raw, _KIND)


READER = Reader("balance-csv", "Balance readings as CSV", _sniff, _read)
