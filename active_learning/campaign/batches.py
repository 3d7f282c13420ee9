"""Batches of films on their way from recipe to result, and what each batch needs next."""

from collections.abc import Iterator, Sequence

import attrs

from active_learning.campaign.actions import Action, ActionKind
from lab.campaigns import CampaignDefinition
from lab.counting import counted
from lab.records import Film, Purpose, Records, RunStatus, Verdict


def is_refused(film: Film, records: Records) -> bool:
    """Return whether a person has refused the film."""
    found = records.approvals.get(film.label)
    return found is not None and found.verdict is Verdict.REFUSED


def waiting_decks(records: Records) -> list[str]:
    """Return the labels of the decks that are still to be run: one of which all films were refused never is."""
    refused = {film.label for film in records.films.values() if is_refused(film, records)}
    return [
        deck.label
        for deck in records.decks.values()
        if deck.label not in records.runs
        and not (deck.positions and refused.issuperset(position.film for position in deck.positions))
    ]


def proposed_purposes(definition: CampaignDefinition) -> frozenset[Purpose]:
    """Return the purposes of films about which a person has to decide.

    The library is the campaign file's own plan; every other film is a proposal where the campaign asks for approval,
    and films from outside the plan always are.
    """
    if definition.loop.approval == "person":
        return frozenset(Purpose) - {Purpose.LIBRARY}
    return frozenset({Purpose.MANUAL})


def needs_approval(film: Film, definition: CampaignDefinition, records: Records) -> bool:
    """Return whether a person still has to decide about the film.

    About one that is on a deck or made there is nothing left to decide: the campaign did not ask for approval then.
    """
    if film.purpose not in proposed_purposes(definition) or film.label in records.approvals:
        return False
    return film.label not in records.as_made and film.label not in records.on_decks


def films_of(records: Records, purpose: Purpose, loop: int | None = None) -> list[Film]:
    """Return the films of a purpose (and of one loop, if given), in the order they were planned."""
    return [f for f in records.films.values() if f.purpose is purpose and (loop is None or f.loop == loop)]


def is_measured(film: Film, definition: CampaignDefinition, records: Records) -> bool:
    """Return whether each of the campaign's properties has a measurement of the film, be it a failed one."""
    measurements = records.measurements
    return all((film.label, name) in measurements for name in definition.property_names)


def batch_actions(name: str, films: Sequence[Film], definition: CampaignDefinition, records: Records) -> list[Action]:
    """Return what a batch of films needs now, the first step first; nothing where the batch is done.

    Args:
        name: The batch's name: "library", "loop-03", "verification".
        films: Its films.
        definition: The campaign's definition.
        records: The campaign's records.
    """
    films = [film for film in films if not is_refused(film, records)]
    undecided = [film.label for film in films if needs_approval(film, definition, records)]
    actions = []
    if undecided:
        why = f"{counted(len(undecided), 'proposed film')} of {name} to be decided about"
        actions.append(Action(ActionKind.APPROVE, name, why, tuple(undecided)))
    decided = [film for film in films if film.label not in undecided]
    actions.extend(_planning(name, decided, records))
    # A film that a deck did not finish is on a later one.
    last_deck = {position.film: deck.label for deck in records.decks.values() for position in deck.positions}
    on_decks = {film.label: film for film in decided}
    for deck in records.decks.values():
        here = [on_decks[p.film] for p in deck.positions if p.film in on_decks and last_deck[p.film] == deck.label]
        if here:
            actions.extend(_deck_actions(deck.label, here, definition, records))
    elsewhere = [film for film in decided if film.label in records.as_made and film.label not in last_deck]
    actions.extend(_elsewhere(elsewhere, definition, records))
    return actions


def _planning(name: str, films: Sequence[Film], records: Records) -> Iterator[Action]:
    """A film needs a deck if it is neither made nor on a deck that may still make it."""
    made = records.as_made
    hopeful = {
        position.film
        for deck in records.decks.values()
        if (run := records.runs.get(deck.label)) is None or run.status is RunStatus.SUCCEEDED
        for position in deck.positions
    }
    waiting = tuple(film.label for film in films if film.label not in made and film.label not in hopeful)
    if waiting:
        # The number of decks so far makes the key of a second try differ from that of the first.
        subject = f"{name}:from-{len(records.decks) + 1:03d}"
        yield Action(
            ActionKind.PLAN_DECK, subject, f"no deck yet for {counted(len(waiting), 'film')} of {name}", waiting
        )


def is_dry(film: str, records: Records) -> bool:
    """Return whether a film of a deck has dried; one that was graded without a word about it has."""
    return film in records.dryings or film in records.grades


def _deck_actions(
    deck: str, films: Sequence[Film], definition: CampaignDefinition, records: Records
) -> Iterator[Action]:
    if deck not in records.deck_checks:
        yield _on(ActionKind.PREPARE_DECK, deck, films, "has to be loaded and signed for")
        return
    if deck not in records.runs:
        yield _on(ActionKind.RUN_ROBOT, deck, films, "is loaded and signed for")
        return
    dry = [film for film in films if is_dry(film.label, records)]
    wet = [film for film in films if film.label in records.as_made and film not in dry]
    if wet:
        yield _on(ActionKind.DRY, deck, wet, "is cast and wet")
    yield from _seen_to(deck, dry, definition, records)


def _seen_to(name: str, films: Sequence[Film], definition: CampaignDefinition, records: Records) -> Iterator[Action]:
    """Give what dry films of a deck, or such as were made elsewhere, wait for: a grade, measurements."""
    ungraded = [film for film in films if film.label not in records.grades]
    if ungraded:
        yield _on(ActionKind.GRADE, name, ungraded, "is dry and not graded")
    unmeasured = [
        film
        for film in films
        if film.purpose is not Purpose.LIBRARY
        and film.label in records.grades
        and not is_measured(film, definition, records)
    ]
    if unmeasured:
        act = _on(ActionKind.MEASURE, name, unmeasured, "is graded and not measured")
        yield attrs.evolve(act, subject=_what_to_measure(name, unmeasured, definition, records))


def _elsewhere(films: Sequence[Film], definition: CampaignDefinition, records: Records) -> Iterator[Action]:
    """Give what films wait for that were on no deck; a drying need not be told of them."""
    for one in _seen_to("elsewhere", films, definition, records):
        missing = "no grade yet" if one.kind is ActionKind.GRADE else "measurements are missing"
        why = f"{missing} for {counted(len(one.films), 'film')} made by hand or elsewhere"
        yield attrs.evolve(one, why=why, elsewhere=True)


def _what_to_measure(deck: str, films: Sequence[Film], definition: CampaignDefinition, records: Records) -> str:
    """Return the subject of measuring a deck; it names the properties where others are known already.

    So the key of measuring a property that joins the campaign differs from that of measuring those before.
    """
    names, known = definition.property_names, records.measurements
    missing = [name for name in names if any((film.label, name) not in known for film in films)]
    return deck if len(missing) == len(names) else f"{deck}:{'+'.join(missing)}"


def _on(kind: ActionKind, deck: str, films: Sequence[Film], why: str) -> Action:
    return Action(kind, deck, f"{deck} ({counted(len(films), 'film')}) {why}", tuple(film.label for film in films))
