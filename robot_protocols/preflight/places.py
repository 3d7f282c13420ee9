"""Rules about places: films in dishes of their own, wells that exist, heights that a tip can stand at."""

from collections import Counter
from collections.abc import Iterable, Iterator

from robot_protocols.decks import Place, Use
from robot_protocols.findings import Finding
from robot_protocols.levels import FLOOR_CLEARANCE, lowest_tip
from robot_protocols.preflight.inspection import Inspection

_EPS = 0.05
HIGHEST_DROP = 10.0
"""Greatest height above a dish's rim that a drop is let fall from, mm: higher and it splashes (assumption)."""


def wells_exist(check: Inspection) -> Iterable[Finding]:
    """Every place that a step names is a well of what stands in that slot."""
    places = [stroke.dish for _, stroke in check.plan.strokes]
    places += [stroke.source for _, stroke in check.plan.strokes]
    places += [mixing.dish for mixing in check.plan.mixings]
    for place in dict.fromkeys(places):
        if check.well(place) is None:
            labware = check.labware(place.slot)
            what = f"{labware.title} has no such well" if labware else "nothing stands in that slot"
            yield Finding("UNKNOWN_WELL", f"the plan uses {place}: {what}", "plan the deck again for this deck")


def films_in_dishes(check: Inspection) -> Iterable[Finding]:
    """Every film has a dish of its own, under a label of its own."""
    for place, count in Counter(film.dish for film in check.plan.films).items():
        if count > 1:
            yield Finding("DISH_SHARED", f"{count} films are cast in dish {place}", "plan the deck again")
    for label, count in Counter(film.order.label for film in check.plan.films).items():
        if count > 1:
            yield Finding("FILM_TWICE", f"film {label} is there {count} times", "give every film a label of its own")
    for film in check.plan.films:
        if check.use_of(film.dish.slot) is not Use.DISHES:
            yield Finding(
                "NOT_A_DISH", f"{film.order.label} is cast at {film.dish}, which is no dish", "plan the deck again"
            )


def transfers_reach_their_film(check: Inspection) -> Iterable[Finding]:
    """Every step for a film goes into that film's dish."""
    dishes = {film.order.label: film.dish for film in check.plan.films}
    steps = [(stroke.step, stroke.film, stroke.dish) for _, stroke in check.plan.strokes]
    steps += [(mixing.step, mixing.film, mixing.dish) for mixing in check.plan.mixings]
    for step, film, dish in steps:
        if film not in dishes:
            yield Finding("FILM_UNKNOWN", f"step {step} is for {film}, which is not in the plan", "plan the deck again")
        elif dishes[film] != dish:
            yield Finding(
                "WRONG_WELL",
                f"step {step} for {film} goes to {dish}, its dish is {dishes[film]}",
                "plan the deck again",
            )


def steps_in_order(check: Inspection) -> Iterable[Finding]:
    """Steps are numbered without a gap, from 1 or from where a continuation begins, so that a run can be followed."""
    steps = [stroke.step for _, stroke in check.plan.strokes] + [mixing.step for mixing in check.plan.mixings]
    for expected, step in enumerate(steps, start=check.plan.first_step):
        if step != expected:
            yield Finding("STEP_ORDER", f"step {step} stands where step {expected} belongs", "plan the deck again")
            return


def tips_above_bottom(check: Inspection) -> Iterable[Finding]:
    """No tip touches a bottom: the simulator accepts a tip 30 mm below it."""
    for step, place, height, _ in _heights(check):
        if height < FLOOR_CLEARANCE - _EPS:
            yield Finding(
                "TIP_BELOW_BOTTOM",
                f"step {step} moves the tip to {height:g} mm above the bottom of {place}",
                f"keep at least {FLOOR_CLEARANCE:g} mm above it",
            )


def tips_reach(check: Inspection) -> Iterable[Finding]:
    """No tip is sent deeper into a narrow well than it is long."""
    told = set()
    for step, place, height, model in _heights(check):
        well = check.well(place)
        if well is None or check.pipette(model) is None or (place, model) in told:
            continue
        lowest = lowest_tip(well, check.deck.racks(model))
        if FLOOR_CLEARANCE - _EPS <= height < lowest - _EPS:
            told.add((place, model))
            yield Finding(
                "TIP_OUT_OF_REACH",
                f"step {step} sends the tip of {model} to {height:g} mm above the bottom of {place}, "
                f"it reaches down to {lowest:g} mm",
                "use a shallower container, or a pipette with longer tips",
            )


def tips_in_stock(check: Inspection) -> Iterable[Finding]:
    """A tip draws liquid, not air: it stands below the surface that its stroke leaves."""
    told = set()
    for filling in check.fillings:
        place, height = filling.stroke.source, filling.stroke.source_height
        well = check.well(place)
        if well is None or place in told or filling.left_in_source < 0:
            continue
        if height > max(well.level(filling.left_in_source), FLOOR_CLEARANCE) + 0.1:
            told.add(place)
            yield Finding(
                "TIP_ABOVE_LIQUID",
                f"step {filling.stroke.step} draws at {height:g} mm in {place}, "
                f"where {well.level(filling.left_in_source):.1f} mm of {filling.item.stock} are left",
                "plan the deck again with what is loaded",
            )


def drops_fall_short(check: Inspection) -> Iterable[Finding]:
    """A dish is dosed from inside its rim or a little above, not from a height that splashes."""
    for _, stroke in check.plan.strokes:
        well = check.well(stroke.dish)
        if well is not None and stroke.dish_height > well.depth + HIGHEST_DROP:
            yield Finding(
                "DROP_TOO_HIGH",
                f"step {stroke.step} doses {stroke.film} from {stroke.dish_height - well.depth:.0f} mm above the rim",
                "plan the deck again",
            )


def _heights(check: Inspection) -> Iterator[tuple[int, Place, float, str]]:
    """Every height that a tip is sent to: step, place, mm above the bottom, pipette."""
    for item, stroke in check.plan.strokes:
        yield stroke.step, stroke.source, stroke.source_height, item.pipette
        yield stroke.step, stroke.dish, stroke.dish_height, item.pipette
    for mixing in check.plan.mixings:
        yield mixing.step, mixing.dish, mixing.height, mixing.pipette
