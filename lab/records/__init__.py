"""Records: everything that a campaign knows, as values. A later record of the same thing supersedes an earlier one.

A record's key names the thing that it is about; within a campaign there is one current record for a kind and key.
`lab.store` keeps them, `Records` holds the current ones of a campaign at one moment.
"""

from lab.records.artefacts import Artefact
from lab.records.designs import Design, DesignAnswer, Prediction
from lab.records.films import Approval, Film, Purpose, Verdict
from lab.records.kinds import RECORD_TYPES, Record
from lab.records.learning import Model, ModelKind, Suggestion
from lab.records.making import AsMade, Deck, DeckCheck, DishPosition, Drying, RobotRun, RunStatus, Transfer
from lab.records.requests import RequestedWork, RequestState, WorkRequest
from lab.records.results import FilmGrade, Measurement, Status
from lab.records.reviews import Advice, Course, LoopDecision, LoopReview
from lab.records.robot import (
    CastDish,
    Charge,
    ContainerDraw,
    ContainerFill,
    DeckLoad,
    DishState,
    LoadAct,
    RunCharge,
    WellPlace,
)
from lab.records.simulations import Simulation, SimulationStatus
from lab.records.snapshot import Event, Records

__all__ = [
    "RECORD_TYPES",
    "Advice",
    "Approval",
    "Artefact",
    "AsMade",
    "CastDish",
    "Charge",
    "ContainerDraw",
    "ContainerFill",
    "Course",
    "Deck",
    "DeckCheck",
    "DeckLoad",
    "Design",
    "DesignAnswer",
    "DishPosition",
    "DishState",
    "Drying",
    "Event",
    "Film",
    "FilmGrade",
    "LoadAct",
    "LoopDecision",
    "LoopReview",
    "Measurement",
    "Model",
    "ModelKind",
    "Prediction",
    "Purpose",
    "Record",
    "Records",
    "RequestState",
    "RequestedWork",
    "RobotRun",
    "RunCharge",
    "RunStatus",
    "Simulation",
    "SimulationStatus",
    "Status",
    "Suggestion",
    "Transfer",
    "Verdict",
    "WellPlace",
    "WorkRequest",
]
