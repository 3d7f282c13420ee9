"""Readings to records: which film, which property, in which act. A pure function; the caller stores what it returns."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import attrs

from lab.campaigns import CampaignDefinition
from lab.counting import counted
from lab.errors import InvalidInputError, NothingNewError
from lab.hashing import sha256_of_json
from lab.instruments.earlier_measurements import says_the_same, told
from lab.instruments.film_labels import film_of, film_of_file
from lab.instruments.raw_files import RawFile, StoredFile, raw_name
from lab.instruments.repeated import given_twice, repeated_curves, shared_names
from lab.instruments.replicates import measurement_of, outliers
from lab.instruments.results import InstrumentResult, Reading
from lab.instruments.wrong_films import earlier_films, imported, withdrawn
from lab.names import free_key
from lab.properties import Property
from lab.records import Event, Measurement, Records
from lab.units import convert

_HOW_TO_AVERAGE = "nothing was recorded; for the mean of all readings give the earlier files too, with --replace"


@attrs.frozen
class ImportRequest:
    """What a person asks for."""

    who: str
    at: datetime
    film: str | None = None
    """Film that everything belongs to; found from specimen labels or the file's name if None."""
    instead_of: str | None = None
    """Film that the same files were wrongly imported for, or that the file itself names wrongly."""
    replace: bool = False
    """Whether earlier measurements of the same film and property are superseded; they stay in the history."""


@attrs.frozen
class ImportPlan:
    """What is to be stored, together or not at all."""

    event: Event
    measurements: tuple[Measurement, ...]
    files: tuple[StoredFile, ...]
    notes: tuple[str, ...]
    """What a person should see: warnings, outliers, what was left out."""
    known: Records = attrs.field(repr=False, eq=False)
    """What the campaign had when this was planned: nothing that came later is set aside."""


@attrs.frozen
class _Taken:
    """A reading with where it comes from."""

    film: str
    reading: Reading
    specimen: str
    result: InstrumentResult


def plan_import(
    results: Sequence[InstrumentResult], definition: CampaignDefinition, records: Records, request: ImportRequest
) -> ImportPlan:
    """Return the records that readings amount to.

    Readings of one film and property, from one file or several, are replicates of one measurement. What was recorded
    before is passed over, so that a sheet or a file that grows can be read again.

    Raises:
        InvalidInputError: With every fault: films that do not exist, are not made or contradict each other, values that
            are physically impossible, measurements that are there already, files that were imported already.
        NothingNewError: If there is no fault but that all of it was recorded before.
    """
    hashes = {result.raw.sha256 for result in results}
    faults = _request_faults(request, records)
    faults += given_twice(results)
    key, before = _event_key(hashes, request, records)
    faults += repeated_curves(results)
    faults += () if request.film else shared_names(results)
    taken, notes = _assign(results, records, request, faults)
    films = dict.fromkeys(item.film for item in taken)
    faults += [f"{film} has not been made yet" for film in films if film not in records.as_made]
    faults += _other_films_faults(taken, request, records)
    properties = {prop.name: prop for prop in definition.properties}
    groups: dict[tuple[str, str], list[_Taken]] = {}
    for item in taken:
        if item.reading.property_name in properties:
            groups.setdefault((item.film, item.reading.property_name), []).append(item)
    others = dict.fromkeys(name for item in taken if (name := item.reading.property_name) not in properties)
    if others:
        notes.append(f"left out, as the campaign has no such property: {', '.join(others)}")
    what = ", ".join(dict.fromkeys(result.raw.name for result in results))
    compared = _compare(groups, properties, records, request.replace)
    faults += compared.faults
    if not groups and not faults:
        faults.append(
            f"has no reading of a property of this campaign: it tells {', '.join(others) or 'nothing'}, "
            f"and the campaign measures {', '.join(properties)}"
        )
    gone = _withdrawn({name for _, name in groups}, request, hashes, records)
    if not (compared.new or gone or faults):
        said = before or f"says nothing new: its {counted(compared.earlier, 'measurement')} were recorded before"
        raise NothingNewError(what, [said], hint="nothing was recorded; mend this and import again")
    if faults:
        faults += [before] if before else []
        hint = _HOW_TO_AVERAGE if compared.other else "nothing was recorded; mend this and import again"
        raise InvalidInputError(what, list(dict.fromkeys(faults)), hint=hint)
    log = _log({key: groups[key] for key in compared.new})
    log_name = f"imports/{sha256_of_json(log)[:16]}.json"
    stored = (*_raw_files(results), StoredFile(log_name, json.dumps(log, indent=1, ensure_ascii=False).encode()))
    event = Event(key, request.who, f"instrument file {what}", simulated=False, at=request.at)
    notes += compared.notes
    return ImportPlan(event, (*compared.new.values(), *gone), stored, tuple(dict.fromkeys(notes)), records)


