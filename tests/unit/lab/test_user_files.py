"""What people write into files: faults are said in words, with their places."""

from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from lab.errors import InvalidInputError
from lab.user_files import key_faults, parse_toml, read_text, read_toml


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    size: int = Field(default=1, ge=1)


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    strange = tmp_path / "strange.toml"
    strange.write_bytes(b"\xff\xfe name")
    for path, said in (
        (tmp_path / "none.toml", "does not exist"),
        (tmp_path, "is a folder, not a file"),
        (strange, "is no text in UTF-8"),
        (strange / "below", "Not a directory"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            read_text(path, hint="give another")
        assert refused.value.message.startswith(f"{path}: ")
        assert said in refused.value.message and refused.value.hint == "give another"


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_text("size = 3", "utf-8-sig")
    assert read_toml(path) == {"size": 3}


def test_what_is_no_toml_is_shown_with_its_place() -> None:
    with pytest.raises(InvalidInputError, match=r"the file: is not valid TOML: .*line 2"):
        parse_toml("name = 'a'\nsize = = 3", "the file")


def test_every_key_that_is_wrong_is_named() -> None:
    with pytest.raises(ValidationError) as raised:
        _Table.model_validate({"size": 0, "sice": 2})
    assert key_faults(raised.value, under="stocks.1") == [
        "stocks.1.name: is missing",
        "stocks.1.size: Input should be greater than or equal to 1, got 0",
        "stocks.1.sice: there is no such key",
    ]
