"""Finding labware: the vendor's by our table of its geometry, our own by its definition file."""

import json
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path
from string import ascii_uppercase
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lab.errors import InvalidInputError, UnknownNameError
from lab.user_files import key_faults, read_text
from robot_protocols.labware.checks import labware_faults
from robot_protocols.labware.values import Labware, LabwareKind, Well


class _Grid(BaseModel):
    """A table of the catalogue: labware whose wells stand in a regular grid."""

    model_config = ConfigDict(extra="forbid")
    load_name: str
    title: str
    kind: LabwareKind
    size: tuple[float, float, float]
    rows: int = Field(gt=0, le=8)
    columns: int = Field(gt=0, le=12)
    first: tuple[float, float, float]
    pitch: tuple[float, float]
    depth: float = Field(gt=0)
    capacity: float = Field(gt=0)
    diameter: float | None = None
    x_size: float | None = None
    y_size: float | None = None
    tip_length: float = 0.0
    tip_overlap: float = 0.0

    def labware(self) -> Labware:
        (x, y, z), (dx, dy) = self.first, self.pitch
        shape = {"diameter": self.diameter, "x_size": self.x_size, "y_size": self.y_size}
        wells = {
            f"{ascii_uppercase[row]}{column + 1}": Well(
                x + column * dx, y - row * dy, z, self.depth, self.capacity, **shape
            )
            for column in range(self.columns)
            for row in range(self.rows)
        }
        return Labware(
            load_name=self.load_name,
            title=self.title,
            kind=self.kind,
            size=self.size,
            wells=wells,
            tip_length=self.tip_length,
            tip_overlap=self.tip_overlap,
        )


class _WellDefinition(BaseModel):
    shape: Literal["circular", "rectangular"]
    x: float
    y: float
    z: float
    depth: float = Field(gt=0)
    totalLiquidVolume: float = Field(gt=0)
    diameter: float | None = Field(None, gt=0)
    xDimension: float | None = Field(None, gt=0)
    yDimension: float | None = Field(None, gt=0)


class _Metadata(BaseModel):
    displayName: str
    displayCategory: str = "wellPlate"


class _Parameters(BaseModel):
    loadName: str = Field(pattern=r"^[a-z0-9._]+$")
    isTiprack: bool = False


class _Dimensions(BaseModel):
    xDimension: float = Field(gt=0)
    yDimension: float = Field(gt=0)
    zDimension: float = Field(gt=0)


class _Definition(BaseModel):
    """The parts of a vendor's labware definition, schema 2, that planning needs."""

    schemaVersion: Literal[2]
    namespace: str = Field(pattern=r"^[a-z0-9._]+$")
    version: int = Field(gt=0)
    ordering: list[list[str]] = Field(min_length=1)
    metadata: _Metadata
    parameters: _Parameters
    dimensions: _Dimensions
    wells: dict[str, _WellDefinition] = Field(min_length=1)


_KINDS = {
    "reservoir": LabwareKind.RESERVOIR,
    "tubeRack": LabwareKind.TUBES,
    "tipRack": LabwareKind.TIPS,
}


@cache
def catalogue() -> Mapping[str, Labware]:
    """Return all labware that filmlab knows, by load name."""
    folder = resources.files("robot_protocols.labware")
    tables = tomllib.loads(folder.joinpath("catalogue.toml").read_text("utf-8"))
    known = [_Grid.model_validate(table).labware() for table in tables.values()]
    own = [
        parse_definition(json.loads(file.read_text("utf-8")), what=file.name)
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".json")
    ]
    return {labware.load_name: labware for labware in [*known, *own]}


def labware_named(load_name: str) -> Labware:
    """Return labware that filmlab knows.

    Raises:
        UnknownNameError: If it does not know that load name.
    """
    known = catalogue()
    if load_name not in known:
        raise UnknownNameError(
            f"labware {load_name!r} is not known",
            hint=f"known: {', '.join(known)}; name the definition file of labware of your own under labware_files",
        )
    return known[load_name]


_HINT = "give a labware JSON file"


def read_labware(path: Path) -> Labware:
    """Read a labware definition of our own (the vendor's JSON schema 2).

    Raises:
        InvalidInputError: If it cannot be read or its geometry is impossible.
    """
    return parse_labware(read_text(path, hint=_HINT), what=str(path))


def parse_labware(text: str, *, what: str) -> Labware:
    """Return the labware that the text of a definition describes.

    Raises:
        InvalidInputError: If it is no definition or its geometry is impossible.
    """
    try:
        definition = json.loads(text)
    except ValueError as error:
        raise InvalidInputError(what, [f"is not valid JSON: {error}"], hint=_HINT) from error
    return parse_definition(definition, what=what)


def parse_definition(definition: Mapping[str, Any], *, what: str) -> Labware:
    """Return the labware that a definition describes, after checking its geometry.

    Args:
        definition: A labware definition, schema 2.
        what: What it is, for error messages.

    Raises:
        InvalidInputError: With every fault of shape or geometry.
    """
    labware = labware_from(definition, what=what)
    faults = labware_faults(labware)
    if faults:
        raise InvalidInputError(what, faults, hint="measure the labware again and correct its definition")
    return labware


def labware_from(definition: Mapping[str, Any], *, what: str) -> Labware:
    """Return the labware that a definition describes, whether or not it could stand on a deck.

    Raises:
        InvalidInputError: If it is no definition of schema 2.
    """
    try:
        table = _Definition.model_validate(definition)
    except ValidationError as error:
        hint = "write it as a labware definition of schema 2"
        raise InvalidInputError(what, key_faults(error), hint=hint) from error
    names = [name for column in table.ordering for name in column]
    if set(names) != set(table.wells) or len(names) != len(table.wells):
        raise InvalidInputError(what, ["ordering: must name every well exactly once"])
    return Labware(
        load_name=table.parameters.loadName,
        title=table.metadata.displayName,
        kind=_KINDS.get(table.metadata.displayCategory, LabwareKind.DISHES),
        size=(table.dimensions.xDimension, table.dimensions.yDimension, table.dimensions.zDimension),
        wells={name: _well(table.wells[name]) for name in names},
        version=table.version,
        definition=dict(definition),
    )


def _well(table: _WellDefinition) -> Well:
    return Well(
        x=table.x,
        y=table.y,
        z=table.z,
        depth=table.depth,
        capacity=table.totalLiquidVolume,
        diameter=table.diameter if table.shape == "circular" else None,
        x_size=table.xDimension if table.shape == "rectangular" else None,
        y_size=table.yDimension if table.shape == "rectangular" else None,
    )