@attrs.frozen
class _Compared:
    """What files say, beside what the campaign has."""

    new: dict[tuple[str, str], Measurement]
    """What is to be recorded, by film and property."""
    earlier: int
    """How many measurements were recorded before."""
    other: bool
    """Whether some are other ones than the campaign has."""
    notes: list[str]
    faults: list[str]


def _compare(
    groups: Mapping[tuple[str, str], Sequence[_Taken]],
    properties: Mapping[str, Property],
    records: Records,
    superseding: bool,
) -> _Compared:
    new: dict[tuple[str, str], Measurement] = {}
    notes: list[str] = []
    faults: list[str] = []
    other: list[str] = []
    earlier = 0
    for (film, name), items in groups.items():
        wrong = list(_reading_faults(items, properties[name]))
        faults += wrong
        if wrong:
            continue
        found = _measurement(film, properties[name], items)
        known = records.measurements.get((film, name))
        same = known is not None and says_the_same(known, found)
        if known is None or superseding:
            new[film, name] = found
            notes += _outlier_notes(film, name, items)
            if known and not same:
                notes.append(f"{film} {name}: sets aside {told(known, properties[name], records)}")
        elif same:
            earlier += 1
        else:
            before = told(known, properties[name], records)
            other.append(f"{film} has a measurement of {name} already: {before} (give --replace to supersede it)")
    notes += [f"{counted(earlier, 'measurement')} recorded before"] if earlier else []
    return _Compared(new, earlier, bool(other), notes, [*faults, *other])


def _request_faults(request: ImportRequest, records: Records) -> list[str]:
    named = {"--film": request.film, "--instead-of": request.instead_of}
    faults = [
        f"{option}: there is no film {film!r}" for option, film in named.items() if film and film not in records.films
    ]
    if request.instead_of and not request.film:
        faults.append("--instead-of needs --film, the film that was really measured")
    if request.instead_of and request.instead_of == request.film:
        faults.append("--film is the film that was measured and --instead-of another one, named wrongly")
    return faults


def _other_films_faults(taken: Sequence[_Taken], request: ImportRequest, records: Records) -> Iterator[str]:
    # File by file: one that is the film's own must not let in one that is another's.
    files: dict[RawFile, set[str]] = {}
    for item in taken:
        files.setdefault(item.result.raw, set()).add(item.film)
    known = imported(records)
    for raw, films in files.items():
        for film in earlier_films(films, request.instead_of, raw.sha256, records) if raw.sha256 in known else ():
            name = f"{raw.name}: " if len(files) > 1 else ""
            yield f"{name}was imported for {film} already (if that was wrong: --instead-of {film})"


def _withdrawn(
    properties: set[str], request: ImportRequest, hashes: set[str], records: Records
) -> tuple[Measurement, ...]:
    if request.instead_of is None or request.film is None:
        return ()
    return tuple(withdrawn(request.instead_of, request.film, sorted(properties), hashes, records))


def _assign(
    results: Sequence[InstrumentResult], records: Records, request: ImportRequest, faults: list[str]
) -> tuple[list[_Taken], list[str]]:
    taken: list[_Taken] = []
    notes: list[str] = []
    for result in results:
        notes += [f"{result.raw.name}: {warning}" for warning in result.warnings]
        named = [film_of_file(raw.name, records.films) for raw in (result.raw, *result.others)]
        by_names = tuple(dict.fromkeys(film for film in named if film))
        for specimen in result.specimens:
            if specimen.rejected:
                notes.append(f"{result.raw.name}: specimen {specimen.label!r} is left out: {specimen.rejected}")
                continue
            film, fault = _film(specimen.label, by_names, request, records)
            if film is None:
                faults.append(f"{result.raw.name}: {fault}" if len(results) > 1 else fault)
                continue
            taken += [_Taken(film, reading, specimen.label, result) for reading in specimen.readings]
    return taken, notes


