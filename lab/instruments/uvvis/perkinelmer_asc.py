"""PerkinElmer UV WinLab, ASCII (.asc, .sp as text): numbered header lines, ``#HDR``, ``#GR``, then ``#DATA``.

The lines after ``#GR`` are: x unit, y unit, x scale, x offset, first x, step, number of points, highest and lowest y.
"""

import numpy as np

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.instruments.numbers import parse_number
from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.tables import find_tables
from lab.instruments.text import SourceText
from lab.instruments.uvvis.spectra import Spectrum, result_of

_HINT = "export the spectrum again from UV WinLab as ASCII"
_POINTS = 6


def _sniff(text: SourceText) -> bool:
    return bool(text.lines) and text.lines[0].lstrip().startswith("PE UV")


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    lines = [line.strip() for line in raw.text.lines]
    if "#GR" not in lines or "#DATA" not in lines:
        raise InvalidInputError(raw.name, [f"line {len(lines)}: ends without #GR and #DATA"], hint=_HINT)
    start, data = lines.index("#GR") + 1, lines.index("#DATA") + 1
    graph = lines[start : start + _POINTS + 1]
    if len(graph) <= _POINTS or graph[0].casefold() != "nm":
        raise InvalidInputError(raw.name, [f"line {start + 1}: the x unit must be nm"], hint=_HINT)
    tables = [table for table in find_tables(raw.text, raw.name) if table.rows[0].number > data]
    if len(tables) != 1 or tables[0].rows[0].number != data + 1 or tables[0].rows[-1].number != len(lines):
        raise InvalidInputError(raw.name, [f"line {data + 1}: no single block of numbers up to the end"], hint=_HINT)
    x, y = tables[0].columns(0, 1)
    _check_header(raw.name, graph, start, x)
    label = lines[2].rsplit(".", 1)[0] if len(lines) > 2 else ""
    spectrum = Spectrum(label, x, y, graph[1], tables[0].where)
    return result_of((READER.name, "PerkinElmer UV WinLab"), raw, [spectrum], options)


def _check_header(name: str, graph: list[str], start: int, x: Array) -> None:
    points = parse_number(graph[_POINTS], ".")
    if points is None or points != len(x):
        fault = f"line {start + 1 + _POINTS}: promises {graph[_POINTS]} points, the file has {len(x)}"
        raise InvalidInputError(name, [fault], hint=_HINT)
    mark = "," if "," in graph[4] else "."
    first = parse_number(graph[4], mark)
    if first is not None and not np.isclose(first, x[0], atol=0.01):
        fault = f"line {start + 5}: says that x begins at {first:g}, it begins at {x[0]:g}"
        raise InvalidInputError(name, [fault], hint=_HINT)


READER = Reader("perkinelmer-asc", "PerkinElmer UV WinLab ASCII", _sniff, _read)
