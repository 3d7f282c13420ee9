"""Grades, seeds, hashes, stocks, materials, properties, errors: small values that everything stands on."""

import hashlib
import json
import math
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import FilmlabError, InvalidInputError, OptionalPackageError, UnknownNameError
from lab.grades import Grade
from lab.hashing import canonical_json, sha256_of_bytes, sha256_of_file, sha256_of_json
from lab.intervals import NOMINAL_COVERAGE, NORMAL_95
from lab.materials import HandlingClass, Lot, Material
from lab.properties import Property, Test, Transform
from lab.seeds import derived_seed, generator
from lab.stocks import Stock

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("grade", Grade)
def test_a_grade_is_what_was_found_on_the_film(grade: Grade) -> None:
    assert Grade.from_findings(detachable=grade.detachable, flat=grade.flat) is grade
    assert Grade.parse(f" {grade.value.lower()} ") is grade


def test_the_best_grade_has_the_best_score() -> None:
    assert [grade.score for grade in Grade] == pytest.approx([1.0, 2 / 3, 1 / 3, 0.0])
    assert Grade.A.detachable
    assert Grade.A.flat
    assert not Grade.D.detachable
    assert not Grade.D.flat


@pytest.mark.parametrize("text", ["", "E", "AB", "1"])
def test_other_letters_are_no_grade(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no grade"):
        Grade.parse(text)


def test_a_seed_belongs_to_its_labels() -> None:
    assert derived_seed(7, "grade", 1) == derived_seed(7, "grade", "1")
    seeds = {derived_seed(seed, *labels) for seed in (7, 8) for labels in ((), ("a",), ("b",), ("a", "b"), ("ab",))}
    assert len(seeds) == 10
    assert all(0 <= seed < 2**63 for seed in seeds)
    # Today and in ten years: a campaign is told to draw the same numbers again.
    assert derived_seed(7, "grade", 1) == int(hashlib.sha256(b"7\x1fgrade\x1f1").hexdigest(), 16) >> (256 - 63)


def test_an_interval_is_as_wide_as_its_coverage_asks_for() -> None:
    assert math.erf(NORMAL_95 / math.sqrt(2)) == pytest.approx(NOMINAL_COVERAGE)


@given(st.integers(), st.lists(st.text() | st.integers(), max_size=3))
def test_draws_do_not_depend_on_draws_before(seed: int, labels: list[str | int]) -> None:
    first = generator(seed, *labels)
    generator(seed, "other").random(5)
    assert generator(seed, *labels).random(3).tolist() == first.random(3).tolist()


@given(json_values)
def test_equal_values_have_equal_canonical_json(value: object) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    shuffled = dict(reversed(value.items())) if isinstance(value, dict) else value
    assert canonical_json(shuffled) == text
    assert sha256_of_json(value) == hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@pytest.mark.parametrize("value", [math.nan, math.inf, {"a": -math.inf}])
def test_what_is_no_number_has_no_canonical_json(value: object) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(value)


@given(st.binary(max_size=100))
def test_a_file_has_the_hash_of_its_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = Path(tmp_path_factory.getbasetemp()) / "hashed"
    path.write_bytes(content)
    assert sha256_of_file(path) == sha256_of_bytes(content)


def test_the_empty_hash_is_the_published_one() -> None:
    # FIPS 180-2 test vectors.
    assert sha256_of_bytes(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_stock_knows_what_can_be_taken_from_it() -> None:
    stock = Stock("CNF-10", "CNF", 10.0, volume=20_000.0, dead_volume=5_000.0, made_on=date(2026, 1, 1))
    assert stock.usable_volume == 15_000.0
    assert Stock("CNF-10", "CNF", 10.0, volume=1_000.0, dead_volume=5_000.0).usable_volume == 0.0
    with pytest.raises(TypeError):
        stock.attributes["source"] = "fish"  # type: ignore[index]


@pytest.mark.parametrize(
    "fields",
    [
        {"concentration": 0.0},
        {"concentration": -1.0},
        {"concentration": math.nan},
        {"concentration_sd": -0.1},
        {"volume": -1.0},
        {"dead_volume": -1.0},
        {"keeps_days": 0.0},
        {"handling": "thick"},
    ],
)
def test_impossible_stocks_are_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"must be|valid"):
        Stock(**({"name": "s", "material": "CNF", "concentration": 10.0} | fields))  # type: ignore[arg-type]


def test_attributes_of_a_material_are_known_ones() -> None:
    gelatin = Material("gelatin", "Gelatin", 1.35, HandlingClass.WARM_GELATIN, {"source": ["bovine", "fish"]})
    assert gelatin.default_attributes() == {"source": "bovine"}
    gelatin.check_attributes({"source": "fish"})
    with pytest.raises(InvalidInputError) as caught:
        gelatin.check_attributes({"source": "oak", "colour": "red"})
    assert len(caught.value.faults) == 2
    assert "known: bovine, fish" in str(caught.value)
    assert "no attribute 'colour'; known: source" in str(caught.value)


def test_an_attribute_has_values() -> None:
    with pytest.raises(ValueError, match="source"):
        Material("gelatin", "Gelatin", 1.35, HandlingClass.WARM_GELATIN, {"source": []})


def test_a_lot_keeps_its_attributes() -> None:
    lot = Lot("gelatin", "G-17", "Sigma", {"source": "fish"})
    assert lot.attributes == {"source": "fish"}
    with pytest.raises(TypeError):
        lot.attributes["source"] = "bovine"  # type: ignore[index]


@pytest.mark.parametrize(
    ("test", "possible"),
    [(Test.OPTICAL, "AB"), (Test.FLAME, "AB"), (Test.THICKNESS, "AB"), (Test.TENSILE, "A")],
)
def test_only_films_that_come_off_are_tested(test: Test, possible: str) -> None:
    assert "".join(grade for grade in Grade if test.possible_on(grade)) == possible


def test_impossible_values_are_recognised() -> None:
    prop = Property("t", "T", "T", "fraction", Transform.LOGIT, 0.0, 1.0, Test.OPTICAL, "spectrometer")
    assert [prop.impossible(value) for value in (0.0, 0.5, 1.0)] == [False] * 3
    assert [prop.impossible(value) for value in (-0.1, 1.1, math.nan, math.inf)] == [True] * 4


def test_errors_say_what_to_do() -> None:
    assert str(FilmlabError("it is broken")) == "it is broken"
    assert str(FilmlabError("it is broken", hint="mend it")) == "it is broken\nWhat to do: mend it"
    assert str(UnknownNameError("no such thing", hint="look")) == "no such thing\nWhat to do: look"
    assert str(InvalidInputError("file", ["a", "b"])) == "file: 2 faults\n  - a\n  - b"
    assert "pip install -c constraints.txt 'filmlab[robot]'" in str(OptionalPackageError("opentrons", "robot"))
