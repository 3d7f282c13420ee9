"""Buttons that add records.

What a button does is done before its page is drawn anew, and with what the page showed when it was clicked. Asking
``if st.button(...)`` would do it when the drawing comes to the button, and never where the person has gone on by then.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard.access import Session
from dashboard.login import may_write
from dashboard.parts import explained
from dashboard.session import here, keep, shown
from dashboard.views.acts import Acts, Change

_ACTS = "acts"


def act_button(
    key: str,
    words: str,
    change: Change,
    *,
    about: str | None = None,
    place: Callable[..., bool] = st.button,
    disabled: bool = False,
    **look: Any,
) -> None:
    """Show a button that adds records; grey for who may not.

    Args:
        key: Key of the button, unique in the dashboard. Each campaign has a button of its own, and after each time that
            the act was done there is another one: who clicks does not always see yet that the page has moved on.
        words: What stands on it.
        change: What it does; it reads the fields of a form by their keys.
        about: Name of the act where several buttons are ways to do it; the key where it is left out.
        place: What makes the button: `st.form_submit_button` in a form.
        disabled: Whether it cannot be clicked at the moment.
        look: What else `st.button` takes.
    """
    about = about or key
    done = times_done(about)
    args = (shown(), about, change, done)
    place(words, key=here(f"{key}-{done}"), on_click=_do, args=args, disabled=disabled or not may_write(), **look)


def show_outcome(*about: str) -> None:
    """Say what came of the last act if it was one of these."""
    acts = _acts()
    if acts.last is not None and acts.last.about in about:
        _show(acts)


def turn_to(page: str) -> None:
    """Begin to draw a page; call it once before anything of the page."""
    _acts().turn_to(page)


def show_other_outcome() -> None:
    """Say what came of the last act where its page has not said it; call it once after the page."""
    acts = _acts()
    if not acts.shown:
        _show(acts)


def times_done(about: str) -> int:
    """Return how often this person has done an act since they opened the dashboard."""
    return _acts().times_done(about)


def _do(session: Session | None, about: str, change: Change, done: int) -> None:
    """Do something in the campaign that the page showed: who clicks may just have chosen another one."""
    if session is not None:
        keep(session)
    _acts().do(about, change, done)


def _acts() -> Acts:
    acts: Acts = st.session_state.setdefault(_ACTS, Acts())
    return acts


def _show(acts: Acts) -> None:
    acts.shown = True
    last = acts.last
    if last is None:
        return
    if last.refusal is not None:
        st.error(explained(last.refusal))
    elif last.said:
        st.success(last.said, icon=":material/check:")
