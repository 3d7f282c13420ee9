"""Recipes read from CSV files."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab import csv_files
from lab.csv_files import write_csv
from lab.errors import InvalidInputError
from lab.recipe_files import MAX_FAULTS, RecipeForm, read_recipes

MATERIALS = ("CNF", "MMT", "gelatin", "glycerol")
FORM = RecipeForm(MATERIALS, amounts=("solids_mg",))


def _file(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "recipes.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _faults(tmp_path: Path, text: str | bytes, form: RecipeForm = FORM) -> str:
    with pytest.raises(InvalidInputError) as raised:
        read_recipes(_file(tmp_path, text), form)
    return "\n".join(raised.value.faults)


def test_recipes_are_read_in_the_order_of_the_materials(tmp_path: Path) -> None:
    table = read_recipes(_file(tmp_path, "MMT,film,CNF\n0.25,a,0.75\n1,b,0\n"), FORM)
    assert table.labels == ("a", "b")
    assert table.materials == ("CNF", "MMT")
    np.testing.assert_array_equal(table.compositions, [[0.75, 0.25], [0.0, 1.0]])


def test_windows_line_ends_and_empty_lines_do_no_harm(tmp_path: Path) -> None:
    table = read_recipes(_file(tmp_path, b"CNF,MMT\r\n\r\n0.5,0.5\r\n\r\n"), FORM)
    assert table.labels == ("1",)
    np.testing.assert_array_equal(table.compositions, [[0.5, 0.5]])


@pytest.mark.parametrize(
    "text",
    [
        "film;CNF;MMT;solids_mg\na;0,125;0,875;12,5\nb;1,000;0,000;\n",
        "film\tCNF\tMMT\tsolids_mg\ra\t0,125\t0,875\t12,5\rb\t1\t0\t\r",
        '\ufeff\n"film","CNF","MMT","solids_mg"\na,"0,125","0,875","12,5"\nb,1,0,\n',
        "film;CNF;MMT;solids_mg\na;0.125;0.875;12.5\nb;1;0;\n",
    ],
)
def test_files_of_other_countries_spreadsheets_are_read(tmp_path: Path, text: str) -> None:
    table = read_recipes(_file(tmp_path, text), FORM)
    assert table.labels == ("a", "b")
    np.testing.assert_array_equal(table.compositions, [[0.125, 0.875], [1.0, 0.0]])
    assert table.amounts == {"solids_mg": (12.5, None)}


def test_films_without_labels_are_numbered(tmp_path: Path) -> None:
    assert read_recipes(_file(tmp_path, "CNF,MMT\n0.5,0.5\n0.4,0.6\n"), FORM).labels == ("1", "2")


def test_optional_numbers_may_be_left_empty(tmp_path: Path) -> None:
    table = read_recipes(_file(tmp_path, "CNF,solids_mg\n1,40\n1,\n"), FORM)
    assert table.amounts == {"solids_mg": (40.0, None)}


def test_sums_that_are_rounded_are_closed(tmp_path: Path) -> None:
    table = read_recipes(_file(tmp_path, "CNF,MMT,gelatin\n0.333,0.333,0.333\n"), FORM)
    assert table.compositions.sum() == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("CNF,MMT\n50,50\n", "row 2: the fractions sum to 100; write fractions of 1, not percent"),
        ("CNF,MMT\n50%,50%\n", "row 2, column CNF: 50% is a percentage"),
        ("CNF,MMT\n0,5,0,5\n", "row 2: has 4 columns, the header has 2"),
        ('CNF,MMT\n"0,5",0.5\n', "row 2, column CNF: 0,5 has a comma: write decimal points throughout"),
        ("CNF;solids_mg\n1;1,200\n", "row 2, column solids_mg: 1,200 has a comma: write decimal points throughout"),
        ("CNF;MMT\n0,5;0,5,0\n", "row 2, column MMT: 0,5,0 is no number"),
        ("CNF,MMT\n0.5,nan\n", "row 2, column MMT: nan is no number"),
        ("CNF,MMT\n0.5,inf\n", "row 2, column MMT: inf is no number"),
        ("CNF,MMT\n0.5,\n", "row 2, column MMT: is empty"),
        ("CNF,MMT\n1.5,-0.5\n", "row 2, column MMT: -0.5 is negative"),
        ("CNF,MMT\n0.5,0.4\n", "row 2: the fractions sum to 0.9, not to 1"),
        ("film,CNF\na,1\na,1\n", "row 3, column film: a is already in row 2"),
        ("film,CNF\n,1\n", "row 2, column film: the film has no label"),
        ("CNF,gelatine\n0.5,0.5\n", "column gelatine: there is no such column, did you mean gelatin?"),
        ("cnf,MMT\n0.5,0.5\n", "column cnf: there is no such column, did you mean CNF?"),
        ("CNF,CNF\n0.5,0.5\n", "column CNF: the column is there twice"),
        ("a,b\n0.5,0.5\n", "there is no column of a material"),
        ("CNF,solids_mg\n1,-4\n", "row 2, column solids_mg: -4 is negative"),
        ("CNF,solids_mg\n1,0\n", "row 2, column solids_mg: is 0"),
        ("CNF,MMT\n", "there is no film below the header"),
        ("", "the file is empty"),
        (b"CNF,MMT\n\xff\xfe,1\n", "row 2: byte 0xff is not UTF-8"),
        ('CNF,MMT\n"0.5,0.5\n', "row 2: cannot be read"),
    ],
)
def test_every_fault_is_named_with_its_place(tmp_path: Path, text: str | bytes, said: str) -> None:
    assert said in _faults(tmp_path, text)


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    faults = _faults(tmp_path, "film,CNF,MMT\na,x,0.5\na,0.5,0.6\nb,0.5\n")
    assert [line.split(":")[0] for line in faults.splitlines()] == [
        "row 2, column CNF",
        "row 3, column film",
        "row 3",
        "row 4",
    ]


def test_very_many_faults_are_counted(tmp_path: Path) -> None:
    faults = _faults(tmp_path, "CNF\n" + "x\n" * (MAX_FAULTS + 150)).splitlines()
    assert len(faults) == MAX_FAULTS + 1
    assert faults[-1] == "and 150 more"


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    form = RecipeForm(MATERIALS, max_rows=1000)
    assert read_recipes(_file(tmp_path, "CNF\n" + "1\n" * 1000), form).compositions.shape == (1000, 1)
    assert (
        _faults(tmp_path, "CNF\n" + "1\n" * 1001, form) == "row 1002: there are more than 1,000 films; split the file"
    )


def test_a_file_that_would_fill_the_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "MAX_BYTES", 1_000_000)
    assert "is longer than 1 MB" in _faults(tmp_path, "CNF\n" + "1\n" * 500_000)


def test_other_columns_are_left_aside_where_the_form_allows(tmp_path: Path) -> None:
    path = _file(tmp_path, ",CNF,operator\n0,1,Mei\n")
    np.testing.assert_array_equal(read_recipes(path, FORM).compositions, [[1.0]])
    with pytest.raises(InvalidInputError) as raised:
        read_recipes(path, RecipeForm(MATERIALS, others_allowed=False))
    assert [fault.split(":")[0] for fault in raised.value.faults] == ["row 1, column 1", "row 1, column operator"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match=r"no\.csv"):
        read_recipes(tmp_path / "no.csv", FORM)


@given(st.lists(st.lists(st.floats(0.01, 1.0), min_size=4, max_size=4), min_size=1, max_size=5))
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, amounts: list[list[float]]) -> None:
    path = tmp_path_factory.mktemp("recipes") / "recipes.csv"
    compositions = np.array(amounts) / np.sum(amounts, axis=1, keepdims=True)
    labels = [f'film "{i}", with; everything\n' for i in range(len(amounts))]
    rows = [[label, *row] for label, row in zip(labels, compositions.tolist(), strict=True)]
    write_csv(path, ["film", *MATERIALS], rows)
    table = read_recipes(path, FORM)
    assert table.labels == tuple(label.strip() for label in labels)
    np.testing.assert_allclose(table.compositions, compositions, rtol=1e-12)
