"""The current records of a campaign at one moment, and the events that added them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import TypeVar

import attrs

from lab.errors import UnknownNameError
from lab.records.artefacts import Artefact
from lab.records.designs import Design, DesignAnswer
from lab.records.films import Approval, Film, Purpose
from lab.records.kinds import Record
from lab.records.learning import Model, Suggestion
from lab.records.making import AsMade, Deck, DeckCheck, Drying, RobotRun, Transfer
from lab.records.requests import WorkRequest
from lab.records.results import FilmGrade, Measurement
from lab.records.reviews import LoopDecision, LoopReview
from lab.records.robot import DeckLoad, RunCharge
from lab.records.simulations import Simulation

_R = TypeVar("_R")


@attrs.frozen
class Event:
    """The act that added records: when, who, from what. An event and its records are added together or not at all."""

    key: str
    """Name of the act, unique in the campaign: "grade:library". The same act cannot be recorded twice."""
    who: str
    """Person or program."""
    source: str
    """What the records come from: an instrument, a file, a model, "virtual lab"."""
    simulated: bool
    """Whether the virtual lab made it."""
    at: datetime
    """When, in UTC."""


@attrs.frozen
class Records:
    """The current records of a campaign at one moment, by kind and key."""

    _tables: Mapping[type, Mapping[tuple[str, ...], Record]] = attrs.field(factory=dict, repr=False)
    events: Mapping[str, Event] = attrs.field(factory=dict, repr=False)
    _origins: Mapping[type, Mapping[tuple[str, ...], str]] = attrs.field(factory=dict, repr=False)
    _loop_sizes: Mapping[int, int] | None = attrs.field(default=None, repr=False)
    """Number of films of each loop where not all of them are here, as in an outline."""

    def with_added(self, event: Event, records: tuple[Record, ...]) -> "Records":
        """Return the records as they are after an event; earlier records of the same kind and key are superseded."""
        kinds = {type(record) for record in records}
        tables = {kind: dict(self._tables.get(kind, {})) for kind in kinds}
        origins = {kind: dict(self._origins.get(kind, {})) for kind in kinds}
        for record in records:
            tables[type(record)][record.key] = record
            origins[type(record)][record.key] = event.key
        return Records({**self._tables, **tables}, {**self.events, event.key: event}, {**self._origins, **origins})

    def event_of(self, record: Record) -> Event:
        """Return the event that added a current record: who, when, from what, simulated or not.

        Raises:
            UnknownNameError: If the record is not among the current ones, as it was superseded or never added.
        """
        found = self.like(record)
        # Nearly always it is the very same value: comparing every field of 100,000 records takes a second.
        if found is not record and found != record:
            raise UnknownNameError(f"{record.kind} {' '.join(record.key)} is not among the current records")
        return self.events[self._origins[type(record)][record.key]]

    def like(self, record: Record) -> Record | None:
        """Return the current record of a record's kind and key, which it would supersede; None if there is none."""
        return self._tables.get(type(record), {}).get(record.key)

    def place_of(self, record: Record) -> int:
        """Return the place, from 0, of the event that added a current record.

        Clocks of two computers may be hours apart, and one may be set back: times do not tell what came first.

        Raises:
            UnknownNameError: If the record is not among the current ones.
        """
        return self._places[self.event_of(record).key]

    def events_after(self, record: Record) -> frozenset[str]:
        """Return the keys of the events that came after the one that added a current record.

        Raises:
            UnknownNameError: If the record is not among the current ones.
        """
        return frozenset(islice(self.events, self.place_of(record) + 1, None))

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {key: place for place, key in enumerate(self.events)}

    def has_from(self, kind: type[Record], events: frozenset[str]) -> bool:
        """Return whether any current record of a kind was added by one of these events, given by their keys."""
        return not events.isdisjoint(self._origins.get(kind, {}).values())

    @cached_property
    def films(self) -> Mapping[str, Film]:
        """Films by label, in the order they were planned."""
        return {key[0]: record for key, record in self._of(Film).items()}

    @cached_property
    def loop_sizes(self) -> Mapping[int, int]:
        """Number of films of each loop that has some, refused ones too."""
        if self._loop_sizes is not None:
            return self._loop_sizes
        return Counter(film.loop for film in self.films.values() if film.purpose is Purpose.LOOP and film.loop)

    @cached_property
    def approvals(self) -> Mapping[str, Approval]:
        """Decisions about proposed films, by film."""
        return {key[0]: record for key, record in self._of(Approval).items()}

    @cached_property
    def decks(self) -> Mapping[str, Deck]:
        """Decks by label."""
        return {key[0]: record for key, record in self._of(Deck).items()}

    @cached_property
    def on_decks(self) -> frozenset[str]:
        """Films that were planned for any deck."""
        return frozenset(position.film for deck in self.decks.values() for position in deck.positions)

    @cached_property
    def deck_checks(self) -> Mapping[str, DeckCheck]:
        """Signed decks by label."""
        return {key[0]: record for key, record in self._of(DeckCheck).items()}

    @cached_property
    def deck_loads(self) -> Mapping[tuple[str, str], DeckLoad]:
        """What was put on robots' decks, by robot and label of the act."""
        return {(key[0], key[1]): record for key, record in self._of(DeckLoad).items()}

    @cached_property
    def run_charges(self) -> Mapping[tuple[str, str], RunCharge]:
        """What runs used up, by robot and run."""
        return {(key[0], key[1]): record for key, record in self._of(RunCharge).items()}

    @cached_property
    def runs(self) -> Mapping[str, RobotRun]:
        """Robot runs by deck."""
        return {key[0]: record for key, record in self._of(RobotRun).items()}

    @cached_property
    def transfers(self) -> tuple[Transfer, ...]:
        """All transfers."""
        return tuple(self._of(Transfer).values())

    @cached_property
    def as_made(self) -> Mapping[str, AsMade]:
        """As-made compositions by film."""
        return {key[0]: record for key, record in self._of(AsMade).items()}

    @cached_property
    def dryings(self) -> Mapping[str, Drying]:
        """Dryings by film."""
        return {key[0]: record for key, record in self._of(Drying).items()}

    @cached_property
    def grades(self) -> Mapping[str, FilmGrade]:
        """Grades by film."""
        return {key[0]: record for key, record in self._of(FilmGrade).items()}

    @cached_property
    def measurements(self) -> Mapping[tuple[str, str], Measurement]:
        """Measurements by film and property."""
        return {(key[0], key[1]): record for key, record in self._of(Measurement).items()}

    @cached_property
    def measurements_of(self) -> Mapping[str, Sequence[Measurement]]:
        """Measurements of each film that has some: looking through all of them for every film takes long."""
        found: dict[str, list[Measurement]] = {}
        for record in self.measurements.values():
            found.setdefault(record.film, []).append(record)
        return found

    @cached_property
    def models(self) -> Mapping[str, Model]:
        """Models by label."""
        return {key[0]: record for key, record in self._of(Model).items()}

    @cached_property
    def suggestions(self) -> Mapping[str, Suggestion]:
        """Suggestions by film."""
        return {key[0]: record for key, record in self._of(Suggestion).items()}

    @cached_property
    def reviews(self) -> Mapping[str, LoopReview]:
        """Reviews by the training that they follow."""
        return {key[0]: record for key, record in self._of(LoopReview).items()}

    @cached_property
    def loop_decisions(self) -> Mapping[str, LoopDecision]:
        """Decisions about the loops to come, by the training after which they were taken."""
        return {key[0]: record for key, record in self._of(LoopDecision).items()}

    @cached_property
    def designs(self) -> Mapping[str, Design]:
        """Designs by label."""
        return {key[0]: record for key, record in self._of(Design).items()}

    @cached_property
    def design_answers(self) -> Mapping[str, DesignAnswer]:
        """Answers by wish."""
        return {key[0]: record for key, record in self._of(DesignAnswer).items()}

    @cached_property
    def simulations(self) -> Mapping[str, Simulation]:
        """Simulations of atomic models by label."""
        return {key[0]: record for key, record in self._of(Simulation).items()}

    @cached_property
    def work_requests(self) -> Mapping[tuple[str, str], WorkRequest]:
        """Work that people asked for, by work and subject."""
        return {(key[0], key[1]): record for key, record in self._of(WorkRequest).items()}

    @cached_property
    def artefacts(self) -> Mapping[str, Artefact]:
        """Artefacts by name."""
        return {key[0]: record for key, record in self._of(Artefact).items()}

    def of(self, kind: type[_R]) -> tuple[_R, ...]:
        """Return the current records of a kind, in the order in which they were first added."""
        return tuple(self._of(kind).values())

    def _of(self, kind: type[_R]) -> Mapping[tuple[str, ...], _R]:
        return self._tables.get(kind, {})  # type: ignore[return-value]
