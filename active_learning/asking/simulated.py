"""Molecular dynamics and the model about the same question, side by side: who carries the load?

Simulations of atomic models tell trends between models only; their numbers are never compared with a film's. So the
order of the models by strength is set beside the order of the strengths that the committee predicts for films of the
same compositions.
"""

from collections.abc import Mapping
from statistics import fmean
from typing import TYPE_CHECKING, Any

import attrs

from lab.compositions import Composition
from lab.errors import CompositionError
from lab.records import Simulation, SimulationStatus

if TYPE_CHECKING:
    from active_learning.asking.oracle import Oracle

TEST, NUMBER, PROPERTY = "tension", "strength_gpa", "tensile_strength"


@attrs.frozen
class Side:
    """An atomic model and a film of its composition."""

    model: str
    composition: Composition
    seeds: int
    simulated_gpa: float
    """Mean strength over the seeds; only its order among the models means something."""
    predicted_mpa: float
    """Predicted strength of a film of the same composition."""


@attrs.frozen
class SideBySide:
    """The models in question, the strongest by simulation first."""

    sides: tuple[Side, ...]

    @property
    def agree(self) -> bool:
        """Whether simulation and committee put the models in the same order."""
        predicted = [side.predicted_mpa for side in self.sides]
        return predicted == sorted(predicted, reverse=True)

    def sentence(self) -> str:
        """Return the finding in a sentence."""
        predicted = sorted(self.sides, key=lambda side: -side.predicted_mpa)
        return (
            f"Strongest by simulation: {' > '.join(side.model for side in self.sides)}; by the committee, for films of "
            f"the same compositions: {' > '.join(side.model for side in predicted)}. They "
            f"{'agree' if self.agree else 'do not agree'}."
        )

    def as_dict(self) -> Mapping[str, Any]:
        """Return values that JSON has a form for."""
        return {
            "sides": [attrs.asdict(side) | {"composition": dict(side.composition)} for side in self.sides],
            "agree": self.agree,
            "sentence": self.sentence(),
        }


def beside_simulations(oracle: "Oracle") -> SideBySide | None:
    """Return the comparison; None where the campaign holds fewer than two simulated models or learned no strength.

    Simulations of the force field and profile with the most models count, so that only like is compared with like.
    """
    learned = [oracle.definition.property_names[index] for index in oracle.knowledge.committee.learned]
    if PROPERTY not in learned:
        return None
    families: dict[tuple[str, str], dict[str, list[Simulation]]] = {}
    for one in oracle.records.simulations.values():
        if one.test == TEST and one.status is SimulationStatus.OK and NUMBER in one.numbers and _known(oracle, one):
            families.setdefault((one.profile, one.force_field), {}).setdefault(one.model, []).append(one)
    models = max(families.values(), key=len, default={})
    if len(models) < 2:
        return None
    sides = [_side(oracle, model, runs) for model, runs in models.items()]
    return SideBySide(tuple(sorted(sides, key=lambda side: -side.simulated_gpa)))


def _side(oracle: "Oracle", model: str, runs: list[Simulation]) -> Side:
    composition = runs[0].composition
    recipe = composition.vector(oracle.definition.material_names)[None]
    predicted = oracle.knowledge.committee.predict(recipe)
    column = oracle.definition.property_names.index(PROPERTY)
    return Side(
        model, composition, len(runs), fmean(one.numbers[NUMBER] for one in runs), float(predicted.mean[0, column])
    )


def _known(oracle: "Oracle", one: Simulation) -> bool:
    """Return whether the campaign has all materials of an atomic model."""
    try:
        one.composition.vector(oracle.definition.material_names)
    except CompositionError:
        return False
    return True
