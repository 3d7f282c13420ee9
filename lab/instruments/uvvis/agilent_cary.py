"""Agilent Cary WinUV, CSV export: sample names in line 1, pairs of columns below, the method's report at the end."""

from lab.errors import InvalidInputError
from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.tables import Row, Table, find_tables
from lab.instruments.text import SourceText
from lab.instruments.uvvis.spectra import Spectrum, is_wavelength, result_of


def _sniff(text: SourceText) -> bool:
    if len(text.lines) < 3:
        return False
    for delimiter in (",", ";", "\t"):
        names = [cell.strip().strip('"') for cell in text.lines[0].split(delimiter)]
        heads = [cell.strip().strip('"') for cell in text.lines[1].split(delimiter)]
        pairs = heads[0 : len(heads) // 2 * 2 : 2]
        named = names[0] and not any(names[1::2])
        if named and pairs and all(head.startswith("Wavelength (") for head in pairs):
            return True
    return False


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    table = find_tables(raw.text, raw.name)[0]
    if len(table.above) < 2:
        raise InvalidInputError(raw.name, ["line 1: sample names or column names are missing"], hint=_HINT)
    names, heads = table.above[-2], table.above[-1]
    spectra = _spectra(table, names, heads)
    skipped = [f"line 1: {name!r} is a baseline and left out" for name in names.cells if _is_baseline(name)]
    repeated = {s.label for s in spectra if [t.label for t in spectra].count(s.label) > 1}
    skipped += [f"line 1: several spectra are named {label!r}: taken as replicates" for label in sorted(repeated)]
    return result_of((READER.name, "Agilent Cary"), raw, spectra, options, warnings=skipped)


def _spectra(table: Table, names: Row, heads: Row) -> list[Spectrum]:
    if len(heads.cells) % 2 or any(not is_wavelength(head) for head in heads.cells[::2]):
        raise InvalidInputError(table.name, [f"line {heads.number}: is no row of pairs of columns"], hint=_HINT)
    longest = max(len(row.cells) for row in table.rows)
    if longest > len(heads.cells):
        bad = next(row.number for row in table.rows if len(row.cells) > len(heads.cells))
        raise InvalidInputError(table.name, [f"line {bad}: has more cells than line {heads.number}"], hint=_HINT)
    found = []
    for index in range(0, len(heads.cells), 2):
        label = names.cells[index] if index < len(names.cells) else ""
        if _is_baseline(label):
            continue
        x, y = table.columns(index, index + 1, allow_short=True)
        found.append(Spectrum(label, x, y, heads.cells[index + 1], table.where))
    return found


def _is_baseline(name: str) -> bool:
    return name.casefold().startswith("baseline ")


_HINT = "export the whole Cary document again with File, Save Data As, CSV"

READER = Reader("agilent-cary", "Agilent Cary WinUV CSV export", _sniff, _read)
