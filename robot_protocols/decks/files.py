"""Reading decks from TOML: every fault of a file is listed at once, with its place."""

from collections.abc import Callable, Mapping
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, Literal

import attrs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lab.campaigns import CampaignDefinition
from lab.errors import FilmlabError, InvalidInputError, UnknownNameError
from lab.records import Purpose
from lab.user_files import key_faults, parse_toml, read_text
from robot_protocols.decks.checks import deck_findings
from robot_protocols.decks.definition import (
    DeckDefinition,
    DeckSlot,
    FilmDefaults,
    MixingRule,
    MountedPipette,
    Tolerance,
    Use,
)
from robot_protocols.handling import handling_classes
from robot_protocols.labware import Labware, labware_named, parse_labware
from robot_protocols.pipettes import pipette_named

DECK_FILE = "deck.toml"
"""The deck file's name in a copy of a deck."""

_HINT = "see docs/reference/deck-files.md for every key"


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Slot(_Table):
    slot: int
    labware: str
    use: Use


class _Mixing(_Table):
    pipettes: list[str] = []
    times: int = Field(3, ge=1, le=50)
    share: float = Field(0.5, gt=0, le=0.9)


class _Tolerance(_Table):
    warn: float = Field(0.01, gt=0, le=1)
    refuse: float = Field(0.05, gt=0, le=1)


class _Film(_Table):
    solids_mg: float = Field(gt=0)
    volume_ul: float = Field(gt=0)


class _Deck(_Table):
    name: str = Field(pattern=r"^[\w.-]+$")
    title: str = ""
    pipettes: dict[Literal["left", "right"], str] = Field(min_length=1)
    slots: list[_Slot] = Field(min_length=1)
    labware_files: list[str] = []
    mixing: _Mixing = _Mixing(times=3, share=0.5)
    tolerance: _Tolerance = _Tolerance(warn=0.01, refuse=0.05)
    reserve: float = Field(0.1, ge=0, le=1)
    handling: dict[str, dict[str, Any]] = {}
    film: _Film | None = None
    stocks: list[dict[str, Any]] = []
    """Read by `robot_protocols.stock_files`: a deck file may carry the stocks that stand on it."""


@cache
def builtin_decks() -> Mapping[str, DeckDefinition]:
    """Return the built-in decks by name."""
    folder = resources.files("robot_protocols.decks")
    names = sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml"))
    decks = {name: parse_deck(builtin_text(name), what=f"built-in deck {name!r}") for name in names}
    return {name: attrs.evolve(deck, files={}) for name, deck in decks.items()}


def builtin_text(name: str) -> str:
    """Return the TOML text of a built-in deck: a good start for a deck of one's own."""
    return resources.files("robot_protocols.decks").joinpath(f"{name}.toml").read_text("utf-8")


def deck_named(name_or_path: str | Path) -> DeckDefinition:
    """Return a built-in deck by name, or read a deck file by path.

    Raises:
        UnknownNameError: If there is neither a deck nor a file of that name.
        InvalidInputError: If the file's deck has faults.
    """
    known = builtin_decks()
    if isinstance(name_or_path, str) and name_or_path in known:
        return known[name_or_path]
    path = Path(name_or_path)
    if not path.is_file():
        raise UnknownNameError(
            f"there is no deck {str(name_or_path)!r}, and no file of that name",
            hint=f"built-in decks: {', '.join(known)}; or give the path of a deck file",
        )
    return parse_deck(read_text(path), what=str(path), folder=path.parent)


def campaign_deck(definition: CampaignDefinition, purpose: Purpose) -> DeckDefinition:
    """Return the deck on which films of a purpose are cast: as the campaign keeps it, else by its name or path.

    Raises:
        UnknownNameError: If there is no such deck.
        InvalidInputError: If the deck has faults.
    """
    name = definition.casting_of(purpose).deck
    kept = definition.deck_files.get(name)
    return deck_named(name) if kept is None else deck_from(kept, what=name)


