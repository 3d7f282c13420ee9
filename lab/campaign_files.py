"""Reading campaign definitions from TOML: every fault of a file is listed at once, with its place."""

from collections.abc import Mapping

import attrs
from pydantic import ValidationError

from lab import library
from lab.campaign_checks import definition_faults
from lab.campaign_tables import CampaignTable, MaterialTable, StockTable
from lab.campaigns import (
    CampaignDefinition,
    Casting,
    CommitteeRule,
    DesignRequest,
    LoopRule,
    MaterialRange,
    QualityRule,
)
from lab.errors import InvalidInputError, UnknownNameError
from lab.materials import HandlingClass, Lot, Material
from lab.names import known_hint
from lab.properties import Property
from lab.stocks import Stock
from lab.user_files import key_faults, parse_toml


def builtin_definition(name: str = "chen2024") -> CampaignDefinition:
    """Return a built-in campaign definition.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    return parse_definition(builtin_text(name), what=f"built-in campaign {name!r}")


def builtin_text(name: str) -> str:
    """Return the TOML text of a built-in campaign.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    texts = library.campaign_texts()
    if name not in texts:
        raise UnknownNameError(f"{name!r} is no built-in campaign", hint=known_hint(name, texts))
    return texts[name]


def parse_definition(text: str, *, what: str = "campaign definition") -> CampaignDefinition:
    """Read a campaign definition from TOML text.

    Args:
        text: The TOML text.
        what: What the text is, for error messages.

    Raises:
        InvalidInputError: With every fault found: TOML syntax, wrong keys or values, unknown materials or
            properties, bounds that exclude every recipe, requirements that cannot be read.
    """
    return _Builder.of(text, what).build(new=True)


def stored_definition(text: str, campaign: str) -> CampaignDefinition:
    """Read the definition that a campaign has, from the TOML text in its store.

    It was checked when it was stored, perhaps by an older filmlab that checked less. What is refused in new definitions
    only since then is no reason to keep people from their films, or from extending the campaign by a better definition.

    Args:
        text: The TOML text.
        campaign: Name of the campaign, for error messages.

    Raises:
        InvalidInputError: If it has keys, values, materials or properties that this filmlab does not know.
    """
    what = f"stored definition of {campaign}"
    try:
        return _Builder.of(text, what).build(new=False)
    except InvalidInputError as error:
        hint = "install the newer filmlab that stored it; nothing has been changed"
        raise InvalidInputError(what, error.faults, hint=hint) from error


class _Builder:
    """Turns the checked table into values and collects the faults that need more than one key to see."""

    def __init__(self, table: CampaignTable, what: str) -> None:
        self.table = table
        self.what = what
        self.faults: list[str] = []

    @classmethod
    def of(cls, text: str, what: str) -> "_Builder":
        raw = parse_toml(text, what)
        try:
            table = CampaignTable.model_validate(raw)
        except ValidationError as error:
            hint = "see docs/reference/campaign-file.md for every key"
            raise InvalidInputError(what, key_faults(error), hint=hint) from error
        return cls(table, what)

    def build(self, *, new: bool) -> CampaignDefinition:
        table = self.table
        ranges = [self._range(name, item) for name, item in table.materials.items()]
        properties = [p for name in table.properties.measure if (p := self._property(name))]
        unused = [name for name in table.properties.define if name not in table.properties.measure]
        self.faults += [f"properties.define.{name}: is not in properties.measure" for name in unused]
        handling = {item.material.name: item.material.handling for item in ranges}
        definition = CampaignDefinition(
            name=table.name,
            title=table.title or table.name,
            lab=table.lab,
            ranges=tuple(ranges),
            properties=tuple(properties),
            lots=tuple(Lot(**lot.model_dump()) for lot in table.lots),
            stocks=tuple(self._stock(stock, handling) for stock in table.stocks),
            library_casting=Casting(**table.casting.library.model_dump()),
            measured_casting=Casting(**table.casting.measured.model_dump()),
            library_step=table.lattice.library_step,
            recipe_step=table.lattice.recipe_step,
            quality=QualityRule(**table.quality.model_dump()),
            loop=LoopRule(**table.loop.model_dump()),
            committee=CommitteeRule(**table.committee.model_dump()),
            designs=tuple(DesignRequest(**design.model_dump()) for design in table.designs),
            world=dict(table.world),
            deck_files=table.deck_files,
        )
        # Where a property is not known, a wish for it is not at fault.
        complete = len(properties) == len(table.properties.measure)
        checked = definition if complete else attrs.evolve(definition, designs=())
        faults = self.faults + (definition_faults(checked) if new else [])
        if faults:
            raise InvalidInputError(self.what, faults, hint="mend these places of the file and try again")
        return definition

    def _range(self, name: str, item: MaterialTable) -> MaterialRange:
        attributes = {key: str(value) for key, value in (item.model_extra or {}).items()}
        try:
            material = self._material(name, item)
            material.check_attributes(attributes)
        except InvalidInputError as error:
            self.faults += [f"materials.{name}: {fault}" for fault in error.faults]
        except UnknownNameError as error:
            self.faults.append(f"materials.{name}: {error.message} ({error.hint}), a new one needs a density")
            # Stands in for it, so that the rest of the file can be checked.
            choices = {key: (value,) for key, value in attributes.items()}
            material = Material(name, name, 1.0, HandlingClass.WATER_LIKE, choices)
        return MaterialRange(material, item.min, item.max, attributes)

    @staticmethod
    def _material(name: str, item: MaterialTable) -> Material:
        """Return the built-in material with what the file says otherwise, or a new one where the file has a density."""
        keys = {"title", "density", "handling", "attribute_choices", "price", "footprint"}
        said = item.model_dump(include=keys, exclude_unset=True)
        if "price" in said:
            said["price_source"] = "campaign file"
        if item.density is None or name in library.materials():
            known = library.material(name)
            return attrs.evolve(known, **said, source="campaign file") if said else known
        fresh = {"title": name, "handling": HandlingClass.WATER_LIKE, "source": "campaign file"}
        return Material(name=name, **(fresh | said))

    def _property(self, name: str) -> Property | None:
        own = self.table.properties.define.get(name)
        if own is not None:
            fields = own.model_dump() | {"title": own.title or name, "symbol": own.symbol or name}
            return Property(name=name, **fields)
        try:
            return library.property_named(name)
        except UnknownNameError as error:
            self.faults.append(f"properties.measure: {error.message} ({error.hint})")
            return None

    def _stock(self, stock: StockTable, handling: Mapping[str, HandlingClass]) -> Stock:
        lots = {(lot.material, lot.lot): lot.attributes for lot in self.table.lots}
        said = {
            "attributes": {**lots.get((stock.material, stock.lot), {}), **stock.attributes},
            "handling": stock.handling or handling.get(stock.material, HandlingClass.WATER_LIKE),
        }
        return Stock(**stock.model_dump() | said)
