from pathlib import Path

import pytest

from lab.errors import WorkspaceError
from models.model_folders import read_folder, write_folder
from models.registry import StoredModelError


def test_a_folder_holds_what_was_written(tmp_path: Path) -> None:
    written = write_folder(tmp_path / "model", {"a.json": b"{}"})
    assert read_folder(tmp_path / "model") == ({"a.json": b"{}"}, written)


def test_a_file_in_the_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("not a folder")
    with pytest.raises(WorkspaceError, match=r"cannot write .*model: Not a directory"):
        write_folder(tmp_path / "model", {"a.json": b"{}"})
    for path in (tmp_path / "model", tmp_path, tmp_path / "none"):
        with pytest.raises(StoredModelError, match="is no stored model"):
            read_folder(path)


def test_no_file_outside_the_folder_is_read(tmp_path: Path) -> None:
    write_folder(tmp_path / "model", {"a.json": b"{}"})
    (tmp_path / "secret").write_text("not for models")
    (tmp_path / "model" / "content.sha256").write_text(f"{'0' * 64}  ../secret a.json\n")
    assert read_folder(tmp_path / "model") == ({"a.json": b"{}"}, "0" * 64)
