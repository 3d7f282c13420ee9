"""Rules about stocks: there, fresh, liquid, enough, and in the container that the steps draw from."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from lab.stocks import WATER
from robot_protocols.findings import Finding, Severity
from robot_protocols.preflight.inspection import Inspection
from robot_protocols.timing import minutes_until_drawn

_EPS = 0.5
"""uL; rounding of what is loaded and drawn."""


def stocks_at_hand(check: Inspection) -> Iterable[Finding]:
    """Every stock of the plan is at hand, as strong as it was planned with."""
    for need in check.plan.stock_needs:
        if need.stock == WATER:
            continue
        stock = check.stock(need.stock)
        if stock is None:
            yield Finding(
                "STOCK_MISSING", f"{need.stock} is not at hand", "prepare it, or plan with the stocks at hand"
            )
        elif abs(stock.concentration - need.concentration) > 1e-9 or stock.material != need.material:
            yield Finding(
                "STOCK_CHANGED",
                f"{need.stock} has {stock.concentration:g} mg/mL of {stock.material}, "
                f"the plan was made for {need.concentration:g} mg/mL of {need.material}",
                "plan the deck again with the stocks at hand",
            )


def stocks_suffice(check: Inspection) -> Iterable[Finding]:
    """What is dispensed and what stays in the container are at hand."""
    for need in check.plan.stock_needs:
        stock = check.stock(need.stock)
        if stock is None:
            continue
        wanted = need.needed + need.dead * len(need.places)
        if wanted > stock.volume + _EPS:
            yield Finding(
                "STOCK_SHORT",
                f"{wanted / 1000:g} mL of {need.stock} are needed with its dead volume, "
                f"{stock.volume / 1000:g} mL are at hand",
                f"prepare {(wanted - stock.volume) / 1000:g} mL more",
            )
        elif wanted + check.deck.reserve * need.needed > stock.volume + _EPS:
            yield Finding(
                "RESERVE_SMALL",
                f"{need.stock} leaves no reserve of {100 * check.deck.reserve:g} % beyond its dead volume",
                "prepare more, or watch the container",
                Severity.WARN,
            )


def stocks_fresh(check: Inspection) -> Iterable[Finding]:
    """No stock is past its days, nor made after today."""
    if check.today is None:
        return
    for need in check.plan.stock_needs:
        stock = check.stock(need.stock)
        if stock is None or stock.made_on is None:
            continue
        if stock.made_on > check.today:
            yield Finding("STOCK_FROM_FUTURE", f"{stock.name} is dated {stock.made_on}", "correct its date")
        elif stock.keeps_days is not None and check.today > stock.made_on + timedelta(days=stock.keeps_days):
            yield Finding(
                "STOCK_EXPIRED",
                f"{stock.name} was made on {stock.made_on} and keeps {stock.keeps_days:g} days",
                "prepare a fresh one",
            )


def stocks_thin_enough(check: Inspection) -> Iterable[Finding]:
    """No stock is too thick for a pipette that moves air."""
    for need in check.plan.stock_needs:
        stock, handling = check.stock(need.stock), check.handling(need.handling)
        if stock and handling and handling.dilute_below and stock.concentration > handling.dilute_below:
            yield Finding(
                "STOCK_TOO_THICK",
                f"{stock.name} holds {stock.concentration:g} mg/mL, too thick to pipette ({handling.name})",
                f"dilute it below {handling.dilute_below:g} mg/mL",
            )


def liquids_stay_liquid(check: Inspection) -> Iterable[Finding]:
    """What sets when it cools is drawn before it sets."""
    for name in sorted({item.handling for item in check.plan.passes}):
        handling = check.handling(name)
        if handling is None or not handling.liquid_minutes:
            continue
        if not check.timed:
            continue
        minutes = minutes_until_drawn(check.plan.passes, name, check.deck)
        if minutes > handling.liquid_minutes:
            yield Finding(
                "STOCK_SETS",
                f"{name} stays liquid for {handling.liquid_minutes:g} min, its last stroke is after {minutes:.0f} min",
                "put fewer films on the deck, draw it earlier, or keep it warm and say so under liquid_minutes",
            )


def sources_hold_their_stock(check: Inspection) -> Iterable[Finding]:
    """Every stroke draws from a container of the deck in which its stock was loaded."""
    told = set()
    for item, stroke in check.plan.strokes:
        here = check.stock_at.get(stroke.source)
        if here == item.stock or (item.stock, stroke.source) in told:
            continue
        told.add((item.stock, stroke.source))
        if here is None:
            yield Finding(
                "STOCK_NOT_ON_DECK",
                f"step {stroke.step} draws {item.stock} at {stroke.source}, where nothing is loaded",
                "plan the deck again",
            )
        else:
            yield Finding(
                "WRONG_STOCK",
                f"step {stroke.step} draws {item.stock} at {stroke.source}, where {here} is loaded",
                "plan the deck again",
            )


def containers_hold_their_load(check: Inspection) -> Iterable[Finding]:
    """A container holds one stock and not more of it than fits."""
    places = Counter(loaded.place for need in check.plan.stock_needs for loaded in need.places)
    for place, count in places.items():
        if count > 1:
            yield Finding("CONTAINER_SHARED", f"{count} stocks are loaded at {place}", "plan the deck again")
    for need in check.plan.stock_needs:
        for loaded in need.places:
            well = check.well(loaded.place)
            if well is not None and loaded.volume > well.capacity + _EPS:
                yield Finding(
                    "CONTAINER_OVERFULL",
                    f"{loaded.volume / 1000:.1f} mL of {need.stock} are loaded at {loaded.place}, "
                    f"which holds {well.capacity / 1000:.1f} mL",
                    "use a larger container, or put fewer films on the deck",
                )


def containers_do_not_run_dry(check: Inspection) -> Iterable[Finding]:
    """No stroke takes what a tip cannot reach."""
    dead = {loaded.place: need.dead for need in check.plan.stock_needs for loaded in need.places}
    dry = set()
    for filling in check.fillings:
        place = filling.stroke.source
        if place in dead and place not in dry and filling.left_in_source < dead[place] - _EPS:
            dry.add(place)
            yield Finding(
                "CONTAINER_RUNS_DRY",
                f"step {filling.stroke.step} leaves {filling.left_in_source:.0f} uL of {filling.item.stock} "
                f"at {place}, {dead[place]:.0f} uL of it out of reach",
                "load more of it, or put fewer films on the deck",
            )
