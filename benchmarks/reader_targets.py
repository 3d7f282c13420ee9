"""What benchmarks/reader_fuzzing.py fuzzes: every reader, with format-true files and what must hold whatever is in one.

* A file is read, or refused with an `InvalidInputError` that says why; nothing else may be raised.
* Every number that is read is finite.
* A file that says the same in another way (encoding, ends of lines, order of the columns) gives the same numbers, or is
  refused.
* A file that was cut off gives no number that the whole file does not give.
"""

import math
import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import attrs

from lab.campaign_files import builtin_definition
from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.instruments import InstrumentResult, RawFile, ReadOptions, open_raw, read_file
from lab.instruments.photos.flame import read_flame
from lab.instruments.photos.hints import hints_of
from lab.instruments.registry import sniff
from lab.records import AsMade, Event, Film, Purpose, Records, Status
from lab.sheets import (
    grading_template,
    measurement_template,
    plan_grading,
    read_grid,
    read_measurements,
    write_template,
)
from lab.sheets.templates import Template, is_grading
from tests.samples import photos, rows, spectra, tensile

SAMPLES: dict[str, bytes] = {**spectra.files(), **tensile.files(), **rows.files()}
"""Format-true instrument files by name."""
OPTIONS = ReadOptions(ordinate="percent", width=5.0, thickness=40.0, gauge_length=20.0)
FILMS = ("L001", "L002")
NEAR = 0.1
"""Relative difference of a number that depends on where a curve ends, where its end is cut off."""
_BY_THE_END = ("youngs_modulus", "curve_alpha", "curve_beta", "toughness", "fracture_strain", "tensile_strength")

Values = Mapping[str, list[float]]
"""Certain numbers by what they are of."""


@attrs.frozen
class Target:
    """A reader with files for it."""

    samples: Mapping[str, bytes]
    read: Callable[[str, bytes], Values | None]
    """Reads a file by name and content; None where it is refused."""
    is_text: bool = True


def targets() -> dict[str, Target]:
    """Return every target by name: the formats of instruments, sheets and photos."""
    found: dict[str, dict[str, bytes]] = {}
    for name, content in SAMPLES.items():
        found.setdefault(sniff(open_raw(content, name=name)).name, {})[name] = content
    known = {name: Target(samples, lambda n, c: values(read(n, c))) for name, samples in sorted(found.items())}
    film = photos.encoded(photos.film())
    return known | {
        "sheet-csv": Target(_sheets(".csv"), _read_sheet),
        "sheet-xlsx": Target(_sheets(".xlsx"), _read_sheet, is_text=False),
        "photos": Target({"film.png": film, "film.jpg": photos.encoded(photos.film(), "JPEG")}, _read_photo, False),
    }


def read(name: str, content: bytes) -> InstrumentResult | None:
    """Read an instrument's file, if need be with what a person adds; None where it is refused."""
    for options in (ReadOptions(), OPTIONS):
        try:
            return checked(read_file(content, name=name, options=options))
        except InvalidInputError as error:
            assert error.faults  # a refusal says why
    return None


def checked(result: InstrumentResult) -> InstrumentResult:
    """Return a result all of whose numbers are finite."""
    for specimen in result.specimens:
        for reading in specimen.readings:
            assert reading.value is None or math.isfinite(reading.value), reading
            assert reading.sd is None or math.isfinite(reading.sd), reading
    return result


def values(result: InstrumentResult | None) -> Values | None:
    """Return the certain numbers by property."""
    if result is None:
        return None
    found: dict[str, list[float]] = {}
    for specimen in result.specimens:
        for reading in specimen.readings:
            if reading.status is Status.OK and reading.value is not None:
                found.setdefault(reading.property_name, []).append(reading.value)
    return found


def check_same(whole: Values | None, other: Values | None) -> None:
    """What says the same gives the same numbers, in whatever order, or is refused."""
    if other:
        assert whole is not None
        for name, numbers in other.items():
            assert sorted(numbers) == sorted(whole.get(name, [])), name


def check_part(whole: Values | None, part: Values | None) -> None:
    """What was cut off gives no other number."""
    for name, numbers in (part or {}).items():
        near = NEAR if name in _BY_THE_END else 1e-9
        for number in numbers:
            known = (whole or {}).get(name, [])
            assert any(math.isclose(number, value, rel_tol=near) for value in known), (name, number, known)


def _sheets(ending: str) -> dict[str, bytes]:
    definition = builtin_definition()
    filled = ["0.5", "50 %", "> 60 %", "failed: broken", "42,5 MPa", "0.03", "5 GPa", "", "0.2", "1.5", "40"]
    measured = measurement_template(definition, FILMS, readings=1)
    measured = attrs.evolve(measured, rows=tuple((film, *filled, "gauge", "") for film in FILMS))
    grades = attrs.evolve(grading_template(FILMS), rows=(("L001", "A", "flat"), ("L002", "b", "")))
    return {f"values{ending}": _written(measured, ending), f"grades{ending}": _written(grades, ending)}


def _written(template: Template, ending: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{ending}"
        write_template(template, path)
        return path.read_bytes()


def _read_sheet(name: str, content: bytes) -> Values | None:
    try:
        grid = read_grid(RawFile(name, content))
        if is_grading(grid.header):
            plan = plan_grading(grid, _records(), who="fuzzer", at=datetime.now(UTC))
            return {f"{found.film} {found.grade}": [1.0] for found in plan.grades}
        results = read_measurements(grid, builtin_definition(), FILMS)
    except InvalidInputError as error:
        assert error.faults
        return None
    found: dict[str, list[float]] = {}
    for result in results:
        for prop, numbers in (values(checked(result)) or {}).items():
            found.setdefault(prop, []).extend(numbers)
    return found


@cache
def _records() -> Records:
    half = Composition({"CNF": 0.5, "MMT": 0.5})
    films = [Film(label, Purpose.MANUAL, half, 12.0, 1600.0) for label in FILMS]
    made = [AsMade(label, half, {}, 12.0) for label in FILMS]
    event = Event("plan", "fuzzer", "", simulated=True, at=datetime(2026, 1, 1, tzinfo=UTC))
    return Records().with_added(event, (*films, *made))


def _read_photo(name: str, content: bytes) -> Values | None:
    raw = RawFile(name, content)
    try:
        hints = hints_of(raw, photos.MARKER_SIDE)
        ratio = read_flame(RawFile("before.png", _before()), raw, photos.MARKER_SIDE).ratio
    except InvalidInputError as error:
        assert error.faults
        return None
    assert all(map(math.isfinite, (hints.solidity, hints.crack_share, hints.unevenness, ratio)))
    assert 0 <= ratio <= 1
    return {}


@cache
def _before() -> bytes:
    return photos.encoded(photos.film())
