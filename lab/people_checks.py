"""What is asked of an addition of a person, before or when it is recorded: every fault is named at once."""

import getpass
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from lab.compositions import BOUND_TOLERANCE, Composition
from lab.errors import DuplicateRecordError, InvalidInputError, UnknownNameError
from lab.names import in_one_piece
from lab.open_campaigns import OpenCampaign
from lab.records import Record, Records
from lab.records.films import GIVEN_LABEL

CONTROLS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Line ends, terminal controls, characters without a width, halves of characters, and marks that turn the direction of
text: they can make one line look like another. The joiners of scripts and emoji stay allowed."""
_MAX_LABEL = 100
"""A longer one fits neither a label, nor a file's name, nor an index of PostgreSQL."""


@contextmanager
def who_was_first(
    campaign: OpenCampaign,
    what: str,
    table: Callable[[Records], Mapping[str, Record]],
    labels: Sequence[str],
    *,
    hint: str = "nothing was recorded",
) -> Iterator[None]:
    """Say who recorded what a person records again, also where somebody else was first by a moment.

    Args:
        campaign: The campaign.
        what: What was done, to be filled in with the record: "was graded {0.grade.value}".
        table: The records among which it is found.
        labels: Films or decks that it is about.
        hint: What to do.

    Raises:
        DuplicateRecordError: With the name of who was first and the time, for all that was recorded before.
    """
    try:
        yield
    except DuplicateRecordError:
        records = campaign.records()
        known = {label: table(records)[label] for label in labels if label in table(records)}
        if not known:
            raise
        said = []
        for label, record in known.items():
            first = records.event_of(record)
            said.append(f"{label} {what.format(record)} by {first.who} on {first.at:%Y-%m-%d %H:%M} UTC")
        raise DuplicateRecordError("; ".join(said), hint=hint) from None


def login_name() -> str:
    """Return the name of whoever runs this program on this computer."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a user of that number
        return "operator"


def name_for_records(who: str) -> str:
    """Return a person's name as records keep it: letters with accents in one piece, however they were typed.

    Raises:
        InvalidInputError: If it is empty, or has line ends or other characters that would let one line pass for two in
            a list of who did what.
    """
    name = in_one_piece(who.strip())
    if not name:
        raise InvalidInputError("person", ["a record needs the name of who made it"], hint="give --who NAME")
    if CONTROLS.search(name):
        raise InvalidInputError(
            "person", [f"the name {name!r} has characters that cannot be printed"], hint="type it anew"
        )
    return name


def label_for_records(label: str) -> str:
    """Return a new film's label as records keep it: without blanks around it, letters with accents in one piece.

    Two films whose labels look the same could not be told apart.

    Raises:
        InvalidInputError: If it is empty or very long, begins with no letter or digit, has characters that cannot be
            printed, or is one that campaigns give.
    """
    kept = in_one_piece(label.strip())
    if not kept:
        raise InvalidInputError("film", ["the label is empty"])
    if len(kept) > _MAX_LABEL:
        raise InvalidInputError("film", [f"the label has {len(kept)} characters; at most {_MAX_LABEL} fit on a film"])
    if CONTROLS.search(kept):
        raise InvalidInputError("film", [f"the label {label!r} has characters that cannot be printed"])
    if not kept[0].isalnum():
        # A spreadsheet takes =, +, - and @ for the beginning of a formula, a sheet's reader # for that of a remark.
        raise InvalidInputError("film", [f"the label {label!r} does not begin with a letter or a digit"])
    if GIVEN_LABEL.fullmatch(kept):  # who took the campaign's next one would stop it
        raise InvalidInputError(
            "film",
            [f"the campaign itself gives labels such as {kept!r}, to films of its library, its loops and its designs"],
            hint=f"give it another one, for example M-{kept}",
        )
    return kept


def check_known(records: Records, films: Sequence[str]) -> None:
    """Check that there are such films.

    Raises:
        UnknownNameError: With all that there are not.
    """
    unknown = [repr(label) for label in films if label not in records.films]
    if unknown:
        raise UnknownNameError(f"there is no film {', '.join(unknown)}", hint="see: filmlab campaign next")


def check_made(records: Records, films: Sequence[str]) -> None:
    """Check that films have been made.

    Raises:
        UnknownNameError: If there is no such film.
        InvalidInputError: With all that have not been made yet.
    """
    check_known(records, films)
    waiting = [label for label in films if label not in records.as_made]
    if waiting:
        raise InvalidInputError(
            "films", [f"{label} has not been made yet" for label in waiting], hint="see: filmlab campaign next"
        )


def check_drying(temperature: float, hours: float) -> None:
    """Check how a film was dried.

    Args:
        temperature: degC.
        hours: How long.

    Raises:
        InvalidInputError: If one of them cannot be.
    """
    faults = []
    if not -273.15 < temperature < math.inf:
        faults.append(f"the temperature {temperature:g} degC is none")
    if not 0 <= hours < math.inf:
        faults.append(f"{hours:g} hours are no time")
    if faults:
        raise InvalidInputError("drying", faults, hint="give the temperature of the oven in degC, and the hours in it")


def check_recipe(campaign: OpenCampaign, recipe: Composition) -> None:
    """Check that a recipe is one of the campaign.

    Raises:
        InvalidInputError: With every material that is not the campaign's or lies outside its bounds.
    """
    definition = campaign.definition
    names = definition.material_names
    # One of which there is nothing, too: it would become a column of every table.
    faults = [f"{name} is not among the materials {', '.join(names)}" for name in recipe if name not in names]
    vector = [recipe.get(name, 0.0) for name in names]
    faults += [
        f"{item.material.name} {value:g} is outside {item.lower:g} to {item.upper:g}"
        for item, value in zip(definition.ranges, vector, strict=True)
        if not item.lower - BOUND_TOLERANCE <= value <= item.upper + BOUND_TOLERANCE
    ]
    if faults:
        raise InvalidInputError("recipe", faults, hint="keep to the bounds of the campaign file")


def deck_of(records: Records, film: str) -> str | None:
    """Return the first deck that a film was planned for; None if there is none yet."""
    decks = records.decks.values()
    return next((deck.label for deck in decks if any(place.film == film for place in deck.positions)), None)


def check_not_on_deck(records: Records, films: Sequence[str]) -> None:
    """Check that films have not been planned for a deck.

    Raises:
        InvalidInputError: With all that have.
    """
    decks = {film: deck_of(records, film) for film in films}
    faults = [f"{film} is on {deck} already" for film, deck in decks.items() if deck is not None]
    if faults:
        raise InvalidInputError("film", faults, hint="propose a film of its own instead: filmlab film add")
