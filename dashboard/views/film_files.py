"""Files of one film: photos, and the instrument files that its measurements rest on."""

from lab.errors import FilmlabError
from lab.instruments import Curve, read_file
from lab.records import Artefact, Records


def raw_files_of(records: Records, film: str) -> list[Artefact]:
    """Return the stored instrument files behind a film's measurements.

    A mean names the first of its files only: the others came with the same act, if that was about no other film.
    """
    measured = records.measurements_of.get(film, ())
    hashes = {found.raw_sha256 for found in measured}
    acts = {records.event_of(found).key for found in measured if found.n > 1}
    if acts:
        others = (found for found in records.measurements.values() if found.film != film and found.value is not None)
        acts -= {records.event_of(found).key for found in others}
    found = {
        artefact.sha256: artefact
        for name, artefact in records.artefacts.items()
        if artefact.sha256 in hashes or (name.startswith("raw/") and records.event_of(artefact).key in acts)
    }
    return list(found.values())


def curves_in(name: str, content: bytes) -> list[tuple[str, Curve]]:
    """Return the curves of an instrument's file with their specimens; none where it cannot be read by itself."""
    try:
        result = read_file(content, name=name)
    except FilmlabError:
        # It was read once, with what a person added then; without that it may not say enough.
        return []
    return [(specimen.label or name, specimen.curve) for specimen in result.specimens if specimen.curve is not None]
