"""Telling people: once, not at night, and never in the way."""

import http.server
import threading
from datetime import UTC, datetime, time

import pytest

from lab.errors import InvalidInputError
from lab.notices import Notifier, QuietHours, apprise_senders

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Post:
    """Takes messages."""

    def __init__(self, *, works: bool = True) -> None:
        self.works = works
        self.got: list[tuple[str, str]] = []

    def __call__(self, title: str, text: str) -> bool:
        self.got.append((title, text))
        return self.works


def tell(notifier: Notifier, *waiting: str) -> None:
    thread = notifier.tell("small", waiting)
    if thread:
        thread.join(10)


def test_what_waits_is_told_once_and_again_only_with_something_new() -> None:
    post = Post()
    notifier = Notifier(post, "address 1")
    tell(notifier, "grade deck-001")
    tell(notifier, "grade deck-001")
    tell(notifier, "grade deck-001", "load deck-002")
    tell(notifier, "load deck-002")
    tell(notifier)
    tell(notifier, "load deck-002")
    assert [text for _, text in post.got] == ["grade deck-001", "grade deck-001\nload deck-002", "load deck-002"]


def test_what_comes_up_at_night_is_told_in_the_morning() -> None:
    post = Post()
    clock = iter([NOON.replace(hour=23), NOON.replace(hour=7)])
    notifier = Notifier(post, "address 1", QuietHours.parse("20:00-07:00"), lambda: next(clock))
    tell(notifier, "grade deck-001")
    assert post.got == []
    tell(notifier, "grade deck-001")
    assert len(post.got) == 1


@pytest.mark.parametrize(
    ("hours", "quiet", "loud"),
    [
        ("20:00-07:00", ("20:00", "23:59", "06:59"), ("07:00", "19:59")),
        ("12:00-13:30", ("12:00", "13:29"), ("13:30", "00:00")),
    ],
)
def test_quiet_hours_may_pass_midnight(hours: str, quiet: tuple[str, ...], loud: tuple[str, ...]) -> None:
    found = QuietHours.parse(hours)
    assert all(found.cover(time.fromisoformat(moment)) for moment in quiet)
    assert not any(found.cover(time.fromisoformat(moment)) for moment in loud)


@pytest.mark.parametrize("text", ["", "8", "20:00", "20:00-25:00", "a-b", "1-2-3", "20:00Z-07:00", "20:00-07:00+01:00"])
def test_wrong_quiet_hours_are_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="quiet hours"):
        QuietHours.parse(text)


def test_what_did_not_arrive_is_told_again() -> None:
    post = Post(works=False)
    notifier = Notifier(post, "address 1")
    tell(notifier, "grade deck-001")
    post.works = True
    tell(notifier, "grade deck-001")
    tell(notifier, "grade deck-001")
    assert len(post.got) == 2


def test_a_service_that_fails_or_hangs_holds_nothing_up(caplog: pytest.LogCaptureFixture) -> None:
    def fail(title: str, text: str) -> bool:
        raise ConnectionError("no net")

    tell(Notifier(fail, "address 2"), "grade deck-001")
    assert "could not be told by address 2" in caplog.text
    hanging = threading.Event()
    notifier = Notifier(lambda title, text: hanging.wait(30), "address 1")
    first = notifier.tell("small", ["one"])
    assert first is not None
    assert notifier.tell("small", ["one", "two"]) is None  # one message at a time
    hanging.set()
    first.join(10)


def test_a_webhook_gets_the_message() -> None:
    got: list[bytes] = []

    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        away, there = apprise_senders(["json://127.0.0.1:9", f"json://127.0.0.1:{server.server_port}"])
        assert there("filmlab: small", "grade deck-001")
        assert not away("filmlab: small", "grade deck-001")
        thread.join(10)
    assert b"grade deck-001" in got[0]


@pytest.mark.parametrize("addresses", [[], ["nonsense://secret"], ["json://127.0.0.1", "??"]])
def test_addresses_that_are_none_are_refused_without_being_repeated(addresses: list[str]) -> None:
    with pytest.raises(InvalidInputError) as caught:
        apprise_senders(addresses)
    assert "secret" not in str(caught.value)
