"""What `work` needs of a bench: hands, a robot, an oven and instruments, real or virtual, behind one interface.

A bench returns records; it never writes to the store. Doing the same thing again for the same films must either give
the same records or find out what already happened.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import attrs

from lab.compositions import Composition
from lab.records import (
    DeckCheck,
    DeckLoad,
    DishPosition,
    DishState,
    Drying,
    FilmGrade,
    Measurement,
    RobotRun,
    RunCharge,
    Transfer,
)


@attrs.frozen
class PlannedTransfer:
    """A transfer as planned for a deck."""

    step: int
    film: str
    stock: str
    """Name of the stock; "water" for the filling."""
    pipette: str
    volume: float
    """Volume asked for, uL."""
    sd: float
    """Standard deviation expected of the delivered volume, uL."""
    factor: float = 1.0
    """Share of the volume that is delivered, from a calibration."""


@attrs.frozen
class DeckOrder:
    """A deck that is loaded, signed and ready to run."""

    deck: str
    plan_sha256: str
    positions: tuple[DishPosition, ...]
    transfers: tuple[PlannedTransfer, ...]
    protocol: str
    """The protocol file's text."""
    deck_files: Mapping[str, str] = attrs.field(factory=dict)
    """Texts of the files of a deck of one's own, by name; empty for a built-in deck."""
    signed_by: str = ""
    """Who has loaded the deck and signed for it."""
    confirm: Callable[[], None] = attrs.field(default=lambda: None, eq=False)
    """To be called before the robot moves: raises `lab.errors.StoreError` where deck or robot are another worker's by
    now, as after a computer that slept."""


@attrs.frozen
class CastFilm:
    """What became of a film on a deck that was run."""

    position: DishPosition
    """Where it is now; a film that was made anew is not in its first dish."""
    state: DishState
    steps: tuple[int, ...]
    """Steps whose transfers are in that dish for certain."""


@attrs.frozen
class DeckOutcome:
    """What became of a deck: only films that are finished count as made, whatever else was dispensed."""

    run: RobotRun
    """Not a success where a film is not finished; such films are planned anew."""
    transfers: tuple[Transfer, ...]
    """Everything that was, or may have been, given to any dish."""
    films: tuple[CastFilm, ...]
    ledger: tuple[DeckLoad | RunCharge, ...] = ()
    """What was put on the deck and what was used up, where the bench keeps no ledger of its own."""


@attrs.frozen
class MadeFilm:
    """A film as it stands on the bench."""

    label: str
    composition: Composition
    """What was delivered into its dish, as far as is known."""
    composition_sd: tuple[tuple[str, float], ...]
    """Standard deviation of every weight fraction."""
    solids: float
    """Dry material, mg."""
    casting_area: float
    """Area of its dish, cm^2."""
    attributes: tuple[tuple[str, str], ...] = ()
    """Attributes of the batches in it, ("gelatin.source", "bovine")."""


class Bench(Protocol):
    """Hands, robot, oven and instruments."""

    name: str
    """Who the records say did it: "virtual lab"."""
    simulated: bool
    """Whether what it yields is simulated."""

    def can(self, kind: str) -> bool:
        """Return whether this bench does actions of a kind; those it does not are left to people."""
        ...

    def prepare_deck(self, deck: str, plan_sha256: str) -> DeckCheck:
        """Load a deck as its run card says and sign for it."""
        ...

    def run_robot(self, order: DeckOrder) -> DeckOutcome:
        """Run a deck to whatever end it takes; of a deck that was run already, tell how it ended.

        Raises:
            BenchWaitsError: If a person has to do something before the deck can go on.
        """
        ...

    def dry(self, films: Sequence[str]) -> Sequence[Drying]:
        """Dry films."""
        ...

    def grade(self, films: Sequence[MadeFilm]) -> Sequence[FilmGrade]:
        """Grade dried films."""
        ...

    def measure(self, films: Sequence[tuple[MadeFilm, FilmGrade]]) -> Sequence[Measurement]:
        """Measure every property of the campaign on graded films; what cannot be measured is a failed measurement."""
        ...


class Robot(Protocol):
    """What makes films of decks that are loaded."""

    @property
    def name(self) -> str:
        """Who the records say ran a deck."""
        ...

    @property
    def simulated(self) -> bool:
        """Whether nothing was dispensed in truth."""
        ...

    def run_robot(self, order: DeckOrder) -> DeckOutcome:
        """Run a deck; see `Bench.run_robot`."""
        ...


class EquippedBench:
    """A bench with a robot of its own; all else is done by its hands, or left to people where it has none.

    Args:
        robot: The robot.
        hands: What does everything else.
    """

    def __init__(self, robot: Robot, hands: Bench | None = None) -> None:
        self._robot = robot
        self._hands = hands
        self.name = hands.name if hands is not None else robot.name
        # What is real in half is not real.
        self.simulated = robot.simulated or (hands is not None and hands.simulated)

    def can(self, kind: str) -> bool:
        """Return whether its robot or its hands do actions of a kind."""
        return kind == "run-robot" or (self._hands is not None and self._hands.can(kind))

    def run_robot(self, order: DeckOrder) -> DeckOutcome:
        """Run a deck on its robot."""
        return self._robot.run_robot(order)

    def prepare_deck(self, deck: str, plan_sha256: str) -> DeckCheck:
        """Load a deck as its run card says and sign for it."""
        return self._by_hand().prepare_deck(deck, plan_sha256)

    def dry(self, films: Sequence[str]) -> Sequence[Drying]:
        """Dry films."""
        return self._by_hand().dry(films)

    def grade(self, films: Sequence[MadeFilm]) -> Sequence[FilmGrade]:
        """Grade dried films."""
        return self._by_hand().grade(films)

    def measure(self, films: Sequence[tuple[MadeFilm, FilmGrade]]) -> Sequence[Measurement]:
        """Measure every property of the campaign on graded films."""
        return self._by_hand().measure(films)

    def _by_hand(self) -> Bench:
        if self._hands is None:
            raise LookupError("this bench has a robot only; the rest is people's")
        return self._hands
