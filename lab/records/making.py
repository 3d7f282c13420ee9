"""What happened on the way from a recipe to a dry film: decks, runs, transfers, drying."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

import attrs

from lab.compositions import Composition
from lab.read_only import read_only


@attrs.frozen
class DishPosition:
    """Where a film is cast."""

    film: str
    slot: int
    well: str


@attrs.frozen
class Deck:
    """A deck load: films, their dishes, and the protocol that makes them."""

    kind: ClassVar[str] = "deck"
    label: str
    """deck-001, deck-002, ..."""
    positions: tuple[DishPosition, ...]
    plan_sha256: str
    """Hash of the stored plan file."""
    protocol_sha256: str
    """Hash of the stored protocol file."""
    vendor_commands: int
    """Commands that the vendor's simulator ran; 0 where it was not there."""
    vendor_note: str
    """What the vendor's simulator said, or why it was not asked."""
    minutes: float
    """Estimated duration of the run."""

    @property
    def key(self) -> tuple[str, ...]:
        """The deck's label."""
        return (self.label,)


@attrs.frozen
class DeckCheck:
    """Somebody has loaded a deck as its run card says and signed for it."""

    kind: ClassVar[str] = "deck_check"
    deck: str
    plan_sha256: str
    """Hash of the plan that was signed."""

    @property
    def key(self) -> tuple[str, ...]:
        """The deck's label."""
        return (self.deck,)


class RunStatus(StrEnum):
    """How a robot run ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    STOPPED = "stopped"


@attrs.frozen
class RobotRun:
    """A run of a deck on a robot."""

    kind: ClassVar[str] = "robot_run"
    deck: str
    robot: str
    status: RunStatus
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The deck's label."""
        return (self.deck,)


@attrs.frozen
class Transfer:
    """A liquid transfer into a film's dish: what was asked of the robot and what it delivered."""

    kind: ClassVar[str] = "transfer"
    deck: str
    step: int
    """Number of the step in the deck's protocol."""
    film: str
    stock: str
    """Name of the stock; "water" for the filling."""
    pipette: str
    requested: float
    """Volume asked for, uL."""
    delivered: float
    """Volume delivered as far as is known, uL."""
    sd: float
    """Standard deviation of the delivered volume, uL."""

    @property
    def key(self) -> tuple[str, ...]:
        """Deck and step."""
        return (self.deck, str(self.step))


@attrs.frozen
class AsMade:
    """What was delivered into a film's dish: the composition that models learn from."""

    kind: ClassVar[str] = "as_made"
    film: str
    composition: Composition
    sd: Mapping[str, float] = attrs.field(converter=read_only)
    """Standard deviation of every weight fraction."""
    solids: float
    """Dry material delivered, mg."""

    @property
    def key(self) -> tuple[str, ...]:
        """The film's label."""
        return (self.film,)


@attrs.frozen
class Drying:
    """A film has been dried."""

    kind: ClassVar[str] = "drying"
    film: str
    temperature: float
    """Temperature, degC."""
    hours: float

    @property
    def key(self) -> tuple[str, ...]:
        """The film's label."""
        return (self.film,)
