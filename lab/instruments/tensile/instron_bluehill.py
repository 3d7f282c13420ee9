"""Instron Bluehill, raw data as CSV: parameters, a result table, then names, units and values of a strip."""

import re

from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.tensile.strips import read_strips
from lab.instruments.text import SourceText

_MARK = re.compile(r"bluehill|^\"?(Specimen label|Results Table 1|General : |Specimen : )", re.IGNORECASE)
_HEADER = re.compile(r'^"?Time"?[,;\t]"?(Extension|Displacement|Compressive|Tensile)', re.IGNORECASE)


def _sniff(text: SourceText) -> bool:
    head = text.lines[:400]
    return any(_HEADER.match(line) for line in head) and any(_MARK.search(line) for line in head)


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    return read_strips((READER.name, "Instron Bluehill"), raw, options)


READER = Reader("instron-bluehill", "Instron Bluehill raw data CSV", _sniff, _read)
