"""What in a definition only upper floors know: the acquisition rule and whether it needs a goal, the decks."""

from collections.abc import Callable, Iterator
from functools import partial

from active_learning.acquisition import DEFAULT_RULE, rule_named
from lab.campaigns import BY_AIM, CampaignDefinition
from lab.errors import AcquisitionError, FilmlabError, InvalidInputError
from robot_protocols.decks import deck_named


def check_names(definition: CampaignDefinition, *, what: str) -> None:
    """Look up what a definition names, so that a campaign does not stop half-way over a misspelled word.

    Args:
        definition: The definition.
        what: What it was read from, for the error message.

    Raises:
        InvalidInputError: If there is no such rule or deck, the rule needs a goal that is not given, or a deck file has
            faults; all are listed.
    """
    faults = list(_faults(definition))
    if faults:
        raise InvalidInputError(what, faults, hint="mend these places of the file and try again")


def _faults(definition: CampaignDefinition) -> Iterator[str]:
    if definition.loop.rule != BY_AIM:
        yield from _fault("loop.rule", partial(_rule, definition), definition.loop.rule)
    yield from _fault("casting.library.deck", deck_named, definition.library_casting.deck)
    yield from _fault("casting.measured.deck", deck_named, definition.measured_casting.deck)


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
