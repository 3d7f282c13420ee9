"""What is done when a button is clicked, and what is kept of it."""

import attrs
import pytest

from dashboard.views.acts import SAME_CLICK, Acts, Outcome
from lab.errors import FilmlabError, InvalidInputError


@attrs.define
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def acts(clock) -> Acts:
    return Acts(clock)


def refused() -> None:
    raise InvalidInputError("films", ["choose one"])


def test_what_there_is_to_say_is_kept(acts):
    acts.do("propose", lambda: "M001 is proposed")
    assert acts.last == Outcome("propose", "M001 is proposed")
    acts.do("sign", lambda: None)
    assert acts.last == Outcome("sign")


def test_a_refusal_is_kept_and_does_not_count_as_done(acts):
    acts.do("decide", refused)
    assert acts.last is not None
    assert isinstance(acts.last.refusal, FilmlabError)
    assert acts.times_done("decide") == 0


def test_another_error_is_not_swallowed(acts):
    with pytest.raises(ZeroDivisionError):
        acts.do("decide", lambda: str(1 / 0))


def test_a_double_click_is_one_click(acts, clock):
    done = []
    for moment in (0.0, SAME_CLICK / 2, 2 * SAME_CLICK):
        clock.now = moment
        acts.do("swap", lambda: done.append(clock.now))
    assert done == [0.0, 2 * SAME_CLICK]
    assert acts.times_done("swap") == 2


def test_a_click_on_a_button_that_was_drawn_before_the_act_was_done_is_not_another_one(acts, clock):
    done = []
    for moment, drawn in ((0.0, 0), (3 * SAME_CLICK, 0), (6 * SAME_CLICK, 1)):
        clock.now = moment
        acts.do("approve", lambda: done.append(clock.now), drawn)
    assert done == [0.0, 6 * SAME_CLICK]


def test_another_button_and_a_refused_one_can_be_clicked_at_once(acts):
    done = []
    acts.do("pause", lambda: done.append("pause"))
    acts.do("stop", refused)
    acts.do("stop", lambda: done.append("stop"))
    assert done == ["pause", "stop"]


def test_an_outcome_belongs_to_its_page(acts):
    acts.turn_to("measure")
    acts.do("record", lambda: "6 measurements are recorded")
    acts.shown = True
    acts.turn_to("measure")
    assert acts.last is not None
    assert not acts.shown
    acts.turn_to("films")
    assert acts.last is None
    assert acts.times_done("record") == 1
