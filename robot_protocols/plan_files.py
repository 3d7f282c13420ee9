"""Plans as JSON: written canonically, read back with every fault named."""

import json
from collections.abc import Mapping
from typing import Any

import cattrs
from cattrs.v import transform_error

from lab.compositions import Composition
from lab.errors import FilmlabError, InvalidInputError
from lab.hashing import canonical_json
from robot_protocols.decks import Place
from robot_protocols.plans import DeckPlan, ExpectedFilm

FORMAT = 1
"""Version of the plan format; a plan of another version is refused."""


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True)
    # A whole number of microlitres given as int is the same plan, with the same hash, as one that was read back.
    converter.register_unstructure_hook(float, float)
    converter.register_unstructure_hook(Composition, dict)
    converter.register_structure_hook(Composition, lambda value, _: Composition(_numbers(value)))
    converter.register_unstructure_hook(Place, list)
    converter.register_structure_hook(Place, lambda value, _: _place(value))
    converter.register_unstructure_hook(
        ExpectedFilm, lambda film: {"composition": dict(film.composition), "sd": dict(film.sd)}
    )
    converter.register_structure_hook(
        ExpectedFilm,
        lambda value, _: ExpectedFilm(Composition(_numbers(value["composition"])), _numbers(value["sd"])),
    )
    return converter


def _numbers(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping) or not all(isinstance(number, int | float) for number in value.values()):
        raise ValueError(f"expected numbers by name, got {value!r}")
    return {str(name): float(number) for name, number in value.items()}


def _place(value: Any) -> Place:
    if not isinstance(value, list) or len(value) != 2 or not isinstance(value[0], int) or not isinstance(value[1], str):
        raise ValueError(f"expected a slot and a well, got {value!r}")
    return Place(value[0], value[1])


_CONVERTER = _converter()


def plan_to_json(plan: DeckPlan) -> str:
    """Return a plan as canonical JSON."""
    value = _CONVERTER.unstructure(plan)
    if plan.continues is None:
        del value["continues"]
    return canonical_json({"format": FORMAT, **value})


def plan_from_json(text: str) -> DeckPlan:
    """Read a plan from JSON.

    Raises:
        InvalidInputError: If the text is no JSON, of another format, or does not describe a plan.
    """
    try:
        value = json.loads(text)
        canonical_json(value)  # Python reads NaN and Infinity, which no step of a plan holds
    except ValueError as error:
        raise InvalidInputError("plan", [f"is not JSON: {error}"], hint="plan the deck again") from error
    if not isinstance(value, dict) or value.pop("format", None) != FORMAT:
        raise InvalidInputError("plan", [f"is not a plan of format {FORMAT}"], hint="plan the deck again")
    try:
        return _CONVERTER.structure(value, DeckPlan)
    except FilmlabError as error:
        raise InvalidInputError("plan", [error.message], hint="plan the deck again") from error
    except (cattrs.BaseValidationError, ValueError, TypeError, KeyError) as error:
        faults = transform_error(error) if isinstance(error, cattrs.BaseValidationError) else [repr(error)]
        raise InvalidInputError("plan", faults, hint="plan the deck again") from error
