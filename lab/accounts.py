"""Who may do what: people with roles, kept in a file of the workspace with hashed passwords.

Passwords are hashed with Argon2id (RFC 9106) by argon2-cffi, with its recommended costs. The file is readable by its
owner only. An account without a password is for people who come through an identity provider, found by their e-mail
address.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
from filelock import FileLock

from lab.errors import DuplicateRecordError, InvalidInputError, NotAllowedError, OptionalPackageError, UnknownNameError
from lab.files import workspace_error, write_atomically
from lab.names import in_one_piece
from lab.user_files import reading_fault

if TYPE_CHECKING:
    from argon2 import PasswordHasher

ACCOUNTS_FILE = "accounts.json"
"""Name of the file in a workspace."""
SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 1000
"""A longer text would only cost the server time."""
_LONGEST_NAME = 60
_HINT = "mend the file by: filmlab account"


class Role(StrEnum):
    """What a person may do; each role may do what those before it may."""

    VIEWER = "viewer"
    """Look at everything."""
    OPERATOR = "operator"
    """Add records: decide, sign, grade, measure, propose, and steer the robot."""
    ADMIN = "admin"
    """Look after accounts."""

    def may(self, needed: "Role") -> bool:
        """Return whether this role includes another one."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@attrs.frozen
class Person:
    """Somebody who is known, with a role."""

    name: str
    """As it stands in records."""
    role: Role

    def check_may(self, needed: Role, what: str) -> None:
        """Refuse what the person's role does not include.

        Args:
            needed: The role that is needed.
            what: What was asked for, to follow "may not": "grade films".

        Raises:
            NotAllowedError: If the role is not enough.
        """
        if not self.role.may(needed):
            raise NotAllowedError(
                f"{self.name} has the role {self.role} and may not {what}",
                hint=f"ask an admin for the role {needed}: filmlab account role {self.name!r} {needed}",
            )


@attrs.frozen
class Account:
    """A person's entry in the file."""

    name: str
    role: Role
    password_hash: str = attrs.field(default="", repr=False)
    """Empty for somebody who comes through an identity provider only."""
    email: str = ""
    """Address by which an identity provider names the person; empty if none does."""

    @property
    def person(self) -> Person:
        """The person without secrets."""
        return Person(self.name, self.role)


@attrs.frozen
class Accounts:
    """All accounts of a workspace, by name."""

    by_name: Mapping[str, Account] = attrs.field(factory=dict)

    def __bool__(self) -> bool:
        return bool(self.by_name)

    def named(self, name: str) -> Account:
        """Return an account.

        Raises:
            UnknownNameError: If there is none of that name.
        """
        found = self.by_name.get(kept_name(name))
        if found is None:
            raise UnknownNameError(f"there is no account {name!r}", hint="see: filmlab account list")
        return found

    def of_password(self, name: str, password: str) -> Person | None:
        """Return the person whose name and password these are; None if they are nobody's.

        A wrong name takes as long as a wrong password, so that nobody learns which names there are.
        """
        account = self.by_name.get(kept_name(name))
        known = account.password_hash if account else ""
        right = _is_right(known or _hash_of_nobody(), password)
        return account.person if account is not None and known and right else None

    def of_email(self, email: str) -> Person | None:
        """Return the person whom an identity provider names; None if no account has that address."""
        wanted = email.strip().casefold()
        found = [account for account in self.by_name.values() if account.email and account.email.casefold() == wanted]
        return found[0].person if wanted and found else None

    def with_added(self, name: str, role: Role, *, password: str = "", email: str = "") -> "Accounts":
        """Return the accounts with a new one.

        Raises:
            DuplicateRecordError: If there is one of that name or address.
            InvalidInputError: If the name, the password or the address is of no use; every fault is listed.
        """
        name = kept_name(name)
        if name in self.by_name:
            raise DuplicateRecordError(f"there is an account {name!r} already", hint="see: filmlab account list")
        if email and self.of_email(email):
            raise DuplicateRecordError(f"the address {email} is another account's", hint="see: filmlab account list")
        faults = _name_faults(name)
        if not password and not email:
            faults.append("it has neither a password nor an e-mail address")
        if password:
            faults += _password_faults(password)
        if email and "@" not in email.strip("@ "):
            faults.append(f"{email!r} is no e-mail address")
        if faults:
            raise InvalidInputError("account", faults, hint="a name, and a password of ten characters or more")
        new = Account(name, role, _hasher().hash(password) if password else "", email.strip())
        return Accounts({**self.by_name, name: new})

    def with_password(self, name: str, password: str) -> "Accounts":
        """Return the accounts with another password for one.

        Raises:
            UnknownNameError: If there is none of that name.
            InvalidInputError: If the password is of no use.
        """
        account = self.named(name)
        if faults := _password_faults(password):
            raise InvalidInputError("password", faults, hint="take several words")
        changed = attrs.evolve(account, password_hash=_hasher().hash(password))
        return Accounts({**self.by_name, account.name: changed})

    def with_role(self, name: str, role: Role) -> "Accounts":
        """Return the accounts with another role for one.

        Raises:
            UnknownNameError: If there is none of that name.
            InvalidInputError: If no admin would be left.
        """
        account = self.named(name)
        return self._with_an_admin_left(Accounts({**self.by_name, account.name: attrs.evolve(account, role=role)}))

    def without(self, name: str) -> "Accounts":
        """Return the accounts less one.

        Raises:
            UnknownNameError: If there is none of that name.
            InvalidInputError: If no admin would be left.
        """
        account = self.named(name)
        return self._with_an_admin_left(Accounts({key: own for key, own in self.by_name.items() if own != account}))

    def _with_an_admin_left(self, changed: "Accounts") -> "Accounts":
        def admins(accounts: Accounts) -> int:
            return sum(account.role is Role.ADMIN for account in accounts.by_name.values())

        if admins(self) and not admins(changed):
            raise InvalidInputError("account", ["no admin would be left"], hint="make somebody else an admin first")
        return changed


