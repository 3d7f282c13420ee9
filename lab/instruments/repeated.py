"""What is there twice: files, copies of curves, and specimens of one name.

No instrument measures the same noise again, so a curve that is there twice is a copy, not a replicate.
"""

from collections.abc import Iterator, Sequence

from lab.instruments.results import InstrumentResult


def given_twice(results: Sequence[InstrumentResult]) -> Iterator[str]:
    """Return a sentence if a file is there twice under whatever names; a sheet may have several results."""
    raws = {id(result.raw): result.raw.sha256 for result in results}
    if len(set(raws.values())) < len(raws):
        yield "the same file is given twice"


def repeated_curves(results: Sequence[InstrumentResult]) -> Iterator[str]:
    """Return a sentence on each curve that equals an earlier one point by point; copies would pass for replicates."""
    first: dict[bytes, str] = {}
    for result in results:
        for number, specimen in enumerate(result.specimens, 1):
            if specimen.curve is None or not specimen.curve.y.std():
                continue  # an opaque film may well read 0.0 everywhere
            named = f" ({specimen.label!r})" if specimen.label else ""
            where = f"specimen {number}{named} of {result.raw.name}"
            curve = specimen.curve.x.tobytes() + specimen.curve.y.tobytes()
            if curve in first:
                yield f"{where} is point by point the same as {first[curve]}; leave one out"
            first.setdefault(curve, where)


def shared_names(results: Sequence[InstrumentResult]) -> Iterator[str]:
    """Return a sentence on each curve of a file that has the name of an earlier one: one film's, or two films'?"""
    for result in results:
        first: dict[str, str] = {}
        for number, specimen in enumerate(result.specimens, 1):
            if specimen.curve is None or not specimen.label or not specimen.readings:
                continue
            where = f"specimen {number} ({specimen.readings[0].where})"
            if specimen.label in first:
                yield (
                    f"{where} and {first[specimen.label]} of {result.raw.name} are both called {specimen.label!r} "
                    "(if both are of one film: --film)"
                )
            first.setdefault(specimen.label, where)
