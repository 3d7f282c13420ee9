"""Files are there as a whole or not at all."""

import errno
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lab import files
from lab.errors import WorkspaceError


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(content=st.text(st.characters(codec="utf-8"), max_size=50) | st.binary(max_size=50))
def test_what_is_written_is_read_again(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "new folder" / "file"
    files.write_atomically(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert os.listdir(path.parent) == ["file"]
    assert path.stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize(
    ("number", "hint"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permissions"),
        (errno.EIO, "check the disk"),
    ],
)
def test_a_disk_that_refuses_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, hint: str
) -> None:
    path = tmp_path / "file"
    files.write_atomically(path, "old")

    def refuse(handle: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(WorkspaceError, match=os.strerror(number)) as caught:
        files.write_atomically(path, "new")
    assert hint in caught.value.hint
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceError, match="cannot write"):
        files.write_atomically(tmp_path / "file" / "inner", "text")
    (tmp_path / "folder").mkdir()
    with pytest.raises(WorkspaceError, match="cannot write"):
        files.write_atomically(tmp_path / "folder", "text")
    for folder in (tmp_path / "file", tmp_path / "file" / "inner"):
        with pytest.raises(WorkspaceError, match="cannot write"):
            files.make_folder(folder)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


@pytest.mark.parametrize(
    ("mode", "umask", "seen"), [(0o644, 0o077, 0o600), (0o644, 0o027, 0o640), (0o600, 0o022, 0o600)]
)
def test_the_umask_takes_away_what_it_says(tmp_path: Path, mode: int, umask: int, seen: int) -> None:
    before = os.umask(umask)
    try:
        files.write_atomically(tmp_path / "file", "text", mode=mode)
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == seen


def test_a_name_as_long_as_a_disk_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 255)
    files.write_atomically(path, "text")
    assert path.read_text() == "text"


def test_a_large_file_appears_when_it_is_complete_and_replaces_none(tmp_path: Path) -> None:
    out = tmp_path / "new folder" / "file"
    with files.new_file(out, mode=0o600) as file:
        file.write(b"content")
        assert not out.exists()
    assert (out.read_bytes(), out.stat().st_mode & 0o777) == (b"content", 0o600)
    with pytest.raises(WorkspaceError, match="already"), files.new_file(out):
        pass
    assert (out.read_bytes(), os.listdir(out.parent)) == (b"content", ["file"])


def test_two_cannot_write_one_large_file_at_once(tmp_path: Path) -> None:
    with files.new_file(tmp_path / "file") as first:
        first.write(b"first ")
        with pytest.raises(WorkspaceError, match="another process is writing"), files.new_file(tmp_path / "file"):
            pass
        first.write(b"is whole")
    assert (tmp_path / "file").read_bytes() == b"first is whole"


def test_what_a_killed_process_has_left_of_a_large_file_is_written_over(tmp_path: Path) -> None:
    (tmp_path / ".file.part").write_text("more than is written now")
    with files.new_file(tmp_path / "file", mode=0o600) as file:
        file.write(b"now")
    assert (tmp_path / "file").read_bytes() == b"now"
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_of_a_large_file_that_does_not_fit(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="No space left"), files.new_file(tmp_path / "file") as file:
        file.write(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert os.listdir(tmp_path) == []
