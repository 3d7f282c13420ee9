"""Asking for films: from sliders to requirements, from recipes to receipts."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np
import pandas as pd

from active_learning.asking.receipt import Receipt
from active_learning.campaign.training_data import measured_films
from active_learning.inverse_design import DesignCandidate
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.export.summary import models_of
from lab.export.wording import PERCENT, name_text, number, scale
from lab.open_campaigns import definition_files
from lab.presets import presets as known_presets
from lab.properties import Property, Transform
from lab.records import ModelKind, Records
from lab.requirements import Requirement, parse_wish

_STEPS = 60
"""Steps of a slider."""


@attrs.frozen
class Slider:
    """The values of a property or material between which a film can be asked for."""

    name: str
    title: str
    unit: str
    """In which people read it: percent for fractions."""
    values: tuple[float, ...]
    """Steps from the least to the most, in the property's unit; evenly spaced on its scale."""
    factor: float = 1.0
    """From the property's unit to the one in which people read it."""

    def shown(self, value: float) -> str:
        """Return a step as people read it."""
        return number(self.factor * value)

    def text(self, low: float, high: float) -> str | None:
        """Return the requirement for two chosen steps; None where they ask for nothing."""
        at_least, at_most = low > self.values[0], high < self.values[-1]
        unit = f" {self.unit}" if self.unit else ""
        least, most = f"{low * self.factor:.6g}", f"{high * self.factor:.6g}{unit}"
        if at_least and at_most:
            return f"{least} <= {self.name} <= {most}"
        if at_least:
            return f"{self.name} >= {least}{unit}"
        return f"{self.name} <= {most}" if at_most else None

    def with_bounds(self, requirement: Requirement | None) -> "Slider":
        """Return the slider with a requirement's bounds among its steps, where they ask for anything."""
        if requirement is None:
            return self
        lowers = [requirement.lower] if self.values[0] < requirement.lower < math.inf else []
        uppers = [requirement.upper] if -math.inf < requirement.upper < self.values[-1] else []
        return attrs.evolve(self, values=tuple(sorted({*self.values, *lowers, *uppers})))

    def span(self, requirement: Requirement | None) -> tuple[float, float]:
        """Return the steps next to a requirement's bounds; the first and the last where there is none."""
        if requirement is None:
            return self.values[0], self.values[-1]
        return self._nearest(requirement.lower), self._nearest(requirement.upper)

    def _nearest(self, value: float) -> float:
        inside = min(max(value, self.values[0]), self.values[-1])
        return min(self.values, key=lambda step: abs(step - inside))


def sliders(definition: CampaignDefinition, records: Records) -> Mapping[str, Slider]:
    """Return a slider for every property that was measured and every material."""
    found = {}
    for prop in definition.properties:
        values = [m.value for (_, name), m in records.measurements.items() if name == prop.name and m.value is not None]
        if values:
            factor, unit = (100.0, PERCENT) if prop.unit == "fraction" else (1.0, prop.unit)
            found[prop.name] = Slider(prop.name, prop.title, unit, _steps(prop, values), factor)
    for item in definition.ranges:
        steps = np.linspace(item.lower, item.upper, round((item.upper - item.lower) / 0.02) + 1 or 2)
        name = item.material.name
        found[name] = Slider(name, item.material.title, "wt%", tuple(round(float(x), 4) for x in steps), 100.0)
    return found


def _steps(prop: Property, values: Sequence[float]) -> tuple[float, ...]:
    """Return steps a little beyond what was measured, rounded to three digits."""
    low, high = min(values), max(values)
    if prop.transform is Transform.LOG and low > 0:
        steps = np.geomspace(low / 1.2, min(high * 1.3, prop.upper), _STEPS)
    else:
        spread = 0.1 * (high - low or 1.0)
        steps = np.linspace(max(prop.lower, low - spread), min(prop.upper, high + spread), _STEPS)
    return tuple(dict.fromkeys(float(f"{step:.3g}") for step in steps))