def deck_from(files: Mapping[str, str], *, what: str) -> DeckDefinition:
    """Return the deck that a copy of its files describes.

    Args:
        files: Texts by name: `DECK_FILE` and the labware files that it names.
        what: What they are of, for error messages.

    Raises:
        InvalidInputError: With every fault found.
    """
    if DECK_FILE not in files:
        raise InvalidInputError(what, [f"has no {DECK_FILE}"], hint=_HINT)
    return parse_deck(files[DECK_FILE], what=what, labware=files)


def parse_deck(
    text: str, *, what: str = "deck", folder: Path | None = None, labware: Mapping[str, str] | None = None
) -> DeckDefinition:
    """Read a deck from TOML text.

    Args:
        text: The TOML text.
        what: What the text is, for error messages.
        folder: Where the labware files that it names lie.
        labware: Texts of these files, where they lie in no folder.

    Raises:
        InvalidInputError: With every fault found.
    """
    deck = _build(_table(text, what), what, partial(_labware_text, folder or Path(), labware))
    deck = attrs.evolve(deck, files={DECK_FILE: text, **deck.files})
    faults = [f"{finding.message} ({finding.hint})" for finding in deck_findings(deck)]
    if faults:
        raise InvalidInputError(what, faults, hint="mend these places of the deck file and try again")
    return deck


def _table(text: str, what: str) -> _Deck:
    try:
        return _Deck.model_validate(parse_toml(text, what))
    except ValidationError as error:
        raise InvalidInputError(what, key_faults(error), hint=_HINT) from error


def _build(table: _Deck, what: str, text_of: Callable[[str], str]) -> DeckDefinition:
    faults: list[str] = []
    own: dict[str, Labware] = {}
    texts: dict[str, str] = {}
    for name in table.labware_files:
        if Path(name).is_absolute() or ".." in Path(name).parts:
            faults.append(f"labware_files: {name}: put it beside the deck file, which every run keeps a copy of")
            continue
        try:
            texts[name] = text_of(name)
            labware = parse_labware(texts[name], what=name)
            own[labware.load_name] = labware
        except InvalidInputError as error:
            faults += [f"labware_files: {name}: {fault}" for fault in error.faults]
    slots, pipettes = [], []
    for slot in table.slots:
        try:
            slots.append(DeckSlot(slot.slot, _labware(slot.labware, own), slot.use))
        except UnknownNameError as error:
            faults.append(f"slots: slot {slot.slot}: {error.message} ({error.hint})")
    for mount, model in table.pipettes.items():
        try:
            pipettes.append(MountedPipette(mount, pipette_named(model)))
        except UnknownNameError as error:
            faults.append(f"pipettes.{mount}: {error.message} ({error.hint})")
    try:
        handling = handling_classes(table.handling)
    except FilmlabError as error:
        faults += list(getattr(error, "faults", (error.message,)))
        handling = handling_classes()
    if faults:
        raise InvalidInputError(what, faults, hint=_HINT)
    return DeckDefinition(
        name=table.name,
        title=table.title or table.name,
        slots=tuple(slots),
        pipettes=tuple(pipettes),
        handling=handling,
        mixing=MixingRule(tuple(table.mixing.pipettes), table.mixing.times, table.mixing.share),
        tolerance=Tolerance(table.tolerance.warn, table.tolerance.refuse),
        reserve=table.reserve,
        film=FilmDefaults(table.film.solids_mg, table.film.volume_ul) if table.film else None,
        files=texts,
    )


def _labware_text(folder: Path, kept: Mapping[str, str] | None, name: str) -> str:
    if kept is None:
        return read_text(folder / name, hint="give a labware JSON file")
    if name not in kept:
        raise InvalidInputError(name, ["is not kept with the deck"])
    return kept[name]


def _labware(load_name: str, own: Mapping[str, Labware]) -> Labware:
    return own[load_name] if load_name in own else labware_named(load_name)
