"""Long work that was asked for and is still to be done, and asking for more."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from active_learning.campaign.requests import open_requests
from dashboard.access import Session
from dashboard.acts import act_button, show_outcome
from dashboard.login import desk
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
        st.code(session.command("work"), language=None)
        act_button(f"withdraw-{work}", text("requests.withdraw"), partial(_withdraw, waiting))
        show_outcome(f"withdraw-{work}")


def _withdraw(waiting: Sequence[WorkRequest]) -> None:
    desk().withdraw_requests(waiting)


def ask_for_training() -> None:
    """Let people ask for the models to be trained once more."""
    words = text("models.train_now")
    act_button("ask-training", words, lambda: desk().request_training(), icon=":material/model_training:")
    show_outcome("ask-training")


def ask_for_simulations() -> None:
    """Let people choose simulations and ask for them."""
    with st.form("ask-simulations"):
        left, middle, right = st.columns([3, 2, 2])
        left.multiselect(text("md.models"), list(MODELS), default=["cnf", "mmt", "mmt-cnf"], key="md-models")
        middle.multiselect(text("md.tests"), list(LOAD_CASES), default=["tension"], key="md-tests")
        right.number_input(text("md.seeds"), 1, 10, 1, help=text("md.seeds_help"), key="md-seeds")
        st.segmented_control(
            text("md.profile"),
            list(PROFILES),
            default="demo",
            required=True,
            format_func=lambda name: text(f"md.profiles.{name}"),
            key="md-profile",
        )
        st.selectbox(
            text("md.field"),
            [None, *OTHER_FIELDS],
            format_func=lambda name: text(f"md.fields.{name}" if name else "md.fields.own"),
            help=text("md.field_help"),
            key="md-field",
        )
        place = st.form_submit_button
        act_button("ask-simulations", text("md.ask"), _ask_as_chosen, place=place, icon=":material/grain:")
    show_outcome("ask-simulations")


def _ask_as_chosen() -> None:
    """Ask for the simulations that stand in the form."""
    chosen = {name: st.session_state[f"md-{name}"] for name in ("models", "tests", "field")}
    seeds = range(1, int(st.session_state["md-seeds"]) + 1)
    tasks = tasks_of(st.session_state["md-profile"], seeds=seeds, **chosen)
    desk().request_simulations([task.name for task in tasks])
