"""Everything that a ledger says about one film, and what that speaks of."""

from collections.abc import Iterable, Iterator

from lab.export.ledger_files import Acts, events_about
from lab.records import (
    Approval,
    Artefact,
    AsMade,
    Deck,
    DeckCheck,
    Design,
    Drying,
    Film,
    FilmGrade,
    Measurement,
    Model,
    Record,
    RobotRun,
    Suggestion,
    Transfer,
)

Thing = tuple[str, str]
"""A kind of thing and its label: ("deck", "deck-001")."""

ACTS_WITH_FILES = ("import:", "grade:", "grade-sheet:")
"""Acts of people that bring files of their own: raw files, photos, sheets."""


def about_film(acts: Acts, film: str) -> Acts:
    """Return the part of a ledger that is about a film; empty where there is no such film.

    Decks, models and designs that the film's records speak of are in it, and so are the plans (not the results) of
    other films on its decks: the records are unchanged, and nothing in them speaks of what is not there.
    """
    everything = [record for _, records in acts for record in records]
    kept = [record for record in everything if _is_result_of(record, film)]
    if not any(isinstance(record, Film) for record in kept):
        return []
    things: set[Thing] = set()
    while len(things) < len(things := things | set(_mentioned(kept))):
        there = set(map(id, kept))
        kept += [record for record in everything if id(record) not in there and _is_about(record, things)]
    measured = {record.raw_sha256 for record in kept if isinstance(record, Measurement)}
    # Without a later definition its materials and properties would be those of the first one.
    names = ("definitions/", *(f"{kind}s/{label}/" for kind, label in things if kind in ("deck", "model")))
    for event, records in acts:
        of_film = event.key.startswith(ACTS_WITH_FILES) and any(_is_result_of(record, film) for record in records)
        for record in records:
            if isinstance(record, Artefact) and (of_film or record.sha256 in measured or record.name.startswith(names)):
                kept.append(record)
    return events_about(acts, kept)


def _is_result_of(record: Record, film: str) -> bool:
    if isinstance(record, Film):
        return record.label == film
    if isinstance(record, Approval | Transfer | AsMade | Drying | FilmGrade | Measurement | Suggestion):
        return record.film == film
    return isinstance(record, Deck) and any(position.film == film for position in record.positions)


def _is_about(record: Record, things: set[Thing]) -> bool:
    if isinstance(record, Film | Deck | Model | Design):
        return (record.kind, record.label) in things
    return isinstance(record, DeckCheck | RobotRun) and ("deck", record.deck) in things


def _mentioned(records: Iterable[Record]) -> Iterator[Thing]:
    for record in records:
        if isinstance(record, Film | Deck | Model | Design):
            yield record.kind, record.label
        if isinstance(record, Film) and record.design is not None:
            yield "design", record.design
        if isinstance(record, Deck):
            yield from (("film", position.film) for position in record.positions)
        if isinstance(record, Transfer):
            yield "deck", record.deck
        if isinstance(record, Suggestion | Design):
            yield from (("model", label) for label in record.models)
