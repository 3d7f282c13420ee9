"""Presets: plastics and uses as wishes."""

from pathlib import Path

import pytest

from lab.campaign_files import builtin_definition
from lab.errors import InvalidInputError, UnknownNameError
from lab.presets import preset_named, presets
from lab.requirements import parse_wish
from tests.factories import definition_of

OWN = """
title = "My bag"
plastic = "LDPE"
[[targets]]
require = "tensile_strength >= 8 MPa"
source = "our own test of 2026-03-01"
known = "read"
"""


def test_there_are_at_least_ten_and_each_number_has_a_source() -> None:
    units = builtin_definition().units
    assert len(presets()) >= 10
    for preset in presets().values():
        assert preset.demanded
        for target in preset.targets:
            parse_wish([target.require], units)
            assert target.known == "chosen" or len(target.source) > 20
            assert "chosen" not in target.source or target.known == "chosen"


@pytest.mark.parametrize("name", ["ldpe-bag", "LDPE bag", "ldpe_bag"])
def test_names_are_found_however_they_are_written(name: str) -> None:
    assert preset_named(name).plastic == "LDPE"


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(UnknownNameError, match="did you mean pet-film"):
        preset_named("pet-flim")


def test_a_workspace_adds_presets_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "my-bag.toml").write_text(OWN)
    assert preset_named("my bag", tmp_path).targets[0].source == "our own test of 2026-03-01"
    assert "my-bag" not in presets()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("title = ", "Invalid value"),
        (OWN.replace('known = "read"', 'known = "guessed"'), "targets.0.known"),
        (OWN.replace('source = "our own test of 2026-03-01"\n', ""), "targets.0.source"),
        (OWN.replace("plastic", "plastics"), "plastics"),
        (OWN.replace("MPa", "mpa"), "'mpa' is not a unit"),
        (OWN.replace("8 MPa", "8,5 MPa"), "comma"),
        (OWN.replace("tensile_strength >= 8 MPa", "maximise tensile_strength"), "cannot be read"),
    ],
)
def test_a_wrong_file_is_named_with_its_faults(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "my-bag.toml").write_text(text)
    with pytest.raises(InvalidInputError, match="my-bag") as caught:
        presets(tmp_path)
    assert said in str(caught.value)


def test_a_property_that_only_some_campaign_defines_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "my-bag.toml").write_text(OWN.replace("tensile_strength >= 8 MPa", "tear >= 8 N"))
    own = preset_named("my-bag", tmp_path)
    assert own.fitting(builtin_definition()) == ((), ("tear >= 8 N",))


def test_what_a_campaign_does_not_measure_is_left_out() -> None:
    fit, other = preset_named("ldpe-bag").fitting(definition_of(["CNF", "gelatin"], ["tensile_strength"]))
    assert fit == ("tensile_strength >= 8 MPa",)
    assert len(other) == 3
