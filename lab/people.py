"""What people add to a campaign's records: decisions, signatures, drying, grades, films of their own.

Every function adds one event with the person's name, whole or not at all. A thing that is known already is refused
unless the person says that it is a correction; the earlier record then stays in the history.
"""

import shlex
from collections.abc import Sequence
from datetime import UTC, datetime

import attrs

from lab.campaigns import Casting
from lab.compositions import Composition
from lab.errors import ChangedMeanwhileError, DuplicateRecordError, InvalidInputError, UnknownNameError
from lab.grades import Grade
from lab.names import free_key, in_one
from lab.open_campaigns import OpenCampaign
from lab.people_checks import (
    check_drying,
    check_known,
    check_made,
    check_not_on_deck,
    check_recipe,
    label_for_records,
    name_for_records,
    who_was_first,
)
from lab.records import (
    Approval,
    Artefact,
    AsMade,
    Course,
    DeckCheck,
    Drying,
    Event,
    Film,
    FilmGrade,
    LoopDecision,
    Purpose,
    Record,
    Verdict,
)


def approve(campaign: OpenCampaign, films: Sequence[str], who: str, *, note: str = "") -> None:
    """Approve proposed films as they are.

    Raises:
        UnknownNameError: If there is no such film.
        InvalidInputError: If one is on a deck already, so that there is nothing left to approve.
        DuplicateRecordError: If one is decided already.
    """
    records = campaign.records()
    check_known(records, films)
    check_not_on_deck(records, [film for film in films if film not in records.approvals])
    _decide(campaign, films, Verdict.APPROVED, who, note)


def refuse(campaign: OpenCampaign, films: Sequence[str], who: str, *, note: str = "", correction: bool = False) -> None:
    """Refuse films: they are not planned, and where they are on a deck or made already, nothing more is asked of them.

    Args:
        campaign: The campaign.
        films: Labels of the films.
        who: The person.
        note: Why.
        correction: Whether films that were approved, or made by hand, are given up too.

    Raises:
        UnknownNameError: If there is no such film.
        DuplicateRecordError: If one is refused already, or approved and this is no correction.
    """
    _decide(campaign, films, Verdict.REFUSED, who, note, correction=correction)


def edit(campaign: OpenCampaign, film: str, recipe: Composition, who: str, *, note: str = "") -> None:
    """Approve a proposed film with another recipe; the suggestion keeps the recipe that was proposed.

    Raises:
        UnknownNameError: If there is no such film.
        InvalidInputError: If the recipe lies outside the campaign's bounds, or the film is on a deck already.
        DuplicateRecordError: If it is decided already.
    """
    version = campaign.store.version(campaign.name)
    records = campaign.records()
    check_known(records, [film])
    check_recipe(campaign, recipe)
    check_not_on_deck(records, [film])
    if film in records.approvals:
        _decide(campaign, [film], Verdict.EDITED, who, note)  # raises: it is decided already
    edited: list[Record] = [attrs.evolve(records.films[film], asked=recipe), Approval(film, Verdict.EDITED, note)]
    event = _event(free_key(f"approve:{film}", records.events), who)
    try:
        # A decision or deck of this very moment must not be passed over by what replaces the film's recipe.
        campaign.store.append(campaign.name, event, edited, supersede=True, known=version)
    except ChangedMeanwhileError:
        edit(campaign, film, recipe, who, note=note)


def add_film(
    campaign: OpenCampaign,
    label: str,
    recipe: Composition,
    who: str,
    *,
    made: bool = False,
) -> str:
    """Add a film from outside the plan: a proposal, made once it is approved, or a film that somebody has made.

    Args:
        campaign: The campaign.
        label: Its label, new in the campaign.
        recipe: Its recipe.
        who: The person.
        made: Whether the film exists, cast by hand or elsewhere. It is then as good as approved, was made as the
            recipe says as far as anybody knows, and no deck is planned for it.

    Returns:
        The label as it is recorded.

    Raises:
        InvalidInputError: If the recipe lies outside the campaign's bounds, or the label begins with no letter or
            digit or has characters that cannot be printed.
        DuplicateRecordError: If there is a film of that label.
    """
    check_recipe(campaign, recipe)
    label = label_for_records(label)
    casting: Casting = campaign.definition.measured_casting
    film = Film(
        label=label,
        purpose=Purpose.MANUAL,
        asked=recipe,
        solids=casting.solids,
        volume=casting.volume,
        attributes=campaign.definition.attributes,
    )
    records: list[Record] = [film]
    if made:
        records += [
            Approval(label, Verdict.APPROVED, "made outside the plan"),
            AsMade(label, recipe, {}, film.solids),
        ]
    hint = "give the new film another label"
    with who_was_first(campaign, "was added", lambda records: records.films, [label], hint=hint):
        _add(campaign, f"add-film:{label}", who, records)
    return label


