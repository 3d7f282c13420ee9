"""Journals keep what was written, whatever becomes of the file's end, and say so where they cannot."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.errors import StoreBusyError, StoreError, WorkspaceError
from robot_protocols.running.journal import Journal, read_journal

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
entries = st.lists(st.tuples(st.text(min_size=1), st.dictionaries(st.text(), values, max_size=3)), max_size=6)


@given(written=entries)
@settings(max_examples=40)
def test_what_was_written_is_read_back(written: list[tuple[str, dict]]):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        with Journal(path) as journal:
            for kind, data in written:
                journal.add_all([(kind, data)])
        found = read_journal(path)
        assert [(entry.kind, entry.data) for entry in found] == written
        assert [entry.number for entry in found] == list(range(1, len(written) + 1))
        with Journal(path) as again:
            assert again.entries == found


@given(cut=st.integers(1, 10_000), noise=st.binary(max_size=5))
@settings(max_examples=60)
def test_a_line_that_the_power_cut_off_is_left_out_and_nothing_else(cut: int, noise: bytes):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.jsonl"
        with Journal(path) as journal:
            for step in range(5):
                journal.add("step", step=step)
        content = path.read_bytes()
        last = content.rindex(b"\n", 0, -1) + 1
        # Any part of the last line may be on the disk, and noise where the file was made longer first.
        path.write_bytes(content[: last + cut % (len(content) - last)] + noise.replace(b"\n", b""))
        with Journal(path) as journal:
            assert [entry.data["step"] for entry in journal.entries] == [0, 1, 2, 3]
            journal.add("step", step=4)
        assert [entry.data["step"] for entry in read_journal(path)] == [0, 1, 2, 3, 4]


def test_damage_anywhere_else_is_an_error(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        for step in range(3):
            journal.add("step", step=step)
    path.write_bytes(path.read_bytes().replace(b'"step":1', b'"step":7'))
    for act in (Journal, read_journal):
        with pytest.raises(StoreError, match="damaged in line 2"):
            act(path)


def test_a_last_line_that_is_damaged_may_have_its_end_but_nothing_after_it(tmp_path: Path):
    """A file is made longer before it is filled: a line end alone does not make a line whole."""
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        added = journal.add_all([("step", {"step": step}) for step in range(3)])
    content = path.read_bytes()
    assert [entry.number for entry in added] == [1, 2, 3]
    assert read_journal(path) == added
    damaged = content.replace(b'"step":2', b'"step":7')
    path.write_bytes(damaged)
    assert read_journal(path) == added[:2]
    path.write_bytes(damaged + b"x")
    with pytest.raises(StoreError, match="damaged in line 3"):
        read_journal(path)


def test_one_writer_at_a_time_and_any_number_of_readers(tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    with Journal(path) as journal:
        journal.add("first")
        with pytest.raises(StoreBusyError):
            Journal(path)
        assert [entry.kind for entry in read_journal(path)] == ["first"]
    Journal(path).close()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    with pytest.raises(WorkspaceError):
        Journal(tmp_path / "nowhere" / "journal.jsonl")
    with pytest.raises(StoreError, match="cannot be read"):
        read_journal(tmp_path / "nowhere.jsonl")
