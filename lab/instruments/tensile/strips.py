"""The strips in a tester's file, whoever wrote it: their columns, their size, their curves."""

import re
from collections.abc import Sequence

import attrs
import numpy as np

from lab.arrays import Array
from lab.errors import InvalidInputError
from lab.instruments.raw_files import RawFile
from lab.instruments.results import Curve, InstrumentResult, ReadOptions, Specimen
from lab.instruments.tables import Row, Table, find_tables, name_and_unit
from lab.instruments.tensile.analysis import analyse, fracture
from lab.instruments.tensile.header import StripHeader, has_label, read_header
from lab.instruments.tensile.quantities import UNITS, factor, is_unit, quantity
from lab.instruments.tensile.side_by_side import apart

_HINT = "export force and extension (or stress and strain) with their units, and thickness, width and gauge length"
_MOST_STRAIN = 20.0
_STRESSES = (1e-4, 1e5)
"""Highest stresses in MPa that are possible, of a soft gel and of a perfect fibre: mPa and MN are slips of a key."""
_BACKWARDS = 0.1
"""An extension that falls by more than this share of its range is no extension."""
_FEWEST = 10
_QUOTIENT = re.compile(r"^(?P<name>.*?\S)(?:\s+in\s+|\s+/\s*)(?P<unit>\S+)$")
_DIFFERENCE = 0.01


@attrs.frozen
class _Column:
    index: int
    times: float
    header: str


def is_curve(table: Table) -> bool:
    """Return whether a table holds a force or stress beside an extension or strain."""
    names, _, _ = _heads(table)
    found = {quantity(name) for name in names}
    return bool(found & {"force", "stress"}) and bool(found & {"extension", "strain"})


def read_strips(origin: tuple[str, str], raw: RawFile, options: ReadOptions) -> InstrumentResult:
    """Return the readings of every strip in a file.

    Raises:
        InvalidInputError: With the faults of all strips.
    """
    tables = _curves(raw)
    if not tables:
        fault = "has no table with named columns of force or stress and of extension or strain"
        raise InvalidInputError(raw.name, [fault], hint=_HINT)
    first = next((place for place, row in enumerate(tables[0].above) if has_label(row)), 0)
    common = tables[0].above[:first]
    faults: list[str] = []
    warnings: list[str] = []
    specimens: list[Specimen] = []
    for table in tables:
        specimens += _strips(table, common, options, faults, warnings)
    if faults:
        raise InvalidInputError(raw.name, faults, hint=_HINT)
    return InstrumentResult(*origin, raw, tuple(specimens), tuple(warnings))


def _curves(raw: RawFile) -> list[Table]:
    """Return the curves of a file; what stands above a table of results belongs to the curve below it.

    Raises:
        InvalidInputError: If a curve is interrupted by lines that are no numbers: its rest would be lost.
    """
    curves: list[Table] = []
    rests: list[Table] = []
    last: Table | None = None
    above: tuple[Row, ...] = ()
    for table in find_tables(raw.text, raw.name):
        above = (*above, *table.above)
        if is_curve(table):
            names, _, row = _heads(table)
            last = attrs.evolve(table, above=above)
            curves += apart(last, names, row) if row else [last]
            above = ()
        elif last is not None and _goes_on(last, table):
            rests.append(table)
    if rests:
        faults = [f"{rest.where}: a curve goes on here after lines that are no numbers" for rest in rests]
        raise InvalidInputError(raw.name, faults, hint="export every curve in one piece, without events or empty lines")
    return curves


def _goes_on(curve: Table, table: Table) -> bool:
    """Return whether a table has the columns of a curve above it and, unlike a table of results, no names for them."""
    return table.width == curve.width and not any(len(row.cells) == table.width for row in table.above)


def _heads(table: Table) -> tuple[tuple[str, ...], tuple[str, ...], Row | None]:
    """Return names and units of a table's columns, and the line of the names; units stand in a line of their own or
    in brackets behind the names."""  # noqa: D205, D209
    above = [row for row in table.above if row.cells]
    if not above:
        return (), (), None
    last = above[-1]
    if len(above) > 1 and all(is_unit(cell) for cell in last.cells if cell):
        units = (*last.cells, *[""] * (len(above[-2].cells) - len(last.cells)))
        return above[-2].cells, units, above[-2]
    pairs = [_name_and_unit(cell) for cell in last.cells]
    return last.cells, tuple(unit for _, unit in pairs), last


def _name_and_unit(cell: str) -> tuple[str, str]:
    """Return a column's name and unit: "Force (N)", or as ISO 80000 and German labs write it, "Force / N"."""
    name, unit = name_and_unit(cell)
    found = None if unit else _QUOTIENT.match(name)
    return (found["name"], found["unit"]) if found and is_unit(found["unit"]) else (name, unit)


