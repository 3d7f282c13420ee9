"""A film in a crate: a Dataset with its values and files, as the ELN Consortium's readers show one experiment."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import attrs

from lab.export.film_ledger import ACTS_WITH_FILES
from lab.export.ledger_files import Acts
from lab.export.names import safe_part
from lab.export.wording import name_text
from lab.records import Artefact, FilmGrade, Measurement, Record, Records

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

Result = FilmGrade | Measurement


@attrs.frozen
class FilmSource:
    """What films are described from."""

    acts: Acts
    records: Records
    """The current records of these acts."""
    stored: Mapping[str, Artefact]
    """Stored files by their place in the crate."""
    units: Mapping[str, str]
    """Unit of each property."""

    @cached_property
    def added(self) -> Mapping[str, Sequence[Record]]:
        """What each act added, by its key."""
        return {event.key: added for event, added in self.acts}

    @cached_property
    def places(self) -> Mapping[Artefact | str, Sequence[tuple[int, str]]]:
        """Places of each file, and by its hash of all of one content, with their numbers among all that is stored."""
        found: dict[Artefact | str, list[tuple[int, str]]] = {}
        for number, (place, file) in enumerate(self.stored.items()):
            for key in (file, file.sha256):
                found.setdefault(key, []).append((number, place))
        return found


def add_film(crate: "ROCrate", source: FilmSource, label: str) -> None:
    """Describe a film whose ``film.json`` is in the crate already."""
    records = source.records
    place = f"films/{safe_part(label)}/"
    grade = records.grades.get(label)
    measured = records.measurements_of.get(label, ())
    dataset = crate.add_dataset(
        dest_path=place,
        properties={
            "name": f"Film {label}",
            "description": f"{records.films[label].asked}" + (f", grade {grade.grade}" if grade else ""),
            "identifier": label,
        },
    )
    results: list[Result] = [*measured, *([grade] if grade else [])]
    parts = [f"{place}film.json", *_files_behind(source, results)]
    dataset["hasPart"] = [part for part in map(crate.dereference, parts) if part is not None]
    dataset["variableMeasured"] = [_value(crate, source, found) for found in measured if found.value is not None]


def _files_behind(source: FilmSource, results: Sequence[Result]) -> list[str]:
    """Return the places of files behind results of one film.

    These are the files that the results name, and all that came with them in acts about no other film: further
    replicates, photos, overlays.
    """
    named = (found.raw_sha256 for found in results if isinstance(found, Measurement))
    files: set[Artefact | str] = {sha256 for sha256 in named if sha256 is not None}
    for key in {source.records.event_of(found).key for found in results}:
        if _about_one_film(key, source.added[key]):
            files.update(record for record in source.added[key] if isinstance(record, Artefact))
    return [place for _, place in sorted({one for file in files for one in source.places.get(file, ())})]


def _about_one_film(key: str, added: Sequence[object]) -> bool:
    said = (record for record in added if isinstance(record, Result))
    # What is withdrawn is another film's, but its files are not.
    films = {one.film for one in said if isinstance(one, FilmGrade) or one.value is not None}
    return key.startswith(ACTS_WITH_FILES) and len(films) == 1


def _value(crate: "ROCrate", source: FilmSource, found: Measurement) -> Any:
    from rocrate.model.contextentity import ContextEntity

    properties = {
        "@type": "PropertyValue",
        "propertyID": found.property_name,
        "name": name_text(found.property_name),
        "value": found.value,
        "unitText": source.units.get(found.property_name, ""),
        "measurementTechnique": found.instrument,
        "description": f"n {found.n}, {found.status}" + (f", sd {found.sd:.6g}" if found.sd is not None else ""),
    }
    return crate.add(ContextEntity(crate, f"#{safe_part(found.film)}-{found.property_name}", properties))
