"""Recipes read from CSV files."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.recipe_files import MAX_FAULTS, read_recipes, write_csv

MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")


def _file(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "recipes.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _faults(tmp_path: Path, text: str | bytes) -> str:
    with pytest.raises(InvalidInputError) as raised:
        read_recipes(_file(tmp_path, text), MATERIALS, optional=("solids_mg",))
    return "\n".join(raised.value.faults)


def test_recipes_are_read_in_the_order_of_the_materials(tmp_path: Path) -> None:
    table = read_recipes(_file(tmp_path, "MMT,film,CNF\n0.25,a,0.75\n1,b,0\n"), MATERIALS)
    assert table.labels == ("a", "b")
    assert table.materials == ("CNF", "MMT")
    np.testing.assert_array_equal(table.compositions, [[0.75, 0.25], [0.0, 1.0]])


def test_a_byte_order_mark_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    table = read_recipes(_file(tmp_path, b"\xef\xbb\xbfCNF,MMT\r\n\r\n0.5,0.5\r\n\r\n"), MATERIALS)
    np.testing.assert_array_equal(table.compositions, [[0.5, 0.5]])


def test_films_without_labels_are_numbered(tmp_path: Path) -> None:
    assert read_recipes(_file(tmp_path, "CNF,MMT\n0.5,0.5\n0.4,0.6\n"), MATERIALS).labels == ("1", "2")


def test_optional_numbers_may_be_left_empty(tmp_path: Path) -> None:
    table = read_recipes(_file(tmp_path, "CNF,solids_mg\n1,40\n1,\n"), MATERIALS, optional=("solids_mg",))
    assert table.numbers == {"solids_mg": (40.0, None)}


def test_sums_that_are_rounded_are_closed(tmp_path: Path) -> None:
    table = read_recipes(_file(tmp_path, "CNF,MMT,gelatin\n0.333,0.333,0.333\n"), MATERIALS)
    assert table.compositions.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CNF,MMT\n50,50\n", "row 2: sums to 100, which looks like percent"),
        ("CNF;MMT\n0.5;0.5\n", "row 1: columns are separated by semicolons"),
        ("CNF,MMT\n0,5,0,5\n", "row 2: has 4 cells, the header has 2"),
        ('CNF,MMT\n"0,5","0,5"\n', "row 2, CNF: '0,5' is no number, use a decimal point"),
        ("CNF,MMT\n0.5,nan\n", "row 2, MMT: 'nan' is no number"),
        ("CNF,MMT\n0.5,inf\n", "row 2, MMT: 'inf' is no number"),
        ("CNF,MMT\n0.5,\n", "row 2, MMT: is empty"),
        ("CNF,MMT\n1.5,-0.5\n", "row 2, MMT: -0.5 is negative"),
        ("CNF,MMT\n0.5,0.4\n", "row 2: sums to 0.9, not to 1"),
        ("film,CNF\na,1\na,1\n", "row 3, film: 'a' is also in row 2"),
        ("film,CNF\n,1\n", "row 2, film: is empty"),
        ("CNF,gelatine\n0.5,0.5\n", "column 'gelatine' is not known, did you mean 'gelatin'?"),
        ("cnf,MMT\n0.5,0.5\n", "column 'cnf' is not known, did you mean 'CNF'?"),
        ("CNF,CNF\n0.5,0.5\n", "column 'CNF' is there twice"),
        ("a,b\n0.5,0.5\n", "there is no column of a material"),
        ("CNF,solids_mg\n1,-4\n", "row 2, solids_mg: -4 is negative"),
        ("CNF,solids_mg\n1,0\n", "row 2, solids_mg: must be above 0"),
        ("CNF,MMT\n", "has no rows of recipes"),
        ("", "has no rows of recipes"),
        (b"CNF,MMT\n\xff\xfe,1\n", "cannot be read"),
        ('CNF,MMT\n"0.5,0.5\n', "is no CSV file"),
    ],
)
def test_every_fault_is_named_with_its_place(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in _faults(tmp_path, text)


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    faults = _faults(tmp_path, "film,CNF,MMT\na,x,0.5\na,0.5,0.6\nb,0.5\n")
    assert [line.split(":")[0] for line in faults.splitlines()] == ["row 2, CNF", "row 3, film", "row 3", "row 4"]


def test_very_many_faults_are_counted(tmp_path: Path) -> None:
    faults = _faults(tmp_path, "CNF\n" + "x\n" * 200).splitlines()
    assert len(faults) == MAX_FAULTS + 1
    assert faults[-1] == "and 150 more"


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    assert "more than 1,000,000" in _faults(tmp_path, "CNF\n" + "1\n" * 1_000_001)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"no\.csv"):
        read_recipes(tmp_path / "no.csv", MATERIALS)


@given(st.lists(st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4), min_size=1, max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, amounts: list[list[float]]) -> None:
    path = tmp_path_factory.mktemp("recipes") / "recipes.csv"
    compositions = np.array(amounts) / np.sum(amounts, axis=1, keepdims=True)
    labels = [f'film "{i}", with; everything\n' for i in range(len(amounts))]
    rows = [[label, *row] for label, row in zip(labels, compositions.tolist(), strict=True)]
    write_csv(path, ["film", *MATERIALS], rows)
    table = read_recipes(path, MATERIALS)
    assert table.labels == tuple(label.strip() for label in labels)
    np.testing.assert_allclose(table.compositions, compositions, rtol=1e-12)
