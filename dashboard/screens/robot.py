"""Robot: decks to load and sign for, runs as they go, stocks and tips."""

import base64
from functools import partial

import streamlit as st

from active_learning.campaign.batches import waiting_decks
from dashboard.access import Session
from dashboard.acts import act_button, show_outcome
from dashboard.login import desk, may_write
from dashboard.parts import explained, missing, plain, show_table, show_tabs, table_height
from dashboard.screens.parts import continuing, stocks
from dashboard.session import current, here
from dashboard.texts import text
from dashboard.views import robot
from lab.errors import FilmlabError
from robot_protocols.findings import Severity
from robot_protocols.robot_client import RunAction
from robot_protocols.running.places import RobotFolder
from robot_protocols.timing import duration_text

_LIVE_SECONDS = 2


def show() -> None:
    """Show the page."""
    session = current()
    if not may_write():
        st.info(text("app.viewer"), icon=":material/visibility:")
    folder = RobotFolder.of_workspace(session.workspace.root)
    tabs = {
        text("robot.decks"): partial(_decks, session),
        text("robot.runs"): partial(_runs, folder),
        text("robot.stocks"): partial(stocks.show, session, folder),
    }
    show_tabs("robot-tabs", tabs)


def _decks(session: Session) -> None:
    table = robot.deck_table(session.records)
    if table.empty:
        missing(text("robot.no_decks"))
        return
    numbers = {"minutes": st.column_config.NumberColumn(text("robot.minutes"), format="%.0f")}
    show_table(session, table, "decks", height=220, column_config=numbers)
    waiting = waiting_decks(session.records)
    labels = [*waiting, *(label for label in list(session.records.decks)[::-1] if label not in waiting)]
    label = st.selectbox(text("robot.deck"), labels, key="deck", width=260)
    try:
        view = robot.deck_view(session.records, label, session.workspace.artefacts.read)
    except FilmlabError as error:
        st.error(explained(error))
        return
    if view is None:
        missing(text("robot.no_plan"))
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        # A data address has an origin of its own: whatever is in the page cannot reach the dashboard.
        address = "data:text/html;base64," + base64.b64encode(view.run_card.encode()).decode()
        st.iframe(address, height=760)
    with right:
        _sign(session, label, view)
        _take_along(label, view)
        films = robot.film_table(view, session.definition.material_names)
        numbers = {name: st.column_config.NumberColumn(format="%.1f") for name in session.definition.material_names}
        show_table(session, films, f"films-{label}", height=280, column_config=numbers)


def _sign(session: Session, label: str, view: robot.DeckView) -> None:
    findings = robot.deck_findings(session.definition, view)
    refused = [finding for finding in findings if finding.severity is Severity.REFUSE]
    st.markdown(f"**{text('robot.preflight')}**")
    if not findings:
        st.success(text("robot.clean"), icon=":material/verified:")
    for finding in findings:
        say = st.error if finding.severity is Severity.REFUSE else st.warning
        say(f"**{finding.code}** {plain(finding.message)}  \n{plain(finding.hint)}")
    check = session.records.deck_checks.get(label)
    if check is not None:
        event = session.records.event_of(check)
        st.caption(text("robot.signed", who=plain(event.who), at=f"{event.at:%Y-%m-%d %H:%M}"))
        if label not in session.records.runs:
            st.markdown(text("robot.start"))
            st.code(session.command("work"), language=None)
        return
    sure = st.checkbox(text("robot.loaded", deck=plain(label)), key=here(f"loaded-{label}"), disabled=bool(refused))
    sign = partial(_sign_for, label)
    act_button(
        # Another deck has another button: a click while the page turns to it is not for it.
        f"sign-{label}",
        text("robot.sign"),
        sign,
        about="sign",
        type="primary",
        icon=":material/draw:",
        disabled=not sure,
    )
    show_outcome("sign")


def _sign_for(label: str) -> None:
    desk().sign_deck(label)


def _take_along(label: str, view: robot.DeckView) -> None:
    with st.container(horizontal=True):
        for name, content, kind in (
            ("run_card", view.run_card, "html"),
            ("protocol", view.protocol, "py"),
        ):
            st.download_button(
                text(f"robot.{name}"),
                content,
                file_name=f"{label}-{name.replace('_', '-')}.{kind}",
                icon=":material/download:",
                on_click="ignore",
                key=f"take-{name}",
            )


def _runs(folder: RobotFolder) -> None:
    labels = robot.run_labels(folder)
    if not labels:
        missing(text("robot.no_runs"))
        st.markdown(text("robot.how_to_run"))
        st.code(
            "filmlab robot imaginary --port 31950 --speed 60\n"
            "filmlab robot run decks/deck-001 --url http://127.0.0.1:31950 --speed 60",
            language="bash",
        )
        return
    label = st.selectbox(text("robot.run"), labels, key="run", width=320)
    _live(folder, label)


@st.fragment(run_every=_LIVE_SECONDS)
def _live(folder: RobotFolder, label: str) -> None:
    """Follow a run: only this part of the page runs anew."""
    try:
        run = folder.run(label)
        view = robot.run_view(run)
    except FilmlabError as error:
        st.error(explained(error))
        return
    status = view.status
    with st.container(horizontal=True):
        st.metric(text("robot.phase"), status.phase, border=True)
        st.metric(text("robot.step"), f"{status.step} / {status.last_step}", border=True)
        st.metric(text("robot.film"), plain(view.film) or "–", border=True)
        st.metric(text("robot.left"), duration_text(view.minutes_left), border=True)
        st.metric(text("robot.name"), plain(status.robot), border=True)
    st.progress(min(1.0, status.step / max(1, status.last_step)))
    if view.problem:
        st.error(plain(view.problem))
    if view.unwatched:
        st.error(text("robot.unwatched", seconds=f"{abs(view.silent):.0f}"), icon=":material/sensors_off:")
    if view.goes_on:
        _orders(folder, label)
    if not view.goes_on or view.unwatched:
        continuing.show(folder, view, label)
    height = table_height(len(view.dishes), 260)
    st.dataframe(view.dishes, hide_index=True, width="stretch", height=height)


def _orders(folder: RobotFolder, label: str) -> None:
    with st.container(horizontal=True):
        for action, name, icon in (
            (RunAction.PAUSE, "pause", ":material/pause:"),
            (RunAction.PLAY, "resume", ":material/play_arrow:"),
        ):
            tell = partial(_tell, folder, label, action, name)
            act_button(f"robot-{name}", text(f"robot.{name}"), tell, icon=icon)
        # The browser opens it without asking the server, so that the question is there however busy that is.
        with st.popover(text("robot.stop"), icon=":material/stop_circle:", type="primary", disabled=not may_write()):
            st.markdown(text("robot.stop_sure", run=plain(label)))
            tell = partial(_tell, folder, label, RunAction.STOP, "stop")
            act_button("robot-stop", text("robot.stop_yes"), tell, type="primary")
    show_outcome("robot-pause", "robot-resume", "robot-stop")


def _tell(folder: RobotFolder, label: str, action: RunAction, name: str) -> str:
    """Tell the robot of a run what to do; return what there is to say of it."""
    failure = desk().order(folder.run(label), action)
    if failure is not None:
        raise FilmlabError(failure.message, hint=failure.hint)
    return text("robot.told", action=text(f"robot.{name}"))


show()
