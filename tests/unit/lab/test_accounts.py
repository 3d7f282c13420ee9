import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from lab.accounts import Accounts, Role, change_accounts, read_accounts, write_accounts
from lab.errors import DuplicateRecordError, InvalidInputError, NotAllowedError, UnknownNameError

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def accounts() -> Accounts:
    return Accounts().with_added("Ann", Role.ADMIN, password=PASSWORD).with_added("Bo", Role.VIEWER, email="bo@lab.org")


def test_a_password_opens_its_own_account_only(accounts):
    person = accounts.of_password(" Ann ", PASSWORD)
    assert person is not None
    assert (person.name, person.role) == ("Ann", Role.ADMIN)
    assert accounts.of_password("Ann", PASSWORD + "x") is None
    assert accounts.of_password("Bo", "") is None
    assert accounts.of_password("nobody", "nobody has this password") is None


def test_a_provider_names_people_by_address(accounts):
    assert accounts.of_email("BO@lab.org").name == "Bo"
    assert accounts.of_email("") is None
    assert accounts.of_email("else@lab.org") is None


def test_roles_include_those_below_them(accounts):
    assert [role.may(Role.OPERATOR) for role in Role] == [False, True, True]
    viewer = accounts.named("Bo").person
    with pytest.raises(NotAllowedError, match="Bo has the role viewer and may not grade films"):
        viewer.check_may(Role.OPERATOR, "grade films")


def test_the_file_holds_no_password_and_is_the_owners_alone(accounts, tmp_path):
    path = tmp_path / "accounts.json"
    write_accounts(path, accounts)
    assert PASSWORD not in path.read_text("utf-8")
    assert "$argon2id$" in path.read_text("utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_accounts(path) == accounts
    assert "argon2" not in repr(accounts)


def test_without_a_file_there_are_no_accounts(tmp_path):
    assert not read_accounts(tmp_path / "accounts.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        '{"accounts": [{"name": "x", "role": "king"}]}',
        '{"accounts": [{"name": 3, "role": "admin"}]}',
        '{"accounts": 3}',
    ],
)
def test_a_damaged_file_lets_nobody_in(tmp_path, content):
    path = tmp_path / "accounts.json"
    path.write_text(content)
    with pytest.raises(InvalidInputError, match="damaged"):
        read_accounts(path)


def test_every_fault_of_a_new_account_is_named():
    with pytest.raises(InvalidInputError) as error:
        Accounts().with_added("a\x00" + 70 * "b", Role.VIEWER, password="short", email="nowhere")
    assert len(error.value.faults) == 4


def test_names_and_addresses_are_taken_once(accounts):
    with pytest.raises(DuplicateRecordError):
        accounts.with_added("Ann", Role.VIEWER, password=PASSWORD)
    with pytest.raises(DuplicateRecordError):
        accounts.with_added("Cy", Role.VIEWER, email="bo@LAB.org")


def test_a_name_is_the_same_however_its_accents_are_typed(accounts):
    """Records write it in one way, so two accounts could not be told apart there."""
    apart, whole = "Rene\u0301", "Ren\u00e9"
    both = accounts.with_added(apart, Role.ADMIN, password=PASSWORD)
    assert both.named(whole).name == both.of_password(apart, PASSWORD).name == whole
    with pytest.raises(DuplicateRecordError):
        both.with_added(whole, Role.VIEWER, password=PASSWORD)
    changed = both.with_password(apart, "another one of mine").with_role(apart, Role.VIEWER)
    assert list(changed.by_name) == ["Ann", "Bo", whole]
    assert changed.of_password(whole, "another one of mine").role is Role.VIEWER
    assert list(changed.without(apart).by_name) == ["Ann", "Bo"]


def test_an_admin_is_left(accounts):
    with pytest.raises(InvalidInputError, match="no admin"):
        accounts.without("Ann")
    with pytest.raises(InvalidInputError, match="no admin"):
        accounts.with_role("Ann", Role.VIEWER)
    both = accounts.with_role("Bo", Role.ADMIN)
    assert list(both.without("Ann").by_name) == ["Bo"]
    with pytest.raises(UnknownNameError):
        both.without("Cy")


def test_a_password_can_be_changed(accounts):
    changed = accounts.with_password("Ann", "another one of mine")
    assert changed.of_password("Ann", PASSWORD) is None
    assert changed.of_password("Ann", "another one of mine").name == "Ann"
    with pytest.raises(InvalidInputError, match="fewer than"):
        accounts.with_password("Ann", "short")


def test_a_password_hash_of_another_program_opens_nothing(tmp_path):
    path = tmp_path / "accounts.json"
    entry = {"name": "Ann", "role": "admin", "password_hash": "plain text"}
    path.write_text(json.dumps({"accounts": [entry]}))
    assert read_accounts(path).of_password("Ann", "plain text") is None


def test_changes_of_many_at_one_moment_are_all_kept(tmp_path):
    path = tmp_path / "accounts.json"

    def add(name: str) -> None:
        change_accounts(path, lambda accounts: accounts.with_added(name, Role.VIEWER, email=f"{name}@lab.org"))

    names = [f"p{number}" for number in range(40)]
    with ThreadPoolExecutor(8) as people:
        list(people.map(add, names))
    assert sorted(read_accounts(path).by_name) == sorted(names)
