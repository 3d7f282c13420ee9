"""What a campaign looks for, as a goal that rules of acquisition understand."""

from collections.abc import Collection

import numpy as np

from active_learning.acquisition import BestCompromises, BestOfProperty, Goal, MeetBounds, RatedFilms
from active_learning.campaign.training_data import MeasuredFilms
from active_learning.learners import Values
from lab.campaigns import CampaignDefinition
from lab.errors import NoRecipeError
from lab.properties import Property
from lab.records import Records, Status
from lab.requirements import Requirement, parse_requirements
from lab.simplex import Fractions, within
from models.transforms import fit_target_scale


def requirements_of(definition: CampaignDefinition) -> tuple[Requirement, ...]:
    """Return the requirements of the campaign's goal; none where it has another goal or none."""
    return parse_requirements(definition.loop.goal.require, definition.units)


def goal_of(definition: CampaignDefinition, films: MeasuredFilms) -> Goal | None:
    """Return the campaign's goal after some films; None where the map is to be learned.

    Requirements on materials are no matter of the goal: `fitting` keeps to them.
    """
    goal, names = definition.loop.goal, definition.property_names
    if goal.require:
        lower, upper = np.full(len(names), -np.inf), np.full(len(names), np.inf)
        for one in requirements_of(definition):
            if one.name in names:
                column = names.index(one.name)
                lower[column], upper[column] = max(lower[column], one.lower), min(upper[column], one.upper)
        # A value beyond its instrument's range meets or misses a requirement where its bound does, see `met_above`.
        decides = ((films.at_least >= lower) & np.isposinf(upper)) | (films.at_least > upper)
        return MeetBounds.among(np.where(decides, films.at_least, films.values), lower, upper)
    sought = [*goal.maximise, *goal.minimise]
    columns = [names.index(name) for name in sought]
    high = [name in goal.maximise for name in sought]
    if not columns:
        return None
    # Of a value that shall be high its bound has been reached; of one that shall be low a bound promises nothing.
    reached = np.isfinite(films.at_least) & [name in goal.maximise for name in names]
    measured = np.where(reached, films.at_least, films.values)
    if len(columns) == 1:
        return _best_of(definition.properties[columns[0]], columns[0], films, measured, maximise=high[0])
    return BestCompromises.among(measured, columns, maximise=high)


def _best_of(prop: Property, column: int, films: MeasuredFilms, measured: Values, *, maximise: bool) -> Goal:
    # Of a censored value the bound is known; films are rated on the scale on which the property is learned.
    values = np.where(np.isnan(films.values), films.at_least, films.values)[:, column]
    rated = RatedFilms.of(films.inputs, fit_target_scale(prop, values).forward(values), maximise=maximise)
    return BestOfProperty.among(measured, column, maximise=maximise, films=rated)


def fitting(definition: CampaignDefinition, recipes: Fractions) -> Fractions:
    """Return the recipes that keep to the goal's requirements on materials, ``(n, k)``.

    Raises:
        NoRecipeError: If none of them does.
    """
    bounds = [one for one in requirements_of(definition) if one.name in definition.material_names]
    columns = [definition.material_names.index(one.name) for one in bounds]
    lower, upper = np.array([one.lower for one in bounds]), np.array([one.upper for one in bounds])
    keep = within(recipes[:, columns], lower, upper)
    if not keep.any():
        raise NoRecipeError(
            f"none of the {len(recipes)} recipes that probably give a usable film keeps to the goal's "
            + " and ".join(repr(one.text) for one in bounds),
            hint="loosen these requirements under [loop.goal], lower the quality threshold, or grade more films",
        )
    return recipes[keep]


def films_that_meet(definition: CampaignDefinition, records: Records) -> tuple[str, ...]:
    """Return the films whose measured values, and materials as made, meet all requirements of the goal."""
    requirements, materials = requirements_of(definition), definition.material_names
    return tuple(
        label
        for label in records.films
        if requirements and all(_meets(one, label, records, materials) for one in requirements)
    )


def _meets(requirement: Requirement, film: str, records: Records, materials: Collection[str]) -> bool:
    if requirement.name in materials:
        made = records.as_made.get(film)
        # A composition may leave out what is not in the film.
        return made is not None and requirement.met_by(made.composition.get(requirement.name, 0.0))
    found = records.measurements.get((film, requirement.name))
    if found is None or found.value is None or found.status is Status.FAILED:
        return False
    return requirement.met_by(found.value) if found.status is Status.OK else requirement.met_above(found.value) is True


def costs_of(definition: CampaignDefinition, recipes: Fractions) -> Values | None:
    """Return what films of recipes ``(n, k)`` cost, ``(n,)``; None where the campaign gives no costs."""
    costs = definition.loop.costs
    if not costs:
        return None
    prices = np.array([costs.materials.get(name, 0.0) for name in definition.material_names])
    total: Values = costs.film + recipes @ prices * definition.measured_casting.solids / 1_000
    # A film of free materials alone is not infinitely worth while.
    return np.maximum(total, 1e-3 * total.max())
