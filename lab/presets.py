"""Presets: plastics and uses as wishes, one TOML file each, every number with its source.

Built-in ones are in lab/library/presets; a workspace may hold more in its folder ``presets``.
"""

import tomllib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal

import attrs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lab.campaigns import RECIPE_QUANTITIES, CampaignDefinition
from lab.errors import InvalidInputError, UnknownNameError
from lab.library import materials, properties
from lab.names import known_hint
from lab.requirements import UnknownQuantityError, joined_hints, parse_requirement
from lab.user_files import key_faults

FOLDER = "presets"
"""Folder of a workspace with further presets."""


@attrs.frozen
class Target:
    """One property of the plastic, or of what the use needs."""

    require: str
    """As a requirement: ``tensile_strength >= 8 MPa``."""
    source: str
    """Where the number comes from."""
    known: Literal["read", "recalled", "chosen"]
    """``read`` in the source; ``recalled``, so to be checked before it is relied on; ``chosen`` for this use, by
    whoever wrote the preset."""
    demanded: bool
    """Whether a design must meet it; what is not demanded is only compared."""

    def measured_by(self, definition: CampaignDefinition) -> bool:
        """Return whether a campaign knows what it is about."""
        try:
            parse_requirement(self.require, definition.units)
        except UnknownQuantityError:
            return False
        return True


@attrs.frozen
class Preset:
    """A plastic, or a use of plastics."""

    name: str
    """File name without its ending: ``ldpe-bag``."""
    title: str
    plastic: str
    """The plastic it replaces: LDPE, HDPE, PVC, PP, PET, ..."""
    use: str
    targets: tuple[Target, ...]

    @property
    def demanded(self) -> tuple[str, ...]:
        """Requirements that a design must meet."""
        return tuple(target.require for target in self.targets if target.demanded)

    def fitting(self, definition: CampaignDefinition) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the demanded requirements that a campaign measures, and the others."""
        known = {target.require: target.measured_by(definition) for target in self.targets if target.demanded}
        return tuple(r for r, fits in known.items() if fits), tuple(r for r, fits in known.items() if not fits)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _TargetTable(_Table):
    require: Annotated[str, Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    known: Literal["read", "recalled", "chosen"]
    demanded: bool = True


class _PresetTable(_Table):
    title: Annotated[str, Field(min_length=1)]
    plastic: Annotated[str, Field(min_length=1)]
    use: str = ""
    targets: Annotated[list[_TargetTable], Field(min_length=1)]


def presets(workspace: Path | None = None) -> Mapping[str, Preset]:
    """Return all presets by name; one of the workspace stands before a built-in one of the same name.

    Raises:
        InvalidInputError: If a file cannot be read as a preset.
    """
    files: list[Path | Traversable] = sorted(
        (f for f in (resources.files("lab.library") / FOLDER).iterdir() if f.name.endswith(".toml")),
        key=lambda f: f.name,
    )
    if workspace is not None and (workspace / FOLDER).is_dir():
        files += sorted((workspace / FOLDER).glob("*.toml"))
    return MappingProxyType({preset.name: preset for preset in map(_read, files)})


def preset_named(name: str, workspace: Path | None = None) -> Preset:
    """Return a preset.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    known = presets(workspace)
    wanted = name.strip().lower().replace(" ", "-").replace("_", "-")
    if wanted in known:
        return known[wanted]
    raise UnknownNameError(f"{name!r} is no known preset", hint=known_hint(wanted, known))


def _read(file: "Path | Traversable") -> Preset:
    name = file.name.removesuffix(".toml")
    try:
        table = _PresetTable.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidInputError(f"preset {name!r}", [str(error)], hint="mend or remove this file") from error
    except ValidationError as error:
        raise InvalidInputError(
            f"preset {name!r}", key_faults(error), hint="see docs/reference/inverse-design.md for the keys of a preset"
        ) from error
    targets = tuple(Target(**target.model_dump()) for target in table.targets)
    _check_requirements(name, targets)
    return Preset(name, table.title, table.plastic, table.use, targets)


def _check_requirements(name: str, targets: tuple[Target, ...]) -> None:
    """Refuse requirements that cannot be read: left out, they would be taken for what a campaign does not measure.

    Names that the library does not know may be properties and materials of a campaign's own.
    """
    units = {prop.name: prop.unit for prop in properties().values()}
    units |= {**RECIPE_QUANTITIES, **dict.fromkeys(materials(), "fraction")}
    faults: list[str] = []
    hints: list[str] = []
    for target in targets:
        try:
            parse_requirement(target.require, units)
        except UnknownQuantityError:
            continue
        except InvalidInputError as error:
            faults += error.faults
            hints.append(error.hint)
    if faults:
        raise InvalidInputError(f"preset {name!r}", faults, hint=joined_hints(hints))
