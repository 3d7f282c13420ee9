"""A campaign or a film as RO-Crate: everything that is known, in open formats, with hashes.

An ``.eln`` file is such a crate in one folder of a ZIP archive (The ELN Consortium's file format).
"""

import json
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from lab.counting import counted
from lab.errors import OptionalPackageError, UnknownNameError
from lab.export.film_datasets import FilmSource, add_film
from lab.export.film_ledger import about_film
from lab.export.ledger_files import Acts, ledger_text, record_as_json
from lab.export.names import safe_name, safe_part
from lab.export.provenance import environment
from lab.export.tables import campaign_tables, to_csv
from lab.files import new_file
from lab.hashing import sha256_of_bytes, sha256_of_file
from lab.media_types import media_type
from lab.open_campaigns import OpenCampaign
from lab.records import Artefact, Film, Records
from lab.store import CampaignEntry

if TYPE_CHECKING:
    from rocrate.rocrate import ROCrate

LEDGER = "ledger.jsonl"
DEFINITION = "campaign.toml"
_CRATE_VERSION = "1.1"
_LICENSE = "No license is given: ask the lab before you use these data."


@attrs.frozen
class Exported:
    """What was written."""

    path: Path
    files: int
    seal: str
    """The campaign's newest seal when it was read."""


def export_crate(
    campaign: OpenCampaign, out: Path, *, film: str | None = None, license_text: str = _LICENSE
) -> Exported:
    """Write a campaign, or everything about one film, as RO-Crate in a ZIP archive.

    Args:
        campaign: The campaign.
        out: The file to write, ``.eln`` or ``.zip``; it appears when it is complete.
        film: Label of a film: its recipe, deck, transfers, grade, measurements, raw files and the models that chose it.
        license_text: Address or words of the licence of the data.

    Raises:
        OptionalPackageError: If the package rocrate is not installed.
        UnknownNameError: If there is no such film.
        WorkspaceError: If a stored file is missing or damaged, or the file cannot be written.
    """
    store = campaign.store
    entry = next(entry for entry in store.campaigns() if entry.name == campaign.name)
    acts = store.ledger(campaign.name)
    # Of the last event that is exported: others may go on recording meanwhile.
    seals = {entry.event.key: entry.seal for entry in store.audit(campaign.name)}
    seal = seals[acts[-1][0].key] if acts else ""
    if film is not None:
        acts = about_film(acts, film)
        if not acts:
            raise UnknownNameError(f"there is no film {film!r}", hint="see: filmlab tables")
    with tempfile.TemporaryDirectory(prefix="filmlab-export-") as folder:
        content = _Content(campaign, entry, acts, Path(folder) / "content")
        content.write()
        files = _describe(content, Path(folder) / "crate", film, seal, license_text)
        _zip(Path(folder) / "crate", out, safe_part(f"{campaign.name}-{film}" if film else campaign.name))
    return Exported(out, files, seal)


