"""Asking for films: from sliders to requirements, from recipes to receipts."""

import math
from collections.abc import Mapping, Sequence

import attrs
import numpy as np
import pandas as pd

from active_learning.campaign.choices import Chooser, DesignAnswers
from active_learning.inverse_design import DesignCandidate
from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.export.figures import unit_text
from lab.export.summary import models_of
from lab.instruments.tensile.bezier import bezier
from lab.properties import Property, Transform
from lab.records import ModelKind, Records
from lab.requirements import Requirement, parse_requirements
from lab.seeds import derived_seed

_STEPS = 60
"""Steps of a slider."""
_CURVE_PARTS = ("tensile_strength", "fracture_strain", "youngs_modulus", "curve_alpha", "curve_beta")
_CURVES = 200
"""Curves that are drawn at random to show how unsure a predicted curve is."""


@attrs.frozen
class Slider:
    """The values of a property or material between which a film can be asked for."""

    name: str
    title: str
    unit: str
    """As people write it."""
    values: tuple[float, ...]
    """Steps from the least to the most, in the property's unit; evenly spaced on its scale."""

    def text(self, low: float, high: float) -> str | None:
        """Return the requirement for two chosen steps; None where they ask for nothing."""
        at_least, at_most = low > self.values[0], high < self.values[-1]
        if at_least and at_most:
            return f"{low:.6g} <= {self.name} <= {high:.6g}"
        if at_least:
            return f"{self.name} >= {low:.6g}"
        return f"{self.name} <= {high:.6g}" if at_most else None

    def nearest(self, value: float) -> float:
        """Return the step next to a value."""
        return min(self.values, key=lambda step: abs(step - value))


def sliders(definition: CampaignDefinition, records: Records) -> Mapping[str, Slider]:
    """Return a slider for every property that was measured and every material."""
    found = {}
    for prop in definition.properties:
        values = [m.value for (_, name), m in records.measurements.items() if name == prop.name and m.value is not None]
        if values:
            found[prop.name] = Slider(prop.name, prop.title, unit_text(prop.unit), _steps(prop, values))
    for item in definition.ranges:
        steps = np.linspace(item.lower, item.upper, round((item.upper - item.lower) / 0.02) + 1 or 2)
        name = item.material.name
        found[name] = Slider(name, item.material.title, "", tuple(round(float(x), 4) for x in steps))
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


def presets(definition: CampaignDefinition) -> Mapping[str, tuple[Requirement, ...]]:
    """Return the campaign's wishes as presets, by name."""
    return {wish.name: parse_requirements(wish.require, definition.units) for wish in definition.designs}


def can_answer(records: Records) -> bool:
    """Return whether there are models to ask."""
    return bool(models_of(records, ModelKind.PROPERTIES)) and bool(models_of(records, ModelKind.QUALITY))


def model_key(records: Records) -> str:
    """Return what tells the newest models from others: answers hold as long as it stays."""
    newest = [models_of(records, kind)[-1:] for kind in ModelKind]
    return ":".join([*(model.content_sha256 for found in newest for model in found), str(len(records.as_made))])


def ask(
    chooser: Chooser,
    records: Records,
    requirements: Sequence[str],
    top: int,
) -> DesignAnswers:
    """Return recipes for requirements, by the newest models.

    Raises:
        FilmlabError: If a requirement cannot be read, requirements exclude every recipe, or no model is trained.
    """
    return chooser.designs(records, "; ".join(requirements), list(requirements), top)


def receipt_table(definition: CampaignDefinition, answers: DesignAnswers) -> pd.DataFrame:
    """Return one row a recipe: wt%, probability, quality, and every property with its 90 % interval."""
    rows = []
    for number, found in enumerate(answers.found, 1):
        row: dict[str, object] = {"recipe": number, "probability": found.probability, "quality": found.quality}
        row |= {
            name: 100 * value for name, value in zip(definition.material_names, found.composition.tolist(), strict=True)
        }
        for name, predicted in found.predictions.items():
            row |= {name: predicted.mean, f"{name}_p05": predicted.p05, f"{name}_p95": predicted.p95}
        rows.append(row | {"distance": found.distance})
    return pd.DataFrame(rows)


def prediction_table(definition: CampaignDefinition, found: DesignCandidate) -> pd.DataFrame:
    """Return one row a property of a recipe: predicted value and 90 % interval."""
    rows = [
        (prop.symbol, p.mean, p.p05, p.p95, unit_text(prop.unit))
        for prop in definition.properties
        if (p := found.predictions.get(prop.name)) is not None
    ]
    return pd.DataFrame(rows, columns=["property", "value", "p05", "p95", "unit"])


def nearest_films(definition: CampaignDefinition, records: Records, recipe: np.ndarray, count: int = 3) -> pd.DataFrame:
    """Return the films nearest to a recipe: label, distance (half the sum of absolute differences) and grade."""
    labels = list(records.as_made)
    if not labels:
        return pd.DataFrame(columns=["film", "distance", "grade"])
    made = np.array([records.as_made[label].composition.vector(definition.material_names) for label in labels])
    distance = 0.5 * np.abs(made - recipe).sum(axis=1)
    rows = [
        (labels[i], float(distance[i]), records.grades[labels[i]].grade.value if labels[i] in records.grades else "–")
        for i in np.argsort(distance, kind="stable")[:count]
    ]
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


def curve_points(found: DesignCandidate, seed: int) -> pd.DataFrame | None:
    """Return a recipe's predicted stress-strain curve with its 90 % band; None where properties for it are missing.

    The curve is the cubic Bezier that `lab.instruments.tensile.bezier` fits to measured ones. For the band its five
    numbers are drawn from their predictions, each by itself: logarithmically for strength, strain and modulus.

    Returns:
        Columns strain (fraction), stress, p05 and p95 (MPa).
    """
    if any(name not in found.predictions for name in _CURVE_PARTS):
        return None
    p = {name: found.predictions[name] for name in _CURVE_PARTS}
    if min(p[name].mean for name in _CURVE_PARTS[:3]) <= 0:
        return None
    rng = np.random.default_rng(derived_seed(seed, "curve", *(f"{x:.6f}" for x in found.composition)))
    strain, stress = _curve(*(p[name].mean for name in _CURVE_PARTS))
    drawn = []
    for _ in range(_CURVES):
        sizes = [p[n].mean * math.exp(rng.normal(0, min(1.0, p[n].sd / p[n].mean))) for n in _CURVE_PARTS[:3]]
        shape = [float(np.clip(rng.normal(p[n].mean, p[n].sd), 0.01, 0.99)) for n in _CURVE_PARTS[3:]]
        own_strain, own_stress = _curve(*sizes, *shape)
        drawn.append(np.interp(strain, own_strain, own_stress, right=np.nan))
    with np.errstate(invalid="ignore"):
        low, high = np.nanpercentile(np.array(drawn), [5, 95], axis=0)
    return pd.DataFrame({"strain": strain, "stress": stress, "p05": low, "p95": high})


def _curve(strength: float, strain: float, modulus: float, alpha: float, beta: float) -> tuple[np.ndarray, np.ndarray]:
    steepness = max(1.0, modulus * strain / strength)
    x, y = bezier(alpha, beta, steepness)
    at = np.linspace(0, 1, 101)
    return at * strain, np.interp(at, x, y) * strength
