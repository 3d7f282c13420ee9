"""What happens on the bench: the deck is loaded and run, films are dried, graded and measured."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs

from active_learning.campaign.actions import Action
from active_learning.campaign.doing.context import DoingContext, Outcome, read_artefact
from lab.bench import DeckOrder, DeckOutcome, MadeFilm
from lab.errors import StoreError
from lab.records import AsMade, Deck, DishState, Film, Record, Records
from lab.records.artefacts import DECK, PLAN, PROTOCOL, deck_file

if TYPE_CHECKING:
    from robot_protocols.plans import DeckPlan


def prepare_deck(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Load a deck and sign for it."""
    deck = records.decks[action.subject]
    return _by_bench(context, [context.hands().prepare_deck(deck.label, deck.plan_sha256)])


def run_robot(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Run a deck; what was delivered into the dish of each finished film gives its as-made composition."""
    ran = context.hands().run_robot(_deck_order(context, records.decks[action.subject], records))
    made = _made(context, ran)
    deck = _where_films_are(records.decks[action.subject], ran)
    moved = [] if deck == records.decks[action.subject] else [deck]
    yielded = (*ran.ledger, ran.run, *ran.transfers, *made, *moved)
    return Outcome(yielded, source=ran.run.robot, who=context.hands().name, supersede=bool(moved))


def _deck_order(context: DoingContext, deck: Deck, records: Records) -> DeckOrder:
    from robot_protocols.plans import DeckPlan

    plan = DeckPlan.from_json(read_artefact(context, records, deck_file(deck.label, PLAN)).decode())
    check = records.deck_checks[deck.label]
    if check.plan_sha256 != deck.plan_sha256:
        raise StoreError(
            f"{deck.label} was signed for another plan than the one that is recorded",
            hint="check the store with: filmlab doctor",
        )
    return DeckOrder(
        deck=deck.label,
        plan_sha256=deck.plan_sha256,
        positions=deck.positions,
        transfers=plan.transfers,
        protocol=read_artefact(context, records, deck_file(deck.label, PROTOCOL)).decode(),
        deck_files=_deck_files(context, deck, plan, records),
        signed_by=records.event_of(check).who,
        confirm=context.confirm,
    )


def _deck_files(context: DoingContext, deck: Deck, plan: "DeckPlan", records: Records) -> Mapping[str, str]:
    """Files of the deck that a load was planned for, whatever the campaign's decks are now; none of a built-in one."""
    from robot_protocols.decks import campaign_deck

    if deck_file(deck.label, DECK) in records.artefacts:
        kept: dict[str, str] = json.loads(read_artefact(context, records, deck_file(deck.label, DECK)))
        return kept
    # It was planned for a built-in deck, or by a filmlab that did not keep others.
    now = campaign_deck(context.definition, records.films[deck.positions[0].film].purpose)
    return now.files if now.sha256 == plan.deck_sha256 else {}


def _made(context: DoingContext, ran: DeckOutcome) -> list[AsMade]:
    """The films that are finished. A partial or doubtful mixture is no film of another composition: it is made anew."""
    from robot_protocols.mass_balance import as_made

    made = []
    for film in ran.films:
        if film.state is DishState.FINISHED:
            steps = set(film.steps)
            here = [transfer for transfer in ran.transfers if transfer.step in steps]
            made.append(as_made(film.position.film, here, context.definition.stocks))
    return made


def _where_films_are(deck: Deck, ran: DeckOutcome) -> Deck:
    now = {film.position.film: film.position for film in ran.films}
    return attrs.evolve(deck, positions=tuple(now.get(position.film, position) for position in deck.positions))


def dry(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Dry the films of a deck."""
    return _by_bench(context, context.hands().dry(action.films))


def grade(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Grade the dried films of a deck."""
    films = [_on_bench(context, records.films[label], records) for label in action.films]
    return _by_bench(context, context.hands().grade(films))


def measure(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Measure the graded films of a deck; what is known of them by now stays."""
    films = [(_on_bench(context, records.films[label], records), records.grades[label]) for label in action.films]
    found = context.hands().measure(films)
    return _by_bench(context, [one for one in found if one.key not in records.measurements])


def _on_bench(context: DoingContext, film: Film, records: Records) -> MadeFilm:
    from robot_protocols.decks import campaign_deck

    made = records.as_made[film.label]
    return MadeFilm(
        label=film.label,
        composition=made.composition,
        composition_sd=tuple(made.sd.items()),
        solids=made.solids,
        casting_area=campaign_deck(context.definition, film.purpose).casting_area,
        attributes=tuple(sorted(film.attributes.items())),
    )


def _by_bench(context: DoingContext, yielded: Sequence[Record]) -> Outcome:
    return Outcome(tuple(yielded), source=context.hands().name, who=context.hands().name)
