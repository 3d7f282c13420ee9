import json

import pytest
from typer.testing import CliRunner

from cli.main import app
from lab.errors import InvalidInputError
from lab.workspace import Workspace

PASSWORD = "correct horse battery\n"


@pytest.fixture
def lab(tmp_path) -> list[str]:
    Workspace.create(tmp_path / "lab")
    return ["--workspace", str(tmp_path / "lab")]


def account(*words: str, typed: str = ""):
    return CliRunner().invoke(app, ["account", *words], input=typed)


def listed(lab: list[str]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(account("list", "--json", *lab).stdout)
    return found


def test_accounts_are_added_changed_and_removed(lab):
    assert "There are no accounts" in account("list", *lab).stdout
    done = account("add", "Ann", "--role", "admin", *lab, typed=2 * PASSWORD)
    assert done.exit_code == 0
    assert PASSWORD.strip() not in done.stdout
    assert account("add", "Bo", "--role", "viewer", "--email", "bo@lab.org", "--no-password", *lab).exit_code == 0
    assert account("role", "Bo", "operator", *lab).exit_code == 0
    assert listed(lab) == [
        {"name": "Ann", "role": "admin", "email": "", "password": True},
        {"name": "Bo", "role": "operator", "email": "bo@lab.org", "password": False},
    ]
    assert account("password", "Bo", *lab, typed=2 * PASSWORD).exit_code == 0
    assert account("remove", "Bo", *lab).exit_code == 0
    assert [one["name"] for one in listed(lab)] == ["Ann"]


def test_what_cannot_be_is_refused(lab):
    account("add", "Ann", "--role", "admin", *lab, typed=2 * PASSWORD)
    refused = account("remove", "Ann", *lab)
    assert isinstance(refused.exception, InvalidInputError)
    assert account("add", "Cy", "--role", "king", *lab).exit_code == 2
    assert isinstance(
        account("add", "Cy", "--role", "viewer", *lab, typed="short\nshort\n").exception, InvalidInputError
    )
    assert len(listed(lab)) == 1


@pytest.mark.parametrize("words", [["password", "Ann"], ["add", "Cy", "--role", "viewer"]])
def test_who_is_removed_while_a_password_is_typed_stays_out(lab, monkeypatch, words):
    account("add", "Ann", "--role", "admin", *lab, typed=2 * PASSWORD)
    account("add", "Eve", "--role", "admin", "--email", "eve@lab.org", "--no-password", *lab)

    def ask() -> str:
        assert account("remove", "Eve", *lab).exit_code == 0
        return PASSWORD.strip()

    monkeypatch.setattr("cli.accounts._ask_for_password", ask)
    assert account(*words, *lab).exit_code == 0
    assert "Eve" not in [one["name"] for one in listed(lab)]
