"""A person's sitting at the page Grade: which film is in hand, what was found of it, what comes next."""

from collections.abc import Callable, Sequence
from threading import Lock
from uuid import uuid4

import attrs

from dashboard.views.presses import Press
from lab.errors import DuplicateRecordError, FilmlabError
from lab.grades import Grade

COMES_OFF, FLAT, RECORD, LATER, UNDO = "d", "f", "enter", "n", "u"
"""What a person can do, by its key."""


@attrs.frozen
class GradeBook:
    """Where a sitting's grades are read and written."""

    grade_of: Callable[[str], Grade | None]
    """The grade of a film, None where it has none."""
    record: Callable[[str, Grade, bool], None]
    """Records a film's grade; True where it corrects an earlier one. Raises `FilmlabError` if that is refused."""


def _new_turn() -> str:
    return uuid4().hex


@attrs.define
class Sitting:
    """What one person is at. Only what they do changes the film in hand, never what others record meanwhile.

    So a key always goes to the film that its person meant, also when they are ahead of the page: the films that follow
    are those of `line` as it was shown.
    """

    line: list[str] = attrs.field(factory=list)
    """The films to grade; the first is in hand."""
    comes_off: bool = False
    flat: bool = False
    corrects: bool = False
    """Whether the film in hand was taken up again, to correct its grade."""
    done: list[str] = attrs.field(factory=list)
    handled: int = 0
    """Number of the press that was handled last."""
    turn: str = attrs.field(factory=_new_turn)
    """A new one after every refusal: what was pressed before the person could read of it is not for the film then."""
    refusal: FilmlabError | None = None
    """Why the last grade was not recorded; until something is pressed again."""
    _at_once: Lock = attrs.field(factory=Lock, init=False, repr=False, eq=False)
    """Streamlit may run a page a second time before the first run has heard that it shall end."""

    @property
    def film(self) -> str | None:
        """The film in hand."""
        return self.line[0] if self.line else None

    @property
    def letter(self) -> Grade:
        """The grade that the findings make."""
        return Grade.from_findings(detachable=self.comes_off, flat=self.flat)

    def see(self, waiting: Sequence[str]) -> None:
        """Bring the line up to date: new films come last, and those that others graded leave it, but not out of hand.

        Args:
            waiting: The films without a grade.
        """
        here = set(waiting)
        with self._at_once:
            kept = [film for at, film in enumerate(self.line) if at == 0 or film in here]
            known = set(kept)
            self.line = kept + [film for film in waiting if film not in known]

    def take(self, presses: Sequence[Press], book: GradeBook) -> None:
        """Do what was pressed, in order and each once; what follows a grade that was refused is dropped."""
        with self._at_once:
            turn = self.turn
            for press in presses:
                if press.number > self.handled:
                    if self.turn == turn:
                        self._do(press.key, book)
                    self.handled = press.number

    def press(self, key: str, book: GradeBook) -> None:
        """Do what a key stands for."""
        with self._at_once:
            self._do(key, book)

    def _do(self, key: str, book: GradeBook) -> None:
        self.refusal = None
        if key == UNDO:
            self._take_up_last(book)
        elif self.line and key == COMES_OFF:
            self.comes_off = not self.comes_off
        elif self.line and key == FLAT:
            self.flat = not self.flat
        elif self.line and key == RECORD:
            self._record(book)
        elif self.line and key == LATER:
            self._put_off()

    def _record(self, book: GradeBook) -> None:
        film = self.line[0]
        try:
            book.record(film, self.letter, self.corrects)
        except FilmlabError as error:
            self.refusal, self.turn = error, _new_turn()
            if isinstance(error, DuplicateRecordError):
                self._go_on()
            return
        self.done.append(film)
        self._go_on()

    def _put_off(self) -> None:
        if self.corrects:
            self.done.append(self.line[0])
            self._go_on()
        elif len(self.line) > 1:
            self.line.append(self.line[0])
            self._go_on()

    def _take_up_last(self, book: GradeBook) -> None:
        if not self.done:
            return
        if self.corrects:
            # It keeps the grade that it had.
            self._go_on()
        film = self.done.pop()
        self.line.insert(0, film)
        known = book.grade_of(film)
        self.comes_off, self.flat = (known.detachable, known.flat) if known else (False, False)
        self.corrects = True

    def _go_on(self) -> None:
        del self.line[0]
        self.comes_off = self.flat = self.corrects = False
