"""Deciding about proposed films."""

import streamlit as st

from dashboard.access import Session
from dashboard.login import act, desk, may_write
from dashboard.parts import show_table
from dashboard.texts import text
from dashboard.views.proposals import proposal_table

_SAID = "decided"


def show(session: Session) -> None:
    """Show what is proposed, and record approvals and refusals; nothing where nothing is proposed."""
    if st.session_state.pop(_SAID, False):
        st.success(text("today.decided"), icon=":material/check:")
    table = proposal_table(session.definition, session.records)
    if table.empty:
        return
    st.subheader(text("today.decide"))
    st.caption(text("today.decide_note", count=len(table)))
    numbers = {
        name: st.column_config.NumberColumn(f"{name}, wt%", format="%.1f") for name in session.definition.material_names
    }
    numbers["quality"] = st.column_config.NumberColumn(format="percent")
    show_table(session, table, "proposals", height=min(260, 60 + 35 * len(table)), column_config=numbers)
    films = list(table["film"])
    with st.form("decide", border=False):
        chosen = st.multiselect(text("today.choose"), films, default=films)
        note = st.text_input(text("today.why"))
        with st.container(horizontal=True):
            yes = st.form_submit_button(text("today.approve"), type="primary", disabled=not may_write())
            no = st.form_submit_button(text("today.refuse"), disabled=not may_write())
    if chosen and (yes or no) and act(lambda: desk().approve(chosen, note) if yes else desk().refuse(chosen, note)):
        st.session_state[_SAID] = True
        st.rerun()
