"""Definitions of small campaigns on built-in materials and properties."""

from collections.abc import Sequence

from lab import library
from lab.campaign_files import parse_definition
from lab.campaigns import CampaignDefinition
from lab.properties import Property, Transform

_SCALES = {"tensile_strength": 60.0, "youngs_modulus": 4000.0, "toughness": 1.5, "fracture_strain": 0.05}


def definition_of(materials: Sequence[str], properties: Sequence[str], *, step: float = 0.1) -> CampaignDefinition:
    """A small campaign on built-in materials and properties."""
    return parse_definition(definition_text(materials, properties, step=step))


def definition_text(materials: Sequence[str], properties: Sequence[str], *, step: float = 0.1) -> str:
    """The TOML text of a small campaign on built-in materials and properties."""
    stocks = "\n".join(
        f'[[stocks]]\nname = "{name}-10"\nmaterial = "{name}"\nconcentration = 10.0' for name in materials
    )
    first = library.property_named(properties[0])
    wish = f"{first.name} >= {typical_value(first) * 0.9:.4g} {first.unit if first.unit != 'fraction' else ''}".strip()
    return f"""
name = "small"
[materials]
{chr(10).join(f"{name} = {{}}" for name in materials)}
[lattice]
library_step = {step}
recipe_step = 0.05
[properties]
measure = {list(properties)!r}
{stocks}
[casting.library]
deck = "screening-24-well"
solids = 12.0
volume = 1600
[casting.measured]
deck = "casting-6-dish"
solids = 40.0
volume = 4500
[loop]
loops = 2
batch = 4
films = 8
[[designs]]
name = "first wish"
require = ["{wish}"]
make = 1
"""


def typical_value(prop: Property) -> float:
    """A plausible value of a property."""
    return 0.5 if prop.transform is Transform.LOGIT else _SCALES.get(prop.name, 30.0)
