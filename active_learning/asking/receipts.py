"""Writing receipts for designed recipes."""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import attrs
import numpy as np

from active_learning.asking.explaining import BACKGROUND
from active_learning.asking.knowledge import Knowledge
from active_learning.asking.receipt import Impact, Line, Neighbour, Receipt, Why
from active_learning.inverse_design import DesignCandidate, DesignCandidates
from active_learning.inverse_design.dispensing import Dispensed
from active_learning.inverse_design.diversity import total_variation
from active_learning.learners import Values
from lab.campaigns import CampaignDefinition
from lab.impacts import amount, footprints, plastic_footprint, price_sources, prices
from lab.presets import Preset
from lab.records import Records
from lab.requirements import Requirement, Wish, parse_requirement
from lab.seeds import generator
from lab.simplex import Fractions

if TYPE_CHECKING:
    from models.curves import PredictedCurve
    from models.explain import Explanation

NEIGHBOURS = 3


@attrs.frozen(eq=False)
class ReceiptWriter:
    """Writes receipts by what a campaign knows."""

    definition: CampaignDefinition
    records: Records
    knowledge: Knowledge
    seed: int
    simulated: bool

    def write(self, found: DesignCandidates, wish: Wish, preset: Preset | None = None) -> tuple[Receipt, ...]:
        """Return a receipt for every design."""
        if len(found) == 0:
            return ()
        recipes = np.array([one.composition for one in found])
        whys = self._whys(recipes, wish)
        far = self._far()
        return tuple(
            Receipt(
                number=number,
                candidate=one,
                materials=self.definition.material_names,
                lines=tuple(self._line(requirement, one, preset) for requirement in wish.requirements),
                compared=self._compared(one, preset),
                units={prop.name: prop.unit for prop in self.definition.properties},
                curve=self._curve(one.composition),
                neighbours=self._neighbours(one.composition),
                far=far,
                impact=self._impact(one.composition, preset),
                films_possible=self._films_possible(one),
                why=whys[number - 1],
                models=tuple(zip(self.knowledge.labels, self.knowledge.hashes, strict=True)),
                simulated=self.simulated,
                preset=preset.name if preset else "",
            )
            for number, one in enumerate(found, start=1)
        )

    def _curve(self, recipe: Fractions) -> "PredictedCurve | None":
        from models.curves import missing_for_curve, predict_curve

        committee = self.knowledge.committee
        return None if missing_for_curve(committee) else predict_curve(committee, recipe, seed=self.seed)

    def _line(self, requirement: Requirement, one: DesignCandidate, preset: Preset | None) -> Line:
        sources = {target.require: f"{target.source} ({target.known})" for target in preset.targets} if preset else {}
        return Line(
            requirement.text,
            one.chances[requirement.text],
            one.predictions.get(requirement.name),
            self.definition.units.get(requirement.name, ""),
            sources.get(requirement.text, ""),
        )

    def _compared(self, one: DesignCandidate, preset: Preset | None) -> tuple[Line, ...]:
        lines = []
        for target in preset.targets if preset else ():
            if target.demanded or not target.measured_by(self.definition):
                continue
            requirement = parse_requirement(target.require, self.definition.units)
            unit = self.definition.units[requirement.name]
            source = f"{target.source} ({target.known})"
            lines.append(Line(target.require, None, one.predictions.get(requirement.name), unit, source))
        return tuple(lines)

    def _far(self) -> float:
        films = self.knowledge.films.compositions
        if len(films) < 2:
            return 0.0
        nearest = [np.partition(total_variation(films, film), 1)[1] for film in films]
        return float(np.quantile(nearest, 0.95))

    def _neighbours(self, recipe: Fractions) -> tuple[Neighbour, ...]:
        films = self.knowledge.films
        distances = total_variation(films.compositions, recipe)
        names, grades = self.definition.property_names, self.records.grades
        return tuple(
            Neighbour(
                film=films.labels[row],
                distance=float(distances[row]),
                grade=str(grades[films.labels[row]].grade) if films.labels[row] in grades else "",
                values=_known(names, films.values[row]),
                at_least=_known(names, films.at_least[row]),
            )
            for row in np.argsort(distances, kind="stable")[:NEIGHBOURS]
        )

    def _impact(self, recipe: Fractions, preset: Preset | None) -> Impact:
        parts = dict(zip(self.definition.material_names, recipe.tolist(), strict=True))
        plastic = preset.plastic if preset else ""
        return Impact(
            cost=amount(parts, prices(self.definition)),
            price_sources=price_sources(self.definition),
            footprint=amount(parts, footprints(self.definition)),
            plastic=plastic,
            plastic_footprint=plastic_footprint(plastic) if plastic else None,
        )

    def _films_possible(self, one: DesignCandidate) -> int | None:
        if not isinstance(one.dispensed, Dispensed):
            return None
        held = {stock.name: stock.usable_volume for stock in self.definition.stocks}
        drawn = {name: volume for name, volume in one.dispensed.stocks.items() if name in held and volume > 0}
        return min((int(held[name] / volume) for name, volume in drawn.items()), default=0)

    def _whys(self, recipes: Fractions, wish: Wish) -> list[tuple[Why, ...]]:
        """Return the Shapley values of the properties that are asked for, or of all where none is."""
        asked = wish.names
        learned = [self.definition.property_names[index] for index in self.knowledge.committee.learned]
        names = [name for name in learned if name in asked] or learned
        explanation = self._explanation(recipes, [self.definition.property_names.index(name) for name in names])
        units = self.definition.units
        return [
            tuple(
                Why(
                    name,
                    units[name],
                    float(explanation.base[column]),
                    {
                        material: float(explanation.values[row, place, column])
                        for place, material in enumerate(self.definition.material_names)
                    },
                )
                for name in names
                for column in [self.definition.property_names.index(name)]
            )
            for row in range(len(recipes))
        ]

    def _explanation(self, recipes: Fractions, only: Sequence[int]) -> "Explanation":
        """Explain recipes ``(n, k)``: of the properties with these indices, the others are NaN."""
        from models.explain import background_films, shapley_values

        films = self.knowledge.films.compositions
        rng = generator(self.seed, "receipt", "background")
        background = background_films(films, BACKGROUND, rng)
        committee = self.knowledge.committee
        return shapley_values(lambda points: committee.predict(points, only).mean, recipes, background, rng=rng)


def demanded(preset: Preset, definition: CampaignDefinition) -> tuple[Sequence[str], tuple[str, ...]]:
    """Return a preset's requirements for a campaign, and notes about those that it does not measure."""
    fit, other = preset.fitting(definition)
    notes = tuple(f"preset {preset.name}: {text!r} is left out, as the campaign does not measure it" for text in other)
    return fit, notes


def _known(names: Sequence[str], values: Values) -> Mapping[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True) if math.isfinite(value)}
