"""Files that belong to a campaign."""

from typing import ClassVar

import attrs


@attrs.frozen
class Artefact:
    """A file that belongs to the campaign, stored under its hash."""

    kind: ClassVar[str] = "artefact"
    name: str
    """Path-like name in the campaign: protocols/deck-001.py, report.html."""
    sha256: str
    media_type: str
    size: int
    """Bytes."""

    @property
    def key(self) -> tuple[str, ...]:
        """The artefact's name."""
        return (self.name,)
