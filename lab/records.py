"""Records: everything that a campaign knows, as values. A later record of the same thing supersedes an earlier one.

A record's key names the thing that it is about; within a campaign there is one current record for a kind and key.
`lab.store` keeps them, `Records` holds the current ones of a campaign at one moment.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Any, ClassVar, TypeAlias, TypeVar

import attrs

from lab.compositions import Composition
from lab.errors import UnknownNameError
from lab.grades import Grade as GradeLetter


def _frozen(values: Mapping[str, Any]) -> Mapping[str, Any]:
    return MappingProxyType(dict(values))


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


class Status(StrEnum):
    """Outcome of a measurement. A failed one is a fact about the measurement, not about the film's property."""

    OK = "ok"
    FAILED = "failed"
    CENSORED = "censored"
    """The true value lies beyond the value given, for example a strain above the tester's travel."""


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
    attributes: Mapping[str, str] = attrs.field(factory=dict, converter=_frozen)
    """Attributes of the batches in use, ``{"gelatin.source": "bovine"}``."""

    @property
    def key(self) -> tuple[str, ...]:
        """The film's label."""
        return (self.label,)


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
    sd: Mapping[str, float] = attrs.field(converter=_frozen)
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


@attrs.frozen
class FilmGrade:
    """A film's grade."""

    kind: ClassVar[str] = "grade"
    film: str
    grade: GradeLetter
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The film's label."""
        return (self.film,)


@attrs.frozen
class Measurement:
    """A property of a film as measured: mean and standard deviation of n readings, or why there is none."""

    kind: ClassVar[str] = "measurement"
    film: str
    property_name: str
    status: Status
    value: float | None
    """Mean of the readings in the property's unit; None where the measurement failed."""
    sd: float | None
    """Standard deviation of the readings."""
    n: int
    """Number of readings."""
    instrument: str
    raw_sha256: str | None = None
    """Hash of the stored raw file; None where the value was not read from a file."""
    reason: str = ""
    """Why it failed or is censored."""

    @property
    def key(self) -> tuple[str, ...]:
        """Film and property."""
        return (self.film, self.property_name)


class ModelKind(StrEnum):
    """What a model predicts."""

    QUALITY = "quality"
    PROPERTIES = "properties"


@attrs.frozen
class Model:
    """A trained model, stored as a folder of artefacts."""

    kind: ClassVar[str] = "model"
    label: str
    """quality-00, properties-03: the number is the loop after which it was trained."""
    predicts: ModelKind
    loop: int
    films: int
    """Number of films that it learned from."""
    data_sha256: str
    """Hash of the training table."""
    content_sha256: str
    """Hash of the stored model; it is loaded only if this matches."""
    metrics: Mapping[str, float] = attrs.field(factory=dict, converter=_frozen)

    @property
    def key(self) -> tuple[str, ...]:
        """The model's label."""
        return (self.label,)


@attrs.frozen
class Suggestion:
    """A recipe that the loop chose, with its reasons."""

    kind: ClassVar[str] = "suggestion"
    film: str
    """Label of the film that makes it."""
    loop: int
    rank: int
    rule: str
    models: tuple[str, ...]
    """Labels of the models that were asked."""
    composition: Composition
    quality: float
    """Predicted quality at the composition."""
    score: float
    """The rule's score of the batch that it belongs to."""

    @property
    def key(self) -> tuple[str, ...]:
        """The film's label."""
        return (self.film,)


@attrs.frozen
class Prediction:
    """A predicted property."""

    mean: float
    sd: float
    p05: float
    p95: float


@attrs.frozen
class Design:
    """A recipe designed for a wish, with the promise that was made."""

    kind: ClassVar[str] = "design"
    label: str
    """D1-1: first recipe for the first wish."""
    request: str
    require: tuple[str, ...]
    composition: Composition
    probability: float
    """Predicted probability that all requirements hold and the film is usable."""
    quality: float
    predictions: Mapping[str, Prediction] = attrs.field(converter=_frozen)
    models: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The design's label."""
        return (self.label,)


@attrs.frozen
class DesignAnswer:
    """That a wish has been worked on, and how many recipes were found for it."""

    kind: ClassVar[str] = "design_answer"
    request: str
    found: int
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """The wish's name."""
        return (self.request,)


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


Record: TypeAlias = (
    Film
    | Approval
    | Deck
    | DeckCheck
    | RobotRun
    | Transfer
    | AsMade
    | Drying
    | FilmGrade
    | Measurement
    | Model
    | Suggestion
    | Design
    | DesignAnswer
    | Artefact
)

RECORD_TYPES: tuple[type[Record], ...] = (
    Film,
    Approval,
    Deck,
    DeckCheck,
    RobotRun,
    Transfer,
    AsMade,
    Drying,
    FilmGrade,
    Measurement,
    Model,
    Suggestion,
    Design,
    DesignAnswer,
    Artefact,
)
"""Every kind of record, in an order in which each refers only to kinds before it."""


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
        if self._tables.get(type(record), {}).get(record.key) != record:
            raise UnknownNameError(f"{record.kind} {' '.join(record.key)} is not among the current records")
        return self.events[self._origins[type(record)][record.key]]

    @cached_property
    def films(self) -> Mapping[str, Film]:
        """Films by label, in the order they were planned."""
        return {key[0]: record for key, record in self._of(Film).items()}

    @cached_property
    def approvals(self) -> Mapping[str, Approval]:
        """Decisions about proposed films, by film."""
        return {key[0]: record for key, record in self._of(Approval).items()}

    @cached_property
    def decks(self) -> Mapping[str, Deck]:
        """Decks by label."""
        return {key[0]: record for key, record in self._of(Deck).items()}

    @cached_property
    def deck_checks(self) -> Mapping[str, DeckCheck]:
        """Signed decks by label."""
        return {key[0]: record for key, record in self._of(DeckCheck).items()}

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
    def models(self) -> Mapping[str, Model]:
        """Models by label."""
        return {key[0]: record for key, record in self._of(Model).items()}

    @cached_property
    def suggestions(self) -> Mapping[str, Suggestion]:
        """Suggestions by film."""
        return {key[0]: record for key, record in self._of(Suggestion).items()}

    @cached_property
    def designs(self) -> Mapping[str, Design]:
        """Designs by label."""
        return {key[0]: record for key, record in self._of(Design).items()}

    @cached_property
    def design_answers(self) -> Mapping[str, DesignAnswer]:
        """Answers by wish."""
        return {key[0]: record for key, record in self._of(DesignAnswer).items()}

    @cached_property
    def artefacts(self) -> Mapping[str, Artefact]:
        """Artefacts by name."""
        return {key[0]: record for key, record in self._of(Artefact).items()}

    def of(self, kind: type[_R]) -> tuple[_R, ...]:
        """Return the current records of a kind, in the order in which they were first added."""
        return tuple(self._of(kind).values())

    def _of(self, kind: type[_R]) -> Mapping[tuple[str, ...], _R]:
        return self._tables.get(kind, {})  # type: ignore[return-value]
