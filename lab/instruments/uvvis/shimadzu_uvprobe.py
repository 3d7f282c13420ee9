"""Shimadzu UVProbe, text export ("Data Print"): a title line, then "Wavelength nm." and one column a spectrum."""

import re

from lab.errors import InvalidInputError
from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.tables import find_tables
from lab.instruments.text import SourceText
from lab.instruments.uvvis.spectra import Spectrum, result_of

_HEADER = re.compile(r'^\s*"?Wavelength nm\."?\s*[\t,;]', re.IGNORECASE)
_TITLE = re.compile(r"\s+-\s+(RawData|Raw Data|.*\.spc)\s*$", re.IGNORECASE)


def _sniff(text: SourceText) -> bool:
    return any(_HEADER.match(line) for line in text.lines[:10])


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    spectra = []
    for table in find_tables(raw.text, raw.name):
        header = next((row for row in reversed(table.above) if row.cells and "nm." in row.cells[0]), None)
        if header is None or len(header.cells) != table.width:
            raise InvalidInputError(
                raw.name,
                [f"line {table.rows[0].number}: {table.width} columns below a header of other length"],
                hint="export the spectrum again as text",
            )
        titles = [row.cells[0] for row in table.above if row.number < header.number and row.cells]
        label = _TITLE.sub("", titles[-1]).strip() if titles else ""
        for index in range(1, table.width):
            x, y = table.columns(0, index)
            # With several spectra the columns carry the names, with one the title line does.
            spectra.append(
                Spectrum(label if table.width == 2 else header.cells[index], x, y, header.cells[index], table.where)
            )
    return result_of((READER.name, "Shimadzu UVProbe"), raw, spectra, options)


READER = Reader("shimadzu-uvprobe", "Shimadzu UVProbe text export", _sniff, _read)
