"""Curves that are there twice: no instrument measures the same noise again, so one of them is a copy."""

from collections.abc import Iterator, Sequence

from lab.instruments.results import InstrumentResult


def repeated_curves(results: Sequence[InstrumentResult]) -> Iterator[str]:
    """Return a sentence on each curve that equals an earlier one point by point; copies would pass for replicates."""
    first: dict[bytes, str] = {}
    for result in results:
        for number, specimen in enumerate(result.specimens, 1):
            if specimen.curve is None or not specimen.curve.y.std():
                continue  # an opaque film may well read 0.0 everywhere
            where = f"specimen {number} ({specimen.label!r}) of {result.raw.name}"
            curve = specimen.curve.x.tobytes() + specimen.curve.y.tobytes()
            if curve in first:
                yield f"{where} is point by point the same as {first[curve]}; leave one out"
            first.setdefault(curve, where)
