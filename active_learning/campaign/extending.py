"""Extending a running campaign: another material or property joins, and what is known stays useful.

Old films are films of the wider campaign without the new material. The quality model learns the new region from further
graded films (in the reference work 90 with chitosan), the committee from further loops (43 films), both together with
all earlier ones.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from active_learning.acquisition import AcquisitionContext, rule_named
from active_learning.campaign.batches import films_of, is_refused, waiting_decks
from active_learning.campaign.definition_names import complete_definition
from active_learning.campaign.progress import Stage, loops_done, stage_of
from active_learning.campaign.training_data import as_made_compositions
from active_learning.campaign.trainings import newest_definition
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.open_campaigns import OpenCampaign, definition_file
from lab.people_checks import name_for_records
from lab.records import Event, Film, Purpose, Records
from lab.records.films import library_label
from lab.seeds import generator
from lab.simplex import Fractions

DEFAULT_FILMS = 90
"""Films that the reference work graded when chitosan joined (Chen et al. 2024)."""


def extend(
    campaign: OpenCampaign, text: str, who: str, *, films: int = DEFAULT_FILMS, folder: Path | None = None
) -> CampaignDefinition:
    """Replace a campaign's definition by a wider one, and plan the films that its quality model needs.

    The films are lattice recipes that hold a new material, as far as possible from each other and from all graded
    films. `work` makes and grades them, trains the models again, and goes on with the loops of the new definition.

    Args:
        campaign: The campaign; a worker that has it open must be started again.
        text: TOML text of the new definition.
        who: The person.
        films: How many films are made to be graded; 0 where no material is new.
        folder: Where the campaign file lies, for the deck files that it names.

    Returns:
        The new definition.

    Raises:
        InvalidInputError: If the definition cannot be read, names a rule or deck that there is not, is no wider one or
            that of another campaign of the store, an answered wish asks for something else, a library or loop is under
            way, a deck waits with stocks that change, or the person has no name.
        NoRecipeError: If the lattice has fewer recipes with the new material.
        ChangedMeanwhileError: If something was recorded at the same moment, such as the films of a loop.
    """
    who = name_for_records(who)
    known = (*campaign.definition.material_names, *campaign.definition.property_names)
    text, definition = complete_definition(text, what="new definition", folder=folder, known=known)
    version = campaign.store.version(campaign.name)
    records = campaign.records()
    done = loops_done(campaign.definition, records)
    faults = [*_of_another(campaign, definition), *_not_wider(campaign.definition, definition, done)]
    faults += _answered(campaign.definition, definition, records)
    faults += [*_under_way(campaign, records), *_loaded(campaign.definition, definition, records)]
    if faults:
        raise InvalidInputError("extension", faults, hint="see docs/how-to/add-a-material.md")
    newest = newest_definition(records)
    number = (newest.definition if newest else 1) + 1
    name = definition_file(number, done)
    stored = campaign.artefacts.put(name, text)
    planned = _library(campaign, definition, records, films)
    event = Event(f"extend:{number}", who, "campaign definition", simulated=False, at=datetime.now(UTC))
    campaign.store.append(campaign.name, event, [stored, *planned], known=version)
    return definition


def _of_another(campaign: OpenCampaign, new: CampaignDefinition) -> list[str]:
    """Tell of the file of another campaign: with the same materials it would pass, and nothing takes it back."""
    others = [entry.name for entry in campaign.store.campaigns() if entry.name != campaign.name]
    return [f"the file is that of campaign {new.name}, not of {campaign.name}"] if new.name in others else []


def _not_wider(old: CampaignDefinition, new: CampaignDefinition, done: int) -> list[str]:
    faults = []
    for what, before, after in (
        ("material", old.material_names, new.material_names),
        ("property", old.property_names, new.property_names),
    ):
        lost = [name for name in before if name not in after]
        faults += [f"{what} {name} is missing in the new definition: films that have it would be lost" for name in lost]
    faults += [
        f"property {name} changes its unit from {old.units[name]} to {new.units[name]}: stored values would be read in "
        "the wrong one"
        for name in old.property_names
        if name in new.property_names and old.units[name] != new.units[name]
    ]
    kept = [name for name in new.material_names if name in old.material_names]
    if not faults and kept != list(old.material_names):
        # Columns of what was learned stand in the old order.
        order = f"from {', '.join(old.material_names)} to {', '.join(kept)}"
        faults.append(f"the materials change their order {order}: keep it, and put new ones wherever you like")
    if done > new.loop.loops:
        faults.append(f"loop {done} is made already, and the new definition has loops = {new.loop.loops}")
    if old.lab != new.lab:
        faults.append(f"the lab changes from {old.lab} to {new.lab}: start a campaign of its own")
    return faults


def _answered(old: CampaignDefinition, new: CampaignDefinition, records: Records) -> list[str]:
    """Tell of wishes that ask for something else than before: they would pass for answered."""
    return [
        f"the wish {request.name!r} has been answered: give one that asks for something else a name of its own"
        for request in new.designs
        if request.name in records.design_answers and request not in old.designs
    ]


def _under_way(campaign: OpenCampaign, records: Records) -> list[str]:
    if stage_of(campaign.definition, records) is Stage.LIBRARY:
        return ["the library is not graded yet: extend the campaign when its quality model is trained"]
    done = loops_done(campaign.definition, records)
    wanted = [film for film in films_of(records, Purpose.LOOP) if not is_refused(film, records)]
    begun = max((film.loop or 0 for film in wanted), default=0)
    return [f"loop {begun} is under way: finish it first, or refuse its films"] if begun > done else []


def _loaded(old: CampaignDefinition, new: CampaignDefinition, records: Records) -> list[str]:
    """Tell of decks that wait for their run with stocks that change: what they deliver would be reckoned wrongly."""
    strengths = {one.name: (one.material, one.concentration, one.concentration_sd) for one in new.stocks}
    changed = [
        one.name
        for one in old.stocks
        if strengths.get(one.name) != (one.material, one.concentration, one.concentration_sd)
    ]
    waiting = waiting_decks(records)
    if not changed or not waiting:
        return []
    return [
        f"stock {name} is missing in the new definition or has another strength, and {', '.join(waiting)} was planned "
        "with it: run it first, or refuse its films"
        for name in changed
    ]


def _library(campaign: OpenCampaign, definition: CampaignDefinition, records: Records, count: int) -> list[Film]:
    fresh = [i for i, name in enumerate(definition.material_names) if name not in campaign.definition.material_names]
    if not fresh or count == 0:
        return []
    recipes = definition.library()
    recipes = recipes[(recipes[:, fresh] > 0).any(axis=1)]
    graded = [film for film in records.films.values() if film.label in records.grades]
    context = AcquisitionContext(
        candidates=recipes,
        quality=np.ones(len(recipes)),
        existing=as_made_compositions(definition, records, graded),
    )
    chosen = rule_named("distance").choose(context, count, generator(campaign.seed, "extend", definition.name))
    first = _last_number(records) + 1
    return [_film(definition, library_label(first + i), row) for i, row in enumerate(chosen.compositions)]


def _last_number(records: Records) -> int:
    numbers = [int(label[1:]) for label in records.films if re.fullmatch(r"L\d+", label)]
    return max(numbers, default=0)


def _film(definition: CampaignDefinition, label: str, recipe: Fractions) -> Film:
    casting = definition.library_casting
    return Film(
        label=label,
        purpose=Purpose.LIBRARY,
        asked=Composition.from_vector(definition.material_names, recipe),
        solids=casting.solids,
        volume=casting.volume,
        attributes=definition.attributes,
    )
