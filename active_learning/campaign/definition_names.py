"""What is asked of names in a new definition: that rule, decks and properties are known, and nobody mixes two up."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from pathlib import Path

from active_learning.acquisition import DEFAULT_RULE, rule_named
from lab import library
from lab.campaign_files import parse_definition
from lab.campaigns import BY_AIM, CampaignDefinition
from lab.errors import AcquisitionError, FilmlabError, InvalidInputError
from lab.user_files import toml_string
from robot_protocols.decks import DeckDefinition, deck_from, deck_named


def complete_definition(
    text: str, *, what: str, folder: Path | None = None, known: Collection[str] = ()
) -> tuple[str, CampaignDefinition]:
    """Return a campaign file's text with the files of its own decks, and the definition that it gives, all checked.

    A campaign must not need files outside its workspace: they change, and no backup has them.

    Args:
        text: Text of the campaign file.
        what: What it was read from, for error messages.
        folder: Where it lies: deck files are looked for there, then where the program was started.
        known: Materials and properties that a campaign has already: films have them, so they stay as they are.

    Raises:
        InvalidInputError: If the text is no campaign file, or for what `check_names` finds.
    """
    definition = parse_definition(text, what=what)
    decks = check_names(definition, what=what, folder=folder, known=known)
    kept = {name: deck.files for name, deck in decks.items() if deck.files and name not in definition.deck_files}
    if not kept:
        return text, definition
    text = f"{text.rstrip()}\n\n# Deck files as they were when this was added to the campaign.\n" + "\n".join(
        f"[deck_files.{toml_string(name)}]\n"
        + "".join(f"{toml_string(file)} = {toml_string(content)}\n" for file, content in files.items())
        for name, files in kept.items()
    )
    return text, parse_definition(text, what=what)


def check_names(
    definition: CampaignDefinition,
    *,
    what: str,
    folder: Path | None = None,
    known: Collection[str] = (),
    hint: str = "mend these places of the file and try again",
) -> Mapping[str, DeckDefinition]:
    """Look up what a definition names, so that a campaign does not stop half-way over a misspelled word.

    Args:
        definition: The definition.
        what: What it was read from, for the error message.
        folder: Where deck files are looked for first.
        known: Materials and properties that a campaign has already: films have them, so they stay as they are.
        hint: What to do about faults.

    Returns:
        The decks by their names in the castings.

    Raises:
        InvalidInputError: If there is no such rule or deck, the rule needs a goal that is not given, a deck file has
            faults, the virtual lab cannot measure a property, or names of materials and properties differ only in their
            case; all are listed.
    """
    decks: dict[str, DeckDefinition] = {}
    faults = [*_alike(definition, known), *_not_virtual(definition, known), *_faults(definition, folder, decks)]
    if faults:
        raise InvalidInputError(what, faults, hint=hint)
    return decks


def check_begun(definition: CampaignDefinition) -> None:
    """Check a definition once more before its first film is planned: `lab.create` knows neither rules nor decks.

    Raises:
        InvalidInputError: For what `check_names` finds, or a deck file that the definition does not hold.
    """
    what, hint = f"campaign {definition.name}", "create another campaign: filmlab campaign create --file FILE"
    decks = check_names(definition, what=what, hint=hint)
    lost = [name for name, deck in decks.items() if deck.files and name not in definition.deck_files]
    if lost:
        raise InvalidInputError(what, [f"the deck file {name} is not part of it" for name in lost], hint=hint)


def _faults(definition: CampaignDefinition, folder: Path | None, decks: dict[str, DeckDefinition]) -> Iterator[str]:
    if definition.loop.rule != BY_AIM:
        yield from _fault("loop.rule", partial(_rule, definition), definition.loop.rule)

    def deck(name: str) -> None:
        kept = definition.deck_files.get(name)
        beside = folder / name if folder is not None and (folder / name).is_file() else name
        decks[name] = deck_named(beside) if kept is None else deck_from(kept, what=name)

    yield from _fault("casting.library.deck", deck, definition.library_casting.deck)
    yield from _fault("casting.measured.deck", deck, definition.measured_casting.deck)


def _alike(definition: CampaignDefinition, known: Collection[str]) -> Iterator[str]:
    """Names that differ in their case only: people mix them up, and so do spreadsheets and many databases."""
    names: dict[str, list[str]] = defaultdict(list)
    for name in (*definition.material_names, *definition.property_names):
        names[name.casefold()].append(name)
    for same in names.values():
        if len(same) > 1 and not all(name in known for name in same):
            yield f"materials and properties: {' and '.join(same)} differ only in their case, rename one"


def _not_virtual(definition: CampaignDefinition, known: Collection[str]) -> Iterator[str]:
    """Properties that the virtual lab does not yield: it measures the built-in ones, each in its unit."""
    if definition.lab != "virtual":
        return
    units = {name: prop.unit for name, prop in library.properties().items()}
    for prop in definition.properties:
        if prop.name not in known and prop.unit != (unit := units.get(prop.name)):
            why = f"in {unit} only, not in {prop.unit}" if unit else f"only {', '.join(units)}"
            yield f'properties.{prop.name}: the virtual lab measures {why}; leave it out, or set lab = "real"'


def _rule(definition: CampaignDefinition, name: str) -> None:
    if rule_named(name).needs_goal and not definition.loop.goal:
        raise AcquisitionError(
            f"{name!r} looks for the best film, and no goal says what is good",
            hint=f"add [loop.goal], or take a rule that learns the map, such as {DEFAULT_RULE!r}",
        )


def _fault(key: str, look_up: Callable[[str], object], name: str) -> Iterator[str]:
    try:
        look_up(name)
    except InvalidInputError as error:
        yield from (f"{key}: {fault}" for fault in error.faults)
    except FilmlabError as error:
        yield f"{key}: {error.message} ({error.hint})"
