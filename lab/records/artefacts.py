"""Files that belong to a campaign, and their names: who stores a file and who looks for it both ask here."""

from typing import ClassVar

import attrs

REPORT = "report.html"
PLAN, PROTOCOL, RUN_CARD = "plan.json", "protocol.py", "run-card.html"
"""Files of a deck."""
DECK = "deck.json"
"""Texts of the files of a deck of one's own, by name: what stood on the robot when a load was planned."""
CROSS_VALIDATION, SHAPLEY_TABLE, SHAPLEY_PLOT = "cross_validation.csv", "shap.csv", "shap.png"
"""Files beside a property committee."""
MODEL_CONTENT = "content"
"""Folder with what a model is loaded from."""


def deck_file(deck: str, file: str) -> str:
    """Return the name of a file of a deck."""
    return f"decks/{deck}/{file}"


def model_file(model: str, file: str) -> str:
    """Return the name of a file of a model."""
    return f"models/{model}/{file}"


@attrs.frozen
class Artefact:
    """A file that belongs to the campaign, stored under its hash."""

    kind: ClassVar[str] = "artefact"
    name: str
    """Path-like name in the campaign: decks/deck-001/plan.json, report.html."""
    sha256: str
    media_type: str
    size: int
    """Bytes."""

    @property
    def key(self) -> tuple[str, ...]:
        """The artefact's name."""
        return (self.name,)
