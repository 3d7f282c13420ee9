"""Which property a batch's attributes change: source of the gelatin, size of the platelets.

A committee of its own learns from the fractions and the attributes of each film together; each attribute is one player
beside the materials. Only what the films say is used: where all films share a value, nothing can be said.
"""

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from active_learning.asking.explaining import Explained
from active_learning.campaign.learning import learned_committee
from active_learning.campaign.training_data import MeasuredFilms
from lab.arrays import Array
from lab.campaigns import CampaignDefinition
from lab.errors import InvalidInputError
from lab.seeds import derived_seed, generator

BACKGROUND = 24
SHUFFLES = 2


@attrs.frozen(eq=False)
class AttributeColumns:
    """One-hot columns of the attributes in which films differ."""

    names: tuple[str, ...]
    """``gelatin.source``, ``MMT.lateral_size``."""
    choices: tuple[tuple[str, ...], ...]
    """Values of each."""
    columns: Array
    """Shape ``(n, total number of choices)``."""


def attribute_columns(attributes: Sequence[Mapping[str, str]]) -> AttributeColumns:
    """Return the attributes in which films differ as one-hot columns; a film that does not say one has zeros there."""
    names = sorted({name for film in attributes for name in film})
    choices = {name: tuple(sorted({film[name] for film in attributes if name in film})) for name in names}
    varied = [name for name in names if len(choices[name]) > 1]
    columns = [[float(film.get(name) == choice) for film in attributes] for name in varied for choice in choices[name]]
    table = np.array(columns).T if columns else np.empty((len(attributes), 0))
    return AttributeColumns(tuple(varied), tuple(choices[name] for name in varied), table)


def explain_attributes(
    definition: CampaignDefinition,
    films: MeasuredFilms,
    attributes: Sequence[Mapping[str, str]],
    *,
    seed: int,
    simulated: bool,
    shuffles: int = SHUFFLES,
) -> Explained:
    """Learn from films that differ in attributes and share out each property among materials and attributes.

    Noise alone gives every attribute some importance. How much is found by dealing the attributes out to the films at
    random and learning anew (a permutation test), see `Explained.chance`.

    Args:
        definition: The campaign, for its properties and the size of the committee.
        films: Measured films.
        attributes: Attributes of each film, ``{"gelatin.source": "fish"}``.
        seed: Seed of the committee.
        simulated: Whether the films are simulated.
        shuffles: How often each attribute is dealt out at random; 0 leaves `Explained.chance` out.

    Raises:
        InvalidInputError: If the films do not differ in any attribute.
    """
    table = attribute_columns(attributes)
    if not table.names:
        same = "; ".join(f"{name} = {value}" for name, value in sorted(attributes[0].items())) if attributes else ""
        raise InvalidInputError(
            "attributes",
            [f"all {len(films.labels)} measured films share {same or 'them: none says any'}"],
            hint="make films from other batches too, and measure them",
        )
    found = _explained(definition, films, table, seed=seed, simulated=simulated)
    if shuffles == 0:
        return found
    chance = np.full(found.importance.shape, np.nan)
    for place, group in enumerate(_groups(table, 0)):
        player = len(definition.material_names) + place
        dealt = [
            _dealt(table, group, generator(seed, "attributes", "shuffle", table.names[place], number))
            for number in range(shuffles)
        ]
        reached = [_explained(definition, films, one, seed=seed, simulated=simulated).importance for one in dealt]
        chance[player] = np.mean([one[player] for one in reached], axis=0)
    return attrs.evolve(found, chance=chance)


def _explained(
    definition: CampaignDefinition, films: MeasuredFilms, table: AttributeColumns, *, seed: int, simulated: bool
) -> Explained:
    """Learn from fractions and attributes, and share out each learned property among them."""
    from models.explain import MOST_FILMS, Players, background_films, drawn_rows, shapley_values
    from models.scaling import InputScale

    materials = len(definition.material_names)
    films = attrs.evolve(films, batches=table.columns)
    inputs = films.inputs
    scale = InputScale.for_columns(inputs, np.arange(inputs.shape[1]) < materials)
    committee = learned_committee(definition, films, derived_seed(seed, "attributes"), input_scale=scale)
    learned = list(committee.learned)

    def asked(points: Array) -> Array:
        return committee.predict(points).mean[:, learned]

    rows = drawn_rows(len(inputs), MOST_FILMS, generator(seed, "attributes", "films"))
    rng = generator(seed, "attributes", "background")
    found = shapley_values(
        asked,
        inputs[rows],
        background_films(inputs, BACKGROUND, rng),
        players=Players(materials, _groups(table, materials)),
        rng=rng,
    )
    properties = [definition.properties[index] for index in learned]
    return Explained(
        question="reference",
        outputs=tuple(prop.name for prop in properties),
        units=tuple(prop.unit for prop in properties),
        players=(*definition.material_names, *table.names),
        films=tuple(films.labels[row] for row in rows),
        recipes=films.compositions[rows],
        values=found.values,
        base=found.base,
        interactions=found.interactions,
        spread=asked(inputs).std(axis=0),
        simulated=simulated,
        drawn_from=len(inputs) if len(rows) < len(inputs) else 0,
    )


def _dealt(table: AttributeColumns, group: tuple[int, ...], rng: np.random.Generator) -> AttributeColumns:
    """Return the columns with the values of one attribute dealt out to the films anew; the others stay.

    What the others do would otherwise be noise to this one.
    """
    columns = table.columns.copy()
    columns[:, group] = columns[rng.permutation(len(columns))][:, group]
    return attrs.evolve(table, columns=columns)


def _groups(table: AttributeColumns, first: int) -> tuple[tuple[int, ...], ...]:
    """Return the columns of each attribute."""
    groups, start = [], first
    for choices in table.choices:
        groups.append(tuple(range(start, start + len(choices))))
        start += len(choices)
    return tuple(groups)
