"""Every kind of record."""

from typing import TypeAlias

from lab.records.artefacts import Artefact
from lab.records.designs import Design, DesignAnswer
from lab.records.films import Approval, Film
from lab.records.learning import Model, Suggestion
from lab.records.making import AsMade, Deck, DeckCheck, Drying, RobotRun, Transfer
from lab.records.requests import WorkRequest
from lab.records.results import FilmGrade, Measurement
from lab.records.reviews import LoopDecision, LoopReview
from lab.records.robot import DeckLoad, RunCharge
from lab.records.simulations import Simulation

Record: TypeAlias = (
    Film
    | Approval
    | Deck
    | DeckCheck
    | DeckLoad
    | RunCharge
    | RobotRun
    | Transfer
    | AsMade
    | Drying
    | FilmGrade
    | Measurement
    | Model
    | Suggestion
    | LoopReview
    | LoopDecision
    | Design
    | DesignAnswer
    | Simulation
    | WorkRequest
    | Artefact
)

RECORD_TYPES: tuple[type[Record], ...] = (
    Film,
    Approval,
    Deck,
    DeckCheck,
    DeckLoad,
    RunCharge,
    RobotRun,
    Transfer,
    AsMade,
    Drying,
    FilmGrade,
    Measurement,
    Model,
    Suggestion,
    LoopReview,
    LoopDecision,
    Design,
    DesignAnswer,
    Simulation,
    WorkRequest,
    Artefact,
)
"""Every kind of record, in an order in which each refers only to kinds before it."""
