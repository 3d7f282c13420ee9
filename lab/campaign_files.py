"""Reading campaign definitions from TOML: every fault of a file is listed at once, with its place."""

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lab import library
from lab.campaigns import (
    CampaignDefinition,
    Casting,
    CommitteeRule,
    DesignRequest,
    LoopRule,
    MaterialRange,
    QualityRule,
    check_definition,
)
from lab.errors import FilmlabError, InvalidInputError, UnknownNameError
from lab.grades import Grade
from lab.materials import HandlingClass, Lot, Material
from lab.properties import Property, Test, Transform
from lab.requirements import parse_requirements
from lab.stocks import Stock


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Material(BaseModel):
    # Keys beyond the named ones are attributes of the batch, such as source = "bovine".
    model_config = ConfigDict(extra="allow")
    min: float = Field(0.0, ge=0, le=1)
    max: float = Field(1.0, ge=0, le=1)
    title: str | None = None
    density: float | None = Field(None, gt=0)
    handling: HandlingClass | None = None
    attribute_choices: dict[str, list[str]] = {}


class _Property(_Table):
    title: str = ""
    symbol: str = ""
    unit: str
    transform: Transform = Transform.IDENTITY
    lower: float
    upper: float
    test: Test
    instrument: str = "unnamed"
    source: str = ""


class _Properties(_Table):
    measure: list[str] = Field(min_length=1)
    define: dict[str, _Property] = {}


class _Lattice(_Table):
    library_step: float = Field(0.1, gt=0, le=1)
    recipe_step: float = Field(0.02, gt=0, le=1)


class _Lot(_Table):
    material: str
    lot: str
    supplier: str = ""
    attributes: dict[str, str] = {}


class _Stock(_Table):
    name: str
    material: str
    concentration: float = Field(gt=0)
    concentration_sd: float = Field(0.0, ge=0)
    lot: str = ""
    attributes: dict[str, str] = {}
    made_on: date | None = None
    keeps_days: float | None = Field(None, gt=0)
    volume: float = Field(50_000.0, ge=0)
    dead_volume: float = Field(2_000.0, ge=0)
    handling: HandlingClass | None = None


class _Casting(_Table):
    deck: str
    solids: float = Field(gt=0)
    volume: float = Field(gt=0)


class _Castings(_Table):
    library: _Casting
    measured: _Casting


class _Quality(_Table):
    usable: list[Grade] = Field([Grade.A], min_length=1)
    loop_threshold: float = Field(0.75, ge=0, le=1)
    design_threshold: float = Field(0.85, ge=0, le=1)
    model: Literal["paper", "calibrated"] = "paper"


class _Loop(_Table):
    loops: int = Field(14, ge=1)
    batch: int = Field(10, ge=1)
    films: int = Field(135, ge=1)
    rule: str = "a-score"


class _Committee(_Table):
    members: int = Field(10, ge=2)
    epochs: int = Field(400, ge=1)


class _Design(_Table):
    name: str
    require: list[str] = Field(min_length=1)
    make: int = Field(2, ge=1)


class _Campaign(_Table):
    name: str = Field(pattern=r"^[\w.-]+$")
    title: str = ""
    lab: Literal["virtual", "real"] = "virtual"
    materials: dict[str, _Material] = Field(min_length=2)
    lattice: _Lattice = _Lattice(library_step=0.1, recipe_step=0.02)
    properties: _Properties
    lots: list[_Lot] = []
    stocks: list[_Stock] = Field(min_length=1)
    casting: _Castings
    quality: _Quality = _Quality(usable=[Grade.A], loop_threshold=0.75, design_threshold=0.85)
    loop: _Loop = _Loop(loops=14, batch=10, films=135)
    committee: _Committee = _Committee(members=10, epochs=400)
    designs: list[_Design] = []
    world: dict[str, str] = {}


def builtin_definition(name: str = "chen2024") -> CampaignDefinition:
    """Return a built-in campaign definition.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    return parse_definition(builtin_text(name), what=f"built-in campaign {name!r}")


def builtin_text(name: str) -> str:
    """Return the TOML text of a built-in campaign.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    texts = library.campaign_texts()
    if name not in texts:
        raise UnknownNameError(f"{name!r} is no built-in campaign", hint=f"known: {', '.join(texts)}")
    return texts[name]


def read_definition(path: Path) -> CampaignDefinition:
    """Read a campaign definition from a file.

    Raises:
        InvalidInputError: If the file cannot be read or its definition is wrong.
    """
    return parse_definition(read_text(path), what=str(path))


def read_text(path: Path) -> str:
    """Return the text of a campaign file.

    Raises:
        InvalidInputError: If the file is missing, may not be read or is not UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(str(path), [f"cannot be read: {error}"], hint="give the path of a TOML file") from error


def parse_definition(text: str, *, what: str = "campaign definition") -> CampaignDefinition:
    """Read a campaign definition from TOML text.

    Args:
        text: The TOML text.
        what: What the text is, for error messages.

    Raises:
        InvalidInputError: With every fault found: TOML syntax, wrong keys or values, unknown materials or
            properties, bounds that exclude every recipe, requirements that cannot be read.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidInputError(what, [f"is not valid TOML: {error}"], hint="mend that place of the file") from error
    try:
        table = _Campaign.model_validate(raw)
    except ValidationError as error:
        faults = [_describe(fault, raw) for fault in error.errors()]
        raise InvalidInputError(what, faults, hint="see docs/reference/campaign-file.md for every key") from error
    return _Builder(table, what).build()


