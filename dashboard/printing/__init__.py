"""Pages on paper: bright, without what only leads around, nothing cut off or torn apart; see the two files beside."""

from pathlib import Path

import streamlit as st

from dashboard.texts import text

_HERE = Path(__file__).parent
_browser_side = st.components.v2.component("filmlab_printing", js=(_HERE / "printing.js").read_text("utf-8"))


def prepare_for_printing() -> None:
    """Let the browser print what is on the page as paper asks for; call it once on every page."""
    st.html(_HERE / "printing.css")
    _browser_side(key="printing", data=text("app.cut"), height=0)
