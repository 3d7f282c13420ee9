"""The published facts that come with filmlab."""

from collections import Counter

import numpy as np
import pytest

from lab import library
from lab.campaign_files import builtin_text, parse_definition
from lab.errors import UnknownNameError
from lab.grades import Grade
from lab.properties import Test, Transform
from lab.simplex import check_fractions, lattice

PAPER = ("CNF", "MMT", "gelatin", "glycerol")


def test_every_recipe_of_the_ten_percent_lattice_has_a_published_grade() -> None:
    table = library.published_grades()
    points = np.array([composition.vector(PAPER) for composition, _ in table])
    assert len(table) == 286
    assert np.unique(np.rint(points * 10).astype(int), axis=0).tolist() == np.rint(lattice(4, 0.1) * 10).tolist()


def test_published_grades_are_counted_as_in_the_source() -> None:
    counts = Counter(grade for _, grade in library.published_grades())
    assert counts == {Grade.A: 132, Grade.B: 36, Grade.C: 46, Grade.D: 72}
    grades = library.published_grades()
    pure = {name: grade for recipe, grade in grades for name, share in recipe.items() if share == 1.0}
    assert pure == {"MMT": Grade.C, "CNF": Grade.B, "gelatin": Grade.A, "glycerol": Grade.D}


def test_published_films_are_those_with_printed_labels() -> None:
    films = {film.label: film for film in library.published_films()}
    assert len(films) == 10
    check_fractions([film.composition.vector(PAPER) for film in films.values()])
    printed = films["aGS-F111"]
    assert printed.composition.vector(PAPER) == pytest.approx([0.3530, 0.4286, 0.0332, 0.1852], abs=1e-4)
    assert printed.values["tensile_strength"] == pytest.approx(66.25, abs=0.005)
    assert printed.values["youngs_modulus"] == pytest.approx(5326, abs=0.5)
    assert printed.values["residual_ratio"] == pytest.approx(0.691, abs=0.0005)
    assert printed.values["transmittance_vis"] == pytest.approx(0.7507, abs=0.00005)
    for film in films.values():
        for name, value in film.values.items():
            assert not library.property_named(name).impossible(value), (film.label, name)


def test_impact_factors_name_materials_as_everything_does() -> None:
    factors = library.impact_factors()
    for category, table in factors.items():
        assert {"CNF", "gelatin", "glycerol"} <= set(table), category
        assert "MMT" not in table


@pytest.mark.parametrize("name", ["CNF", "MMT", "gelatin", "glycerol", "chitosan"])
def test_built_in_materials_are_complete(name: str) -> None:
    material = library.material(name)
    assert material.name == name
    assert 0.5 < material.density < 4.0  # g/cm^3, from dry glycerol to clay
    assert material.source


def test_built_in_properties_are_complete() -> None:
    names = {
        "transmittance_uv", "transmittance_vis", "transmittance_ir", "residual_ratio", "tensile_strength",
        "fracture_strain", "youngs_modulus", "curve_alpha", "curve_beta", "toughness", "thickness",
    }  # fmt: skip
    assert set(library.properties()) == names
    for name, prop in library.properties().items():
        assert prop.name == name
        assert prop.lower < prop.upper
        assert prop.source
        if prop.transform is Transform.LOGIT:
            assert (prop.lower, prop.upper) == (0.0, 1.0)
    assert library.property_named("residual_ratio").test is Test.FLAME


@pytest.mark.parametrize(
    ("asked", "hint"), [("gelatine", "did you mean gelatin?"), ("xyz", "known: CNF, MMT, chitosan, gelatin, glycerol")]
)
def test_an_unknown_material_is_answered_with_a_known_one(asked: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        library.material(asked)
    assert caught.value.hint == hint


def test_an_unknown_property_is_answered_with_a_known_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean toughness"):
        library.property_named("toughnes")


def test_built_in_campaigns_can_be_read() -> None:
    assert "chen2024" in library.campaign_texts()
    for name in library.campaign_texts():
        assert parse_definition(builtin_text(name)).name == name