def _describe(fault: Any, raw: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return f"{place}: there is no such key"
    if fault["type"] == "missing":
        return f"{place}: is missing"
    return f"{place}: {fault['msg']}, got {fault['input']!r}"


class _Builder:
    """Turns the checked table into values and collects the faults that need more than one key to see."""

    def __init__(self, table: _Campaign, what: str) -> None:
        self.table = table
        self.what = what
        self.faults: list[str] = []

    def build(self) -> CampaignDefinition:
        table = self.table
        ranges = [r for name, item in table.materials.items() if (r := self._range(name, item))]
        properties = [p for name in table.properties.measure if (p := self._property(name))]
        for key, step in (("library_step", table.lattice.library_step), ("recipe_step", table.lattice.recipe_step)):
            if abs(round(1 / step) * step - 1) > 1e-9:
                self.faults.append(f"lattice.{key}: {step:g} does not divide 1 into whole parts, use for example 0.1")
        handling = {item.material.name: item.material.handling for item in ranges}
        lots = tuple(lot for item in table.lots if (lot := self._lot(item, ranges)))
        stocks = [self._stock(stock, handling) for stock in table.stocks]
        self._raise_faults()
        definition = CampaignDefinition(
            name=table.name,
            title=table.title or table.name,
            lab=table.lab,
            ranges=tuple(ranges),
            properties=tuple(properties),
            lots=lots,
            stocks=tuple(stocks),
            library_casting=Casting(**table.casting.library.model_dump()),
            measured_casting=Casting(**table.casting.measured.model_dump()),
            library_step=table.lattice.library_step,
            recipe_step=table.lattice.recipe_step,
            quality=QualityRule(**table.quality.model_dump()),
            loop=LoopRule(**table.loop.model_dump()),
            committee=CommitteeRule(**table.committee.model_dump()),
            designs=tuple(DesignRequest(**design.model_dump()) for design in table.designs),
            world=dict(table.world),
        )
        for design in definition.designs:
            try:
                parse_requirements(design.require, definition.units)
            except InvalidInputError as error:
                self.faults += [f"designs.{design.name}: {fault} ({error.hint})" for fault in error.faults]
        self._raise_faults()
        check_definition(definition)
        return definition

    def _raise_faults(self) -> None:
        if self.faults:
            raise InvalidInputError(self.what, self.faults, hint="mend these places of the file and try again")

    def _range(self, name: str, item: _Material) -> MaterialRange | None:
        attributes = {key: str(value) for key, value in (item.model_extra or {}).items()}
        try:
            material = self._material(name, item)
            material.check_attributes(attributes)
        except FilmlabError as error:
            self.faults.append(f"materials.{name}: {error.message} ({error.hint})".replace(" ()", ""))
            return None
        return MaterialRange(material, item.min, item.max, attributes)

    @staticmethod
    def _material(name: str, item: _Material) -> Material:
        if item.density is None:
            return library.material(name)
        return Material(
            name=name,
            title=item.title or name,
            density=item.density,
            handling=item.handling or HandlingClass.WATER_LIKE,
            attribute_choices=item.attribute_choices,
            source="campaign file",
        )

    def _property(self, name: str) -> Property | None:
        own = self.table.properties.define.get(name)
        if own is not None:
            fields = own.model_dump() | {"title": own.title or name, "symbol": own.symbol or name}
            return Property(name=name, **fields)
        try:
            return library.property_named(name)
        except UnknownNameError as error:
            self.faults.append(f"properties.measure: {error.message} ({error.hint})")
            return None

    def _lot(self, item: _Lot, ranges: Sequence[MaterialRange]) -> Lot | None:
        materials = {one.material.name: one.material for one in ranges}
        if item.material not in materials:
            self.faults.append(f"lots.{item.lot}: {item.material!r} is not a material of this campaign")
            return None
        try:
            materials[item.material].check_attributes(item.attributes)
        except InvalidInputError as error:
            self.faults += [f"lots.{item.lot}: {fault}" for fault in error.faults]
        return Lot(**item.model_dump())

    def _stock(self, stock: _Stock, handling: Mapping[str, HandlingClass]) -> Stock:
        if stock.material not in self.table.materials:
            near = difflib.get_close_matches(stock.material, self.table.materials, n=1)
            hint = f", did you mean {near[0]}?" if near else ""
            self.faults.append(f"stocks.{stock.name}: {stock.material!r} is not a material of this campaign{hint}")
        of_lot = next((x.attributes for x in self.table.lots if (x.material, x.lot) == (stock.material, stock.lot)), {})
        fields = stock.model_dump() | {
            "attributes": {**of_lot, **stock.attributes},
            "handling": stock.handling or handling.get(stock.material, HandlingClass.WATER_LIKE),
        }
        return Stock(**fields)
