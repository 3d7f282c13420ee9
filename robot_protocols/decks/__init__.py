"""Decks: what stands in the robot's slots, which pipettes it carries, and how exact a film must be."""

from robot_protocols.decks.definition import (
    DeckDefinition,
    DeckSlot,
    FilmDefaults,
    MixingRule,
    MountedPipette,
    Place,
    Tolerance,
    Use,
)
from robot_protocols.decks.files import builtin_decks, campaign_deck, deck_from, deck_named, parse_deck

__all__ = [
    "DeckDefinition",
    "DeckSlot",
    "FilmDefaults",
    "MixingRule",
    "MountedPipette",
    "Place",
    "Tolerance",
    "Use",
    "builtin_decks",
    "campaign_deck",
    "deck_from",
    "deck_named",
    "parse_deck",
]
