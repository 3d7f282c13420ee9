"""JCAMP-DX 4.24 spectra (McDonald and Wilks, Appl. Spectrosc. 42, 151, 1988): XYPOINTS, and XYDATA in every form.

XYDATA may be packed as PAC, SQZ, DIF and DUP. What the header promises (points, first and last x, first y, checkpoints
of x and y) is held against the data, so that a damaged or cut file is found out.
"""

import re
from collections.abc import Iterator, Mapping

import attrs
import numpy as np

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.instruments.numbers import parse_number
from lab.instruments.raw_files import RawFile
from lab.instruments.readers import Reader
from lab.instruments.results import InstrumentResult, ReadOptions
from lab.instruments.text import SourceText
from lab.instruments.uvvis.asdf import AsdfError, ordinates
from lab.instruments.uvvis.spectra import Spectrum, result_of

_HINT = "export the spectrum again as JCAMP-DX 4.24 with x in nanometers"
_LABEL = re.compile(r"^\s*##([^=]*)=(.*)$")
_UNITS = {"NANOMETERS": "nm", "NANOMETER": "nm", "NM": "nm"}
_ORDINATES = {
    "TRANSMITTANCE": "transmittance",
    "ABSORBANCE": "absorbance",
    "%TRANSMITTANCE": "transmittance (%)",
    "PERCENTTRANSMITTANCE": "transmittance (%)",
    "%T": "transmittance (%)",
}


@attrs.frozen
class _Block:
    name: str
    header: Mapping[str, tuple[int, str]]
    """Line and value by label."""
    data: tuple[tuple[int, str], ...]
    """Lines of the data with their numbers."""

    def text(self, label: str) -> str:
        return self.header.get(label, (0, ""))[1]

    def number(self, label: str, default: float | None = None) -> float:
        line, text = self.header.get(label, (0, ""))
        value = parse_number(text, ".") if text else default
        if value is None:
            fault = f"line {line}: ##{label}= {text!r} is no number" if text else f"##{label}= is missing"
            raise InvalidInputError(self.name, [fault], hint=_HINT)
        return value


def _sniff(text: SourceText) -> bool:
    return any(line.lstrip().upper().startswith(("##JCAMP-DX", "##JCAMPDX")) for line in text.lines[:20])


def _read(raw: RawFile, options: ReadOptions) -> InstrumentResult:
    spectra = [_spectrum(block) for block in _blocks(raw)]
    if not spectra:
        raise InvalidInputError(raw.name, ["has no ##XYDATA= or ##XYPOINTS="], hint=_HINT)
    return result_of((READER.name, "JCAMP-DX"), raw, spectra, options)


def _blocks(raw: RawFile) -> Iterator[_Block]:
    header: dict[str, tuple[int, str]] = {}
    data: list[tuple[int, str]] = []
    inside = False
    for number, line in enumerate(raw.text.lines, start=1):
        text = line.split("$$", 1)[0]
        found = _LABEL.match(text)
        if not found:
            if inside and text.strip():
                data.append((number, text.strip()))
            continue
        label = re.sub(r"[\s\-/_]", "", found[1]).upper()
        inside = label in {"XYDATA", "XYPOINTS"}
        if label == "END":
            if data:
                yield _Block(raw.name, dict(header), tuple(data))
            header, data = {}, []
        else:
            header[label] = (number, found[2].strip())
    if data:
        raise InvalidInputError(raw.name, [f"line {len(raw.text.lines)}: ends without ##END=, cut off?"], hint=_HINT)


def _spectrum(block: _Block) -> Spectrum:
    unit = re.sub(r"\s", "", block.text("XUNITS")).upper()
    if unit not in _UNITS:
        line, text = block.header.get("XUNITS", (0, ""))
        fault = f"line {line}: ##XUNITS= {text!r} is not nm" if line else "##XUNITS= is missing"
        raise InvalidInputError(block.name, [fault], hint=_HINT)
    x, y = _points(block) if "XYPOINTS" in block.header else _packed(block)
    points = int(block.number("NPOINTS", len(x)))
    if points != len(x):
        line = block.header["NPOINTS"][0]
        raise InvalidInputError(block.name, [f"line {line}: promises {points} points, there are {len(x)}"], hint=_HINT)
    kind = re.sub(r"\s", "", block.text("YUNITS")).upper()
    header = _ORDINATES.get(kind, kind)
    # The standard defines TRANSMITTANCE as a fraction; only values that cannot be one are percent (as spectra.py says).
    if kind == "TRANSMITTANCE" and len(y) and y.max() <= 1.5:
        header = "transmittance (fraction)"
    where = f"lines {block.data[0][0]}-{block.data[-1][0]}"
    return Spectrum(block.text("TITLE"), x, y, header, where)


def _points(block: _Block) -> tuple[Array, Array]:
    pairs = []
    for number, line in block.data:
        cells = [cell for cell in re.split(r"[,;\s]+", line) if cell]
        values = [parse_number(cell, ".") for cell in cells]
        if len(values) % 2 or None in values:
            raise InvalidInputError(block.name, [f"line {number}: is no list of x, y pairs"], hint=_HINT)
        pairs += [(values[i], values[i + 1]) for i in range(0, len(values), 2)]
    table = np.array(pairs, dtype=float)
    return table[:, 0] * block.number("XFACTOR", 1.0), table[:, 1] * block.number("YFACTOR", 1.0)


def _packed(block: _Block) -> tuple[Array, Array]:
    if "(X++(Y..Y))" not in re.sub(r"\s", "", block.text("XYDATA")).upper():
        line, text = block.header["XYDATA"]
        raise InvalidInputError(block.name, [f"line {line}: ##XYDATA= {text!r} is not (X++(Y..Y))"], hint=_HINT)
    x_factor, y_factor = block.number("XFACTOR", 1.0), block.number("YFACTOR", 1.0)
    first, last, points = block.number("FIRSTX"), block.number("LASTX"), int(block.number("NPOINTS"))
    if points < 2:
        raise InvalidInputError(block.name, ["##NPOINTS= is below 2"], hint=_HINT)
    step = (last - first) / (points - 1)
    values: list[float] = []
    try:
        for number, start, line_values in ordinates(block.data):
            expected = first + step * len(values)
            if abs(start * x_factor - expected) > max(abs(step), abs(x_factor)):
                fault = f"line {number}: x is {start * x_factor:g} where {expected:g} is due; a line may be missing"
                raise InvalidInputError(block.name, [fault], hint=_HINT)
            values += line_values
            if len(values) > points:
                raise InvalidInputError(block.name, [f"line {number}: more than {points} points"], hint=_HINT)
    except AsdfError as error:
        raise InvalidInputError(block.name, [str(error)], hint=_HINT) from error
    y = np.array(values) * y_factor
    if "FIRSTY" in block.header and not np.isclose(block.number("FIRSTY"), y[0], rtol=1e-3, atol=2 * abs(y_factor)):
        line = block.header["FIRSTY"][0]
        raise InvalidInputError(block.name, [f"line {line}: ##FIRSTY= is not {y[0]:g}, the first y"], hint=_HINT)
    return first + step * np.arange(len(values)), y


READER = Reader("jcamp-dx", "JCAMP-DX spectrum", _sniff, _read)
