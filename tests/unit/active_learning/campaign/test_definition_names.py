"""Names of a definition that upper floors know."""

import attrs
import pytest

from active_learning.campaign.definition_names import check_names
from lab.campaign_files import builtin_definition
from lab.campaigns import LoopRule
from lab.errors import InvalidInputError


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
