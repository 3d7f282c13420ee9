"""Tables of numbers are found between other lines, whatever separates their cells, or refused with their line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.instruments.tables import Table, find_tables, name_and_unit
from lab.instruments.text import decode

_ABOVE = [
    "",
    "Operator, shift 2, room 3",
    "Thickness;0.042;mm",
    "Speed\t5 mm/min",
    '"Rate, fast","1"',
    "2026-11-30, 9:15",
]


def tables(text: str) -> tuple[Table, ...]:
    return find_tables(decode(text.encode(), "x.csv"), "x.csv")


@given(
    st.lists(st.lists(st.integers(-(10**6), 10**6), min_size=3, max_size=3), min_size=3, max_size=6),
    st.lists(st.sampled_from(_ABOVE), max_size=2),
    st.sampled_from([("\t", "."), ("\t", ","), (";", "."), (";", ","), (",", "."), (" ", "."), ("  ", ",")]),
    st.sampled_from(["{}", '"{}"', " {} "]),
    st.booleans(),
)
def test_a_table_is_found_whatever_separates_its_cells(
    digits: list[list[int]], above: list[str], style: tuple[str, str], cell: str, empty_at_the_end: bool
) -> None:
    delimiter, mark = style
    cell = "{}" if delimiter.isspace() and delimiter != "\t" else cell
    numbers = [[n / 100 for n in row] for row in digits]
    rows = [delimiter.join(cell.format(f"{n:.2f}".replace(".", mark)) for n in row) for row in numbers]
    head = delimiter.join(["time", "force", "way"])
    text = "\n".join([*above, head, *(row + delimiter * empty_at_the_end for row in rows), "", "the end", ""])
    (found,) = tables(text)
    first = len(above) + 2
    assert (found.where, found.width) == (f"lines {first}-{first + len(rows) - 1}", 3)
    assert found.above[-1].cells == ("time", "force", "way")
    assert [list(column) for column in found.columns(2, 0, 1)] == [[row[at] for row in numbers] for at in (2, 0, 1)]


def test_blocks_have_the_lines_above_them_and_a_single_row_is_none() -> None:
    first, second = tables("a;b\n1;2\n\nc;d\n3;4\n5;6\nend;x\n7;8\n9;10\n")
    assert [row.number for row in first.above] == [1, 2, 3, 4]
    assert [row.cells for row in second.above] == [("end", "x")]
    assert second.where == "lines 8-9"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a,b\n1,2\n3,x\n4,5\n", "line 3: 'x' is no number"),
        ("a,b\n1,2\n3,\n4,5\n", "line 3: a number is missing"),
        ("a,b\n1,2\n,3\n4,5\n", "line 3: a number is missing"),
        ('a,b\n1,2\n"3,4\n5,6\n', "line 3: unexpected end of data"),
        ('a,b\n1,2\n"3"4,4\n5,6\n', "line 3: ',' expected after '\"'"),
        ("a;b\n1,234;5\n2,345;6\n3,456;7\n", "lines 2-4: commas may be decimal or thousands separators"),
        ("a,b\n1,2\n", "has no table of numbers"),
    ],
)
def test_what_is_no_number_is_told_with_its_line(text: str, fault: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        tables(text)[0].columns(0, 1)
    assert caught.value.faults == (fault,)


def test_of_many_faults_twenty_are_told() -> None:
    with pytest.raises(InvalidInputError) as caught:
        tables("a,b\n1,2\n" + "3,x\n" * 50)[0].columns(0, 1)
    assert len(caught.value.faults) == 20


def test_rows_may_lack_cells_altogether_only_where_that_is_asked_for() -> None:
    (found,) = tables("a,b,c,d\n1,2,3,4\n5,6,7,8\n9,10\n,,11,12\n")
    assert [list(column) for column in found.columns(2, 3, allow_short=True)] == [[3.0, 7.0, 11.0], [4.0, 8.0, 12.0]]
    with pytest.raises(InvalidInputError, match="line 4: a number is missing"):
        found.columns(2, 3)


@pytest.mark.parametrize(
    ("header", "parts"),
    [
        ("Load (N)", ("Load", "N")),
        (" Load [ N ] ", ("Load", "N")),
        ("Load <kN>", ("Load", "kN")),
        ("Strain (Extension) (%)", ("Strain (Extension)", "%")),
        ("(mm)", ("", "mm")),
        (" Load ", ("Load", "")),
        ("Load (N) x", ("Load (N) x", "")),
    ],
)
def test_a_header_is_a_name_and_a_unit(header: str, parts: tuple[str, str]) -> None:
    assert name_and_unit(header) == parts
