"""Pages on paper: bright, without what only leads around, nothing cut off or torn apart (`paper.css`, `paper.js`)."""

from pathlib import Path

import streamlit as st

_HERE = Path(__file__).parent
_browser_side = st.components.v2.component("filmlab_paper", js=(_HERE / "paper.js").read_text("utf-8"))


def prepare_for_paper() -> None:
    """Let the browser print what is on the page as paper asks for; call it once on every page."""
    st.html(_HERE / "paper.css")
    _browser_side(key="paper", height=0)
