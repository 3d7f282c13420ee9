"""Plain tables of spectra: one column named wavelength, every other named column with transmittance or absorbance."""

import re

from lab.errors import InvalidInputError
from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.tables import Table, find_delimiter, find_tables
from lab.instruments.text import SourceText
from lab.instruments.uvvis.spectra import Spectrum, is_wavelength, ordinate_of, result_of

_OTHER_UNIT = re.compile(r"\b(um|microns?|cm|m|a|å|[aå]ngstr[oö]ms?)\b")
_HINT = "name the columns, for example: wavelength (nm), transmittance (%)"


def _sniff(text: SourceText) -> bool:
    delimiter = find_delimiter(text)
    if delimiter == " ":
        return any(is_wavelength(line) for line in text.lines[:60])
    return any(is_wavelength(cell) for line in text.lines[:60] for cell in line.split(delimiter))


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    spectra = [spectrum for table in find_tables(raw.text, raw.name) for spectrum in _spectra(table, options)]
    return result_of((READER.name, "spectrometer"), raw, spectra, options)


def _spectra(table: Table, options: ReadOptions) -> list[Spectrum]:
    header = table.above[-1] if table.above else None
    if header is None:
        raise InvalidInputError(table.name, [f"line {table.rows[0].number}: columns have no names"], hint=_HINT)
    wavelengths = [index for index, cell in enumerate(header.cells) if is_wavelength(cell)]
    if len(wavelengths) != 1 or len(header.cells) < 2:
        has = f"needs one column named wavelength, has {len(wavelengths)}"
        fault = f"line {header.number}: {'names the wavelength only' if len(wavelengths) == 1 else has}"
        raise InvalidInputError(table.name, [fault], hint=_HINT)
    _check_unit(table, header.number, header.cells[wavelengths[0]])
    wrong = [row.number for row in table.rows if len(row.cells) != len(header.cells)]
    if wrong:
        fault = f"line {wrong[0]}: has more or fewer cells than line {header.number} (a decimal comma splits a cell)"
        raise InvalidInputError(table.name, [fault], hint=_HINT)
    values = [i for i in range(len(header.cells)) if i != wavelengths[0]]
    spectra = []
    for index in values:
        x, y = table.columns(wavelengths[0], index)
        name = header.cells[index]
        # A column named by nothing but its quantity is the film of the whole file; otherwise the name is the film's.
        bare = ordinate_of(name) is not None and not re.search(r"\d", re.sub(r"0\s*-\s*1", "", name))
        label = "" if bare and len(values) == 1 else name
        spectra.append(Spectrum(label, x, y, name, table.where))
    return spectra


def _check_unit(table: Table, line: int, header: str) -> None:
    low = header.casefold().replace("µ", "u").replace("μ", "u").replace("_", " ")
    if _OTHER_UNIT.search(low):
        raise InvalidInputError(table.name, [f"line {line}: {header!r} is not in nm"], hint="export wavelengths in nm")


READER = Reader("spectrum-csv", "Spectrum as CSV", _sniff, _read)
