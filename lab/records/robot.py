"""What stands on a robot's deck and what its runs used up: the ledger of stocks, tips and dishes, as records."""

from collections.abc import Iterable
from enum import StrEnum
from typing import ClassVar

import attrs


class DishState(StrEnum):
    """State of a film's dish."""

    EMPTY = "empty"
    FINISHED = "finished"
    PARTIAL = "partial"
    """It holds a known part of its film, or all of it unmixed."""
    SUSPECT = "suspect"
    """What it holds is not known."""


class Charge(StrEnum):
    """How a run stands in the ledger."""

    PENDING = "pending"
    COMMITTED = "committed"
    ROLLED_BACK = "rolled back"


class LoadAct(StrEnum):
    """What somebody did to a deck."""

    LOADED = "loaded"
    """Loaded it as a run card says, and confirmed that."""
    RACK_SWAPPED = "rack swapped"
    """Put full tip racks on it."""
    REFILLED = "refilled"
    """Filled containers up."""


@attrs.frozen
class ContainerFill:
    """A container with the stock that was put into it."""

    slot: int
    well: str
    stock: str
    volume: float
    """What is in it then, uL."""


@attrs.frozen
class WellPlace:
    """A well of what stands in a slot."""

    slot: int
    well: str


@attrs.frozen
class ContainerDraw:
    """What a run took out of a container."""

    slot: int
    well: str
    stock: str
    drawn: float
    """What left it for certain, uL."""
    perhaps: float
    """What may have left it beyond that, uL."""


@attrs.frozen
class CastDish:
    """A dish after a run."""

    film: str
    slot: int
    well: str
    state: DishState


def _slots(values: Iterable[int]) -> tuple[int, ...]:
    return tuple(values)


@attrs.frozen
class DeckLoad:
    """Somebody put something on a robot's deck. Who, and when, is in the record's event."""

    kind: ClassVar[str] = "deck_load"
    robot: str
    """The robot's serial number or name."""
    label: str
    """Name of the act, unique for the robot."""
    act: LoadAct
    plan_sha256: str | None = None
    """Hash of the plan whose run card was followed; None for a refill or a swap."""
    racks: tuple[int, ...] = attrs.field(default=(), converter=_slots)
    """Slots that got full tip racks."""
    dishes: tuple[int, ...] = attrs.field(default=(), converter=_slots)
    """Slots that got clean dishes."""
    fills: tuple[ContainerFill, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """Robot and act."""
        return (self.robot, self.label)


@attrs.frozen
class RunCharge:
    """What a run set aside, and what it used up once it is settled."""

    kind: ClassVar[str] = "run_charge"
    robot: str
    run: str
    """The run's name, unique for the robot."""
    state: Charge
    tips: tuple[WellPlace, ...] = ()
    """Tips set aside or used; what may have been used counts as used."""
    draws: tuple[ContainerDraw, ...] = ()
    dishes: tuple[CastDish, ...] = ()
    """Dishes that are not empty."""

    @property
    def key(self) -> tuple[str, ...]:
        """Robot and run."""
        return (self.robot, self.run)
