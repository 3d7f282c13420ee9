"""What commands print for programs, errors among it."""

import errno
import json
import os
import shlex
import sys
import tempfile
from pathlib import Path
from typing import Never

import pytest

from cli.main import main
from cli.output import print_json


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["filmlab", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_numbers_that_are_none_are_null_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"a": float("nan"), "b": [float("inf"), 1.5], "c": ("µm",)})
    assert json.loads(capsys.readouterr().out) == {"a": None, "b": [None, 1.5], "c": ["µm"]}


def test_an_error_is_json_where_json_was_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert _run(monkeypatch, "status", "--workspace", nowhere, "--json") == 1
    said = capsys.readouterr()
    found = json.loads(said.out)
    assert "there is no folder" in found["error"] and "filmlab init" in found["hint"]
    assert "Error: there is no folder" in said.err
    assert _run(monkeypatch, "status", "--workspace", nowhere) == 1
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("tables", "--json"), "--out"),
        (("suggest", "--json", "--batch", "many"), "valid integer"),
        (("statsu", "--json"), "Did you mean 'status'"),
        (("init", "--json"), "--json"),
    ],
)
def test_wrong_usage_is_json_where_json_was_asked_for(
    arguments: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _run(monkeypatch, *arguments) == 2
    told = capsys.readouterr()
    found = json.loads(told.out)
    assert said in found["error"] and "--help" in found["hint"]
    assert said in told.err


def test_all_faults_of_a_file_are_a_list_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    table = str(tmp_path / "t.csv")
    arguments = ("model", "fit", table, "--inputs", "x", "--targets", "y", "--out", str(tmp_path / "m"), "--json")
    assert _run(monkeypatch, *arguments) == 1
    assert len(json.loads(capsys.readouterr().out)["faults"]) == 2


def test_a_file_in_a_folders_place_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("not a folder")
    for path, said in ((tmp_path / "file", "is a file, not a folder"), (tmp_path / "none", "there is no folder")):
        assert _run(monkeypatch, "status", "--workspace", str(path)) == 1
        assert said in capsys.readouterr().err
    assert _run(monkeypatch, "robot", "status", "--workspace", str(tmp_path / "none")) == 1
    assert "there is no folder" in capsys.readouterr().err


def test_a_full_disk_is_named_though_the_system_does_not_say_of_which_file(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> Never:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("cli.main.app", full)
    assert _run(monkeypatch, "export", "x.eln") == 1
    said = capsys.readouterr().err
    assert "No space left on device" in said and tempfile.gettempdir() in said and "free some space" in said


def test_a_printed_command_can_be_copied_whatever_the_folder_is_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "M\u00fcller's films; $HOME")
    assert _run(monkeypatch, "init", "--workspace", folder) == 0
    said = capsys.readouterr().out
    command = next(line for line in said.splitlines() if line.startswith("Next: "))
    assert shlex.split(command)[1:] == ["filmlab", "campaign", "create", "--workspace", folder]
