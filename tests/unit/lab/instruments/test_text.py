"""Text of instruments' files, in whatever encoding they were saved."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lab.errors import InvalidInputError
from lab.instruments.text import decode

_WORDS = st.text("ab7;,. °éµ", max_size=12)


@given(
    st.lists(_WORDS, min_size=1, max_size=6),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_a_file_is_read_in_the_encoding_that_it_was_saved_in(
    lines: list[str], encoding: str, end: str, ended: bool
) -> None:
    text = end.join(lines) + (end if ended else "x")
    content = text.encode(encoding)
    if encoding == "cp1252" and not text.isascii():
        # Nobody could tell bytes that make sense in both.
        assume(content.decode("utf-8", errors="replace").count("\ufffd"))
    assume(encoding not in {"utf-16-le", "utf-16-be"} or len(text) > 1)
    found = decode(content, "file.csv")
    assert (found.lines, found.ended) == (tuple(lines if ended else [*lines[:-1], lines[-1] + "x"]), ended)
    assert found.encoding in {encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be"), "utf-8"}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"a;b\n1;\x002\n", "line 2: has a byte that is in no text file"),
        (b"a;\x00b\n", "line 1: has a byte"),
        (b"a;b\n\xe9;\n\x81;2\n", "line 3: is no text in cp1252"),
        (b"\xff\xfea\x00\n\x00b", "line 2: is no text in utf-16"),
        (b"a\n" + b"7" * 1_000_001, "line 2: has more than 1,000,000 characters"),
        (b"a\n" * 1_000_001, "more than 1,000,000 lines"),
    ],
)
def test_what_is_no_text_is_told_with_its_line(content: bytes, fault: str) -> None:
    with pytest.raises(InvalidInputError, match=fault):
        decode(content, "file.csv")


def test_a_long_file_is_text() -> None:
    assert len(decode(b"a\n" * 1000 + b"7" * 1_000_000, "file.csv").lines) == 1001
