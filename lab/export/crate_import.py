"""Reading a crate that `export_crate` wrote, here or elsewhere: the same records, checked by hashes and seals."""

import json
import lzma
import re
import zipfile
import zlib
from pathlib import Path
from typing import Any

import attrs

from lab.errors import InvalidInputError
from lab.export.crates import LEDGER
from lab.export.ledger_files import read_ledger
from lab.hashing import sha256_of_bytes
from lab.store import Store
from lab.user_files import reading_fault
from lab.workspace import Workspace

_DAMAGED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, UnicodeDecodeError)
"""What a ZIP archive with changed bytes makes zipfile raise, names and ways of packing included."""
_METADATA = "ro-crate-metadata.json"
_MAX_FILE = 2_000_000_000
_MAX_FILES = 200_000
_HINT = "give an .eln or .zip file that `filmlab export` wrote; nothing was recorded"


@attrs.frozen
class Imported:
    """What a crate brought."""

    campaign: str
    events: int
    records: int
    files: int
    same_seal: bool
    """Whether the records are, to the bit, all that the exporting lab had: the newest seals are equal."""


def import_crate(file: Path, workspace: Workspace) -> Imported:
    """Add the campaign of a crate to a workspace.

    Raises:
        InvalidInputError: If it is no such crate, or a file in it is not what the crate says.
        DuplicateRecordError: If the workspace has a campaign of that name.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            return _import(_Crate(archive, str(file)), workspace)
    except OSError as error:
        raise InvalidInputError(str(file), [reading_fault(error)], hint=_HINT) from error
    except (*_DAMAGED, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise InvalidInputError(str(file), [f"is no ZIP archive that can be read: {error}"], hint=_HINT) from error


class _Crate:
    """The files of a crate, by their place in it."""

    def __init__(self, archive: zipfile.ZipFile, what: str) -> None:
        self.archive, self.what = archive, what
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(entries) > _MAX_FILES or any(entry.file_size > _MAX_FILE for entry in entries):
            raise self.wrong("holds more, or larger, files than filmlab writes")
        roots = [entry.filename for entry in entries if re.fullmatch(rf"([^/]+/)?{_METADATA}", entry.filename)]
        if len(roots) != 1:
            raise self.wrong(f"has no {_METADATA}")
        self.root = roots[0].removesuffix(_METADATA)
        try:
            graph = json.loads(archive.read(roots[0]))["@graph"]
            self.described: dict[str, dict[str, Any]] = {str(entity["@id"]): entity for entity in graph}
        except (ValueError, KeyError, TypeError) as error:
            raise self.wrong(f"its {_METADATA} cannot be read: {error}") from error

    def wrong(self, why: str) -> InvalidInputError:
        return InvalidInputError(self.what, [why], hint=_HINT)

    def read(self, place: str) -> bytes:
        """Return a file's content after comparing its hash with the crate's description."""
        try:
            content = self.archive.read(f"{self.root}{place}")
        except KeyError:
            raise self.wrong(f"{place} is missing") from None
        if sha256_of_bytes(content) != self.described.get(place, {}).get("sha256"):
            raise self.wrong(f"{place} is not what the crate says it is")
        return content

    def stored(self) -> list[str]:
        """Return the places of stored files."""
        return [place for place in self.described if place.startswith(("files/", "earlier/"))]


def _import(crate: _Crate, workspace: Workspace) -> Imported:
    try:
        text = crate.read(LEDGER).decode("utf-8")
    except UnicodeDecodeError as error:
        raise crate.wrong(f"{LEDGER} is no text: {error}") from error
    entry, acts = read_ledger(text, f"{crate.what}: {LEDGER}")
    places = crate.stored()
    for place in places:
        workspace.artefacts.put(place, crate.read(place))
    with Store.open(workspace.database_url, create=True) as store:
        store.create_with_ledger(entry, acts)
        seal = store.audit(entry.name)[-1].seal if acts else ""
    return Imported(
        campaign=entry.name,
        events=len(acts),
        records=sum(len(records) for _, records in acts),
        files=len(places),
        same_seal=seal == crate.described.get("./", {}).get("identifier"),
    )
