"""Faults of a campaign that only its whole definition shows."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lab.campaigns import CampaignDefinition
from lab.compositions import lattice_parts, lattice_size, lattice_within
from lab.errors import FilmlabError, InvalidInputError
from lab.goal_checks import exclusive, unreachable
from lab.materials import Material
from lab.names import near_name
from lab.requirements import Requirement, parse_requirements, parse_wish
from lab.stocks import WATER

LARGEST_LIBRARY = 1_000_000
"""Recipes of a lattice that is listed to find the library; a lab makes hundreds."""
FILM_COLUMNS = frozenset({"film", "purpose", "loop", "grade", "made", "measured", "simulated"})
"""Columns of tables of films, which have one for every material and property, too."""
_SUM_TOLERANCE = 1e-9
_WORD = re.compile(r"\w+")


def definition_faults(definition: CampaignDefinition) -> list[str]:
    """Return every fault of a definition, one sentence each; empty where there is none.

    Bounds that exclude all recipes, lattices that do not divide 1, names that are there twice or that requirements
    cannot use, materials without a stock, stocks of other materials or of an unknown lot, requirements that cannot
    be read or never hold.
    """
    return [
        *_name_faults(definition),
        *_recipe_faults(definition),
        *_property_faults(definition),
        *_lot_faults(definition),
        *_stock_faults(definition),
        *_wish_faults(definition),
        *_loop_faults(definition),
        *_varied_faults(definition),
    ]


def never_met(definition: CampaignDefinition, requirement: Requirement) -> str | None:
    """Return why no film of a campaign can meet a requirement; None where one may.

    The bounds of a material and the physical range of a property are asked, no model is.
    """
    ranges = {item.material.name: (item.lower, item.upper, "fraction") for item in definition.ranges}
    ranges |= {prop.name: (prop.lower, prop.upper, prop.unit) for prop in definition.properties}
    if requirement.name not in ranges:  # a ratio, cost and the like have no range of their own
        return None
    if requirement.lower == requirement.upper and requirement.name in definition.property_names:
        return f"{requirement.text!r} never holds, as no film is measured to have exactly one value: give a range"
    lower, upper, unit = ranges[requirement.name]
    if requirement.lower <= upper and requirement.upper >= lower:
        return None
    unit = "" if unit == "fraction" else f" {unit}"
    return f"{requirement.text!r} never holds, as {requirement.name} lies between {lower:g} and {upper:g}{unit}"


def _name_faults(definition: CampaignDefinition) -> Iterator[str]:
    materials, properties = definition.material_names, definition.property_names
    yield from _duplicates("materials", materials)
    yield from _duplicates("properties", properties)
    yield from _duplicates("stocks", [stock.name for stock in definition.stocks])
    yield from _duplicates("designs", [design.name for design in definition.designs])
    for where, names in (("materials", materials), ("properties", properties)):
        for name in names:
            if not _WORD.fullmatch(name):
                yield f"{where}: {name!r} is no name, use letters, digits and _ only"
            elif name in FILM_COLUMNS:
                yield f"{where}: {name!r} is a column of every table of films, use another name"
    for name in properties:
        if name in materials:
            yield f"properties: {name} is the name of a material too"


def _duplicates(where: str, names: Iterable[str]) -> Iterator[str]:
    return (f"{where}: {name} is there twice" for name, times in Counter(names).items() if times > 1)


def _recipe_faults(definition: CampaignDefinition) -> Iterator[str]:
    ranges = definition.ranges
    crossed = [item for item in ranges if item.lower > item.upper]
    for item in crossed:
        yield f"materials.{item.material.name}: min {item.lower:g} is above max {item.upper:g}"
    steps = {"library_step": definition.library_step, "recipe_step": definition.recipe_step}
    whole = {key: step for key, step in steps.items() if _divides(step)}
    for key, step in steps.items():
        if key not in whole:
            yield f"lattice.{key}: {step:g} does not divide 1 into whole parts, use for example 0.1 or 0.02"
    lowers, uppers = sum(item.lower for item in ranges), sum(item.upper for item in ranges)
    if lowers > 1 + _SUM_TOLERANCE:
        yield f"materials: the bounds exclude every recipe, as the minima sum to {lowers:g}, more than 1"
    elif uppers < 1 - _SUM_TOLERANCE:
        yield f"materials: the bounds exclude every recipe, as the maxima sum to {uppers:g}, less than 1"
    elif not crossed:
        for key, step in whole.items():
            yield from _lattice_faults(definition, key, step)


def _divides(step: float) -> bool:
    try:
        lattice_parts(step)
    except FilmlabError:
        return False
    return True


def _lattice_faults(definition: CampaignDefinition, key: str, step: float) -> Iterator[str]:
    parts = lattice_parts(step)
    size = lattice_size(len(definition.ranges), parts)
    if size > LARGEST_LIBRARY:
        # Recipes to choose from are sampled where they are too many to list; the library is made as a whole.
        if key == "library_step":
            yield f"lattice.{key}: steps of {step:g} give {size:,} recipes, more than {LARGEST_LIBRARY:,}"
    elif not lattice_within([(item.lower, item.upper) for item in definition.ranges], parts):
        yield f"lattice.{key}: no recipe in steps of {step:g} lies within the bounds"


def _property_faults(definition: CampaignDefinition) -> Iterator[str]:
    for prop in definition.properties:
        if prop.lower >= prop.upper:
            yield f"properties.{prop.name}: lower {prop.lower:g} is not below upper {prop.upper:g}"


def _lot_faults(definition: CampaignDefinition) -> Iterator[str]:
    materials = _materials(definition)
    yield from _duplicates("lots", [f"{lot.lot} of {lot.material}" for lot in definition.lots])
    for lot in definition.lots:
        yield from _batch_faults(f"lots.{lot.lot}", lot.material, lot.attributes, materials)


def _stock_faults(definition: CampaignDefinition) -> Iterator[str]:
    materials = _materials(definition)
    stocked = {stock.material for stock in definition.stocks}
    yield from (f"stocks: there is no stock of {name}" for name in materials if name not in stocked)
    lots = {(lot.material, lot.lot) for lot in definition.lots}
    for stock in definition.stocks:
        if stock.name == WATER:
            yield f"stocks: {WATER!r} is what films are filled up with, give the stock of {stock.material} another name"
        if lots and stock.lot and (stock.material, stock.lot) not in lots:
            yield f"stocks.{stock.name}: lot {stock.lot!r} of {stock.material} is not among the lots"
        yield from _batch_faults(f"stocks.{stock.name}", stock.material, stock.attributes, materials)


def _materials(definition: CampaignDefinition) -> Mapping[str, Material]:
    return {item.material.name: item.material for item in definition.ranges}


def _batch_faults(
    where: str, name: str, attributes: Mapping[str, str], materials: Mapping[str, Material]
) -> Iterator[str]:
    if name not in materials:
        near = near_name(name, materials)
        hint = f", did you mean {near}?" if near else ""
        yield f"{where}: {name!r} is not a material of this campaign{hint}"
        return
    try:
        materials[name].check_attributes(attributes)
    except InvalidInputError as error:
        yield from (f"{where}: {fault}" for fault in error.faults)


def _wish_faults(definition: CampaignDefinition) -> Iterator[str]:
    for design in definition.designs:
        where = f"designs.{design.name}"
        faults = list(_requirement_faults(where, design.require, definition, _requirements_of_wish))
        yield from faults
        if not faults:
            requirements = _requirements_of_wish(design.require, definition.units)
            yield from (f"{where}: {why}" for why in exclusive(definition, requirements))


def _requirements_of_wish(texts: Sequence[str], units: Mapping[str, str]) -> tuple[Requirement, ...]:
    return parse_wish(texts, units).requirements


def _requirement_faults(
    where: str,
    texts: Iterable[str],
    definition: CampaignDefinition,
    parse: Callable[[Sequence[str], Mapping[str, str]], tuple[Requirement, ...]],
) -> Iterator[str]:
    """Yield what is wrong with each requirement: it cannot be read, or no film of the campaign can meet it."""
    for text in texts:
        try:
            requirements = parse([text], definition.units)
        except InvalidInputError as error:
            yield f"{where}: {error.faults[0]} ({error.hint})".replace(" ()", "")
            continue
        whys = (never_met(definition, requirement) for requirement in requirements)
        yield from (f"{where}: {why}" for why in whys if why)


def _varied_faults(definition: CampaignDefinition) -> Iterator[str]:
    yield from _duplicates("loop.vary", definition.loop.vary)
    for name in dict.fromkeys(definition.loop.vary):
        if name not in definition.attributes:
            yield f"loop.vary: {name!r} is no attribute; known: {', '.join(definition.attributes) or 'none'}"
            continue
        material, _, attribute = name.partition(".")
        silent = [s.name for s in definition.stocks if s.material == material and attribute not in s.attributes]
        yield from (f"stocks.{stock}: its {attribute} varies, so it has to be said" for stock in silent)
        offered = definition.varied[name]
        if silent or not offered:  # no stock at all is a fault of its own
            continue
        if len(offered) < 2:
            yield f"loop.vary: all stocks of {material} are {', '.join(offered)}, so their {attribute} cannot vary"
        if definition.attributes[name] not in offered:
            yield f"loop.vary: no stock of {material} is {definition.attributes[name]}, the usual {attribute}"


def _loop_faults(definition: CampaignDefinition) -> Iterator[str]:
    loop = definition.loop
    yield from _goal_faults(definition)
    unknown = [name for name in loop.costs.materials if name not in definition.material_names]
    yield from (f"loop.costs.materials: {name!r} is not a material of this campaign" for name in unknown)
    if loop.repeats > loop.batch:
        yield f"loop.repeats: {loop.repeats} repeats do not fit into a batch of {loop.batch} films"


def _goal_faults(definition: CampaignDefinition) -> Iterator[str]:
    goal = definition.loop.goal
    faults = list(_requirement_faults("loop.goal", goal.require, definition, parse_requirements))
    yield from faults
    if goal.require and not faults:
        yield from (f"loop.goal: {fault}" for fault in unreachable(definition, goal.require))
    sought = [*goal.maximise, *goal.minimise]
    if goal.require and sought:
        yield "loop.goal: either require, or maximise and minimise, not both"
    yield from _duplicates("loop.goal", sought)
    yield from (f"loop.goal: {name!r} is not measured" for name in sought if name not in definition.property_names)
