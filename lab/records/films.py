"""Films that are planned, and what people decided about them."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import attrs

from lab.compositions import Composition
from lab.read_only import read_only

GIVEN_LABEL = re.compile(r"L\d{3,}|A\d{2,}-\d{2,}|V\d+-\d+", re.IGNORECASE)
"""Labels that campaigns give to films themselves, by the three functions below."""


def library_label(number: int) -> str:
    """Return the label of a film of the library, counted from 1: L001."""
    return f"L{number:03d}"


def loop_label(loop: int, rank: int) -> str:
    """Return the label of a film that a loop chose, both counted from 1: A03-07."""
    return f"A{loop:02d}-{rank:02d}"


def verification_label(design: str) -> str:
    """Return the label of the film that verifies a design, as V1-2 does D1-2."""
    return f"V{design.removeprefix('D')}"


class Purpose(StrEnum):
    """Why a film is made."""

    LIBRARY = "library"
    """To be graded, so that the quality model learns."""
    LOOP = "loop"
    """Chosen by the active-learning loop, to be graded and measured."""
    VERIFICATION = "verification"
    """To test the promise of a design."""
    MANUAL = "manual"
    """Added by a person outside the plan."""


@attrs.frozen
class Film:
    """A film that is planned: its recipe as asked."""

    kind: ClassVar[str] = "film"
    label: str
    """Short human name, unique in the campaign: L001, A03-07, V2-1."""
    purpose: Purpose
    asked: Composition
    solids: float
    """Dry material asked for, mg."""
    volume: float
    """Casting volume, uL."""
    loop: int | None = None
    """The active-learning loop that chose it, counted from 1."""
    design: str | None = None
    """Label of the design that it verifies."""
    attributes: Mapping[str, str] = attrs.field(factory=dict, converter=read_only)
    """Attributes of the batches in use, ``{"gelatin.source": "bovine"}``."""

    @property
    def key(self) -> tuple[str, ...]:
        """The film's label."""
        return (self.label,)

    @property
    def repeated_by(self) -> tuple[frozenset[tuple[str, float]], frozenset[tuple[str, str]]]:
        """What another film must share to be a repeat: what goes into it, in whatever order, and the batches in use."""
        contents = frozenset((name, round(share, 9)) for name, share in self.asked.items() if share > 0)
        return contents, frozenset(self.attributes.items())


class Verdict(StrEnum):
    """What a person decided about a proposed film."""

    APPROVED = "approved"
    EDITED = "edited"
    """Approved with another recipe: the film's record was superseded by the edited one."""
    REFUSED = "refused"
    """The film is not made."""


@attrs.frozen
class Approval:
    """A person's decision about a proposed film. Who decided is in the record's event."""

    kind: ClassVar[str] = "approval"
    film: str
    verdict: Verdict
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The film's label."""
        return (self.film,)
