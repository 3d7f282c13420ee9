"""Links between pages that lead where they say, however busy page and server are (`links.js`)."""

import json
from importlib import resources

import streamlit as st

_LINKS = "[data-testid=stSidebarNavLink], [data-testid=stPageLink-NavLink]"
"""Which elements of a page are links to other pages, for a browser."""


def with_links(package: str, name: str) -> str:
    """Return a JavaScript file of a package, to which Streamlit's links between pages are known as ``LINKS``."""
    return f"const LINKS = {json.dumps(_LINKS)};\n" + (resources.files(package) / name).read_text("utf-8")


_browser_side = st.components.v2.component("filmlab_links", js=with_links(__name__, "links.js"))


def watch_links() -> None:
    """Let the browser click a link again that was lost; call it once on every page."""
    _browser_side(key="links", height=0)
