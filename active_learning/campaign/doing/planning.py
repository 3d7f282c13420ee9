"""Planning films and decks."""

from collections.abc import Mapping

from active_learning.campaign.actions import Action
from active_learning.campaign.doing.context import DoingContext, Outcome, put_files
from lab.campaigns import Casting
from lab.compositions import Composition
from lab.errors import RecipeError
from lab.records import Deck, Film, Purpose, Record, Records


def plan_library(context: DoingContext, action: Action, records: Records) -> Outcome:
    """List the films that are made to be graded: the whole lattice within the bounds."""
    definition = context.definition
    films = tuple(
        new_film(context, f"L{number:03d}", Composition.from_vector(definition.material_names, row), Purpose.LIBRARY)
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
    casting = casting_for(context, purpose)
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


def casting_for(context: DoingContext, purpose: Purpose) -> Casting:
    """Return how films of a purpose are cast."""
    definition = context.definition
    return definition.library_casting if purpose is Purpose.LIBRARY else definition.measured_casting


def plan_decks(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Plan deck loads for films; write, check and simulate the protocol of each."""
    from robot_protocols.decks import deck_named
    from robot_protocols.findings import Severity
    from robot_protocols.planner import plan_decks
    from robot_protocols.plans import FilmOrder
    from robot_protocols.preflight import preflight
    from robot_protocols.protocol_writer import write_protocol
    from robot_protocols.run_card import run_card_html

    films = [records.films[label] for label in action.films]
    deck = deck_named(casting_for(context, films[0].purpose).deck)
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
        errors = [f for f in preflight(plan, deck, context.definition.stocks) if f.severity is Severity.REFUSE]
        if errors:
            raise RecipeError(
                f"{plan.label} does not pass preflight: " + "; ".join(f"{f.code}: {f.message}" for f in errors),
                hint="; ".join(dict.fromkeys(f.hint for f in errors)),
            )
    reports = context.simulator.simulate(protocols)
    added: list[Record] = []
    for plan in plans:
        report = reports[plan.label]
        differences = report.differences(plan) if report.ok else (report.note,)
        # Where the vendor's simulator is not installed, the deck's record says that it was not asked.
        if report.asked and differences:
            raise RecipeError(
                f"the vendor's simulator does not do what {plan.label} plans: {'; '.join(differences)}",
                hint="nothing was recorded or run; please report this fault with the campaign file",
            )
        stored = put_files(
            context,
            f"decks/{plan.label}",
            {
                "plan.json": plan.to_json(),
                "protocol.py": protocols[plan.label],
                "run-card.html": run_card_html(plan, deck),
            },
        )
        by_name = {artefact.name.rsplit("/", 1)[1]: artefact for artefact in stored}
        added.append(
            Deck(
                label=plan.label,
                positions=plan.positions,
                plan_sha256=by_name["plan.json"].sha256,
                protocol_sha256=by_name["protocol.py"].sha256,
                vendor_commands=report.commands,
                vendor_note=report.note,
                minutes=plan.minutes,
            )
        )
        added.extend(stored)
    return Outcome(tuple(added), source="planner")


def plan_verification(context: DoingContext, action: Action, records: Records) -> Outcome:
    """Plan a film for every design that has none."""
    filmed = {film.design for film in records.films.values()}
    films = tuple(
        new_film(context, f"V{label.removeprefix('D')}", design.composition, Purpose.VERIFICATION, design=label)
        for label, design in records.designs.items()
        if label not in filmed
    )
    return Outcome(films, source="designs")
