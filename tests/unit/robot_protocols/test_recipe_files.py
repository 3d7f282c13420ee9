from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.recipe_files import MAX_FAULTS
from robot_protocols.recipe_files import MOST_ROWS, FilmStandard, parse_recipes, read_recipes, recipes_text
from tests.unit.robot_protocols.examples import MATERIALS

STANDARD = FilmStandard(solids=12.0, volume=1600.0, casting_area=2.0)
HEADER = "film,CNF,MMT,gelatin,glycerol"


def parse(text: str | bytes):
    content = text if isinstance(text, bytes) else text.encode()
    return parse_recipes(content, MATERIALS, STANDARD)


def faults_of(text: str | bytes) -> tuple[str, ...]:
    with pytest.raises(InvalidInputError) as caught:
        parse(text)
    return caught.value.faults


def test_a_good_file_is_read():
    first, second = parse(f"{HEADER}\nA1,0.5,0.2,0.2,0.1\n\nA2,0,0,1,0\n")
    assert (first.label, dict(first.composition)) == ("A1", {"CNF": 0.5, "MMT": 0.2, "gelatin": 0.2, "glycerol": 0.1})
    assert (first.solids, first.volume) == (12.0, 1600.0)
    assert second.composition["gelatin"] == 1.0


def test_amounts_are_read_and_left_to_the_standard_where_empty():
    films = parse("film,CNF,solids_mg,volume_ul\nA1,1,20,2000\nA2,1,,\n")
    assert [(film.solids, film.volume) for film in films] == [(20.0, 2000.0), (12.0, 1600.0)]


def test_films_that_are_written_are_read_as_the_same_films():
    films = parse("film,CNF,MMT,gelatin,solids_mg,volume_ul\nA1,0.333,0.333,0.333,20,1820\nA2,1,0,0,,\n")
    assert parse(recipes_text(films)) == films


def test_solids_may_be_given_for_an_area():
    (film,) = parse("film,CNF,solids_mg_per_cm2\nA1,1,5\n")
    assert film.solids == 10.0


def test_three_decimals_are_closed():
    (film,) = parse("film,CNF,MMT,gelatin\nA1,0.333,0.333,0.333\n")
    assert sum(film.composition.values()) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["empty"]),
        (HEADER, ["no film"]),
        ("CNF,MMT\n0.5,0.5\n", ["column film is missing"]),
        ("film,solids_mg\nA1,12\n", ["no column of a material"]),
        ("film,CNF,gelatine\nA1,1,0\n", ["gelatine"]),
        ("film,cnf\nA1,1\n", ["did you mean CNF?"]),
        ("film,CNF,CNF\nA1,1,0\n", ["twice"]),
        ("film,CNF,\nA1,1,\n", ["no name"]),
        (f"{HEADER}\nA1,50,20,20,10\n", ["row 2", "percent"]),
        (f"{HEADER}\nA1,50%,20%,20%,10%\n", ["row 2, column CNF", "percentage"]),
        (f"{HEADER}\nA1,0.5,0.2,0.2,0.2\n", ["row 2", "sum to 1.1"]),
        (f"{HEADER}\nA1,nan,0.2,0.2,0.1\n", ["row 2, column CNF", "no number"]),
        (f"{HEADER}\nA1,inf,0,0,0\n", ["row 2, column CNF"]),
        (f"{HEADER}\nA1,1e999,0,0,0\n", ["row 2, column CNF", "too large"]),
        (f"{HEADER}\nA1,1_0,0,0,0\n", ["row 2, column CNF", "no number"]),
        (f"{HEADER}\nA1,-0.1,0.4,0.4,0.3\n", ["row 2, column CNF", "negative"]),
        (f"{HEADER}\nA1,,0.4,0.4,0.2\n", ["row 2, column CNF", "empty"]),
        (f"{HEADER}\nA1,1,0,0,0\nA1,0,1,0,0\n", ["row 3, column film", "already in row 2"]),
        (f"{HEADER}\n,1,0,0,0\n", ["row 2, column film", "no label"]),
        (f"{HEADER}\n{'x' * 81},1,0,0,0\n", ["longer than 80"]),
        (f"{HEADER}\nA1,1,0,0\n", ["row 2", "4 columns"]),
        ('film,CNF,MMT\nA1,"0,5",0.5\n', ["row 2, column CNF", "comma"]),
        ("film,CNF,solids_mg\nA1,1,0\n", ["row 2, column solids_mg"]),
        ("film,CNF,solids_mg,solids_mg_per_cm2\nA1,1,5,5\n", ["not both"]),
        ('film,CNF\n"A1,1\n', ["cannot be read"]),
        (b"\xff\xfef\x00i\x00", ["UTF-16"]),
        (b"film,CNF\nA\xe41,1\n", ["row 2", "not UTF-8"]),
        (b"film,CNF\nA1,1\x00\n", ["row 2"]),
    ],
)
def test_a_fault_is_named_with_its_place(text: str | bytes, words: list[str]):
    joined = " / ".join(faults_of(text))
    for word in words:
        assert word in joined


def test_all_faults_are_listed_at_once():
    faults = faults_of(b"\xef\xbb\xbffilm;CNF;MMT;glicerol\nA1;0,5;0.5;0\nA1;50;50;0\n;nan;1;0\n")
    assert len(faults) == 6
    for words in ("glicerol", "comma", "already", "percent", "no label", "nan"):
        assert any(words in fault for fault in faults), words


def test_rows_are_counted_as_an_editor_does():
    assert "row 5" in faults_of(f'{HEADER}\n\n"A\n1",1,0,0,0\nA2,2,0,0,0\n')[0]


def test_a_million_rows_are_refused_without_listing_them():
    faults = faults_of("film,CNF\n" + "\n".join(f"F{number},1" for number in range(MOST_ROWS + 5)))
    assert faults == (f"row {MOST_ROWS + 2}: there are more than {MOST_ROWS:,} films; split the file",)
    faults = faults_of("film,CNF\n" + "\n".join(f"F{number},2" for number in range(2 * MAX_FAULTS)))
    assert len(faults) == MAX_FAULTS + 1
    assert faults[-1] == f"and {MAX_FAULTS} more"


def test_a_file_that_is_not_there_is_named(tmp_path: Path):
    with pytest.raises(InvalidInputError, match="does not exist"):
        read_recipes(tmp_path / "none.csv", MATERIALS, STANDARD)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_with_a_reason(content: bytes):
    try:
        films = parse(b"film,CNF,MMT\n" + content)
    except InvalidInputError as error:
        assert error.faults
    else:
        assert all(sum(film.composition.values()) == pytest.approx(1.0) for film in films)