def _strips(
    table: Table, common: Sequence[Row], options: ReadOptions, faults: list[str], warnings: list[str]
) -> list[Specimen]:
    names, units, row = _heads(table)
    if row is None or len(names) != table.width or any(len(r.cells) > table.width for r in table.rows):
        faults.append(f"{table.where}: rows and column names differ in number")
        return []
    header, wrong = read_header(table.above, table.mark, common)
    faults += wrong
    columns = {name: _columns(name, names, units, row, faults) for name in UNITS}
    if faults:
        return []
    x_name = "strain" if columns["strain"] else "extension"
    y_name = "stress" if columns["stress"] else "force"
    xs, ys = columns[x_name], columns[y_name]
    for chosen in (xs, ys):
        if len(chosen) > 1:
            warnings.append(f"line {row.number}: of {len(chosen)} such columns {chosen[0].header!r} was taken")
    length, area, missing = _sizes(header, options, x_name, y_name)
    faults += [f"{table.where}: {fault}" for fault in missing]
    if missing:
        return []
    x, y, *times = table.columns(*(column.index for column in (xs[0], ys[0], *columns["time"])))
    strain, stress = x * xs[0].times / length, y * ys[0].times / area
    fault = _time_fault(times) or _curve_fault(strain, stress)
    if fault:
        faults.append(f"{table.where}: {fault}")
        return []
    try:
        found = analyse(strain, stress, table.where, ends_at_break=options.ends_at_break)
    except ValueError as error:
        warnings.append(f"{table.where}: strip {header.label!r} has no readings: {error}")
        return [Specimen(header.label, (), rejected=str(error))]
    if not found.broke:
        warnings.append(
            f"{table.where}: strip {header.label!r} does not break before the curve ends, so strength, strain and "
            "toughness are lower bounds; if the tester stopped at the break give --ends-at-break"
        )
    end = fracture(stress)
    if end is not None and stress[end:].max() > stress[: end + 1].max():
        warnings.append(
            f"{table.where}: after the break of strip {header.label!r} the stress rises again, to "
            f"{stress[end:].max():.3g} MPa; what comes after the break is left out"
        )
    curve = Curve("strain", "fraction", "stress", "MPa", found.strain, found.stress)
    return [Specimen(header.label, found.readings, curve, header.rejected)]


def _columns(wanted: str, names: Sequence[str], units: Sequence[str], row: Row, faults: list[str]) -> list[_Column]:
    found = []
    for index, name in enumerate(names):
        if quantity(name) != wanted:
            continue
        times = factor(units[index], UNITS[wanted])
        if times is None:
            faults.append(f"line {row.number}: column {name!r} has no unit of {wanted} ({units[index]!r})")
        else:
            found.append(_Column(index, times, name))
    return found


def _sizes(header: StripHeader, options: ReadOptions, x_name: str, y_name: str) -> tuple[float, float, list[str]]:
    """Return gauge length in mm and cross-section in mm^2, 1 where they are not needed, and what is missing."""
    faults: list[str] = []
    needed = (["gauge_length"] if x_name == "extension" else []) + (["width", "thickness"] if y_name == "force" else [])
    size: dict[str, float] = {}
    for name in needed:
        said, told = getattr(header, name), getattr(options, name)
        option = f"--{name.replace('_', '-')}"
        if name in header.several and told is None:
            faults.append(
                f"the {name.replace('_', ' ')} of strip {header.label!r} is there several times (give {option})"
            )
        elif said is None and told is None:
            faults.append(f"the {name.replace('_', ' ')} of strip {header.label!r} is missing (give {option})")
        elif said is not None and told is not None and abs(said - told) > _DIFFERENCE * told:
            faults.append(f"the file says a {name.replace('_', ' ')} of {said:g}, {option} says {told:g}")
        elif (value := said if said is not None else told) is not None and value > 0:
            size[name] = value
        else:
            faults.append(f"{option} must be above 0")
    if faults:
        return 1.0, 1.0, faults
    area = size["width"] * size["thickness"] / 1000 if y_name == "force" else 1.0
    return size.get("gauge_length", 1.0), area, []


def _time_fault(times: Sequence[Array]) -> str:
    return "the time goes back; are columns swapped?" if any((np.diff(time) < 0).any() for time in times) else ""


def _curve_fault(strain: Array, stress: Array) -> str:
    if len(strain) < _FEWEST:
        return f"only {len(strain)} points"
    span = float(strain.max() - strain.min())
    if span <= 0 or stress.max() <= 0:
        return "nothing is stretched; are columns swapped, or is compression counted positive?"
    if not _STRESSES[0] <= stress.max() <= _STRESSES[1]:
        return f"a stress of {stress.max():.3g} MPa is not possible; is its unit, or that of the force, right?"
    end = fracture(stress)
    # After the break the crosshead may go back.
    until_break = strain if end is None else strain[: end + 1]
    if (np.maximum.accumulate(until_break) - until_break).max() > _BACKWARDS * span:
        return "the extension goes back; are columns swapped?"
    if strain.max() > _MOST_STRAIN:
        return f"a strain of {100 * strain.max():,.0f} % is not possible; is its unit right?"
    return ""
