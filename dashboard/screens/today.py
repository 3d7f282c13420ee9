"""Today: what waits for whom, what to look at, what happened last."""

import streamlit as st

from active_learning.campaign.actions import Action, ActionKind
from active_learning.campaign.next_actions import next_actions
from dashboard.access import Session
from dashboard.parts import moment_column, plain, progress_cards
from dashboard.screens.parts import benches, decisions
from dashboard.screens.parts.alarm_list import show_alarms
from dashboard.session import current
from dashboard.texts import counted, name_of, text
from dashboard.views.benches import look_at_bench
from dashboard.views.today import recent_events, stage_steps, tasks, worker_of
from lab.errors import FilmlabError
from robot_protocols.running.places import RobotFolder

_LOOK_SECONDS = 5
# Where people do what waits for them; proposals are decided on this page.
_PLACES = {
    ActionKind.PREPARE_DECK: "robot",
    ActionKind.DRY: "grade",
    ActionKind.GRADE: "grade",
    ActionKind.MEASURE: "measure",
    ActionKind.DECIDE: "campaign",
}
_DECISIONS = frozenset({ActionKind.APPROVE, ActionKind.DECIDE})
"""What the virtual lab leaves to people, besides films that were made elsewhere."""

_STATE_ICONS = {"done": ":material/check_circle:", "now": ":material/play_circle:", "later": ":material/circle:"}
_WHO_ICONS = {
    "person": ":material/person:",
    "robot": ":material/precision_manufacturing:",
    "computer": ":material/memory:",
}


def show() -> None:
    """Show the page."""
    session = current()
    _stages(session)
    progress_cards(session)
    decisions.show(session)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _tasks(session)
    with right:
        bench, waiting = look_at_bench(RobotFolder.of_workspace(session.workspace.root))
        show_alarms(session, waiting)
        benches.show(bench)
        st.header(text("today.recent"))
        moments = {text("records.when"): moment_column()}
        st.dataframe(recent_events(session.records), width="stretch", hide_index=True, column_config=moments)


def _stages(session: Session) -> None:
    steps = stage_steps(session.definition, session.records)
    for column, step in zip(st.columns(len(steps)), steps, strict=True):
        words = f"**{step.name}**" if step.state == "now" else step.name
        colour = {"done": "green", "now": "blue", "later": "gray"}[step.state]
        column.markdown(f":{colour}[{_STATE_ICONS[step.state]}] {words}")


def _tasks(session: Session) -> None:
    st.header(text("today.next"))
    actions = next_actions(session.definition, session.records)
    if not actions:
        st.success(text("today.nothing"), icon=":material/done_all:")
        return
    for task in tasks(actions):
        with st.container(border=True):
            count = f" · {counted('today.films', task.films)}" if task.films else ""
            st.markdown(f"{_WHO_ICONS[task.who]} **{task.title}** · {name_of('who', task.who)}{count}")
            st.caption(plain(task.detail))
            if place := _PLACES.get(task.kind):
                there = text("today.go_there", page=text(f"pages.{place}"))
                st.page_link(f"screens/{place}.py", label=there, icon=":material/arrow_forward:")
    _worker(session, actions)
    peoples = any(action.elsewhere or action.kind in _DECISIONS for action in actions)
    virtual = session.definition.lab == "virtual" and not peoples
    st.caption(text("today.command_virtual" if virtual else "today.command"))
    st.code(session.command("work"), language=None)


@st.fragment(run_every=_LOOK_SECONDS)
def _worker(session: Session, actions: list[Action]) -> None:
    """Say whether a worker is at it: one that died is missed here."""
    try:
        found = worker_of(session.campaign, actions)
    except FilmlabError as error:
        st.caption(plain(error.message))
        return
    if found is None:
        st.markdown(f":material/pause_circle: {text('today.no_worker')}")
        return
    doing = name_of("tasks", found.action.kind)
    holder = found.holder
    where = text("today.worker_where", pid=plain(holder.pid), host=plain(holder.host), since=plain(holder.since))
    st.markdown(
        f":material/sync: **{text('today.worker', doing=doing, subject=plain(found.action.subject))}**  \n{where}"
    )


show()