def _film(label: str, by_names: Sequence[str], request: ImportRequest, records: Records) -> tuple[str | None, str]:
    by_label = film_of(label, records.films)
    known_wrong = request.instead_of
    if request.film:
        contradicting = [f for f in (by_label, *by_names) if f and f not in {request.film, known_wrong}]
        if contradicting:
            fault = (
                f"says {contradicting[0]} and you say {request.film} (if it is wrong: --instead-of {contradicting[0]})"
            )
            return None, fault
        return request.film, ""
    if len(by_names) > 1:
        return None, f"files that belong together are named after {' and '.join(by_names)}"
    by_name = by_names[0] if by_names else None
    if by_label and by_name and by_label != by_name:
        return None, f"the file's name says {by_name}, specimen {label!r} says {by_label} (give --film)"
    if by_label:
        return by_label, ""
    if label and by_name is None:
        return None, f"specimen {label!r} is no film of this campaign (give --film)"
    return by_name, "it does not say which film it is of (give --film)"


def _reading_faults(items: Sequence[_Taken], prop: Property) -> Iterator[str]:
    for item in items:
        value = item.reading.value
        if value is None:
            continue
        inside = convert(value, item.reading.unit, prop.unit)
        if prop.impossible(inside):
            yield (
                f"{item.result.raw.name}: {item.reading.where}: {prop.name} of {inside:g} {prop.unit} is not possible "
                f"({prop.lower:g} to {prop.upper:g})"
            )


def _measurement(film: str, prop: Property, items: Sequence[_Taken]) -> Measurement:
    readings = []
    for item in items:
        reading = item.reading
        value = None if reading.value is None else convert(reading.value, reading.unit, prop.unit)
        sd = None if reading.sd is None else convert(reading.sd, reading.unit, prop.unit)
        readings.append(attrs.evolve(reading, value=value, sd=sd, unit=prop.unit))
    instruments = list(dict.fromkeys(item.result.instrument for item in items))
    # Of a strip that failed and one that did not, the value rests on the file of the second one.
    first = next((item for item in items if item.reading.value is not None), items[0])
    return measurement_of(film, prop, readings, " + ".join(instruments), first.result.raw.sha256)


def _outlier_notes(film: str, name: str, items: Sequence[_Taken]) -> Iterator[str]:
    valued = [item for item in items if item.reading.value is not None]
    values = [item.reading.value for item in valued if item.reading.value is not None]
    for place in outliers(values):
        item = valued[place]
        yield (
            f"{film} {name}: {values[place]:.4g} ({item.result.raw.name}, {item.specimen or item.reading.where}) lies "
            "far from the other readings; it is kept"
        )


def _event_key(hashes: set[str], request: ImportRequest, records: Records) -> tuple[str, str]:
    """Return the key of the act, and who did it before where that was done and is not to be replaced."""
    key = f"import:{sha256_of_json([request.film, sorted(hashes)])[:16]}"
    earlier = records.events.get(key)
    if earlier is None:
        return key, ""
    said = f"was imported already by {earlier.who} on {earlier.at:%Y-%m-%d} (give --replace to do it again)"
    return free_key(key, records.events), "" if request.replace else said


def _raw_files(results: Sequence[InstrumentResult]) -> tuple[StoredFile, ...]:
    raws = {raw.sha256: raw for result in results for raw in (result.raw, *result.others)}
    return tuple(StoredFile(raw_name(raw), raw.content) for raw in raws.values())


def _log(groups: Mapping[tuple[str, str], Sequence[_Taken]]) -> list[dict[str, object]]:
    """Every reading behind the measurements, so that each mean can be followed back to lines of files."""
    return [
        {
            "film": film,
            "property": name,
            "specimen": item.specimen,
            "value": item.reading.value,
            "unit": item.reading.unit,
            "sd": item.reading.sd,
            "n": item.reading.n,
            "status": str(item.reading.status),
            "note": item.reading.note,
            "file": item.result.raw.name,
            "sha256": item.result.raw.sha256,
            "where": item.reading.where,
            "format": item.result.format,
        }
        for (film, name), items in groups.items()
        for item in items
    ]
