"""Pages that went blank are loaded again, a few times (`reloading.js`)."""

from importlib import resources

import streamlit as st

from dashboard.texts import text

SCRIPT = (resources.files(__name__) / "reloading.js").read_text("utf-8")
_browser_side = st.components.v2.component("filmlab_reloading", js=SCRIPT)


def reload_when_blank() -> None:
    """Let the browser load the page again should it go blank; call it once on every page."""
    _browser_side(key="reloading", data=text("app.blank"), height=0)
