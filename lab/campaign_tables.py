"""The tables of a campaign file: which keys there are, of which type, within which limits.

docs/reference/campaign-file.md explains every key.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from lab.campaigns import BY_AIM
from lab.grades import Grade
from lab.materials import HandlingClass
from lab.properties import Test, Transform

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
"""A number of TOML: neither true, nor a text, nor inf or nan."""
Whole = Annotated[int, Field(strict=True)]
Name = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """A table that has the keys named here and no other."""

    model_config = ConfigDict(extra="forbid")


class MaterialTable(BaseModel):
    """``[materials.NAME]``. Further keys are attributes of the batch in use, such as ``source = "bovine"``."""

    model_config = ConfigDict(extra="allow")
    min: Number = Field(0.0, ge=0, le=1)
    max: Number = Field(1.0, ge=0, le=1)
    title: str | None = None
    density: Number | None = Field(None, gt=0)
    handling: HandlingClass | None = None
    attribute_choices: dict[str, Annotated[list[str], Field(min_length=1)]] = {}
    price: Number | None = Field(None, ge=0)
    footprint: Number | None = Field(None, ge=0)


class PropertyTable(Table):
    """``[properties.define.NAME]``."""

    title: str = ""
    symbol: str = ""
    unit: Name
    transform: Transform = Transform.IDENTITY
    lower: Number
    upper: Number
    test: Test
    instrument: str = "unnamed"
    source: str = ""


class PropertiesTable(Table):
    """``[properties]``."""

    measure: list[str] = Field(min_length=1)
    define: dict[str, PropertyTable] = {}


class LatticeTable(Table):
    """``[lattice]``."""

    library_step: Number = Field(0.1, gt=0, le=1)
    recipe_step: Number = Field(0.02, gt=0, le=1)


class LotTable(Table):
    """``[[lots]]``."""

    material: str
    lot: Name
    supplier: str = ""
    attributes: dict[str, str] = {}


class StockTable(Table):
    """``[[stocks]]`` of a campaign, a deck or a file of stocks."""

    name: Name
    material: Name
    concentration: Number = Field(gt=0)
    concentration_sd: Number = Field(0.0, ge=0)
    lot: str = ""
    attributes: dict[str, str] = {}
    made_on: date | None = None
    keeps_days: Number | None = Field(None, gt=0)
    volume: Number = Field(50_000.0, ge=0)
    dead_volume: Number = Field(2_000.0, ge=0)
    handling: HandlingClass | None = None


class CastingTable(Table):
    """``[casting.library]`` and ``[casting.measured]``."""

    deck: Name
    solids: Number = Field(gt=0)
    volume: Number = Field(gt=0)


class CastingsTable(Table):
    """``[casting]``."""

    library: CastingTable
    measured: CastingTable


class QualityTable(Table):
    """``[quality]``."""

    usable: list[Grade] = Field([Grade.A], min_length=1)
    loop_threshold: Number = Field(0.75, ge=0, le=1)
    design_threshold: Number = Field(0.85, ge=0, le=1)
    model: Literal["paper", "calibrated"] = "paper"


class GoalTable(Table):
    """``[loop.goal]``."""

    require: list[str] = []
    maximise: list[str] = []
    minimise: list[str] = []


class CostTable(Table):
    """``[loop.costs]``."""

    film: Number = Field(0.0, ge=0)
    materials: dict[str, Annotated[Number, Field(ge=0)]] = {}


class LoopTable(Table):
    """``[loop]``."""

    loops: Whole = Field(14, ge=1)
    batch: Whole = Field(10, ge=1)
    films: Whole = Field(135, ge=1)
    rule: str = BY_AIM
    approval: Literal["automatic", "person"] = "automatic"
    stop: Literal["advise", "ask", "automatic"] = "advise"
    repeats: Whole = Field(0, ge=0)
    vary: list[str] = []
    goal: GoalTable = Field(default_factory=GoalTable)
    costs: CostTable = Field(default_factory=CostTable)


class CommitteeTable(Table):
    """``[committee]``."""

    members: Whole = Field(10, ge=2)
    epochs: Whole = Field(400, ge=1)


class DesignTable(Table):
    """``[[designs]]``."""

    name: Name
    require: list[str] = Field(min_length=1)
    make: Whole = Field(2, ge=1)


class CampaignTable(Table):
    """The whole file."""

    name: str = Field(pattern=r"^\w[\w.-]*$", max_length=100)
    title: str = ""
    lab: Literal["virtual", "real"] = "virtual"
    materials: dict[str, MaterialTable] = Field(min_length=2)
    lattice: LatticeTable = Field(default_factory=LatticeTable)
    properties: PropertiesTable
    lots: list[LotTable] = []
    stocks: list[StockTable] = Field(min_length=1)
    casting: CastingsTable
    quality: QualityTable = Field(default_factory=QualityTable)
    loop: LoopTable = Field(default_factory=LoopTable)
    committee: CommitteeTable = Field(default_factory=CommitteeTable)
    designs: list[DesignTable] = []
    world: dict[str, str] = {}
    deck_files: dict[str, dict[str, str]] = {}
    """Files of the decks that are not built in, by the name that ``casting`` has for the deck."""
