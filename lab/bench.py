"""What `work` needs of a bench: hands, a robot, an oven and instruments, real or virtual, behind one interface.

A bench returns records; it never writes to the store. Doing the same thing again for the same films must either give
the same records or find out what already happened.
"""

from collections.abc import Sequence
from typing import Protocol

import attrs

from lab.compositions import Composition
from lab.records import DeckCheck, Drying, FilmGrade, Measurement, Record


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


@attrs.frozen
class DeckOrder:
    """A deck that is loaded, signed and ready to run."""

    deck: str
    plan_sha256: str
    transfers: tuple[PlannedTransfer, ...]
    protocol: str
    """The protocol file's text."""


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

    def run_robot(self, order: DeckOrder) -> Sequence[Record]:
        """Run a deck: a `RobotRun` and the `Transfer` records of what was delivered."""
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
