"""The robot and its stocks in short, for the page Today."""

import streamlit as st

from dashboard.parts import plain
from dashboard.texts import text
from dashboard.views.benches import Bench


def show(bench: Bench | None) -> None:
    """Show the last run and how much is left of each stock; nothing in a lab without a robot of its own."""
    if bench is None:
        return
    st.header(text("today.bench"))
    view = bench.view
    icon = ":material/sensors_off:" if view.unwatched else ":material/precision_manufacturing:"
    st.markdown(f"{icon} **{plain(bench.run)}** · {view.status.phase} · {view.status.step} / {view.status.last_step}")
    if bench.needs_somebody:
        there = text("today.go_there", page=text("pages.robot"))
        st.page_link("screens/robot.py", label=there, icon=":material/arrow_forward:")
    for row in bench.stocks.to_dict("records"):
        st.progress(float(row["share"]), text=f"{plain(row['stock'])} · {row['left']:.1f} mL")
