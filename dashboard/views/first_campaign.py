"""Choices with which a campaign begins, from what filmlab brings along."""

from collections.abc import Mapping

from lab import library
from lab.campaign_drafts import CastingDraft
from robot_protocols.decks import DeckDefinition, Use, builtin_decks, deck_named

CONCENTRATIONS = {"CNF": 10.0, "MMT": 10.0}
"""mg/mL of materials whose stocks thicken; more cannot be pipetted well."""
USUAL_CONCENTRATION = 20.0
VOLUME = 190.0
"""mL of a stock, what a reservoir of the built-in decks holds."""


def materials() -> Mapping[str, str]:
    """Return the titles of the materials that filmlab knows, by name."""
    return {name: found.title for name, found in library.materials().items()}


def properties() -> Mapping[str, str]:
    """Return the titles of the properties that filmlab knows, by name."""
    return {name: found.title for name, found in library.properties().items()}


def decks(stocks: int) -> Mapping[str, str]:
    """Return the titles of the decks that have room for so many stocks beside water, by name; small rooms first."""
    found = [deck for name in builtin_decks() if _places(deck := deck_named(name)) > stocks and deck.film is not None]
    return {deck.name: f"{deck.title} ({len(deck.dishes)})" for deck in sorted(found, key=_places)}


def casting_on(deck: str) -> CastingDraft:
    """Return how films are cast on a deck, unless somebody says otherwise."""
    found = deck_named(deck).film
    if found is None:
        raise ValueError(f"the deck {deck} does not say how its films are cast")
    return CastingDraft(deck, found.solids, found.volume)


def _places(deck: DeckDefinition) -> int:
    return sum(len(slot.labware.wells) for slot in deck.using(Use.STOCKS))
