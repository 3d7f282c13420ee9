"""Grading film after film: each key goes to the film that its person meant."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from time import sleep

import attrs
import pytest

from dashboard.views.presses import Press
from dashboard.views.sitting import COMES_OFF, FLAT, LATER, RECORD, UNDO, GradeBook, Sitting
from lab.errors import DuplicateRecordError, NotAllowedError
from lab.grades import Grade


@attrs.define
class Book:
    """Grades in memory, as a store keeps them."""

    grades: dict[str, Grade] = attrs.field(factory=dict)
    allowed: bool = True

    def record(self, film: str, letter: Grade, correction: bool) -> None:
        if not self.allowed:
            raise NotAllowedError("a viewer may not grade", hint="ask an admin")
        if film in self.grades and not correction:
            raise DuplicateRecordError(f"{film} has a grade", hint="correct it")
        self.grades[film] = letter

    def waiting(self) -> list[str]:
        return [film for film in ("L1", "L2", "L3", "L4") if film not in self.grades]

    def read(self) -> GradeBook:
        return GradeBook(self.grades.get, self.record)


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def sitting(book) -> Sitting:
    found = Sitting()
    found.see(book.waiting())
    return found


def typed(sitting: Sitting, book: Book, *keys: str) -> None:
    start = sitting.handled
    sitting.take([Press(start + at, key) for at, key in enumerate(keys, start=1)], book.read())


def test_keys_that_come_together_are_done_in_their_order(sitting, book):
    typed(sitting, book, COMES_OFF, FLAT, RECORD, RECORD, FLAT, RECORD, COMES_OFF)
    assert book.grades == {"L1": Grade.A, "L2": Grade.D, "L3": Grade.C}
    assert (sitting.film, sitting.letter) == ("L4", Grade.B)


def test_what_is_sent_again_is_done_once(sitting, book):
    presses = [Press(7, COMES_OFF), Press(8, RECORD)]
    sitting.take(presses, book.read())
    sitting.take([*presses, Press(9, FLAT)], book.read())
    assert book.grades == {"L1": Grade.B}
    assert (sitting.film, sitting.letter) == ("L2", Grade.C)


def test_a_key_that_is_stopped_half_way_is_done_by_the_next_run(sitting, book):
    class StoppedError(BaseException):
        """As Streamlit stops a run."""

    def stop(film: str, letter: Grade, correction: bool) -> None:
        raise StoppedError

    presses = [Press(1, FLAT), Press(2, RECORD)]
    with pytest.raises(StoppedError):
        sitting.take(presses, GradeBook(book.grades.get, stop))
    sitting.take(presses, book.read())
    assert book.grades == {"L1": Grade.C}


def test_films_that_others_grade_leave_the_line_but_not_the_hand(sitting, book):
    book.grades |= {"L1": Grade.A, "L3": Grade.A}
    sitting.see(book.waiting())
    assert sitting.line == ["L1", "L2", "L4"]
    typed(sitting, book, RECORD)
    assert isinstance(sitting.refusal, DuplicateRecordError)
    assert (book.grades["L1"], sitting.film) == (Grade.A, "L2")


def test_who_types_ahead_never_grades_the_film_after_one_that_somebody_else_graded(sitting, book):
    book.grades["L2"] = Grade.A
    typed(sitting, book, FLAT, RECORD, COMES_OFF, RECORD, RECORD)
    assert book.grades == {"L1": Grade.C, "L2": Grade.A}
    assert (sitting.film, sitting.letter) == ("L3", Grade.D)


def test_a_refused_grade_stays_in_hand_and_what_followed_is_dropped(sitting, book):
    turn = sitting.turn
    book.allowed = False
    typed(sitting, book, COMES_OFF, RECORD, FLAT, RECORD)
    assert not book.grades
    assert (sitting.film, sitting.letter) == ("L1", Grade.B)
    assert sitting.turn != turn
    book.allowed = True
    typed(sitting, book, RECORD)
    assert (book.grades, sitting.refusal) == ({"L1": Grade.B}, None)


def test_a_film_that_is_put_off_comes_last(sitting, book):
    typed(sitting, book, COMES_OFF, LATER)
    assert (sitting.line, sitting.letter) == (["L2", "L3", "L4", "L1"], Grade.D)
    sitting.see(book.waiting())
    assert sitting.line[-1] == "L1"


def test_the_last_film_cannot_be_put_off(book):
    sitting = Sitting(line=["L4"])
    typed(sitting, book, LATER)
    assert sitting.line == ["L4"]


def test_undo_takes_up_the_last_film_with_its_findings_and_corrects_it(sitting, book):
    typed(sitting, book, COMES_OFF, RECORD, UNDO)
    assert (sitting.film, sitting.letter, sitting.corrects) == ("L1", Grade.B, True)
    sitting.see(book.waiting())
    typed(sitting, book, FLAT, RECORD)
    assert (book.grades, sitting.film, sitting.corrects) == ({"L1": Grade.A}, "L2", False)


def test_a_correction_that_is_put_off_leaves_the_grade(sitting, book):
    typed(sitting, book, FLAT, RECORD, UNDO, COMES_OFF, LATER)
    assert (book.grades, sitting.film, sitting.done) == ({"L1": Grade.C}, "L2", ["L1"])


def test_keys_do_nothing_where_there_is_nothing_to_grade(book):
    sitting = Sitting()
    typed(sitting, book, COMES_OFF, FLAT, RECORD, LATER, UNDO)
    assert (sitting.film, sitting.letter, sitting.refusal) == (None, Grade.D, None)


def test_what_two_runs_of_the_page_take_at_once_is_done_once(sitting, book):
    presses = [Press(number, RECORD) for number in (1, 2, 3)]
    both = Barrier(2)

    def record_slowly(film: str, letter: Grade, correction: bool) -> None:
        known = film in book.grades
        sleep(0.02)
        assert not known, f"{film} was recorded twice"
        book.record(film, letter, correction)

    def run(_) -> None:
        both.wait()
        sitting.take(presses, GradeBook(book.grades.get, record_slowly))

    with ThreadPoolExecutor(2) as runs:
        list(runs.map(run, range(2)))
    assert (sitting.done, sitting.line, sitting.refusal) == (["L1", "L2", "L3"], ["L4"], None)
