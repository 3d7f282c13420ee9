"""Going on after a run that did not end well: what only a person can see, what has to be done, then the word for it."""

import shlex
from functools import partial

import streamlit as st

from dashboard.acts import act_button, show_outcome
from dashboard.login import desk, may_write
from dashboard.parts import explained, plain
from dashboard.session import current
from dashboard.texts import counted, text
from dashboard.views import robot
from dashboard.views.continuing import QUESTIONS, way_on
from lab.errors import FilmlabError
from robot_protocols.running.continuation import Continuation
from robot_protocols.running.places import RobotFolder
from robot_protocols.timing import duration_text


def show(folder: RobotFolder, view: robot.RunView, label: str) -> None:
    """Show how a run can be gone on with; its program has ended, or is probably gone."""
    unfinished = view.dishes[view.dishes["state"] != "finished"]
    if unfinished.empty and not view.goes_on:
        st.success(text("robot.complete"), icon=":material/done_all:")
        return
    counts = ", ".join(f"{count} {state}" for state, count in view.dishes["state"].value_counts().items())
    if view.goes_on:
        # Nobody knows yet what the robot did: only a program that asks it finds out.
        st.markdown(text("robot.unsettled", dishes=counts))
        st.code(_command(label, {}), language=None)
        return
    try:
        _after_ending(folder, label, counts)
    except FilmlabError as error:
        st.error(explained(error))


def _after_ending(folder: RobotFolder, label: str, counts: str) -> None:
    st.markdown(text("robot.continue", dishes=counts))
    answers = {
        code: str(said) for code in QUESTIONS if (said := st.session_state.get(_answer_key(label, code))) is not None
    }
    now = way_on(folder, label, answers)
    if now.later is not None:
        st.info(text("robot.later", run=plain(now.later)), icon=":material/redo:")
        return
    if now.given_up:
        st.info(text("robot.given_up"), icon=":material/block:")
        return
    if now.told is not None:
        st.success(text("robot.will_go_on", who=plain(now.told.who)), icon=":material/task_alt:")
        return
    for question in now.asked:
        st.radio(
            plain(question.text),
            question.choices,
            index=None,
            horizontal=True,
            key=_answer_key(label, question.code),
            format_func=lambda choice: text(f"robot.answers.{choice}"),
        )
    if now.continuation is not None:
        _to_do(folder, label, now.continuation, answers)
    with st.expander(text("robot.by_hand"), key=f"by-hand-{label}"):
        st.caption(text("robot.by_hand_note"))
        st.code(_command(label, answers), language=None)
        with st.popover(text("robot.give_up"), disabled=not may_write()):
            st.markdown(text("robot.give_up_sure", run=plain(label)))
            give_up = partial(_give_up, folder, label)
            act_button("robot-give-up", text("robot.give_up_yes"), give_up, type="primary")
            show_outcome("robot-give-up")


def _to_do(folder: RobotFolder, label: str, continuation: Continuation, answers: dict[str, str]) -> None:
    """Show what has to be done first, and let an operator say that it is done."""
    if continuation.plan is None:
        st.info(text("robot.elsewhere"), icon=":material/move_up:")
        return
    films = counted("today.films", len(continuation.plan.films))
    duration = duration_text(continuation.plan.minutes)
    st.markdown(text("robot.left_to_make", films=films, duration=duration))
    done = [
        st.checkbox(plain(words), key=f"done-{label}-{number}", disabled=not may_write())
        for number, words in enumerate((*continuation.to_do, text("robot.deck_as_left")))
    ]
    act_button(
        "robot-go-on",
        text("robot.go_on"),
        partial(_go_on, folder, label, answers, continuation.plan.sha256),
        type="primary",
        icon=":material/redo:",
        disabled=not all(done),
    )
    show_outcome("robot-go-on")


def _go_on(folder: RobotFolder, label: str, answers: dict[str, str], plan: str) -> None:
    desk().go_on(folder.run(label), answers, plan)


def _give_up(folder: RobotFolder, label: str) -> None:
    desk().give_up(folder.run(label))


def _answer_key(label: str, code: str) -> str:
    return f"answer-{label}-{code}"


def _command(label: str, answers: dict[str, str]) -> str:
    said = "".join(f" --answer {code}={answer}" for code, answer in answers.items())
    return f"filmlab robot continue {label}{said} --workspace {shlex.quote(str(current().workspace.root))}"
