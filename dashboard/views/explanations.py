"""Explanations: stored Shapley values beside the films that they explain."""

import io
import math

import numpy as np
import pandas as pd

from lab.campaigns import CampaignDefinition
from lab.compositions import Composition
from lab.errors import InvalidInputError
from lab.export.report import ReadArtefact
from lab.export.summary import models_of
from lab.records import ModelKind, Records
from lab.records.artefacts import SHAPLEY_TABLE, model_file

_COLUMNS = ["film", "property", "material", "shapley_value"]
_MD_NUMBERS = {
    "youngs_modulus": "modulus_gpa",
    "tensile_strength": "strength_gpa",
    "fracture_strain": "strain_at_strength",
    "toughness": "toughness_mj_m3",
}
"""What a tension test of an atomic model says about a property of films."""


def explained_models(records: Records) -> list[str]:
    """Return the labels of models with stored Shapley values, the newest first."""
    found = [model.label for model in models_of(records, ModelKind.PROPERTIES)]
    return [label for label in found[::-1] if model_file(label, SHAPLEY_TABLE) in records.artefacts]


def shapley_table(
    definition: CampaignDefinition, records: Records, model: str, read_artefact: ReadArtefact
) -> pd.DataFrame:
    """Return one row a film, property and material: its Shapley value, and the material's fraction as made in wt%.

    Raises:
        FilmlabError: If the stored table is damaged.
    """
    content = read_artefact(records.artefacts[model_file(model, SHAPLEY_TABLE)].sha256)
    try:
        # A film may be called NA.
        texts = dict.fromkeys(_COLUMNS[:3], str)
        table = pd.read_csv(io.BytesIO(content), dtype=texts, keep_default_na=False)[_COLUMNS]
        table["shapley_value"] = table["shapley_value"].astype(float)
    except (ValueError, KeyError) as error:
        raise InvalidInputError(f"Shapley values of {model}", [f"cannot be read: {error}"]) from error
    table = table[table["property"].isin(definition.property_names) & table["material"].isin(definition.material_names)]
    recipes = {film: made.composition for film, made in records.as_made.items()}
    share = [
        100 * recipes[film].get(material, 0.0) if film in recipes else math.nan
        for film, material in zip(table["film"], table["material"], strict=True)
    ]
    return table.assign(share=share).reset_index(drop=True)


def importance_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the mean size of Shapley values by property (rows) and material (columns), as shares of the row's sum."""
    sizes = table.assign(size=table["shapley_value"].abs())
    mean = sizes.pivot_table(index="property", columns="material", values="size", aggfunc="mean", sort=False)
    shares: pd.DataFrame = mean.div(mean.sum(axis=1).replace(0, np.nan), axis=0)
    return shares


def simulated_numbers(records: Records, property_name: str) -> tuple[str, pd.DataFrame]:
    """Return which number of simulated tension tests belongs to a property, and its values.

    Only the slowest simulations that there are count: numbers depend on the strain rate.

    Returns:
        The number's name with unit, and one row a simulation, by model: model, force field, composition in words, seed,
        test, profile, value. No rows where nothing was simulated that says something about the property.
    """
    number = _MD_NUMBERS.get(property_name, "")
    found = [one for one in records.simulations.values() if one.test == "tension" and number in one.numbers]
    slowest = min((one.rate_per_s for one in found), default=0.0)
    names = ["model", "force field", "composition", "seed", "test", "profile", "value"]
    rows = [
        (one.model, one.force_field, _mixture(one.composition), one.seed, one.test, one.profile, one.numbers[number])
        for one in found
        if one.rate_per_s == slowest
    ]
    return number, pd.DataFrame(rows, columns=names).sort_values(["model", "force field", "seed"], ignore_index=True)


def _mixture(composition: Composition) -> str:
    return ", ".join(f"{100 * part:.0f} wt% {name}" for name, part in composition.items())
