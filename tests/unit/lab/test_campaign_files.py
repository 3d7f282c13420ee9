"""Reading campaign definitions: what is right becomes values, what is wrong is listed as a whole."""

import pytest

from lab.campaign_checks import FILM_COLUMNS
from lab.campaign_files import builtin_definition, builtin_text, parse_definition, stored_definition
from lab.campaigns import RECIPE_QUANTITIES, CampaignDefinition, LoopRule
from lab.errors import InvalidInputError, UnknownNameError
from lab.grades import Grade
from lab.materials import HandlingClass

SMALL = """
name = "small"

[materials.CNF]
[materials.chitosan]
min = 0.2
[materials.PVA]
title = "Polyvinyl alcohol"
density = 1.19
max = 0.5
grade = "99 %"
attribute_choices = { grade = ["88 %", "99 %"] }

[lattice]
library_step = 0.25
recipe_step = 0.05

[properties]
measure = ["haze", "tensile_strength"]

[properties.define.haze]
unit = "fraction"
transform = "logit"
lower = 0
upper = 1
test = "optical"

[[lots]]
material = "PVA"
lot = "P-7"
attributes = { grade = "99 %" }

[[stocks]]
name = "CNF-10"
material = "CNF"
concentration = 10

[[stocks]]
name = "chitosan-10"
material = "chitosan"
concentration = 10.0

[[stocks]]
name = "PVA-50"
material = "PVA"
concentration = 50.0
lot = "P-7"
made_on = 2026-01-31
keeps_days = 14

[casting.library]
deck = "screening-24-well"
solids = 12.0
volume = 1_600

[casting.measured]
deck = "casting-6-dish"
solids = 40.0
volume = 4_500

[[designs]]
name = "clear"
require = ["haze <= 10 %", "0.3 <= CNF <= 0.6", "tensile_strength >= 0.05 GPa"]
"""


def faults(text: str) -> tuple[str, ...]:
    with pytest.raises(InvalidInputError) as caught:
        parse_definition(text, what="small.toml")
    assert str(caught.value).startswith("small.toml: ")
    assert caught.value.hint
    return caught.value.faults


def changed(old: str, new: str, text: str = SMALL) -> str:
    assert old in text
    return text.replace(old, new, 1)


def test_a_campaign_of_other_materials_and_properties_works() -> None:
    definition = parse_definition(SMALL)
    assert definition.material_names == ("CNF", "chitosan", "PVA")
    assert definition.property_names == ("haze", "tensile_strength")
    assert definition.units == dict(RECIPE_QUANTITIES) | {
        "haze": "fraction",
        "tensile_strength": "MPa",
        "CNF": "fraction",
        "chitosan": "fraction",
        "PVA": "fraction",
    }
    assert definition.title == "small"
    assert definition.attributes["PVA.grade"] == "99 %"
    assert definition.ranges[2].material.handling is HandlingClass.WATER_LIKE
    assert definition.stocks[2].attributes == {"grade": "99 %"}
    assert definition.stocks[0].handling is HandlingClass.FIBRE_GEL
    assert definition.loop == LoopRule()
    assert definition.quality.usable == (Grade.A,)
    library = definition.library()
    # Multiples of 1/4 with chitosan >= 0.2 and PVA <= 0.5: chitosan 1..4 quarters, PVA 0..2, CNF the rest.
    assert len(library) == sum(1 for chitosan in range(1, 5) for pva in range(3) if chitosan + pva <= 4)
    assert definition.within_bounds(definition.candidates()).all()


def test_the_built_in_campaign_is_that_of_the_paper() -> None:
    definition = builtin_definition()
    assert definition.material_names == ("CNF", "MMT", "gelatin", "glycerol")
    assert len(definition.library()) == 286
    assert len(definition.candidates()) == 23_426
    assert definition.loop.films == 135
    assert sum(definition.loop.size(loop) for loop in range(1, 15)) == 135
    assert {"tensile_strength", "transmittance_uv", "residual_ratio"} <= set(definition.property_names)
    assert definition.attributes["gelatin.source"] == "bovine"
    with pytest.raises(UnknownNameError, match="did you mean chen2024"):
        builtin_text("chen2025")


