"""A real browser for tests: Debian's Chromium, driven by Playwright, and dashboards for it to visit."""

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from dashboard.launch import ADDRESS, SECRETS_FILE, command, end, environment
from tests.ports import own_port

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, WebSocketRoute

PATIENCE = 60_000
"""How long a page may take, ms: the machine may be busy."""
_ARGUMENTS = ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """A running browser; skips where there is none."""
    program = os.environ.get("FILMLAB_TEST_CHROMIUM") or shutil.which("chromium")
    if program is None:
        pytest.skip("Debian's chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: "Browser") -> "Iterator[Page]":
    """A fresh page of the size of a lab PC's screen; requests that leave this machine fail the test."""
    context = chromium.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    local = (f"http://{ADDRESS}:", f"ws://{ADDRESS}:", "data:", "blob:", "file:")
    assert [url for url in asked if not url.startswith(local)] == []


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Starts dashboards: from a workspace's folder, and a port where it matters, to the dashboard's address."""
    running: list[subprocess.Popen[bytes]] = []

    def start(workspace: Path, port: int | None = None) -> str:
        port = port or own_port()
        secrets = workspace / SECRETS_FILE
        line = command(port, secrets=secrets if secrets.is_file() else None)
        log = (workspace.parent / "dashboard.log").open("wb")
        with log:
            running.append(subprocess.Popen(line, env=environment(workspace), stdout=log, stderr=subprocess.STDOUT))
        address = f"http://{ADDRESS}:{port}"
        await_server(f"{address}/_stcore/health")
        assert running[-1].poll() is None, "another server answered at this address"
        return address

    yield start
    for process in running:
        end(process)


def act_until(act: Callable[[], object], effect: "Locator", *, tries: int = 3) -> None:
    """Press or click until its effect is seen, as a person does.

    A request that comes while a page is drawn anew ends that drawing, and Streamlit drops what it had still to send:
    now and then a way to another site, or what is typed into a list of choices, is lost. Nothing is recorded by these;
    what records something is clicked once.
    """
    from playwright.sync_api import TimeoutError as TooLate

    for left in reversed(range(tries)):
        act()
        try:
            effect.wait_for(timeout=PATIENCE / tries)
            return
        except TooLate:
            if not left:
                raise


class BusyWay:
    """A way between browser and dashboard that can be stopped: what is sent meanwhile comes later, all at once."""

    def __init__(self) -> None:
        self.stopped = False
        self.holds_answers = False
        """Whether only what the dashboard answers is kept back."""
        self.stops_after: str | None = None
        """Kind of answer (`ForwardMsg`) after which nothing moves any more."""
        self._questions: list[str | bytes] = []
        self._answers: list[str | bytes] = []

    def lead(self, browser: "WebSocketRoute") -> None:
        """Lead from a browser to its dashboard and back."""
        self._browser, self._server = browser, browser.connect_to_server()
        browser.on_message(self._question)
        self._server.on_message(self._answer)

    def deliver_answers(self) -> None:
        """Let the browser have what the dashboard has answered so far."""
        for answer in self._answers:
            self._browser.send(answer)
        self._answers.clear()

    def go_on(self) -> None:
        """Let everything move again."""
        self.stopped, self.holds_answers, self.stops_after = False, False, None
        self.deliver_answers()
        for question in self._questions:
            self._server.send(question)

    def _question(self, question: str | bytes) -> None:
        if self.stopped:
            self._questions.append(question)
        else:
            self._server.send(question)

    def _answer(self, answer: str | bytes) -> None:
        if self.stopped or self.holds_answers:
            self._answers.append(answer)
            return
        self._browser.send(answer)
        found = ForwardMsg.FromString(_bytes(answer))
        self.stopped = found.WhichOneof("type") == self.stops_after


class LossyWay:
    """A way between browser and dashboard on which some of what is sent is lost; a kind of it says what."""

    def lead(self, browser: "WebSocketRoute") -> None:
        """Lead from a browser to its dashboard and back."""
        server = browser.connect_to_server()
        browser.on_message(lambda sent: server.send(sent) if self.asks(BackMsg.FromString(_bytes(sent))) else None)
        server.on_message(
            lambda sent: browser.send(sent) if self.answers(ForwardMsg.FromString(_bytes(sent))) else None
        )

    def asks(self, question: BackMsg) -> bool:
        """Return whether a question of the browser arrives."""
        return True

    def answers(self, answer: ForwardMsg) -> bool:
        """Return whether an answer of the dashboard arrives."""
        return True


def _bytes(message: str | bytes) -> bytes:
    return message if isinstance(message, bytes) else message.encode()


def await_server(url: str) -> None:
    """Wait until a server answers at an address."""
    deadline = time.monotonic() + PATIENCE / 1000
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - an address of this machine
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
