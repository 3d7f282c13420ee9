"""Faults of requirements, of a goal or a wish, that only all of them together show."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from lab.campaigns import CampaignDefinition
from lab.compositions import lattice_parts, lattice_within
from lab.errors import FilmlabError
from lab.requirements import Requirement, parse_requirements


def unreachable(definition: CampaignDefinition, require: Sequence[str]) -> Iterator[str]:
    """Yield why no film can be told to reach a goal, one sentence each.

    Args:
        definition: The campaign.
        require: The goal's requirements, each of which can be read and may hold alone.
    """
    requirements = parse_requirements(require, definition.units)
    measured = [one for one in requirements if one.name in definition.property_names]
    for one in requirements:
        if one not in measured and one.name not in definition.material_names:
            yield f"{one.text!r} is known of designs, not of films: require properties and materials"
    if not measured:
        yield "nothing that is measured is required: name a property too"
    yield from exclusive(definition, requirements)


def exclusive(definition: CampaignDefinition, requirements: Sequence[Requirement]) -> Iterator[str]:
    """Yield why requirements leave no recipe, or no value of a property, one sentence each.

    Args:
        definition: The campaign.
        requirements: Each of them may hold alone.
    """
    on_materials = [one for one in requirements if one.name in definition.material_names]
    contrary = [pair for pair in combinations(requirements, 2) if _exclude_each_other(*pair)]
    yield from (f"{first.text!r} and {second.text!r} cannot hold together" for first, second in contrary)
    # That the bounds of the materials leave none by themselves is a fault of its own.
    if not contrary and _leave_a_recipe(definition, ()) and not _leave_a_recipe(definition, on_materials):
        texts = ", ".join(repr(one.text) for one in on_materials)
        yield f"no recipe in steps of {definition.recipe_step:g} keeps to the bounds of the materials and to {texts}"


def _exclude_each_other(first: Requirement, second: Requirement) -> bool:
    return first.name == second.name and max(first.lower, second.lower) > min(first.upper, second.upper)


def _leave_a_recipe(definition: CampaignDefinition, requirements: Sequence[Requirement]) -> bool:
    bounds = {item.material.name: (item.lower, item.upper) for item in definition.ranges}
    for one in requirements:
        lower, upper = bounds[one.name]
        bounds[one.name] = (max(lower, one.lower), min(upper, one.upper))
    try:
        return lattice_within(bounds.values(), lattice_parts(definition.recipe_step))
    except FilmlabError:
        return True  # a step that does not divide 1 is a fault of its own
