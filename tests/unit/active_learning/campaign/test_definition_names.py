"""Names of a definition that upper floors know."""

import shutil
import tomllib

import attrs
import pytest

from active_learning.campaign.definition_names import check_begun, check_names, complete_definition
from lab.campaign_files import builtin_definition, builtin_text, parse_definition
from lab.campaigns import LoopRule
from lab.errors import InvalidInputError
from lab.records import Purpose
from robot_protocols.decks import campaign_deck, deck_named
from tests.unit.robot_protocols.examples import own_deck


def test_the_built_in_campaign_names_what_exists() -> None:
    check_names(builtin_definition("chen2024"), what="built in")


def test_a_rule_that_is_left_out_is_none_that_is_unknown() -> None:
    definition = builtin_definition("chen2024")
    check_names(attrs.evolve(definition, loop=LoopRule(loops=3)), what="mine.toml")


def test_every_unknown_name_is_listed_with_a_way_out(tmp_path) -> None:
    definition = builtin_definition("chen2024")
    wrong = tmp_path / "deck.toml"
    wrong.write_text("slots = 3\n", encoding="utf-8")
    broken = attrs.evolve(
        definition,
        loop=attrs.evolve(definition.loop, rule="a-skore"),
        library_casting=attrs.evolve(definition.library_casting, deck="screening-25-well"),
        measured_casting=attrs.evolve(definition.measured_casting, deck=str(wrong)),
    )

    with pytest.raises(InvalidInputError) as caught:
        check_names(broken, what="mine.toml")

    text = "\n".join(caught.value.faults)
    assert "loop.rule: 'a-skore' is no known acquisition rule (did you mean a-score?)" in text
    assert "casting.library.deck: there is no deck 'screening-25-well'" in text
    assert "screening-24-well" in text, "the built-in decks are named"
    assert "casting.measured.deck: " in text


def test_a_rule_that_looks_for_the_best_film_needs_a_goal() -> None:
    definition = builtin_definition("chen2024")
    aimless = attrs.evolve(definition, loop=LoopRule(rule="ucb"))
    with pytest.raises(InvalidInputError, match=r"loop.rule: 'ucb' looks for the best film"):
        check_names(aimless, what="mine.toml")
    goal = {"maximise": [definition.property_names[0]]}
    check_names(attrs.evolve(aimless, loop=LoopRule(rule="ucb", goal=goal)), what="mine.toml")


def test_a_deck_of_one_s_own_is_kept_with_the_campaign(tmp_path) -> None:
    file = own_deck(tmp_path / "mine")
    file.write_text(file.read_text() + "# of Jörg's, at \U0001f9ea 40 °C with DEL \n", encoding="utf-8")
    deck = deck_named(file)
    text = builtin_text("chen2024").replace('"casting-6-dish"', '"my-deck.toml"')

    complete, definition = complete_definition(text, what="mine.toml", folder=file.parent)
    shutil.rmtree(file.parent)

    for found in (definition, parse_definition(complete)):
        assert campaign_deck(found, Purpose.LOOP) == deck
        assert campaign_deck(found, Purpose.LOOP).files == deck.files
        assert campaign_deck(found, Purpose.LIBRARY) == deck_named("screening-24-well")
    added = tomllib.loads(complete)
    assert list(added.pop("deck_files")["my-deck.toml"]) == ["deck.toml", "parts/holder.json"]
    assert added == tomllib.loads(text)
    assert complete_definition(complete, what="again.toml")[0] == complete, "elsewhere it is created anew as it is"


def test_a_deck_that_is_kept_without_its_labware_is_refused(tmp_path) -> None:
    text = builtin_text("chen2024").replace('"casting-6-dish"', '"my-deck.toml"')
    complete, _ = complete_definition(text, what="mine.toml", folder=own_deck(tmp_path / "mine").parent)
    cut = complete[: complete.index('"parts/holder.json" = ')]
    with pytest.raises(InvalidInputError, match=r"casting.measured.deck: labware_files: parts/holder.json"):
        complete_definition(cut, what="cut.toml")


def test_names_that_differ_only_in_their_case_are_refused_unless_a_campaign_has_them() -> None:
    definition = builtin_definition("chen2024")
    first, *others = definition.ranges
    alike = attrs.evolve(first, material=attrs.evolve(first.material, name=first.material.name.lower()))
    twins = attrs.evolve(definition, ranges=(first, alike, *others))
    with pytest.raises(InvalidInputError, match=r"CNF and cnf differ only in their case"):
        check_names(twins, what="mine.toml")
    with pytest.raises(InvalidInputError, match=r"CNF and cnf differ only in their case"):
        check_names(twins, what="new definition", known=definition.material_names)
    check_names(twins, what="new definition", known=twins.material_names)


def test_the_virtual_lab_is_asked_for_no_property_that_it_does_not_yield() -> None:
    """It would refuse to work on the campaign, for ever where an extension brought the property."""
    definition = builtin_definition("chen2024")
    haze = attrs.evolve(definition.properties[0], name="haze")
    other = attrs.evolve(next(prop for prop in definition.properties if prop.unit == "MPa"), unit="GPa")
    wrong = attrs.evolve(definition, properties=(haze, other))
    with pytest.raises(InvalidInputError) as caught:
        check_names(wrong, what="mine.toml")
    first, second = caught.value.faults
    assert first.startswith("properties.haze: the virtual lab measures only curve_alpha")
    assert second.startswith(f"properties.{other.name}: the virtual lab measures in MPa only, not in GPa")
    check_names(wrong, what="new definition", known=wrong.property_names)
    check_names(attrs.evolve(wrong, lab="real"), what="mine.toml")


def test_before_the_first_film_it_is_checked_what_was_created_without_looking(tmp_path, monkeypatch) -> None:
    definition = builtin_definition("chen2024")
    check_begun(definition)
    with pytest.raises(InvalidInputError, match=r"a-skore.*\n.*create another campaign"):
        check_begun(attrs.evolve(definition, loop=attrs.evolve(definition.loop, rule="a-skore")))
    own_deck(tmp_path / "mine")
    monkeypatch.chdir(tmp_path / "mine")
    text = builtin_text("chen2024").replace('"casting-6-dish"', '"my-deck.toml"')
    with pytest.raises(InvalidInputError, match=r"the deck file my-deck.toml is not part of it"):
        check_begun(parse_definition(text))
    check_begun(complete_definition(text, what="mine.toml")[1])
