"""Files that were imported for the wrong film: a second film does not get them, and what they said is withdrawn."""

from collections.abc import Collection, Iterator

import attrs

from lab.measuring import REJECTED
from lab.records import Measurement, Records, Status


def imported(records: Records) -> frozenset[str]:
    """Return the SHA-256 of all files that measurements may rest on."""
    behind = {found.raw_sha256 for found in records.measurements.values() if found.raw_sha256}
    return frozenset(behind | {known.sha256 for known in records.artefacts.values()})


def earlier_films(films: Collection[str], wrong: str | None, sha256: str, records: Records) -> tuple[str, ...]:
    """Return the films that a file was imported for before, where it is now to be another film's.

    Args:
        films: The films that the file is to be of.
        wrong: The film that it is known to have been imported for wrongly.
        sha256: Hash of the file.
        records: The campaign's records.
    """
    valued = [found for found in records.measurements.values() if found.value is not None]
    earlier = tuple(dict.fromkeys(found.film for found in valued if found.raw_sha256 == sha256))
    if not earlier:
        brought = _brought({sha256}, records)
        earlier = tuple(dict.fromkeys(found.film for found in valued if _may_be_part(found, brought, records)))
        if wrong in earlier:
            return ()  # which of the films of that act had it is known now
    if set(films) <= set(earlier):
        return ()
    return tuple(film for film in earlier if film not in {*films, wrong})


def _brought(hashes: Collection[str], records: Records) -> frozenset[str]:
    """Return the keys of the acts that stored files."""
    return frozenset(records.event_of(known).key for known in records.artefacts.values() if known.sha256 in hashes)


def _may_be_part(found: Measurement, brought: Collection[str], records: Records) -> bool:
    """Return whether files may be behind a mean: it names the first one only, and its act has stored them all."""
    return found.n > 1 and records.event_of(found).key in brought


def withdrawn(
    wrong: str, right: str, properties: Collection[str], hashes: Collection[str], records: Records
) -> Iterator[Measurement]:
    """Yield, as rejected, the measurements of a film that rest on files of another one, if only in part.

    Args:
        wrong: The film that the files were imported for.
        right: The film that was measured.
        properties: What the files say something about.
        hashes: SHA-256 of the files.
        records: The campaign's records.
    """
    brought = _brought(hashes, records)
    for name in properties:
        found = records.measurements.get((wrong, name))
        if found is None or found.value is None:
            continue
        if found.raw_sha256 in hashes or _may_be_part(found, brought, records):
            part = ", at least in part," if found.n > 1 else ""
            reason = f"{REJECTED}was measured{part} on {right}, not on this film"
            yield attrs.evolve(found, status=Status.FAILED, value=None, sd=None, n=0, reason=reason)
