"""Materials: what films are made of, and attributes of a batch that a model can use as inputs."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import attrs

from lab.errors import InvalidInputError
from lab.read_only import read_only

_positive = attrs.validators.gt(0.0)
_not_negative = attrs.validators.ge(0.0)


class HandlingClass(StrEnum):
    """How the liquid of a stock behaves in a pipette."""

    WATER_LIKE = "water-like"
    FIBRE_GEL = "fibre-gel"
    CLAY_DISPERSION = "clay-dispersion"
    WARM_GELATIN = "warm-gelatin"
    GLYCEROL_SOLUTION = "glycerol-solution"


def _frozen_choices(values: Mapping[str, Iterable[object]]) -> Mapping[str, tuple[str, ...]]:
    frozen = {key: tuple(map(str, choices)) for key, choices in values.items()}
    if empty := [key for key, choices in frozen.items() if not choices]:
        raise ValueError(f"attribute {empty[0]!r} has no values to choose from")
    return read_only(frozen)


@attrs.frozen
class Material:
    """A material of the dry film."""

    name: str
    """Short name used everywhere: CNF, MMT, gelatin, glycerol, chitosan."""
    title: str
    """What it is, in words."""
    density: float = attrs.field(validator=_positive)
    """Density of the dry material, g/cm^3."""
    handling: HandlingClass = attrs.field(converter=HandlingClass)
    """How its stock is pipetted."""
    attribute_choices: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict, converter=_frozen_choices)
    """Attributes of a batch that a model can use, each with its known values, the default first."""
    source: str = ""
    """Where the numbers come from."""
    price: float | None = attrs.field(default=None, validator=attrs.validators.optional(_not_negative))
    """USD per kg of dry material; None where it is not known."""
    price_source: str = ""
    """Where the price comes from."""
    footprint: float | None = attrs.field(default=None, validator=attrs.validators.optional(_not_negative))
    """kg CO2e per kg of dry material; None for the published factor, if there is one (see `lab.impacts`)."""

    def default_attributes(self) -> Mapping[str, str]:
        """Return each attribute with its default value."""
        return {name: choices[0] for name, choices in self.attribute_choices.items()}

    def check_attributes(self, attributes: Mapping[str, str]) -> None:
        """Check that attributes are known with known values.

        Raises:
            InvalidInputError: If an attribute or a value is unknown.
        """
        faults = []
        for name, value in attributes.items():
            choices = self.attribute_choices.get(name)
            if choices is None:
                faults.append(
                    f"{self.name} has no attribute {name!r}; known: {', '.join(self.attribute_choices) or 'none'}"
                )
            elif value not in choices:
                faults.append(f"{name} of {self.name} is {value!r}; known: {', '.join(choices)}")
        if faults:
            raise InvalidInputError("material attributes", faults)


@attrs.frozen
class Lot:
    """A delivered or home-made batch of a material."""

    material: str
    lot: str
    supplier: str = ""
    attributes: Mapping[str, str] = attrs.field(factory=dict, converter=read_only)
    """Values of the material's attributes for this batch, for example gelatin source: bovine."""
