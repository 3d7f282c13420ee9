"""Files of one film: photos, and the instrument files that its measurements rest on."""

from lab.errors import FilmlabError
from lab.instruments import Curve, read_file
from lab.records import Artefact, Records


def raw_files_of(records: Records, film: str) -> list[Artefact]:
    """Return the stored instrument files behind a film's measurements."""
    hashes = {found.raw_sha256 for found in records.measurements_of.get(film, ())}
    hashes.discard(None)
    found = {artefact.sha256: artefact for artefact in records.artefacts.values() if artefact.sha256 in hashes}
    return list(found.values())


def curves_in(name: str, content: bytes) -> list[tuple[str, Curve]]:
    """Return the curves of an instrument's file with their specimens; none where it cannot be read by itself."""
    try:
        result = read_file(content, name=name)
    except FilmlabError:
        # It was read once, with what a person added then; without that it may not say enough.
        return []
    return [(specimen.label or name, specimen.curve) for specimen in result.specimens if specimen.curve is not None]
