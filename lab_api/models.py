"""What goes over the wire: requests are checked by these, answers are described by them."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

PLAIN = r"^[^\x00-\x1f]+$"
"""No control characters: PostgreSQL knows no text with a NUL."""
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
Fraction = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]
"""A number: neither its text nor ``true`` is taken for one."""


class Problem(BaseModel):
    """Why a request was not answered, and what to do about it."""

    error: str
    hint: str = ""


class Campaign(BaseModel):
    """A campaign of this lab."""

    name: str
    seed: int
    created_at: datetime
    created_by: str


class Counts(BaseModel):
    """Numbers of films."""

    planned: int
    made: int
    graded: int
    measured: int


class Designs(BaseModel):
    """Numbers of designs."""

    requested: int
    verified: int


class NextAction(BaseModel):
    """Something that can be done now."""

    kind: str
    who: str
    why: str


class CampaignStatus(BaseModel):
    """How far a campaign is."""

    campaign: str
    seed: int
    stage: str
    films: Counts
    loops_done: int
    designs: Designs
    next_actions: list[NextAction]


class FilmLine(BaseModel):
    """A film in a list."""

    label: str
    purpose: str
    loop: int | None
    made: bool
    dried: bool
    grade: str | None
    measured: int


class Value(BaseModel):
    """A measured property of a film."""

    property_name: str
    status: str
    value: float | None
    sd: float | None
    n: int
    unit: str
    instrument: str
    reason: str


class FilmRecord(BaseModel):
    """What is known of a film."""

    label: str
    purpose: str
    asked: dict[str, float]
    as_made: dict[str, float] | None
    grade: str | None
    decision: str | None
    measurements: list[Value]
    simulated: bool
    recorded_by: str
    recorded_at: datetime


class Proposal(BaseModel):
    """A film that other software proposes; a person decides whether it is made."""

    model_config = ConfigDict(extra="forbid")

    label: Name
    recipe: Annotated[dict[Name, Fraction], Field(min_length=1, max_length=50)]
    """Weight fractions of the dry film, summing to 1."""
    who: Name
    """The person or program that proposes it, as the records will say."""


class Act(BaseModel):
    """An event of a campaign."""

    number: int
    key: str
    who: str
    source: str
    simulated: bool
    at: datetime
    added: dict[str, int]
    corrected: int
    seal: str
