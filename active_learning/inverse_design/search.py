"""Inverse design: one call for all methods."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from active_learning.inverse_design import paper, sweep
from active_learning.inverse_design.answers import DesignCandidate, DesignCandidates
from active_learning.inverse_design.diversity import nearest_film
from active_learning.inverse_design.found import Found
from active_learning.inverse_design.specification import specification
from active_learning.inverse_design.task import Task
from active_learning.learners import Committee, QualityModel, Values
from lab.campaigns import CampaignDefinition
from lab.compositions import Fractions
from lab.errors import AcquisitionError, InvalidInputError, UnknownNameError
from lab.records import Prediction
from lab.requirements import Requirement

METHODS: Mapping[str, Callable[[Task], Found]] = MappingProxyType({"sweep": sweep.find, "paper": paper.find})
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
    method: str = "sweep",
) -> DesignCandidates:
    """Find recipes for requirements.

    Args:
        requirements: What the film shall meet, see `lab.requirements.parse_requirements`; on properties by probability,
            on materials exactly.
        definition: The campaign.
        committee: The property committee.
        quality: The quality model, or the campaign's `FeasibleSpace`.
        existing: Films made so far, ``(m, k)``.
        top: Largest number of recipes wanted.
        seed: Seed of whatever is random in a method.
        method: One of `METHODS`.

    Returns:
        The recipes; none where a method that accepts or refuses (the paper's) refuses all.

    Raises:
        InvalidInputError: If the requirements or `top` are wrong.
        NoRecipeError: If the requirements on materials leave no recipe.
        UnknownNameError: If there is no such method.
        AcquisitionError: If the committee yields values that are no numbers.
    """
    if top < 1:
        raise InvalidInputError("design", [f"at least one recipe must be wanted, not {top}"])
    if method not in METHODS:
        raise UnknownNameError(f"{method!r} is no known method of design", hint=f"known: {', '.join(METHODS)}")
    wish = specification(requirements, definition)
    found = METHODS[method](Task(wish, definition, committee, quality, top, seed))
    _require_numbers(found.met)
    return DesignCandidates(
        candidates=_candidates(found, definition, committee, np.asarray(existing, dtype=float)),
        materials=definition.material_names,
        method=method,
        threshold=found.threshold,
        searched=found.searched,
        notes=found.notes,
    )


def _candidates(
    found: Found, definition: CampaignDefinition, committee: Committee, existing: Fractions
) -> tuple[DesignCandidate, ...]:
    if len(found.compositions) == 0:
        return ()
    predicted = committee.predict(found.compositions)
    columns = [np.asarray(values) for values in (predicted.mean, predicted.sd, predicted.p05, predicted.p95)]
    distance = nearest_film(found.compositions, existing)
    return tuple(
        DesignCandidate(
            composition=found.compositions[row],
            probability=float(found.met[row] * found.quality[row]),
            met=float(found.met[row]),
            quality=float(found.quality[row]),
            predictions=MappingProxyType(
                {
                    name: Prediction(*(float(values[row, column]) for values in columns))
                    for column, name in enumerate(definition.property_names)
                }
            ),
            distance=float(distance[row]),
        )
        for row in range(len(found.compositions))
    )


def _require_numbers(probability: Values) -> None:
    if not np.isfinite(probability).all():
        raise AcquisitionError(
            "the committee's probability of the requirements is no number",
            hint="train the committee again; every required property needs measured films",
        )
