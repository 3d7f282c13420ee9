"""Keys and clicks of a page that arrive each once and in their order, however busy page and server are.

A `st.button` cannot promise that: a click that comes while its page is drawn anew stops the callback of the one before
it, and of several that come together the order is lost. So the browser keeps what was pressed (`keys.js`) and sends all
of it until the server has answered; numbers tell what is new. Nor is all that is drawn sure to arrive, so it asks on
until the page shows the mark that is drawn last.
"""

from collections.abc import Mapping

import streamlit as st

from dashboard.links import with_links
from dashboard.views.presses import FIELD, Press, new_presses

_browser_side = st.components.v2.component("filmlab_keys", js=with_links(__name__, "keys.js"))


def listen(name: str, keys: Mapping[str, str], *, turn: str, handled: int) -> list[Press]:
    """Return what was pressed and is not handled yet, in its order; call it at the same place in every run.

    Args:
        name: Key of the widget, unique in the dashboard.
        keys: The keys to listen to, in small letters, with the keys of the buttons that do the same.
        turn: What is pressed counts for this turn only; with a new one everything that was pressed before is dropped.
        handled: Number of the press that was handled last.
    """
    classes = {key: f"st-key-{button}" for key, button in keys.items()}
    found = _browser_side(
        key=name,
        data={"turn": turn, "handled": handled, "keys": classes},
        default={FIELD: None},
        on_pressed_change=lambda: None,
        height=0,
    )
    return new_presses(found.get(FIELD), keys, turn=turn, handled=handled)


def mark_handled(handled: int) -> None:
    """Say in the page what it shows; call it once, after everything that a key changes.

    Args:
        handled: Number of the press that was handled last.
    """
    st.html(f'<span data-keys-handled="{handled}"></span>')
