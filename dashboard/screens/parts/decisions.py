"""Deciding about proposed films."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard.access import Session
from dashboard.acts import act_button, show_outcome, times_done
from dashboard.login import desk
from dashboard.parts import show_table
from dashboard.session import here
from dashboard.texts import counted, text
from dashboard.views.proposals import proposal_table
from lab.errors import InvalidInputError
from lab.records import Verdict

_ABOUT = "decide"


def show(session: Session) -> None:
    """Show what is proposed, and record approvals and refusals; nothing where nothing is proposed."""
    table = proposal_table(session.definition, session.records)
    if table.empty:
        return
    st.header(text("today.decide"))
    st.caption(text("today.decide_note", films=counted("today.films", len(table))))
    numbers = {
        name: st.column_config.NumberColumn(f"{name}, wt%", format="%.1f") for name in session.definition.material_names
    }
    show_table(session, table, "proposals", shares=["quality"], height=260, column_config=numbers)
    _form(list(table["film"]))


def _form(films: Sequence[str]) -> None:
    # After a decision the films that are left are all chosen anew. What others decide or propose meanwhile changes no
    # choice: nobody approves a film that they left out or have not seen.
    times = times_done(_ABOUT)
    chosen, note = here(f"decide-films-{times}"), here(f"decide-note-{times}")
    st.multiselect(text("today.choose"), films, default=films, key=chosen)
    with st.form("decide", border=False):
        st.text_input(text("today.why"), key=note)
        with st.container(horizontal=True):
            for verdict, name, kind in (
                (Verdict.APPROVED, "approve", "primary"),
                (Verdict.REFUSED, "refuse", "secondary"),
            ):
                decide = partial(_decide, verdict, chosen, note)
                words = text(f"today.{name}")
                act_button(name, words, decide, about=_ABOUT, place=st.form_submit_button, type=kind)
    show_outcome(_ABOUT)


def _decide(verdict: Verdict, chosen: str, note: str) -> str:
    """Record the decision about the films that stand in the form, whose fields have these keys."""
    films = list(st.session_state[chosen])
    if not films:
        raise InvalidInputError(text("today.decide"), [text("today.none_chosen")])
    decide = desk().approve if verdict is Verdict.APPROVED else desk().refuse
    decide(films, str(st.session_state[note]))
    return text("today.decided")
