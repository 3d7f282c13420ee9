"""Planning films and decks."""

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from active_learning.campaign.actions import Action
from active_learning.campaign.doing.context import DoingContext, Outcome, put_files
from lab.compositions import Composition
from lab.errors import RecipeError
from lab.records import Deck, Film, Purpose, Record, Records
from lab.records.artefacts import DECK, PLAN, PROTOCOL, RUN_CARD, deck_file
from lab.records.films import library_label, verification_label
from lab.stocks import Stock

if TYPE_CHECKING:
    from robot_protocols.decks import DeckDefinition
    from robot_protocols.plans import DeckPlan
    from robot_protocols.vendor import VendorReport


def plan_library(context: DoingContext, action: Action, records: Records) -> Outcome:
    """List the films that are made to be graded: the whole lattice within the bounds.

    Raises:
        InvalidInputError: If the definition names a rule or deck that there is not, or a deck file that it lacks.
    """
    from active_learning.campaign.definition_names import check_begun

    definition = context.definition
    check_begun(definition)
    films = tuple(
        new_film(
            context, library_label(number), Composition.from_vector(definition.material_names, row), Purpose.LIBRARY
        )
        for number, row in enumerate(definition.library(), start=1)
    )
    return Outcome(films, source="campaign definition")


def new_film(
    context: DoingContext,
    label: str,
    recipe: Composition,
    purpose: Purpose,
    *,
    loop: int | None = None,
    design: str | None = None,
    attributes: Mapping[str, str] | None = None,
) -> Film:
    """Return the record of a film that is planned with the campaign's casting, and its usual batches or others."""
    casting = context.definition.casting_of(purpose)
    return Film(
        label=label,
        purpose=purpose,
        asked=recipe,
        solids=casting.solids,
        volume=casting.volume,
        loop=loop,
        design=design,
        attributes=context.definition.attributes if attributes is None else attributes,
    )


def plan_decks(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Plan deck loads for films; write, check and simulate the protocol of each."""
    from robot_protocols.decks import campaign_deck
    from robot_protocols.planner import plan_decks
    from robot_protocols.plans import FilmOrder
    from robot_protocols.protocol_writer import write_protocol
    from robot_protocols.run_card import run_card_html

    films = [records.films[label] for label in action.films]
    deck = campaign_deck(context.definition, films[0].purpose)
    orders = [FilmOrder(f.label, f.asked, f.solids, f.volume, dict(f.attributes)) for f in films]
    plans = plan_decks(
        orders,
        context.definition.stocks,
        deck,
        first_number=len(records.decks) + 1,
        calibrations=context.calibrations,
    )
    protocols = {plan.label: write_protocol(plan, deck) for plan in plans}
    for plan in plans:
        _check_preflight(plan, deck, context.definition.stocks)
    reports = context.simulator.simulate(protocols)
    added: list[Record] = []
    for plan in plans:
        report = reports[plan.label]
        _check_simulated(plan, report)
        files = {
            deck_file(plan.label, PLAN): plan.to_json(),
            deck_file(plan.label, PROTOCOL): protocols[plan.label],
            deck_file(plan.label, RUN_CARD): run_card_html(plan, deck),
        }
        if deck.files:
            files[deck_file(plan.label, DECK)] = json.dumps(dict(deck.files), ensure_ascii=False, indent=1)
        stored = put_files(context, files)
        sha256 = {artefact.name: artefact.sha256 for artefact in stored}
        planned = Deck(
            label=plan.label,
            positions=plan.positions,
            plan_sha256=sha256[deck_file(plan.label, PLAN)],
            protocol_sha256=sha256[deck_file(plan.label, PROTOCOL)],
            vendor_commands=report.commands,
            vendor_note=report.note,
            minutes=plan.minutes,
        )
        added += [planned, *stored]
    return Outcome(tuple(added), source="planner")


def _check_preflight(plan: "DeckPlan", deck: "DeckDefinition", stocks: Sequence[Stock]) -> None:
    from robot_protocols.findings import Severity
    from robot_protocols.preflight import preflight

    errors = [found for found in preflight(plan, deck, stocks) if found.severity is Severity.REFUSE]
    if errors:
        raise RecipeError(
            f"{plan.label} does not pass preflight: " + "; ".join(f"{f.code}: {f.message}" for f in errors),
            hint="; ".join(dict.fromkeys(f.hint for f in errors)),
        )


def _check_simulated(plan: "DeckPlan", report: "VendorReport") -> None:
    """Refuse a protocol that does something else; where the simulator is not installed, the deck's record says so."""
    differences = report.differences(plan) if report.ok else (report.note,)
    if report.asked and differences:
        raise RecipeError(
            f"the vendor's simulator does not do what {plan.label} plans: {'; '.join(differences)}",
            hint="nothing was recorded or run; please report this fault with the campaign file",
        )


def plan_verification(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Plan a film for every design that has none."""
    filmed = {film.design for film in records.films.values()}
    films = tuple(
        new_film(context, verification_label(label), design.composition, Purpose.VERIFICATION, design=label)
        for label, design in records.designs.items()
        if label not in filmed
    )
    return Outcome(films, source="designs")
