import numpy as np
import pytest

from benchmarks.pool_tables import read_pool
from lab.errors import InvalidInputError


@pytest.fixture
def table(tmp_path):
    def write(*rows):
        path = tmp_path / "table.csv"
        path.write_text("\n".join(["a,b,y", *rows]))
        return path

    return write


def test_every_cell_that_is_no_number_is_told_with_its_row(table):
    path = table("1,2,3", "red,2,3", "1,,3", "1,2,> 500", "1,2,inf", "1,2,")
    with pytest.raises(InvalidInputError) as caught:
        read_pool(path, ["a", "b"], ["y"])

    told = str(caught.value)
    assert "a, row 2: no number" in told and "b, row 3: no number" in told
    assert "y, rows 4, 5: neither a finite number nor empty" in told
    assert "mend or delete these rows" in told


def test_texts_are_categories(table):
    read = read_pool(table("red,0,3", "blue,5,4", "red,10,5"), ["a", "b"], ["y"])

    np.testing.assert_allclose(read.inputs, [[0.0, 0.0, 1.0], [0.5, 1.0, 0.0], [1.0, 0.0, 1.0]])
    assert read.input_scale.numbers.tolist() == [True, False, False]
    only = read_pool(table("red,0,3", "blue,5,4"), ["a"], ["y"])
    np.testing.assert_allclose(only.inputs, [[0, 1], [1, 0]])


def test_a_category_that_is_missing_is_told_with_its_row(table):
    with pytest.raises(InvalidInputError, match="a, row 2: no value"):
        read_pool(table("red,0,3", ",5,4"), ["a", "b"], ["y"])


def test_texts_that_are_names_of_rows_are_told(table):
    with pytest.raises(InvalidInputError, match="40 different texts"):
        read_pool(table(*(f"film {row},0,{row}" for row in range(40))), ["a", "b"], ["y"])


def test_shares_of_a_whole_are_closed(table):
    read = read_pool(table("20,79,3", "50,51,4", "90,10,5"), ["a", "b"], ["y"])

    np.testing.assert_allclose(read.inputs.sum(axis=1), 1)
    assert not read.input_scale.numbers.any()


@pytest.mark.parametrize("inputs", [["a"], ["a", "b"]])
def test_numbers_with_a_steady_sum_are_no_shares(table, inputs):
    read = read_pool(table("300,0.2,3", "305,0.1,4", "310,0.3,5"), inputs, ["y"])

    np.testing.assert_allclose(read.inputs[:, 0], [0, 0.5, 1])
    assert read.input_scale.numbers.all()


def test_rows_of_another_length_are_told(table):
    with pytest.raises(InvalidInputError, match="line 3: more cells than the 3 of the header"):
        read_pool(table("1,2,3", "1,2,3,4"), ["a"], ["y"])
    with pytest.raises(InvalidInputError, match="b, row 2: no number"):
        read_pool(table("1,2,3", "1"), ["a", "b"], ["y"])


def test_what_is_no_text_is_told(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("a,größe\n1,2\n".encode("latin-1"))
    with pytest.raises(InvalidInputError, match="in UTF-8"):
        read_pool(path, ["a"], ["b"])


def test_a_target_cannot_be_an_input(table):
    with pytest.raises(InvalidInputError, match="'y' is both an input and a target"):
        read_pool(table("1,2,3"), ["a", "y"], ["y:log"])
    with pytest.raises(InvalidInputError, match="'a' is named twice"):
        read_pool(table("1,2,3"), ["a", "a"], ["y"])


def test_what_is_left_out_is_told(table):
    read = read_pool(table("1,2,3", "2,2,-1", "3,2,n/a", "4,2,5"), ["a", "b"], ["y:log"])

    np.testing.assert_allclose(read.targets[:, 0], [3, 5])
    assert [str(finding) for finding in read.findings] == [
        "y, row 2: not above 0, so without a logarithm",
        "rows 2, 3: no value of a target",
    ]
