"""Molecular dynamics beside what was learned from films: which of two materials, or both, carries the load?

Simulations of atomic models tell trends between models only; their numbers are never compared with a film's. So three
questions are answered from either side, and whether the answers agree: in which order are the models strong, which of
two materials carries more, and do the two together carry more than their parts?
"""

import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import combinations, pairwise
from statistics import fmean, stdev
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np

from active_learning.asking.alike import alike
from lab.compositions import Composition
from md_sim.profiles import FEWEST_SEEDS

if TYPE_CHECKING:
    from active_learning.asking.explaining import Explained
    from active_learning.asking.oracle import Oracle
    from lab.records import Simulation

NUMBER, PROPERTY = "strength_gpa", "tensile_strength"
_MORE = 0.1
"""A material's effect is told for so much more of it."""
_PART = 1e-9
"""Fraction from which a material is in a model."""


@attrs.frozen
class Side:
    """An atomic model and a film of its composition."""

    model: str
    composition: Composition
    seeds: int
    simulated_gpa: float
    """Mean strength over the seeds; only its order among the models means something."""
    simulated_sd: float | None
    """Standard deviation over the seeds; None for one."""
    predicted_mpa: float
    """Predicted strength of a film of the same composition."""
    predicted_sd: float
    """Its standard deviation: large where no such film was measured."""

    @property
    def materials(self) -> frozenset[str]:
        """Materials that are in it."""
        return frozenset(name for name, share in self.composition.items() if share > _PART)


@attrs.frozen
class Verdict:
    """One question, answered from both sides."""

    question: str
    by_simulation: str
    by_model: str
    agree: bool

    def __str__(self) -> str:
        said = "they agree" if self.agree else "they do not agree"
        return f"{self.question} By simulation: {self.by_simulation}; by the model: {self.by_model}: {said}."


@attrs.frozen
class SideBySide:
    """The models in question, the strongest by simulation first."""

    sides: tuple[Side, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()
    """What a person should know about the simulations."""

    @property
    def agree(self) -> bool:
        """Whether simulation and model agree in everything that both can say."""
        return all(verdict.agree for verdict in self.verdicts)

    def sentence(self) -> str:
        """Return the findings in a few sentences."""
        return " ".join(map(str, (*self.verdicts, *self.notes)))

    def as_dict(self) -> Mapping[str, Any]:
        """Return values that JSON has a form for."""
        return {
            "sides": [attrs.asdict(side) | {"composition": dict(side.composition)} for side in self.sides],
            "verdicts": [attrs.asdict(verdict) for verdict in self.verdicts],
            "agree": self.agree,
            "notes": list(self.notes),
            "sentence": self.sentence(),
        }

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(one.question)}</td><td>{escape(one.by_simulation)}</td><td>{escape(one.by_model)}</td>"
            f"<td>{'agree' if one.agree else 'disagree'}</td></tr>"
            for one in self.verdicts
        )
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return (
            "<table><thead><tr><th>question</th><th>by simulation</th><th>by the model</th><th></th></tr></thead>"
            f"<tbody>{rows}</tbody></table>{notes}"
        )


def beside_simulations(oracle: "Oracle", found: "Explained") -> SideBySide | None:
    """Return the comparison; None where the campaign holds fewer than two simulated models or learned no strength.

    Args:
        oracle: What the campaign has learned.
        found: Shapley values of the measured films.
    """
    if PROPERTY not in found.outputs:
        return None
    models, notes = alike(oracle.records.simulations.values(), oracle.definition.material_names, NUMBER)
    if len(models) < 2:
        return None
    sides = tuple(
        sorted((_side(oracle, model, runs) for model, runs in models.items()), key=lambda side: -side.simulated_gpa)
    )
    verdicts = [_order(sides)]
    by_materials = _by_materials(sides)
    densities = {item.material.name: item.material.density for item in oracle.definition.ranges}
    for first, second in combinations(oracle.definition.material_names, 2):
        alone = [by_materials.get(frozenset([name])) for name in (first, second)]
        if alone[0] and alone[1]:
            verdicts.append(_carrier(alone[0], alone[1], found, (first, second)))
            if both := by_materials.get(frozenset([first, second])):
                parts = dict(zip((first, second), (alone[0], alone[1]), strict=True))
                together = _together(both, parts, found, densities)
                verdicts += [together] if together else []
    return SideBySide(sides, tuple(verdicts), (*notes, *_doubts(sides)))


