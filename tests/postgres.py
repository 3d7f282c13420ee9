"""A real PostgreSQL server for the tests: one a session, with a fresh database a test.

The fixtures are ``postgres_url`` (the server) and ``postgres_database_url`` (an empty database of
one's own). Tests that use them carry ``@pytest.mark.postgres``.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import psycopg
import pytest
from psycopg import sql

from tests.ports import HOST, own_port

SUPERUSER = "filmlab"
START_SECONDS = 60.0
STOP_SECONDS = 20.0

FAST_AND_FORGETFUL = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "unix_socket_directories": "",
    "listen_addresses": HOST,
    "max_connections": "50",
    "shared_buffers": "32MB",
}
"""The server's data lives as long as the tests: nothing has to survive a power cut."""


@dataclass(frozen=True)
class _Account:
    """The account that runs the server, in the words of ``subprocess``; None: run as oneself."""

    user: int | None = None
    group: int | None = None
    extra_groups: tuple[int, ...] | None = None


def programs() -> Path | None:
    """The folder that holds both ``initdb`` and ``postgres``, the newest if there are several."""
    on_path = shutil.which("initdb")
    candidates = [Path(on_path).resolve().parent] if on_path else []
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdigit()],
        reverse=True,
    )
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


def _account() -> _Account:
    """An unprivileged account if the tests run as root: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return _Account()
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return _Account(entry.pw_uid, entry.pw_gid, ())
    raise RuntimeError("tests run as root and there is neither a postgres nor a nobody account")


class Server:
    """One PostgreSQL server in one folder."""

    def __init__(self, folder: Path, binaries: Path, account: _Account) -> None:
        self._folder = folder
        self._data = folder / "data"
        self._log = folder / "server.log"
        self._binaries = binaries
        self._account = account
        self._password = secrets.token_urlsafe(16)
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0

    def _spawn(self, program: str, *arguments: str, log: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(self._binaries / program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
            env={"HOME": str(self._folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            user=self._account.user,
            group=self._account.group,
            extra_groups=self._account.extra_groups,
            start_new_session=True,  # Ctrl-C reaches the tests first, and they stop the server
        )

    def _said(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def url(self) -> str:
        """``postgresql://`` address of the server's maintenance database."""
        return f"postgresql://{SUPERUSER}:{self._password}@{HOST}:{self._port}/postgres"

    def initialise(self) -> None:
        """Make the data folder."""
        password_file = self._folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self._password)
        if self._account.user is not None and self._account.group is not None:
            os.chown(self._folder, self._account.user, self._account.group)
            os.chown(password_file, self._account.user, self._account.group)
        with self._log.open("wb") as log:
            process = self._spawn(
                "initdb",
                f"--pgdata={self._data}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync",
                log=log,
            )
            if process.wait(START_SECONDS) != 0:
                raise RuntimeError(f"initdb failed:\n{self._said()}")

    def restart(self) -> None:
        """Stop the server, whatever still holds a connection, and start it again at its address."""
        self.stop()
        self.start(self._port)

    def start(self, port: int | None = None) -> None:
        """Start the server; another port is tried if somebody was faster to take ours, unless one is given."""
        for attempts_left in reversed(range(5)):
            self._port = port or own_port()
            settings = FAST_AND_FORGETFUL | {"port": str(self._port)}
            options = [f"--{name.replace('_', '-')}={value}" for name, value in settings.items()]
            with self._log.open("wb") as log:
                self._process = self._spawn("postgres", "-D", str(self._data), *options, log=log)
            if self._answers():
                return
            self.stop()
            if "could not bind" not in self._said() or not attempts_left:
                raise RuntimeError(f"PostgreSQL did not start:\n{self._said()}")

    def _answers(self) -> bool:
        """Wait until the server takes connections; False if it died or took too long."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return True
        return False

    def stop(self) -> None:
        """Stop the server, whatever still holds a connection."""
        if self._process is None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._process.poll() is not None:
                break
            self._process.send_signal(how)
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        self._process = None


@contextmanager
def running_server(binaries: Path) -> Iterator[Server]:
    """Run a PostgreSQL server on 127.0.0.1 and a free port for the length of a ``with`` block.

    Args:
        binaries: folder that holds ``initdb`` and ``postgres``.
    """
    # Not below pytest's own folder: only root may enter that one when root runs the tests.
    folder = Path(tempfile.mkdtemp(prefix="filmlab-postgres-"))
    server = Server(folder, binaries, _account())
    try:
        server.initialise()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """``postgresql://`` address of a real server that lives as long as the session."""
    binaries = programs()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with running_server(binaries) as server:
        yield server.url


@contextmanager
def fresh_database(server: str) -> Iterator[str]:
    """Make an empty database for the length of a ``with`` block.

    Args:
        server: what ``postgres_url`` gives.

    Yields:
        Its ``postgresql+psycopg://`` address, for SQLAlchemy.
    """
    name = f"test_{secrets.token_hex(8)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield f"postgresql+psycopg://{server.removeprefix('postgresql://').rpartition('/')[0]}/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """``postgresql+psycopg://`` address, for SQLAlchemy, of an empty database of one's own."""
    with fresh_database(postgres_url) as url:
        yield url
