"""The built-in library: materials, properties, campaigns, and the published facts of the reference work.

The tables of the reference work (Chen et al., Nature Nanotechnology 19, 782-791 (2024), doi
10.1038/s41565-024-01635-z) are facts with that source: 286 grades digitised from the published figure, ten measured
films printed in the authors' public notebooks, impact factors of ingredients and plastics printed by the same group.
"""

import csv
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import TypeVar

import attrs

from lab.compositions import Composition
from lab.errors import UnknownNameError
from lab.grades import Grade
from lab.materials import Material
from lab.names import known_hint
from lab.properties import Property

_T = TypeVar("_T")
_ROOT = resources.files(__name__)
_MATERIAL_COLUMNS = {"MMT": "MMT", "CNF": "CNF", "GEL": "gelatin", "GLY": "glycerol", "CHS": "chitosan"}


def _toml_files(folder: str) -> list[Traversable]:
    return sorted((f for f in (_ROOT / folder).iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)


def _named(table: Mapping[str, _T], kind: str, name: str) -> _T:
    if name in table:
        return table[name]
    raise UnknownNameError(f"{name!r} is no known {kind}", hint=known_hint(name, table))


@cache
def materials() -> Mapping[str, Material]:
    """Return the built-in materials by name."""
    found = [Material(**tomllib.loads(f.read_text("utf-8"))) for f in _toml_files("materials")]
    return MappingProxyType({material.name: material for material in found})


def material(name: str) -> Material:
    """Return a built-in material.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    return _named(materials(), "material", name)


@cache
def properties() -> Mapping[str, Property]:
    """Return the built-in properties by name."""
    found = [Property(**tomllib.loads(f.read_text("utf-8"))) for f in _toml_files("properties")]
    return MappingProxyType({prop.name: prop for prop in found})


def property_named(name: str) -> Property:
    """Return a built-in property.

    Raises:
        UnknownNameError: If there is none of that name.
    """
    return _named(properties(), "property", name)


@cache
def campaign_texts() -> Mapping[str, str]:
    """Return the built-in campaign definitions, TOML text by name."""
    return MappingProxyType({f.name.removesuffix(".toml"): f.read_text("utf-8") for f in _toml_files("campaigns")})


@attrs.frozen
class PublishedFilm:
    """One of the ten films whose labels the authors printed."""

    label: str
    composition: Composition
    values: Mapping[str, float]
    """Value of each property by name, in the property's unit."""


def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((_ROOT / "chen2024" / name).read_text("utf-8").splitlines()))


def _composition(row: Mapping[str, str]) -> Composition:
    # Here: every command reads the library, few read these tables, and numpy takes a while to load.
    from lab.simplex import close

    present = {name: float(row[column]) for column, name in _MATERIAL_COLUMNS.items() if column in row}
    # Printed with four decimals, so the sum is only nearly 1.
    return Composition(dict(zip(present, close(list(present.values())).tolist(), strict=True)))


@cache
def published_grades() -> tuple[tuple[Composition, Grade], ...]:
    """Return the 286 graded recipes of the reference work: the whole four-material lattice at 10 wt%."""
    return tuple((_composition(row), Grade(row["Grade"])) for row in _rows("grades_286.csv"))


@cache
def published_films() -> tuple[PublishedFilm, ...]:
    """Return the ten films of the reference work with printed labels, transmittances as fractions."""
    columns = {
        "T_Vis_550_pct": ("transmittance_vis", 0.01),
        "T_UV_365_pct": ("transmittance_uv", 0.01),
        "T_IR_950_pct": ("transmittance_ir", 0.01),
        "RR_ash_area_ratio": ("residual_ratio", 1.0),
        "Stress_MPa": ("tensile_strength", 1.0),
        "Strain": ("fracture_strain", 1.0),
        "Modulus_MPa": ("youngs_modulus", 1.0),
        "Toughness_MJm3": ("toughness", 1.0),
        "CurveAlpha": ("curve_alpha", 1.0),
        "CurveBeta": ("curve_beta", 1.0),
    }
    return tuple(
        PublishedFilm(
            row["sID"],
            _composition(row),
            MappingProxyType({name: factor * float(row[column]) for column, (name, factor) in columns.items()}),
        )
        for row in _rows("films_10.csv")
    )


@cache
def impact_factors() -> Mapping[str, Mapping[str, float]]:
    """Return environmental impact per kg: ``{category: {material or plastic: factor}}`` (TRACI categories).

    Montmorillonite has no published factor in this source and is absent.
    """
    table = {}
    for row in _rows("lca_factors.csv"):
        unit = row["Unit"].removesuffix(" per kg")
        numbers = {k: float(v) for k, v in row.items() if k not in ("Impact category", "Unit")}
        named = {_MATERIAL_COLUMNS.get(name, name): value for name, value in numbers.items()}
        table[f"{row['Impact category']}, {unit}"] = MappingProxyType(named)
    return MappingProxyType(table)
