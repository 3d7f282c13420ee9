"""Long work that was asked for and is still to be done, and asking for more."""

import shlex

import streamlit as st

from active_learning.campaign.requests import open_requests
from dashboard.access import Session
from dashboard.login import act, desk, may_write
from dashboard.parts import plain
from dashboard.texts import text
from lab.records import RequestedWork, WorkRequest
from md_sim.field_sets import FIELD_SETS
from md_sim.load_cases import LOAD_CASES
from md_sim.models import MODELS
from md_sim.profiles import PROFILES
from md_sim.studies import tasks_of

OTHER_FIELDS = tuple(FIELD_SETS)[1:]
"""Force fields that can be chosen instead of a model's own, which is the first wherever that can make it."""
_MOST = 12
"""So many requests are listed one by one."""


def show_open(session: Session, work: RequestedWork) -> None:
    """Show what was asked for and is not done yet, with who asked, and let people withdraw it."""
    waiting = [one for one in open_requests(session.records) if one.work is work]
    if not waiting:
        return
    with st.container(border=True):
        st.markdown(f":material/schedule: **{text('requests.waiting', count=len(waiting))}**")
        for one in waiting[:_MOST]:
            event = session.records.event_of(one)
            when = f"{event.at:%Y-%m-%d %H:%M}"
            st.caption(text("requests.one", subject=plain(one.subject), who=plain(event.who), when=when))
        if len(waiting) > _MOST:
            st.caption(text("today.and_more", count=len(waiting) - _MOST))
        st.caption(text("requests.doer"))
        st.code(f"filmlab work --workspace {shlex.quote(str(session.workspace.root))}", language="bash")
        if st.button(text("requests.withdraw"), key=f"withdraw-{work}", disabled=not may_write()):
            _withdraw(waiting)


def _withdraw(waiting: list[WorkRequest]) -> None:
    if act(lambda: desk().withdraw_requests(waiting)):
        st.rerun()


def ask_for_training() -> None:
    """Let people ask for the models to be trained once more."""
    asked = st.button(
        text("models.train_now"), icon=":material/model_training:", key="ask-training", disabled=not may_write()
    )
    if asked and act(lambda: desk().request_training()):
        st.rerun()


def ask_for_simulations() -> None:
    """Let people choose simulations and ask for them."""
    with st.form("ask-simulations"):
        left, middle, right = st.columns([3, 2, 2])
        models = left.multiselect(text("md.models"), list(MODELS), default=["cnf", "mmt", "mmt-cnf"])
        tests = middle.multiselect(text("md.tests"), list(LOAD_CASES), default=["tension"])
        seeds = right.number_input(text("md.seeds"), min_value=1, max_value=10, value=1, help=text("md.seeds_help"))
        profile = st.segmented_control(
            text("md.profile"), list(PROFILES), default="demo", format_func=lambda name: text(f"md.profiles.{name}")
        )
        field = st.selectbox(
            text("md.field"),
            [None, *OTHER_FIELDS],
            format_func=lambda name: text(f"md.fields.{name}" if name else "md.fields.own"),
            help=text("md.field_help"),
        )
        sent = st.form_submit_button(text("md.ask"), icon=":material/grain:", disabled=not may_write())
    if not sent:
        return

    def ask() -> None:
        numbers = range(1, int(seeds) + 1)
        chosen = tasks_of(profile or "demo", models=models, tests=tests, seeds=numbers, field=field)
        desk().request_simulations([task.name for task in chosen])

    if act(ask):
        st.rerun()
