"""Inverse design: one call for all methods."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import attrs
import numpy as np

from active_learning.feasible import FeasibleSpace
from active_learning.inverse_design import climbing, paper, sweep
from active_learning.inverse_design.answers import DesignCandidate, DesignCandidates
from active_learning.inverse_design.conflicts import LIKELY, diagnose
from active_learning.inverse_design.dispensing import Dispensed, Unmakeable, dispensed, rescored
from active_learning.inverse_design.diversity import apart, nearest_film
from active_learning.inverse_design.found import Found
from active_learning.inverse_design.specification import specification
from active_learning.inverse_design.task import Task
from active_learning.inverse_design.worth import NEAREST_MISS, probability_within
from active_learning.learners import Committee, QualityModel, Values
from lab.campaigns import CampaignDefinition
from lab.errors import InvalidInputError, UnknownNameError
from lab.names import known_hint
from lab.records import Prediction
from lab.requirements import Requirement, Wish
from lab.simplex import Fractions

METHODS: Mapping[str, Callable[[Task], Found]] = MappingProxyType(
    {"sweep": sweep.find, "climb": climbing.find, "paper": paper.find}
)
"""Ways to search, by name."""


_MORE = 8
"""Times as many recipes as are wanted that the robot is asked about where it cannot make all of those."""

SELDOM_TOGETHER = "no two requirements exclude each other, yet all together are seldom met"


def design(
    wish: Wish | Sequence[Requirement],
    definition: CampaignDefinition,
    committee: Committee,
    quality: QualityModel,
    existing: Fractions,
    *,
    top: int = 5,
    seed: int = 0,
    method: str | None = None,
) -> DesignCandidates:
    """Find recipes for a wish.

    Args:
        wish: What the film shall meet, see `lab.requirements.parse_wish`; on properties by probability, on the recipe
            exactly.
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
        raise UnknownNameError(f"{method!r} is no known method of design", hint=known_hint(method, METHODS))
    wish = wish if isinstance(wish, Wish) else Wish(tuple(wish))
    task = Task(specification(wish, definition), definition, committee, space, top, seed)
    found, makings = _makeable(METHODS[method], task)
    likely = (found.met * found.usable >= LIKELY).any() and found.threshold >= task.wish.least_quality
    diagnosis = None if likely else diagnose(task, wish.requirements, found.compositions)
    seldom = (SELDOM_TOGETHER,) if diagnosis and not diagnosis.conflicts and not diagnosis.out_of_reach else ()
    return DesignCandidates(
        candidates=_candidates(found, makings, task, wish.requirements, np.asarray(existing, dtype=float)),
        materials=definition.material_names,
        method=method,
        threshold=found.threshold,
        searched=found.searched,
        notes=(*task.wish.notes, *found.notes, *seldom),
        diagnosis=diagnosis,
    )


def _makeable(search: Callable[[Task], Found], task: Task) -> tuple[Found, list[Dispensed | Unmakeable]]:
    """Return what a method finds as the robot can dispense it.

    Where it can make some and not all, or several become one recipe, it is asked about more of them.
    """
    found = search(task)
    made = _as_made(found, task)
    can_be = sum(isinstance(one, Dispensed) for one in made[1])
    if 0 < can_be < task.top == len(found.compositions):
        made = _as_made(search(attrs.evolve(task, top=_MORE * task.top)), task)
    return made


def _as_made(found: Found, task: Task) -> tuple[Found, list[Dispensed | Unmakeable]]:
    """Return the recipes as the robot can dispense them, scored there; what it cannot make comes last.

    Of recipes whose nearest one that can be dispensed is the same, the first stays.
    """
    recipes, makings, notes = [], [], list(found.notes)
    for recipe in found.compositions:
        made = dispensed(task.definition, recipe)
        if isinstance(made, Dispensed) and made.changed and not task.wish.allows(made.composition[None])[0]:
            made = Unmakeable(f"{made.changed}; the nearest recipe that can is outside the requirements")
        if isinstance(made, Unmakeable):
            notes.append(f"the robot cannot make a recipe: {made.why}")
        recipes.append(made.composition if isinstance(made, Dispensed) and made.changed else recipe)
        makings.append(made)
    compositions = np.array(recipes).reshape(-1, found.compositions.shape[1])
    worth = rescored(task, compositions, makings)
    unmakeable = np.array([isinstance(made, Unmakeable) for made in makings], dtype=bool)
    by_probability = found.by_probability and not task.wish.aims and NEAREST_MISS not in notes
    order = np.lexsort((-worth.probability if by_probability else np.arange(len(makings)), unmakeable))
    order = order[apart(compositions[order], task.top)]
    said = tuple(dict.fromkeys(notes))
    again = Found(
        compositions[order],
        worth.met[order],
        worth.usable[order],
        found.threshold,
        found.searched,
        said,
    )
    return again, [makings[row] for row in order]


def _candidates(
    found: Found,
    makings: list[Dispensed | Unmakeable],
    task: Task,
    requirements: Sequence[Requirement],
    existing: Fractions,
) -> tuple[DesignCandidate, ...]:
    if len(found.compositions) == 0:
        return ()
    predictions = _predictions(found.compositions, task)
    chances = {one.text: _chance(found.compositions, task, one) for one in requirements}
    quality = task.space.quality(found.compositions)
    distance = nearest_film(found.compositions, existing)
    return tuple(
        DesignCandidate(
            composition=found.compositions[row],
            probability=float(found.met[row] * found.usable[row]),
            met=float(found.met[row]),
            usable=float(found.usable[row]),
            quality=float(quality[row]),
            predictions=predictions[row],
            chances=MappingProxyType({text: float(chance[row]) for text, chance in chances.items()}),
            distance=float(distance[row]),
            dispensed=makings[row],
        )
        for row in range(len(found.compositions))
    )


def _predictions(compositions: Fractions, task: Task) -> list[Mapping[str, Prediction]]:
    """Return what is expected of each recipe; nothing of a property of which no film has given a value."""
    predicted = task.committee.predict(compositions)
    columns = [np.asarray(values) for values in (predicted.mean, predicted.sd, predicted.p05, predicted.p95)]
    return [
        MappingProxyType(
            {
                name: Prediction(*(float(values[row, column]) for values in columns))
                for column, name in enumerate(task.definition.property_names)
                if np.isfinite(columns[0][row, column])
            }
        )
        for row in range(len(compositions))
    ]


def _chance(compositions: Fractions, task: Task, requirement: Requirement) -> Values:
    wish = specification([requirement], task.definition)
    chance = probability_within(task, compositions, wish.lower, wish.upper) * wish.allows(compositions)
    if wish.least_quality > 0:
        chance = chance * (task.space.quality(compositions) >= wish.least_quality)
    return chance
