"""MTS TestSuite and TestWorks, text export: "Axial Force" or "Load" and "Crosshead", units in a line of their own."""

import re

from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.tensile.strips import read_strips
from lab.instruments.text import SourceText

_MARK = re.compile(r"^MTS|MTS TestSuite|TestWorks|Axial Force|Running Time|^\"?Crosshead\b", re.IGNORECASE)


def _sniff(text: SourceText) -> bool:
    return any(_MARK.search(line) for line in text.lines[:200])


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    return read_strips((READER.name, "MTS"), raw, options)


READER = Reader("mts", "MTS TestSuite or TestWorks text export", _sniff, _read)
