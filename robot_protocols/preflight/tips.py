"""Rules about tips: enough, the right ones, each used once and for one thing, in an order that carries nothing over."""

from collections import Counter
from collections.abc import Iterable

from robot_protocols.decks import Use
from robot_protocols.findings import Finding, Severity
from robot_protocols.preflight.inspection import Inspection


def tips_suffice(check: Inspection) -> Iterable[Finding]:
    """The racks hold as many tips as the plan uses."""
    used = Counter(model for model, *_ in check.tips())
    for model, count in used.items():
        if check.pipette(model) is None:
            continue
        there = len(check.deck.tip_places(model))
        if count > there:
            yield Finding(
                "TIPS_SHORT",
                f"{model} needs {count} tips, the deck has {there}",
                "add a tip rack, or put fewer films on the deck",
            )


def tips_are_there(check: Inspection) -> Iterable[Finding]:
    """Every tip is picked up from a place of a tip rack."""
    for model, place, _, purpose in check.tips():
        if check.use_of(place.slot) is not Use.TIPS or check.well(place) is None:
            yield Finding(
                "TIP_MISSING",
                f"the tip of {model} for {purpose} is taken from {place}, where no tip is",
                "plan the deck again",
            )


def tips_fit_pipettes(check: Inspection) -> Iterable[Finding]:
    """A pipette takes tips made for it: a p300 picks up a 1000 uL tip, and the simulator lets it."""
    for model, place, _, purpose in check.tips():
        pipette, labware = check.pipette(model), check.labware(place.slot)
        if pipette and labware and labware.load_name not in pipette.tip_racks:
            yield Finding(
                "WRONG_RACK_FOR_PIPETTE",
                f"{model} takes its tip for {purpose} from {labware.title} in slot {place.slot}",
                f"put {' or '.join(pipette.tip_racks)} there",
            )


def tips_used_once(check: Inspection) -> Iterable[Finding]:
    """A place of a rack gives one tip."""
    for place, count in Counter(place for _, place, _, _ in check.tips()).items():
        if count > 1:
            yield Finding("TIP_TWICE", f"the tip at {place} is picked up {count} times", "plan the deck again")


def tips_not_used_before(check: Inspection) -> Iterable[Finding]:
    """No tip is taken from a place that an earlier run emptied."""
    used = set(check.used_tips)
    for _, place, _, purpose in check.tips():
        if place in used:
            yield Finding(
                "TIP_USED_BEFORE",
                f"the tip at {place} for {purpose} was used in an earlier run",
                "swap the rack for a full one, or plan with the tips that are left",
            )


def tips_large_enough(check: Inspection) -> Iterable[Finding]:
    """No stroke is larger than its tip."""
    for model, place, volume, purpose in check.tips():
        well = check.well(place)
        if well is not None and check.use_of(place.slot) is Use.TIPS and volume > well.capacity + 1e-6:
            yield Finding(
                "TIP_TOO_SMALL",
                f"{model} draws {volume:g} uL for {purpose} into a tip of {well.capacity:g} uL",
                "use larger tips, or smaller strokes",
            )


def tips_changed_in_time(check: Inspection) -> Iterable[Finding]:
    """A tip is changed after as many strokes as its liquid allows."""
    for item in check.plan.passes:
        handling = check.handling(item.handling)
        if handling is not None and len(item.strokes) > handling.tip_uses:
            yield Finding(
                "TIP_OVERUSED",
                f"the tip at {item.tip} makes {len(item.strokes)} strokes of {item.stock}, "
                f"{handling.name} allows {handling.tip_uses}",
                "plan the deck again",
            )


def stocks_in_order(check: Inspection) -> Iterable[Finding]:
    """Stocks come in the order of their classes: water first, thin before thick, and what sets before it sets."""
    latest = -1
    before = ""
    for item in check.plan.passes:
        handling = check.handling(item.handling)
        if handling is None:
            continue
        if handling.order < latest:
            yield Finding(
                "CARRY_OVER_ORDER",
                f"{item.stock} ({item.handling}) comes after {before}",
                "plan the deck again: thin stocks come before thick ones, as splashes of a thick one spoil more",
            )
        else:
            latest, before = handling.order, item.stock


def tips_stay_above_liquid(check: Inspection) -> Iterable[Finding]:
    """A tip that serves many dishes never touches what is in them."""
    for filling in check.fillings:
        well = check.well(filling.stroke.dish)
        if well is not None and filling.stroke.dish_height < well.level(filling.in_dish) + 0.5:
            yield Finding(
                "TIP_TOUCHES_FILM",
                f"step {filling.stroke.step} doses {filling.stroke.film} at {filling.stroke.dish_height:g} mm, "
                f"its liquid stands {well.level(filling.in_dish):.1f} mm high",
                "dose from above the liquid, or with a fresh tip for every film",
            )


def films_mixed_last(check: Inspection) -> Iterable[Finding]:
    """A film is mixed once everything is in it, and none is forgotten."""
    last = {stroke.film: stroke.step for _, stroke in check.plan.strokes}
    mixed = {mixing.film for mixing in check.plan.mixings}
    for mixing in check.plan.mixings:
        if mixing.step < last.get(mixing.film, 0):
            yield Finding(
                "MIXED_TOO_EARLY",
                f"{mixing.film} is mixed in step {mixing.step} and gets more in step {last[mixing.film]}",
                "plan the deck again",
            )
    forgotten = [film.order.label for film in check.plan.films if film.order.label not in mixed]
    if check.deck.mixing.pipettes and forgotten:
        yield Finding(
            "NOT_MIXED",
            f"{', '.join(forgotten[:5])}{' and more' if len(forgotten) > 5 else ''} would not be mixed",
            "plan the deck again, or mix by hand",
            Severity.WARN,
        )
