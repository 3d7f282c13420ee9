"""Deciding about proposed films."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard.access import Session
from dashboard.acts import act_button, show_outcome, times_done
from dashboard.login import desk
from dashboard.parts import plain, show_table
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
    # The fields keep their keys, by which the browser knows them: so a film that was left out stays left out where the
    # dashboard is started again meanwhile. What others decide or propose changes no choice either: nobody approves a
    # film that they left out or have not seen.
    chosen = here("decide-films")
    st.multiselect(text("today.choose"), films, default=None if chosen in st.session_state else films, key=chosen)
    # Of a note nothing is left for the next decision: a browser that was cut off while it was typed goes on showing it.
    note = here(f"decide-note-{times_done(_ABOUT)}")
    with st.form("decide", border=False):
        st.text_input(text("today.why"), key=note)
        with st.container(horizontal=True):
            for verdict, name, kind in (
                (Verdict.APPROVED, "approve", "primary"),
                (Verdict.REFUSED, "refuse", "secondary"),
            ):
                decide = partial(_decide, verdict, films, chosen, note)
                words = text(f"today.{name}")
                act_button(name, words, decide, about=_ABOUT, place=st.form_submit_button, type=kind)
    show_outcome(_ABOUT)


def _decide(verdict: Verdict, shown: Sequence[str], chosen: str, note: str) -> str:
    """Record the decision about the films that stand in the form; the others that it showed are all chosen anew.

    Args:
        verdict: The decision.
        shown: The films that could be chosen.
        chosen: Key of the field that holds the films.
        note: Key of the field that holds the note.
    """
    films = list(st.session_state[chosen])
    if not films:
        raise InvalidInputError(text("today.decide"), [text("today.none_chosen")])
    at = desk()
    decide = at.approve if verdict is Verdict.APPROVED else at.refuse
    decide(films, str(st.session_state[note]))
    left = set(proposal_table(at.campaign.definition, at.campaign.records())["film"])
    st.session_state[chosen] = [film for film in shown if film in left]
    return text(f"today.{verdict.value}", films=plain(", ".join(films)))
