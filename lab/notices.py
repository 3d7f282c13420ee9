"""Telling people what waits for them, by whatever way Apprise knows: e-mail, ntfy, Slack, Teams, webhooks.

Telling never holds anything up: it happens in a thread of its own, a service that does not answer is given up, and what
could not be told is said again the next time.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, time
from functools import partial
from typing import TYPE_CHECKING

import attrs

from lab.errors import InvalidInputError, OptionalPackageError

if TYPE_CHECKING:
    import apprise

Send = Callable[[str, str], bool]
"""Sends a title and a text; returns whether it arrived."""

_log = logging.getLogger(__name__)


@attrs.frozen
class QuietHours:
    """The time of day when nobody is told, in local time; it may pass midnight."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """Return the hours of a text such as ``20:00-07:00``.

        Raises:
            InvalidInputError: If it is no such text.
        """
        try:
            start, end = (time.fromisoformat(part.strip()) for part in text.split("-"))
            if start.tzinfo or end.tzinfo:
                raise ValueError("a time zone")
        except ValueError:
            raise InvalidInputError(
                "quiet hours", [f"{text!r} is no time from and to"], hint="write for example 20:00-07:00"
            ) from None
        return cls(start, end)

    def cover(self, moment: time) -> bool:
        """Return whether a time of day is quiet."""
        if self.start <= self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def apprise_senders(addresses: Sequence[str]) -> tuple[Send, ...]:
    """Return what sends to each of some addresses as Apprise writes them.

    Raises:
        OptionalPackageError: If the package apprise is not installed.
        InvalidInputError: If an address is none that Apprise knows; it is not repeated, as it may hold a password.
    """
    try:
        import apprise
    except ImportError as error:
        raise OptionalPackageError("apprise", "notify") from error
    services = [apprise.Apprise() for _ in addresses]
    added = [service.add(address) for service, address in zip(services, addresses, strict=True)]
    wrong = [number for number, known in enumerate(added, start=1) if not known]
    if wrong or not addresses:
        raise InvalidInputError(
            "FILMLAB_NOTIFY",
            [f"address {number} cannot be understood" for number in wrong] or ["there is no address"],
            hint="write addresses as https://github.com/caronc/apprise lists them, for example ntfy://topic",
        )
    return tuple(partial(_send, service) for service in services)


def _send(service: "apprise.Apprise", title: str, text: str) -> bool:
    return bool(service.notify(body=text, title=title))


class Notifier:
    """Tells people at one address what is new, once, outside quiet hours.

    One for each address: where one service is away, the others must not hear the same again and again.

    Args:
        send: Sends a message.
        name: What the log calls the address: it may hold a password, so it is not the address itself.
        quiet: When nobody is told; what is new then is told afterwards.
        now: The local time.
    """

    def __init__(
        self,
        send: Send,
        name: str,
        quiet: QuietHours | None = None,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self._send, self._name, self._quiet, self._now = send, name, quiet, now
        self._told: frozenset[str] = frozenset()
        self._busy: threading.Thread | None = None

    def tell(self, title: str, waiting: Sequence[str]) -> threading.Thread | None:
        """Tell what waits, where something in it is new; return at once.

        Args:
            title: What it is about.
            waiting: One sentence a thing that waits for somebody.

        Returns:
            The thread that tells; None where there is nothing to tell now.
        """
        new = [line for line in waiting if line not in self._told]
        if not new:
            self._told = frozenset(waiting)
            return None
        if (self._quiet and self._quiet.cover(self._now().time())) or (self._busy and self._busy.is_alive()):
            return None
        self._busy = threading.Thread(target=self._tell, args=(title, tuple(waiting)), daemon=True, name="notices")
        self._busy.start()
        return self._busy

    def _tell(self, title: str, waiting: tuple[str, ...]) -> None:
        try:
            arrived = self._send(title, "\n".join(waiting))
        except Exception:
            _log.warning("people could not be told by %s", self._name, exc_info=True)
            return
        if arrived:
            self._told = frozenset(waiting)
        else:
            _log.warning("people could not be told by %s: the service did not take it", self._name)
