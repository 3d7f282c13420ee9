"""Start: what to do where there is no campaign to show."""

import streamlit as st

from dashboard.parts import plain
from dashboard.screens.parts import first_campaign
from dashboard.session import current_guide
from dashboard.texts import text
from lab.campaign_files import builtin_text


def show() -> None:
    """Show why there is nothing to show, and what changes it."""
    guide = current_guide()
    st.title(guide.title)
    st.markdown(plain(guide.detail))
    if guide.can_begin:
        st.header(text("first.title"))
        first_campaign.show()
        st.header(text("start.terminal"))
    for step in guide.steps:
        st.markdown(f"**{step.what}**")
        st.code(step.command, language=None)
    st.caption(text("start.run"))
    if guide.can_begin:
        _template()


def _template() -> None:
    """Offer the built-in definition to start from."""
    st.markdown(text("start.template"))
    st.download_button(
        text("start.template_button"),
        builtin_text("chen2024"),
        file_name="campaign.toml",
        mime="application/toml",
        icon=":material/download:",
        on_click="ignore",
    )


show()