def kept_name(name: str) -> str:
    """Return a name as accounts keep it: letters with accents in one piece, as records keep the names of people."""
    return in_one_piece(name.strip())


def accounts_path(workspace: Path) -> Path:
    """Return where a workspace keeps its accounts."""
    return workspace / ACCOUNTS_FILE


def read_accounts(path: Path) -> Accounts:
    """Read the accounts of a workspace; none where there is no file.

    Raises:
        InvalidInputError: If the file is damaged: nobody is let in then.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Accounts()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(path.name, [reading_fault(error)], hint=_HINT) from error
    try:
        listed = [_account(entry) for entry in json.loads(text)["accounts"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInputError(path.name, ["is no file of accounts, or is damaged"], hint=_HINT) from error
    return Accounts({account.name: account for account in listed})


def write_accounts(path: Path, accounts: Accounts) -> None:
    """Write the accounts of a workspace, readable by the owner of the file only.

    Raises:
        WorkspaceError: If the file cannot be written.
    """
    entries = [attrs.asdict(account) for account in accounts.by_name.values()]
    write_atomically(path, json.dumps({"accounts": entries}, indent=1, ensure_ascii=False) + "\n", mode=0o600)


def change_accounts(path: Path, change: Callable[[Accounts], Accounts]) -> None:
    """Change the accounts of a workspace as they are by now, not as they were last read, while nobody else does.

    Raises:
        InvalidInputError: If the file is damaged.
        WorkspaceError: If the file cannot be written.
    """
    lock = path.with_name(f"{path.name}.lock")  # the file itself is replaced by each change
    try:
        with FileLock(lock, mode=0o600):
            write_accounts(path, change(read_accounts(path)))
    except OSError as error:
        raise workspace_error(path, error) from error


def _account(entry: Mapping[str, str]) -> Account:
    return Account(
        kept_name(entry["name"]), Role(entry["role"]), entry.get("password_hash", ""), entry.get("email", "")
    )


def _name_faults(name: str) -> list[str]:
    faults = []
    if not name:
        faults.append("the name is empty")
    if len(name) > _LONGEST_NAME:
        faults.append(f"the name has more than {_LONGEST_NAME} characters")
    if any(unicodedata.category(letter).startswith("C") for letter in name):
        faults.append("the name holds characters that cannot be seen")
    return faults


def _password_faults(password: str) -> list[str]:
    if len(password) < SHORTEST_PASSWORD:
        return [f"the password has fewer than {SHORTEST_PASSWORD} characters"]
    if len(password) > _LONGEST_PASSWORD:
        return [f"the password has more than {_LONGEST_PASSWORD} characters"]
    return []


@cache
def _hasher() -> "PasswordHasher":
    try:
        from argon2 import PasswordHasher
    except ImportError as error:
        raise OptionalPackageError("argon2-cffi", "dashboard") from error
    return PasswordHasher()


@cache
def _hash_of_nobody() -> str:
    return _hasher().hash("nobody has this password")


def _is_right(password_hash: str, password: str) -> bool:
    from argon2.exceptions import Argon2Error, InvalidHashError

    if len(password) > _LONGEST_PASSWORD:
        return False
    try:
        return _hasher().verify(password_hash, password)
    except (Argon2Error, InvalidHashError):
        return False
