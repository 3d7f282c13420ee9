"""What a browser says was pressed."""

import pytest

from dashboard.views.presses import Press, new_presses


def read(sent: object, handled: int = 0) -> list[Press]:
    return new_presses(sent, ("d", "enter"), turn="now", handled=handled)


def test_what_is_new_comes_in_its_order():
    sent = {"turn": "now", "pressed": [[3, "enter"], [1, "d"], [2, "d"]]}
    assert read(sent, handled=1) == [Press(2, "d"), Press(3, "enter")]


def test_what_was_pressed_for_an_earlier_turn_is_dropped():
    assert read({"turn": "before", "pressed": [[1, "d"]]}) == []


@pytest.mark.parametrize(
    "sent",
    [None, "d", {}, {"turn": "now"}, {"turn": "now", "pressed": "d"}, {"turn": "now", "pressed": {"1": "d"}}],
)
def test_what_has_another_shape_is_nothing(sent):
    assert read(sent) == []


@pytest.mark.parametrize(
    "entry",
    [[1, "x"], ["1", "d"], [1], None, [1, ["d"]], [float("nan"), "d"], [float("inf"), "d"], [1e300, "d"], [-1, "d"]],
)
def test_what_is_no_press_is_left_out(entry):
    assert read({"turn": "now", "pressed": [entry, [2, "d"]]}) == [Press(2, "d")]
