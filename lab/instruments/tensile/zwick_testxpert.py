"""ZwickRoell testXpert, text export in English or German: parameters, then names, units and values of each strip."""

import re

from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.tensile.strips import read_strips
from lab.instruments.text import SourceText

_MARK = re.compile(r"testxpert|zwick|standardkraft|standard force|standardweg|standard travel", re.IGNORECASE)


def _sniff(text: SourceText) -> bool:
    return any(_MARK.search(line) for line in text.lines[:400])


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    return read_strips((READER.name, "ZwickRoell testXpert"), raw, options)


READER = Reader("zwick-testxpert", "ZwickRoell testXpert text export", _sniff, _read)
