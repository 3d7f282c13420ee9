"""What a person did on the pages, and what came of it."""

import time
from collections import Counter
from collections.abc import Callable

import attrs

from lab.errors import FilmlabError

SAME_CLICK = 1.0
"""Clicks on one button that are less than this apart, s, are one: many people click twice to be sure."""

Change = Callable[[], str | None]
"""Adds records, and returns what there is to say of it. Raises `FilmlabError` if that is refused."""


@attrs.frozen
class Outcome:
    """What came of an act."""

    about: str
    """The name of the act."""
    said: str = ""
    """Empty where the page itself shows what was done."""
    refusal: FilmlabError | None = None


@attrs.define
class Acts:
    """What one person did; changed in place, so that nothing comes between an act and keeping what came of it.

    Args:
        clock: Seconds that only grow.
    """

    clock: Callable[[], float] = time.monotonic
    last: Outcome | None = None
    """What came of the last act, as long as its page is open."""
    shown: bool = False
    """Whether the page has said it since it was drawn anew."""
    _page: str = ""
    _done: Counter[str] = attrs.field(factory=Counter)
    _at: float = 0.0

    def do(self, about: str, change: Change, done: int | None = None) -> None:
        """Do something that adds records, and keep what came of it.

        Args:
            about: The name of the act.
            change: What is done.
            done: How often it was done when its button was drawn: since then it is done once at most.
        """
        if self._is_second_click(about) or done not in (None, self._done[about]):
            return
        try:
            said = change()
        except FilmlabError as error:
            self.last = Outcome(about, refusal=error)
            return
        self.last = Outcome(about, said or "")
        self._done[about] += 1
        self._at = self.clock()

    def times_done(self, about: str) -> int:
        """Return how often an act was done and not refused."""
        return self._done[about]

    def turn_to(self, page: str) -> None:
        """Begin to draw a page; what was done on another one is not spoken of any more."""
        if page != self._page:
            self.last, self._page = None, page
        self.shown = False

    def _is_second_click(self, about: str) -> bool:
        last = self.last
        done = last is not None and last.about == about and last.refusal is None
        return done and self.clock() - self._at < SAME_CLICK