def _side(oracle: "Oracle", model: str, runs: Sequence["Simulation"]) -> Side:
    composition = runs[0].composition
    recipe = composition.vector(oracle.definition.material_names)[None]
    predicted = oracle.knowledge.committee.predict(recipe)
    column = oracle.definition.property_names.index(PROPERTY)
    by_seed: dict[int, list[float]] = {}
    for one in runs:
        by_seed.setdefault(one.seed, []).append(one.numbers[NUMBER])
    strengths = [fmean(values) for values in by_seed.values()]
    return Side(
        model,
        composition,
        len(strengths),
        fmean(strengths),
        stdev(strengths) if len(strengths) > 1 else None,
        float(predicted.mean[0, column]),
        float(predicted.sd[0, column]),
    )


def _doubts(sides: Sequence[Side]) -> Sequence[str]:
    """Say which orders may be owed to chance: of few seeds, and of strengths that differ by less than their spread."""
    doubts = []
    if few := [side.model for side in sides if side.seeds < FEWEST_SEEDS]:
        doubts.append(
            f"Fewer than {FEWEST_SEEDS} seeds of {', '.join(few)} were simulated, so chance may decide the order."
        )
    spreads = [(side, side.simulated_gpa, side.simulated_sd) for side in sides if side.simulated_sd is not None]
    doubts += [f"Simulated strengths of {two} differ by less than they spread over seeds." for two in _close(spreads)]
    predicted = sorted(((side, side.predicted_mpa, side.predicted_sd) for side in sides), key=lambda one: -one[1])
    doubts += [
        f"Predicted strengths of {two} differ by less than their standard deviation." for two in _close(predicted)
    ]
    return doubts


def _close(ordered: Sequence[tuple[Side, float, float]]) -> Sequence[str]:
    """Return the neighbours among sides with values and standard deviations that these do not tell apart."""
    return [
        f"{one.model} and {other.model}"
        for (one, value, sd), (other, next_value, next_sd) in pairwise(ordered)
        if one.materials != other.materials and abs(value - next_value) < math.hypot(sd, next_sd)
    ]


def _by_materials(sides: Sequence[Side]) -> dict[frozenset[str], Side]:
    """Return the model of every set of materials; of several that with the most seeds, then the shortest name."""
    ordered = sorted(sides, key=lambda side: (side.seeds, -len(side.model)))
    return {side.materials: side for side in ordered}


def _order(sides: Sequence[Side]) -> Verdict:
    predicted = sorted(sides, key=lambda side: -side.predicted_mpa)
    return Verdict(
        "Which is the strongest, each beside a film of its composition?",
        " > ".join(side.model for side in sides),
        " > ".join(side.model for side in predicted),
        [side.model for side in sides] == [side.model for side in predicted],
    )


def _carrier(one: Side, other: Side, found: "Explained", names: tuple[str, str]) -> Verdict:
    """Say which of two materials carries more: alone in a simulation, and by the slope of its Shapley values."""
    gained = [_MORE * found.slope(name, PROPERTY) for name in names]
    simulated = names[0] if one.simulated_gpa >= other.simulated_gpa else names[1]
    learned = names[0] if gained[0] >= gained[1] else names[1]
    return Verdict(
        f"Which of {names[0]} and {names[1]} carries more?",
        f"{simulated} ({names[0]} {one.simulated_gpa:.1f}, {names[1]} {other.simulated_gpa:.1f} GPa alone)",
        f"{learned} ({names[0]} {gained[0]:+.1f}, {names[1]} {gained[1]:+.1f} MPa for {100 * _MORE:g} wt% more)",
        simulated == learned,
    )


def _together(
    both: Side, alone: Mapping[str, Side], found: "Explained", densities: Mapping[str, float]
) -> Verdict | None:
    """Say whether two materials together carry more than their parts; None where no film holds both.

    In a simulation: more than the mean of the parts by volume (Voigt's rule of mixtures). In films: the mean Shapley
    interaction.
    """
    first, second = alone
    synergy = found.synergy(first, second, PROPERTY)
    if synergy is None:
        return None
    volumes = {name: both.composition[name] / densities[name] for name in alone}
    mixed = sum(volumes[name] * alone[name].simulated_gpa for name in alone) / sum(volumes.values())
    excess = both.simulated_gpa - mixed
    return Verdict(
        f"Do {first} and {second} together carry more than their parts?",
        f"{_more(excess)} ({excess:+.1f} GPa beside the mean of the parts by volume)",
        f"{_more(synergy)} ({synergy:+.1f} MPa by Shapley interaction)",
        bool(np.sign(excess) == np.sign(synergy)),
    )


def _more(value: float) -> str:
    return "more" if value > 0 else "no more"
