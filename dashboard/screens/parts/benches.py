"""The robot and its stocks in short, for the page Today."""

import streamlit as st

from dashboard.access import Session
from dashboard.parts import plain
from dashboard.texts import text
from dashboard.views import robot
from lab.errors import FilmlabError


def show(session: Session) -> None:
    """Show the last run and how much is left of each stock; nothing in a lab without a robot of its own."""
    folder = robot.robot_folder(session.workspace.root)
    labels = robot.run_labels(folder)
    if not labels:
        return
    st.subheader(text("today.bench"))
    try:
        view = robot.run_view(folder.run(labels[0]))
        decks = robot.robot_decks(folder)
    except FilmlabError as error:
        st.error(plain(f"{error.message}. {error.hint}"))
        return
    if robot.needs_somebody(folder.run(labels[0]), view):
        st.error(text("today.run_needs_you", run=plain(labels[0])), icon=":material/sensors_off:")
        there = text("today.go_there", page=text("pages.robot"))
        st.page_link("screens/robot.py", label=there, icon=":material/arrow_forward:")
    icon = ":material/sensors_off:" if view.unwatched else ":material/precision_manufacturing:"
    st.markdown(f"{icon} **{plain(labels[0])}** · {view.status.phase} · {view.status.step} / {view.status.last_step}")
    for row in robot.stock_table(decks).to_dict("records"):
        st.progress(float(row["share"]), text=f"{plain(row['stock'])} · {row['left']:.1f} mL")
