"""Inverse design: one call for all methods."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design import climbing, paper, sweep
from active_learning.inverse_design.answers import DesignCandidate, DesignCandidates
from active_learning.inverse_design.conflicts import LIKELY, diagnose
from active_learning.inverse_design.diversity import nearest_film
from active_learning.inverse_design.found import Found
from active_learning.inverse_design.specification import specification
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import probability_within
from active_learning.learners import Committee, QualityModel, Values
from lab.campaigns import CampaignDefinition
from lab.compositions import Fractions
from lab.errors import InvalidInputError, UnknownNameError
from lab.records import Prediction
from lab.requirements import Requirement

METHODS: Mapping[str, Callable[[Task], Found]] = MappingProxyType(
    {"sweep": sweep.find, "climb": climbing.find, "paper": paper.find}
)
"""Ways to search, by name."""


def design(
    requirements: Sequence[Requirement],
    definition: CampaignDefinition,
    committee: Committee,
    quality: QualityModel,
    existing: Fractions,
    *,
    top: int = 5,
    seed: int = 0,
    method: str | None = None,
) -> DesignCandidates:
    """Find recipes for requirements.

    Args:
        requirements: What the film shall meet, see `lab.requirements.parse_requirements`; on properties by probability,
            on materials exactly.
        definition: The campaign.
        committee: The property committee.
        quality: The quality model, or the campaign's `FeasibleSpace`, which saves asking the model again.
        existing: Films made so far, ``(m, k)``.
        top: Largest number of recipes wanted.
        seed: Seed of whatever is random in a method.
        method: One of `METHODS`; None for "sweep" where all recipes can be listed and "climb" where they are too many.

    Returns:
        The recipes, the most probable first, with a diagnosis where none is likely; no recipe where a method that
        accepts or refuses (the paper's) refuses all.

    Raises:
        InvalidInputError: If the requirements or `top` are wrong.
        NoRecipeError: If the requirements on materials leave no recipe.
        UnknownNameError: If there is no such method.
        AcquisitionError: If the committee yields values that are no numbers.
    """
    if top < 1:
        raise InvalidInputError("design", [f"at least one recipe must be wanted, not {top}"])
    space = quality if isinstance(quality, FeasibleSpace) else FeasibleSpace(definition, quality)
    method = method or ("sweep" if space.complete else "climb")
    if method not in METHODS:
        raise UnknownNameError(f"{method!r} is no known method of design", hint=f"known: {', '.join(METHODS)}")
    task = Task(specification(requirements, definition), definition, committee, space, top, seed)
    found = METHODS[method](task)
    likely = bool((found.met * found.quality >= LIKELY).any())
    return DesignCandidates(
        candidates=_candidates(found, task, requirements, np.asarray(existing, dtype=float)),
        materials=definition.material_names,
        method=method,
        threshold=found.threshold,
        searched=found.searched,
        notes=found.notes,
        diagnosis=None if likely else diagnose(task, requirements, found.compositions),
    )


def _candidates(
    found: Found, task: Task, requirements: Sequence[Requirement], existing: Fractions
) -> tuple[DesignCandidate, ...]:
    if len(found.compositions) == 0:
        return ()
    predictions = _predictions(found.compositions, task)
    chances = {one.text: _chance(found.compositions, task, one) for one in requirements}
    distance = nearest_film(found.compositions, existing)
    return tuple(
        DesignCandidate(
            composition=found.compositions[row],
            probability=float(found.met[row] * found.quality[row]),
            met=float(found.met[row]),
            quality=float(found.quality[row]),
            predictions=predictions[row],
            chances=MappingProxyType({text: float(chance[row]) for text, chance in chances.items()}),
            distance=float(distance[row]),
        )
        for row in range(len(found.compositions))
    )


def _predictions(compositions: Fractions, task: Task) -> list[Mapping[str, Prediction]]:
    predicted = task.committee.predict(compositions)
    columns = [np.asarray(values) for values in (predicted.mean, predicted.sd, predicted.p05, predicted.p95)]
    return [
        MappingProxyType(
            {
                name: Prediction(*(float(values[row, column]) for values in columns))
                for column, name in enumerate(task.definition.property_names)
            }
        )
        for row in range(len(compositions))
    ]


def _chance(compositions: Fractions, task: Task, requirement: Requirement) -> Values:
    wish = specification([requirement], task.definition)
    return probability_within(task, compositions, wish.lower, wish.upper) * wish.allows(compositions)