class _Content:
    """The files of a crate."""

    def __init__(self, campaign: OpenCampaign, entry: CampaignEntry, acts: Acts, folder: Path) -> None:
        self.campaign, self.entry, self.acts, self.folder = campaign, entry, acts, folder
        self.records = Records()
        for event, records in acts:
            self.records = self.records.with_added(event, records)
        self.stored: dict[str, Artefact] = {}
        """Stored files by their place in the crate; earlier versions too."""

    def write(self) -> None:
        """Write everything into the folder."""
        self._text(LEDGER, ledger_text(self.entry, self.acts))
        self._text(DEFINITION, self.entry.definition_toml)
        self._text("environment.json", json.dumps(environment(), indent=1))
        for name, table in campaign_tables(self.records, self.campaign.definition.units).items():
            if table.rows:
                self._text(f"tables/{name}.csv", to_csv(table))
        for label in self.films:
            self._text(f"films/{safe_part(label)}/film.json", self._film_json(label))
        for _, records in self.acts:
            for record in records:
                if isinstance(record, Artefact):
                    self._store(record)

    @property
    def films(self) -> Mapping[str, Film]:
        """The films that have results."""
        known = set(self.records.measurements_of) | set(self.records.grades)
        return {label: film for label, film in self.records.films.items() if label in known}

    def _film_json(self, label: str) -> str:
        records = self.records
        of_film = [
            records.films.get(label),
            records.as_made.get(label),
            records.dryings.get(label),
            records.grades.get(label),
            records.suggestions.get(label),
            *records.measurements_of.get(label, ()),
        ]
        return json.dumps([record_as_json(found) for found in of_film if found is not None], indent=1)

    def _store(self, artefact: Artefact) -> None:
        current = self.records.artefacts.get(artefact.name) == artefact
        folder = "files" if current else f"earlier/{artefact.sha256[:12]}"
        place = f"{folder}/{safe_name(artefact.name)}"
        if self.stored.get(place, artefact) != artefact:  # names that differ in what no place may hold
            place = f"{folder}/{sha256_of_bytes(artefact.name.encode())[:12]}/{safe_name(artefact.name)}"
        if place not in self.stored:
            self.stored[place] = artefact
            self._bytes(place, self.campaign.artefacts.read(artefact.sha256))

    def _text(self, place: str, text: str) -> None:
        self._bytes(place, text.encode())

    def _bytes(self, place: str, content: bytes) -> None:
        path = self.folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _describe(content: _Content, target: Path, film: str | None, seal: str, license_text: str) -> int:
    """Write the crate with its metadata and return the number of files."""
    crate = _new_crate()
    what = f"Film {film} of the campaign {content.entry.name}" if film else f"Campaign {content.entry.name}"
    simulated = any(event.simulated for event, _ in content.acts)
    crate.name = f"{what} (simulated)" if simulated else what
    crate.description = (
        f"{what}: {counted(len(content.records.films), 'film')} with recipes, ledger, results, raw files, protocols "
        "and models. "
        + ("Made by filmlab's virtual lab, not by a real one. " if simulated else "")
        + f"{LEDGER} holds everything; filmlab reads it back with: filmlab campaign import FILE"
    )
    crate.datePublished = max((event.at for event, _ in content.acts), default=content.entry.created_at)
    crate.license = license_text
    crate.root_dataset["identifier"] = seal
    crate.root_dataset["author"] = _people(crate, content.acts)
    crate.root_dataset["sdPublisher"] = _software(crate)
    count = 0
    for path in sorted(file for file in content.folder.rglob("*") if file.is_file()):
        place = path.relative_to(content.folder).as_posix()
        crate.add_file(path, place, properties=_file_properties(path, content.stored.get(place)))
        count += 1
    source = FilmSource(content.acts, content.records, content.stored, content.campaign.definition.units)
    for label in content.films:
        add_film(crate, source, label)
    crate.write(target)
    return count


def _new_crate() -> "ROCrate":
    try:
        from rocrate.rocrate import ROCrate
    except ImportError as error:
        raise OptionalPackageError("rocrate", "export") from error
    crate = ROCrate(version=_CRATE_VERSION)
    # The context of RO-Crate 1.1 does not have it; validators refuse names that no context explains.
    crate.metadata.extra_terms["sha256"] = "https://schema.org/sha256"
    return crate


def _people(crate: "ROCrate", acts: Acts) -> list[Any]:
    from rocrate.model.person import Person

    names = dict.fromkeys(event.who for event, _ in acts)
    return [crate.add(Person(crate, f"#{safe_part(name)}", {"name": name})) for name in names]


def _software(crate: "ROCrate") -> Any:
    from rocrate.model.contextentity import ContextEntity

    properties = {"@type": "SoftwareApplication", "name": "filmlab", "version": version("filmlab")}
    return crate.add(ContextEntity(crate, "#filmlab", properties))


def _file_properties(path: Path, artefact: Artefact | None) -> dict[str, Any]:
    kind = artefact.media_type if artefact else media_type(path.name)
    name = artefact.name if artefact else path.name
    return {
        "name": name,
        "encodingFormat": kind,
        "contentSize": str(path.stat().st_size),
        "sha256": sha256_of_file(path),
    }


def _zip(folder: Path, out: Path, root: str) -> None:
    with new_file(out) as raw, zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{root}/{path.relative_to(folder).as_posix()}")
