"""Who sits before the screen: this computer's user where only it is served, else somebody who has logged in."""

import os
import time
from collections.abc import Callable, MutableMapping
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

import attrs

from lab.accounts import Account, Accounts, Person, Role, accounts_path, kept_name, read_accounts
from lab.people_checks import login_name

LOGIN_REQUIRED = "FILMLAB_DASHBOARD_LOGIN"
"""Environment variable that is set where the dashboard was started with accounts: without them nobody comes in."""
_TRIES = 5
_WAIT = 60.0
"""Seconds for which a name is refused after `_TRIES` wrong passwords in a row."""
_MOST_NAMES = 10_000


class Way(StrEnum):
    """How people are known."""

    LOCAL = "local"
    """Only this computer is served, and it has no accounts: its user may do everything."""
    LOGIN = "login"
    """People log in, with a password of the workspace or through an identity provider."""
    CLOSED = "closed"
    """Other computers are served and there are no accounts: nobody is let in."""


def is_loopback(address: str | None) -> bool:
    """Return whether an address that a server listens on is reached from its own machine only."""
    if address == "localhost":
        return True
    try:
        return ip_address(address or "").is_loopback
    except ValueError:
        return False


def way_of(workspace: Path, address: str | None, *, provider: bool) -> Way:
    """Return how people are known.

    Args:
        workspace: The workspace's folder.
        address: What the server listens on.
        provider: Whether an identity provider is configured.

    Raises:
        InvalidInputError: If the file of accounts is damaged.
    """
    if read_accounts(accounts_path(workspace)):
        return Way.LOGIN
    if provider or os.environ.get(LOGIN_REQUIRED) or not is_loopback(address):
        return Way.CLOSED
    return Way.LOCAL


def local_person(name: str | None = None) -> Person:
    """Return the user of this computer, under the name that they gave or else that of their login."""
    return Person((name or "").strip() or login_name(), Role.ADMIN)


def still_known(accounts: Accounts, entered: Account) -> Person | None:
    """Return a person who logged in earlier with the role that they have now.

    Args:
        accounts: The accounts as they are now.
        entered: Their account as it was when they logged in.

    Returns:
        None if the account is gone or has another password: whoever knows the old one only stays outside.
    """
    account = accounts.by_name.get(entered.name)
    return account.person if account is not None and account.password_hash == entered.password_hash else None


@attrs.define
class LoginGuard:
    """Lets a name be tried a few times only, then makes it wait: passwords cannot be guessed by trying.

    Args:
        clock: Seconds that only grow.
    """

    clock: Callable[[], float] = time.monotonic
    _failures: MutableMapping[str, tuple[int, float]] = attrs.field(factory=dict)

    def wait(self, name: str) -> float:
        """Return for how many seconds a name has to wait; 0 where it may be tried."""
        count, last = self._failures.get(kept_name(name), (0, 0.0))
        return max(0.0, last + _WAIT - self.clock()) if count >= _TRIES else 0.0

    def log_in(self, accounts: Accounts, name: str, password: str) -> Person | None:
        """Return the person, or None where the password is wrong or the name has to wait."""
        name = kept_name(name)
        if self.wait(name) > 0:
            return None
        person = accounts.of_password(name, password)
        if person is not None:
            self._failures.pop(name, None)
            return person
        count, last = self._failures.get(name, (0, 0.0))
        if len(self._failures) >= _MOST_NAMES:
            self._failures.clear()
        self._failures[name] = (1 if count >= _TRIES and self.clock() - last > _WAIT else count + 1, self.clock())
        return None