def test_a_fault_of_the_language_is_shown_with_its_place() -> None:
    (fault,) = faults(SMALL + "\nname = = 3")
    assert "line" in fault


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('name = "small"', 'name = "two words"', "name: "),
        ('name = "small"', 'name = "../up"', "name: "),
        ('name = "small"', 'name = ""', "name: "),
        ('name = "small"', 'nam = "small"\nname = "small"', "nam: there is no such key"),
        ('name = "small"', 'name = "small"\nlab = "kitchen"', "lab: Input should be 'virtual' or 'real'"),
        ('name = "small"', "", "name: is missing"),
        ("min = 0.2", "min = -0.2", "materials.chitosan.min: "),
        ("min = 0.2", "min = nan", "materials.chitosan.min: "),
        ("min = 0.2", 'min = "0.2"', "materials.chitosan.min: "),
        ("min = 0.2", "min = true", "materials.chitosan.min: "),
        ("max = 0.5", "max = 50", "materials.PVA.max: "),
        ("max = 0.5", "mx = 0.5", "materials.PVA: PVA has no attribute 'mx'; known: grade"),
        ('grade = "99 %"', 'grade = "98 %"', "materials.PVA: grade of PVA is '98 %'; known: 88 %, 99 %"),
        ('["88 %", "99 %"]', "[]", "materials.PVA.attribute_choices.grade: "),
        ("density = 1.19", "density = 0", "materials.PVA.density: "),
        ("library_step = 0.25", "library_step = 0.3", "lattice.library_step: 0.3 does not divide 1"),
        ("library_step = 0.25", "library_step = 0", "lattice.library_step: "),
        (
            "library_step = 0.25",
            "library_step = 0.0001",
            "lattice.library_step: steps of 0.0001 give 50,015,001 recipes",
        ),
        ("recipe_step = 0.05", "recipe_step = 0.07", "lattice.recipe_step: 0.07 does not divide 1"),
        (
            '"tensile_strength"]',
            '"tensile_strenth"]',
            "properties.measure: 'tensile_strenth' is no known property (did",
        ),
        ('"tensile_strength"]', '"tensile_strength", "haze"]', "properties: haze is there twice"),
        ('["haze", ', "[", "properties.define.haze: is not in properties.measure"),
        ("lower = 0", "lower = 1", "properties.haze: lower 1 is not below upper 1"),
        ("upper = 1", "upper = inf", "properties.define.haze.upper: "),
        ('transform = "logit"', 'transform = "cube"', "properties.define.haze.transform: "),
        ('test = "optical"', 'test = "smell"', "properties.define.haze.test: "),
        (
            'material = "CNF"',
            'material = "CNG"',
            "stocks.CNF-10: 'CNG' is not a material of this campaign, did you mean",
        ),
        ('material = "CNF"', 'material = "CNG"', "stocks: there is no stock of CNF"),
        ('name = "CNF-10"', 'name = "PVA-50"', "stocks: PVA-50 is there twice"),
        ('name = "CNF-10"', 'name = "water"', "stocks: 'water' is what films are filled up with"),
        ('name = "CNF-10"', 'name = ""', "stocks.0.name: "),
        ("concentration = 10\n", "concentration = 0\n", "stocks.0.concentration: "),
        ("concentration = 10\n", "concentration = inf\n", "stocks.0.concentration: "),
        (
            'attributes = { grade = "99 %" }',
            'attributes = { colour = "red" }',
            "lots.P-7: PVA has no attribute 'colour'",
        ),
        (
            'material = "PVA"\nlot',
            'material = "PVB"\nlot',
            "lots.P-7: 'PVB' is not a material of this campaign, did you",
        ),
        ('lot = "P-7"\nmade', 'lot = "P-8"\nmade', "stocks.PVA-50: lot 'P-8' of PVA is not among the lots"),
        ('lot = "P-7"\nmade', 'attributes = { grade = "9 %" }\nmade', "stocks.PVA-50: grade of PVA is '9 %'; known"),
        ("keeps_days = 14", "keeps_days = -1", "stocks.2.keeps_days: "),
        ("volume = 1_600", "volume = 0", "casting.library.volume: "),
        ("solids = 40.0", "", "casting.measured.solids: is missing"),
        ("haze <= 10 %", "haze <= 10 MPa", "designs.clear: 'haze <= 10 MPa': 'MPa' is not a unit"),
        ("haze <= 10 %", "haize <= 10 %", "designs.clear: 'haize <= 10 %': 'haize' is neither"),
        ("haze <= 10 %", "haze >= 10", "designs.clear: 'haze >= 10' never holds, as haze lies between 0 and 1"),
        ("0.3 <= CNF", "PVA >= 60 %", "designs.clear: "),
        ('"haze <= 10 %"', '"haze <= 10 %", "haze >= 20 %"', "designs.clear: 'haze <= 10 %' and 'haze >= 20 %' cannot"),
        ("0.3 <= CNF <= 0.6", "CNF = 33 %", "designs.clear: no recipe in steps of 0.05 keeps to the bounds of the mat"),
        ('name = "clear"', 'name = ""', "designs.0.name: "),
        ('name = "clear"', 'name = "clear"\nmake = 0', "designs.0.make: "),
        ('name = "clear"', 'name = "clear"\nmake = 1.5', "designs.0.make: "),
    ],
)
def test_a_fault_is_named_with_its_place(old: str, new: str, expected: str) -> None:
    found = faults(changed(old, new))
    assert any(fault.startswith(expected) for fault in found), found


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((0.6, 0.6, 0.0, 1.0), "materials: the bounds exclude every recipe, as the minima sum to 1.2, more than 1"),
        ((0.0, 0.0, 0.3, 0.3), "materials: the bounds exclude every recipe, as the maxima sum to 0.9, less than 1"),
        ((0.3, 0.3, 0.45, 0.45), "lattice.library_step: no recipe in steps of 0.25 lies within the bounds"),
        ((0.5, 0.0, 0.4, 1.0), "materials.CNF: min 0.5 is above max 0.4"),
    ],
)
def test_bounds_that_exclude_every_recipe_are_refused(bounds: tuple[float, ...], expected: str) -> None:
    cnf_min, chitosan_min, cnf_max, others_max = bounds
    text = changed("[materials.CNF]", f"[materials.CNF]\nmin = {cnf_min}\nmax = {cnf_max}")
    text = changed("min = 0.2", f"min = {chitosan_min}\nmax = {others_max}", text)
    text = changed("max = 0.5", f"max = {min(0.3, others_max)}", text)
    assert expected in faults(text)