def decide_course(campaign: OpenCampaign, after: str, course: Course, who: str, *, note: str = "") -> None:
    """Decide whether the loops go on.

    Args:
        campaign: The campaign.
        after: Name of the last training: "loop-03".
        course: Stop, or go on whatever the review advises.
        who: The person.
        note: Why.

    Raises:
        InvalidInputError: If a stop is decided before any loop is measured, or the same was decided before.
    """
    if course is Course.STOP and after.startswith("loop-00"):
        raise InvalidInputError(
            "decision", ["no loop is measured yet, so there is nothing to stop at"], hint="refuse films instead"
        )
    records = campaign.records()
    earlier = records.loop_decisions.get(after)
    if earlier is not None and earlier.course is course:
        raise InvalidInputError("decision", [f"{course.value!r} is decided after {after} already"])
    key = free_key(f"decide:{after}", records.events)
    _add(campaign, key, who, [LoopDecision(after, course, note)], correction=earlier is not None)


def sign_deck(campaign: OpenCampaign, deck: str, who: str) -> None:
    """Sign that a deck is loaded as its run card says.

    Raises:
        UnknownNameError: If there is no such deck.
        DuplicateRecordError: If it is signed already.
    """
    found = campaign.records().decks.get(deck)
    if found is None:
        raise UnknownNameError(f"there is no deck {deck!r}", hint="see: filmlab campaign next")
    with who_was_first(campaign, "was signed for", lambda records: records.deck_checks, [deck]):
        _add(campaign, f"prepare-deck:{deck}", who, [DeckCheck(deck, found.plan_sha256)])


def record_drying(campaign: OpenCampaign, films: Sequence[str], temperature: float, hours: float, who: str) -> None:
    """Record that films have been dried.

    Args:
        campaign: The campaign.
        films: Labels of the films.
        temperature: degC.
        hours: How long.
        who: The person.

    Raises:
        UnknownNameError: If there is no such film.
        InvalidInputError: If a film has not been made yet, or temperature or time are none.
        DuplicateRecordError: If one is dried already.
    """
    films = _each_once(films)
    records = campaign.records()
    check_made(records, films)
    check_drying(temperature, hours)
    with who_was_first(campaign, "was dried", lambda records: records.dryings, films):
        key = free_key(f"dry:{in_one(films)}", records.events)
        _add(campaign, key, who, [Drying(film, temperature, hours) for film in films])


def grade(
    campaign: OpenCampaign,
    film: str,
    letter: Grade,
    who: str,
    *,
    note: str = "",
    photos: Sequence[Artefact] = (),
    correction: bool = False,
) -> None:
    """Grade a dried film.

    Args:
        campaign: The campaign.
        film: Label of the film.
        letter: The grade.
        who: The person.
        note: What else is to be said about it.
        photos: Stored photos of it that are new.
        correction: Whether the grade replaces an earlier one.

    Raises:
        UnknownNameError: If there is no such film.
        InvalidInputError: If it has not been made yet.
        DuplicateRecordError: If it has a grade and this is no correction.
    """
    records = campaign.records()
    check_made(records, [film])
    key = free_key(f"grade:{film}", records.events)
    hint = f"if that is wrong, correct it: filmlab film grade {shlex.quote(film)} GRADE --correct"
    with who_was_first(campaign, "was graded {0.grade.value}", lambda records: records.grades, [film], hint=hint):
        _add(campaign, key, who, [*photos, FilmGrade(film, letter, note)], correction=correction)


def _decide(
    campaign: OpenCampaign, films: Sequence[str], verdict: Verdict, who: str, note: str, *, correction: bool = False
) -> None:
    films = _each_once(films)
    records = campaign.records()
    check_known(records, films)
    final = [film for film in films if film in records.approvals and records.approvals[film].verdict is Verdict.REFUSED]
    hint = "a refusal stays; propose another film with: filmlab film add"
    if not final:
        hint = "to give up a film that was approved or made: filmlab film refuse FILM --correct"
    told = final if correction else films
    with who_was_first(campaign, "was {0.verdict.value}", lambda records: records.approvals, told, hint=hint):
        if correction and final:
            raise DuplicateRecordError(f"{', '.join(final)}: refused already")
        key = free_key(f"{'refuse' if correction else 'approve'}:{in_one(films)}", records.events)
        _add(campaign, key, who, [Approval(film, verdict, note) for film in films], correction=correction)


def _each_once(films: Sequence[str]) -> list[str]:
    """Return labels without those that were named before: who names a film twice means it once."""
    return list(dict.fromkeys(films))


def _add(campaign: OpenCampaign, key: str, who: str, records: Sequence[Record], *, correction: bool = False) -> None:
    campaign.store.append(campaign.name, _event(key, who), records, supersede=correction)


def _event(key: str, who: str) -> Event:
    return Event(key=key, who=name_for_records(who), source="person", simulated=False, at=datetime.now(UTC))
