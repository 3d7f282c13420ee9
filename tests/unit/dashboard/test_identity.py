import pytest

from dashboard import login
from dashboard.identity import LOGIN_REQUIRED, LoginGuard, Way, is_loopback, local_person, still_known, way_of
from lab.accounts import Accounts, Person, Role, accounts_path, write_accounts

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def accounts() -> Accounts:
    return Accounts().with_added("Ann", Role.ADMIN, password=PASSWORD)


@pytest.fixture(autouse=True)
def _no_login(monkeypatch) -> None:
    monkeypatch.delenv(LOGIN_REQUIRED, raising=False)


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("::1", True),
        ("192.168.1.5", False),
        ("10.1.2.3", False),
        (None, False),
    ],
)
def test_only_this_machine_is_loopback(address, loopback):
    assert is_loopback(address) is loopback


def test_without_accounts_only_this_machine_is_served(tmp_path, monkeypatch):
    assert way_of(tmp_path, "127.0.0.1", provider=False) is Way.LOCAL
    assert way_of(tmp_path, "192.168.1.5", provider=False) is Way.CLOSED
    assert way_of(tmp_path, None, provider=False) is Way.CLOSED
    assert way_of(tmp_path, "127.0.0.1", provider=True) is Way.CLOSED
    monkeypatch.setenv(LOGIN_REQUIRED, "1")
    assert way_of(tmp_path, "127.0.0.1", provider=False) is Way.CLOSED


def test_with_accounts_everybody_logs_in(tmp_path, accounts):
    write_accounts(accounts_path(tmp_path), accounts)
    assert way_of(tmp_path, "127.0.0.1", provider=False) is Way.LOGIN
    assert way_of(tmp_path, "192.168.1.5", provider=False) is Way.LOGIN


def test_the_user_of_this_computer_may_give_a_name():
    assert local_person(" Eve ").name == "Eve"
    assert local_person("").name


def test_a_role_that_was_changed_holds_at_once(accounts):
    both = accounts.with_added("Bo", Role.ADMIN, password=PASSWORD)
    entered = both.named("Ann")
    assert still_known(both.with_role("Ann", Role.VIEWER), entered) == Person("Ann", Role.VIEWER)
    assert still_known(both.without("Ann"), entered) is None


def test_who_logged_in_with_a_password_that_was_changed_is_out(accounts):
    entered = accounts.named("Ann")
    assert still_known(accounts, entered) == entered.person
    changed = accounts.with_password("Ann", "another long password")
    assert still_known(changed, entered) is None
    assert still_known(changed, changed.named("Ann")) == entered.person


def test_nobody_may_write_whose_account_is_taken_away_while_a_page_is_open(monkeypatch):
    monkeypatch.setattr(login, "_find_person", lambda: None)
    assert not login.may_write()


def test_a_name_that_is_guessed_at_has_to_wait(accounts):
    now = [0.0]
    guard = LoginGuard(lambda: now[0])
    for _ in range(5):
        assert guard.wait("Ann") == 0
        assert guard.log_in(accounts, "Ann", "wrong") is None
    assert guard.wait("Ann") > 0
    assert guard.log_in(accounts, "Ann", PASSWORD) is None
    assert guard.wait("Bo") == 0
    for typed in ("Re\u0301", "R\u00e9", "Re\u0301", "R\u00e9", " R\u00e9"):
        assert guard.log_in(accounts, typed, "wrong") is None
    assert guard.wait("Re\u0301") > 0
    now[0] = 61.0
    assert guard.log_in(accounts, "Ann", PASSWORD) == Person("Ann", Role.ADMIN)
    assert guard.wait("Ann") == 0