def presets(definition: CampaignDefinition, workspace: Path) -> Mapping[str, tuple[Requirement, ...]]:
    """Return what can be started from, by title: the campaign's wishes, then plastics to be replaced.

    Of a plastic only what the campaign measures is asked for.

    Raises:
        InvalidInputError: If a preset of the workspace cannot be read.
    """
    found = {wish.name: parse_wish(wish.require, definition.units).requirements for wish in definition.designs}
    for preset in known_presets(workspace).values():
        fitting, _ = preset.fitting(definition)
        requirements = parse_wish(fitting, definition.units).requirements
        if requirements:
            found.setdefault(preset.title, requirements)
    return found


def can_answer(records: Records) -> bool:
    """Return whether there are models to ask."""
    return bool(models_of(records, ModelKind.PROPERTIES)) and bool(models_of(records, ModelKind.QUALITY))


def knowledge_key(definition: CampaignDefinition, records: Records) -> str:
    """Return what tells what is known now from what was known earlier: answers hold as long as it stays.

    An answer goes by the definition, by the newest models, and by the films that its receipts are beside. What else is
    recorded, such as the grades of a library, would make everybody who looks at an answer wait for it again.
    """
    newest = [models_of(records, kind)[-1:] for kind in ModelKind]
    films = measured_films(definition, records)
    parts = [
        *definition_files(records)[-1:],
        *(model.content_sha256 for found in newest for model in found),
        films.sha256,
        *(str(records.grades[film].grade) for film in films.labels if film in records.grades),
        str(len(records.as_made)),
    ]
    return ":".join(parts)


def receipt_table(definition: CampaignDefinition, receipts: Sequence[Receipt]) -> pd.DataFrame:
    """Return one row a recipe: wt%, probabilities, quality, cost, and every property with its 90 % interval."""
    rows = []
    for receipt in receipts:
        found = receipt.candidate
        row: dict[str, object] = {
            "recipe": receipt.number,
            "probability": found.probability,
            "usable": found.usable,
            "quality": found.quality,
            "films possible": receipt.films_possible,
        }
        row |= {
            name: 100 * value for name, value in zip(definition.material_names, found.composition.tolist(), strict=True)
        }
        for name, predicted in found.predictions.items():
            row |= {name: predicted.mean, f"{name}_p05": predicted.p05, f"{name}_p95": predicted.p95}
        rows.append(row | {"distance": found.distance})
    return pd.DataFrame(rows)


def prediction_table(definition: CampaignDefinition, found: DesignCandidate) -> pd.DataFrame:
    """Return one row a property of a recipe: predicted value and 90 % interval, of fractions in percent."""
    rows = []
    for prop in definition.properties:
        if (one := found.predictions.get(prop.name)) is not None:
            factor, unit = scale(prop.unit, PERCENT)
            rows.append((name_text(prop.name), factor * one.mean, factor * one.p05, factor * one.p95, unit))
    return pd.DataFrame(rows, columns=["property", "value", "p05", "p95", "unit"])


def neighbour_table(receipt: Receipt) -> pd.DataFrame:
    """Return the films nearest to a recipe: label, distance in wt% and grade."""
    rows = [(near.film, 100 * near.distance, near.grade) for near in receipt.neighbours]
    return pd.DataFrame(rows, columns=["film", "distance", "grade"])


def recipe_of(definition: CampaignDefinition, found: DesignCandidate) -> Composition:
    """Return a found recipe with the names of its materials."""
    return Composition.from_vector(definition.material_names, found.composition)


def next_label(records: Records) -> str:
    """Return a label for a proposed film that is not taken: M001, M002, ..."""
    number = 1
    while f"M{number:03d}" in records.films:
        number += 1
    return f"M{number:03d}"


def curve_points(receipt: Receipt) -> pd.DataFrame | None:
    """Return a recipe's predicted stress-strain curve with its 90 % band; None where properties for it are missing.

    Returns:
        Columns strain (fraction), stress, p05 and p95 (MPa).
    """
    curve = receipt.curve
    if curve is None:
        return None
    return pd.DataFrame({"strain": curve.strain, "stress": curve.until_break, "p05": curve.p05, "p95": curve.p95})