def test_bounds_between_the_recipes_of_the_loop_are_refused() -> None:
    text = changed("recipe_step = 0.05", "recipe_step = 0.5")
    text = changed("min = 0.2", "min = 0.25\nmax = 0.25", text)
    assert faults(text) == ("lattice.recipe_step: no recipe in steps of 0.5 lies within the bounds",)


def test_all_faults_of_keys_and_values_are_listed_at_once() -> None:
    text = changed('name = "small"', 'name = "two words"')
    text = changed("min = 0.2", "min = 2", text)
    text = changed('unit = "fraction"', "", text)
    text = changed("solids = 12.0", "solids = -1", text)
    text = changed('test = "optical"', 'test = "optical"\ncolour = "red"', text)
    places = sorted(fault.split(":")[0] for fault in faults(text))
    assert places == [
        "casting.library.solids",
        "materials.chitosan.min",
        "name",
        "properties.define.haze.colour",
        "properties.define.haze.unit",
    ]


def test_all_faults_of_meaning_are_listed_at_once() -> None:
    text = changed("[materials.CNF]", "[materials.CNP]")
    text = changed("library_step = 0.25", "library_step = 0.3", text)
    text = changed("recipe_step = 0.05", "recipe_step = 0.06", text)
    text = changed('name = "chitosan-10"', 'name = "PVA-50"', text)
    text = changed("haze <= 10 %", "haze <= -1 %", text)
    text += '\n[[designs]]\nname = "clear"\nrequire = ["what", "PVA >= 0.6"]\n'
    found = faults(text)
    for expected in (
        "materials.CNP: 'CNP' is no known material",
        "lattice.library_step: 0.3",
        "lattice.recipe_step: 0.06",
        "stocks: PVA-50 is there twice",
        "stocks: there is no stock of CNP",
        "stocks.CNF-10: 'CNF' is not a material of this campaign, did you mean CNP",
        "designs: clear is there twice",
        "designs.clear: 'haze <= -1 %' never holds",
        "designs.clear: '0.3 <= CNF <= 0.6': 'CNF' is neither",
        "designs.clear: 'what' cannot be read",
        "designs.clear: 'PVA >= 0.6' never holds, as PVA lies between 0 and 0.5",
    ):
        assert any(fault.startswith(expected) for fault in found), (expected, found)
    assert len(found) == 11


