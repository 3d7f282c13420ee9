"""Files that were imported for the wrong film: a second film does not get them, and what they said is withdrawn."""

from collections.abc import Collection, Iterator

import attrs

from lab.records import Measurement, Records, Status


def earlier_films(
    films: Collection[str], wrong: str | None, hashes: Collection[str], records: Records
) -> tuple[str, ...]:
    """Return the films that files were imported for before, where they are now to be another film's.

    Args:
        films: The films that the files are to be of.
        wrong: The film that they are known to have been imported for wrongly.
        hashes: SHA-256 of the files.
        records: The campaign's records.
    """
    measured = (m.film for m in records.measurements.values() if m.value is not None and m.raw_sha256 in hashes)
    earlier = tuple(dict.fromkeys(measured))
    if set(films) <= set(earlier):
        return ()
    return tuple(film for film in earlier if film not in {*films, wrong})


def withdrawn(
    wrong: str, right: str, properties: Collection[str], hashes: Collection[str], records: Records
) -> Iterator[Measurement]:
    """Yield, as failed, the measurements of a film that rest on files of another one, if only in part.

    Args:
        wrong: The film that the files were imported for.
        right: The film that was measured.
        properties: What the files say something about.
        hashes: SHA-256 of the files.
        records: The campaign's records.
    """
    brought = {records.event_of(known).key for known in records.artefacts.values() if known.sha256 in hashes}
    for name in properties:
        found = records.measurements.get((wrong, name))
        if found is None or found.value is None:
            continue
        # A mean of several files names the first one only; the same act has stored them all.
        if found.raw_sha256 in hashes or (found.n > 1 and records.event_of(found).key in brought):
            part = ", at least in part," if found.n > 1 else ""
            reason = f"was measured{part} on {right}, not on this film"
            yield attrs.evolve(found, status=Status.FAILED, value=None, sd=None, n=0, reason=reason)
