"""What happens on the bench: the deck is loaded and run, films are dried, graded and measured."""

from collections.abc import Sequence

from active_learning.campaign.actions import Action
from active_learning.campaign.doing.context import DoingContext, Outcome, read_artefact
from active_learning.campaign.doing.planning import casting_for
from lab.bench import DeckOrder, MadeFilm
from lab.records import AsMade, Film, Record, Records, RobotRun, RunStatus, Transfer


def prepare_deck(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Load a deck and sign for it."""
    deck = records.decks[action.subject]
    return _by_bench(context, [context.hands().prepare_deck(deck.label, deck.plan_sha256)])


def run_robot(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Run a deck; what was delivered into each dish gives the film's as-made composition."""
    from robot_protocols.mass_balance import as_made
    from robot_protocols.plans import DeckPlan

    label = action.subject
    plan = DeckPlan.from_json(read_artefact(context, records, f"decks/{label}/plan.json").decode())
    protocol = read_artefact(context, records, f"decks/{label}/protocol.py").decode()
    order = DeckOrder(label, records.decks[label].plan_sha256, plan.transfers, protocol)
    yielded = list(context.hands().run_robot(order))
    run = next(record for record in yielded if isinstance(record, RobotRun))
    transfers = [record for record in yielded if isinstance(record, Transfer)]
    planned = {film: sum(t.film == film for t in plan.transfers) for film in action.films}
    made: list[AsMade] = []
    for film, count in planned.items():
        here = [transfer for transfer in transfers if transfer.film == film]
        # A film that did not get all its transfers is a partial mixture, not a film of another composition.
        if run.status is RunStatus.SUCCEEDED or len(here) == count:
            made.append(as_made(film, here, context.definition.stocks))
    return _by_bench(context, [*yielded, *made])


def dry(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Dry the films of a deck."""
    return _by_bench(context, context.hands().dry(action.films))


def grade(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Grade the dried films of a deck."""
    films = [_on_bench(context, records.films[label], records) for label in action.films]
    return _by_bench(context, context.hands().grade(films))


def measure(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Measure the graded films of a deck."""
    films = [(_on_bench(context, records.films[label], records), records.grades[label]) for label in action.films]
    return _by_bench(context, context.hands().measure(films))


def _on_bench(context: DoingContext, film: Film, records: Records) -> MadeFilm:
    from robot_protocols.decks import deck_named

    made = records.as_made[film.label]
    return MadeFilm(
        label=film.label,
        composition=made.composition,
        composition_sd=tuple(made.sd.items()),
        solids=made.solids,
        casting_area=deck_named(casting_for(context, film.purpose).deck).casting_area,
        attributes=tuple(sorted(film.attributes.items())),
    )


def _by_bench(context: DoingContext, yielded: Sequence[Record]) -> Outcome:
    return Outcome(tuple(yielded), source=context.hands().name, who=context.hands().name)