def test_a_wish_for_an_unknown_property_waits_until_the_property_is_known() -> None:
    text = changed('"tensile_strength"]', '"tensile_strenth"]')
    assert len(faults(text)) == 1


@pytest.mark.parametrize("name", ["PVA-1", "poly vinyl"])
def test_names_are_such_that_requirements_can_use_them(name: str) -> None:
    text = SMALL.replace("[materials.PVA]", f'[materials."{name}"]').replace('"PVA"', f'"{name}"')
    assert faults(text) == (f"materials: {name!r} is no name, use letters, digits and _ only",)


@pytest.mark.parametrize("name", sorted(FILM_COLUMNS))
def test_a_material_may_not_be_called_as_a_column_of_films(name: str) -> None:
    text = SMALL.replace("[materials.PVA]", f"[materials.{name}]").replace('"PVA"', f'"{name}"')
    assert faults(text) == (f"materials: {name!r} is a column of every table of films, use another name",)


def test_a_property_may_not_have_the_name_of_a_material() -> None:
    text = SMALL.replace("haze", "chitosan")
    assert any(fault == "properties: chitosan is the name of a material too" for fault in faults(text))


def test_a_built_in_material_can_be_told_otherwise() -> None:
    text = changed("[materials.CNF]", '[materials.CNF]\nhandling = "water-like"\ntitle = "My cellulose"')
    changed_material = parse_definition(text).ranges[0].material
    known = parse_definition(SMALL).ranges[0].material
    assert (changed_material.handling, changed_material.title) == (HandlingClass.WATER_LIKE, "My cellulose")
    assert changed_material.density == known.density
    assert changed_material.source == "campaign file"
    denser = changed("[materials.CNF]", "[materials.CNF]\ndensity = 2.0")
    material = parse_definition(denser).ranges[0].material
    assert (material.density, material.handling) == (2.0, known.handling)


def test_a_long_value_is_shown_in_short() -> None:
    (fault,) = faults(changed('name = "small"', f'name = "{"x y" * 1000}"'))
    assert len(fault) < 200


def test_definitions_are_equal_when_their_texts_are() -> None:
    first: CampaignDefinition = parse_definition(SMALL)
    assert first == parse_definition(SMALL + "\n# a remark\n")
    assert first != parse_definition(changed("min = 0.2", "min = 0.25"))


def test_a_stored_definition_is_read_though_new_ones_like_it_are_refused() -> None:
    goal = '[loop.goal]\nrequire = ["haze <= 10 %", "cost <= 20 USD/kg"]\n'
    assert faults(SMALL + goal)
    definition = stored_definition(SMALL + goal, "small")
    assert definition.loop.goal.require == ("haze <= 10 %", "cost <= 20 USD/kg")
    assert stored_definition(SMALL, "small") == parse_definition(SMALL)


def test_a_stored_definition_with_keys_of_a_newer_filmlab_asks_for_that() -> None:
    with pytest.raises(InvalidInputError) as caught:
        stored_definition(SMALL + "[loop]\nlanes = 3\n", "small")
    assert caught.value.faults == ("loop.lanes: there is no such key",)
    assert str(caught.value).startswith("stored definition of small: ")
    assert "install the newer filmlab" in (caught.value.hint or "")
