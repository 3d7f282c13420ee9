"""Grading: which films wait for a grade, where they lie, and which are still wet."""

import attrs

from active_learning.campaign.batches import is_dry, is_refused
from lab.records import Records


@attrs.frozen
class Waiting:
    """A film without a grade that is dry, or was made by hand or elsewhere."""

    film: str
    place: str
    """Deck, slot and dish: "deck-003, slot 2, dish A1"; empty where it was on no deck."""
    deck: str


@attrs.frozen
class WetDeck:
    """Films of one deck that are made and not dried."""

    deck: str
    films: tuple[str, ...]


def waiting_films(records: Records) -> list[Waiting]:
    """Return the films that wait for a grade, deck by deck in the order of their dishes."""
    places = _places(records)
    found = [
        Waiting(film, *places.get(film, ("", "")))
        for film in records.as_made
        if film not in records.grades and (film not in places or is_dry(film, records)) and _is_wanted(film, records)
    ]
    order = {film: number for number, film in enumerate(places)}
    return sorted(found, key=lambda waiting: order.get(waiting.film, len(order)))


def wet_decks(records: Records) -> list[WetDeck]:
    """Return films of decks that are made and not dried, by deck."""
    decks: dict[str, list[str]] = {}
    places = _places(records)
    for film in records.as_made:
        if film in places and not is_dry(film, records) and _is_wanted(film, records):
            decks.setdefault(places[film][1], []).append(film)
    return [WetDeck(deck, tuple(films)) for deck, films in sorted(decks.items())]


def _is_wanted(film: str, records: Records) -> bool:
    """Of a film that was refused after it was cast nothing more is asked."""
    return film in records.films and not is_refused(records.films[film], records)


def _places(records: Records) -> dict[str, tuple[str, str]]:
    """Return place and deck of every film that was made, in the order of decks and dishes; the last deck counts."""
    found: dict[str, tuple[str, str]] = {}
    for deck in records.decks.values():
        for position in deck.positions:
            found.pop(position.film, None)
            found[position.film] = (f"{deck.label}, slot {position.slot}, dish {position.well}", deck.label)
    return found
