"""Links between pages that lead where they say, however busy page and server are (`links.js`)."""

from importlib import resources

import streamlit as st

_browser_side = st.components.v2.component(
    "filmlab_links", js=(resources.files(__name__) / "links.js").read_text("utf-8")
)


def watch_links() -> None:
    """Let the browser click a link again that was lost; call it once on every page."""
    _browser_side(key="links", height=0)
