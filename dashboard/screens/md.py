"""MD: simulations beside the films: curves, hydrogen bonds, atoms to turn."""

from typing import Any

import streamlit as st

from dashboard.access import Session
from dashboard.parts import explained, missing, plain, show_plot, show_table
from dashboard.plots import molecular as plots
from dashboard.screens.parts import requests
from dashboard.session import current
from dashboard.texts import text
from dashboard.views import molecular
from lab.errors import FilmlabError
from lab.records import RequestedWork
from md_sim.analysis import CURVE_FILE, SNAPSHOT_FILE


def show() -> None:
    """Show the page."""
    session = current()
    found, problems = molecular.simulations(session.records, session.workspace.artefacts.read)
    for problem in problems:
        st.error(plain(problem))
    if not found:
        missing(text("md.none"))
        requests.show_open(session, RequestedWork.SIMULATE)
        _start()
        return
    st.caption(text("md.note"))
    table = molecular.simulation_table(found)
    columns: dict[str, Any] = {
        name: st.column_config.NumberColumn(text(f"explain.md_numbers.{name}"), format="%.3g")
        for name in molecular.NUMBERS
    }
    columns |= {name: st.column_config.NumberColumn(format="%.3g") for name in map(str, table) if name.endswith("wt%")}
    columns["force_field"] = st.column_config.TextColumn(text("md.field"))
    show_table(session, table, "simulations", column_config=columns)
    try:
        _curves(session, found)
        _one(session, found)
    except FilmlabError as error:
        st.error(explained(error))
    requests.show_open(session, RequestedWork.SIMULATE)
    with st.expander(text("md.start")):
        _start()


def _curves(session: Session, found: list[molecular.Simulation]) -> None:
    tests = list(dict.fromkeys(str(one.about.get("test")) for one in found))
    test = st.segmented_control(text("md.test"), tests, default=tests[0]) or tests[0]
    read = session.workspace.artefacts.read
    curves = {
        one.title: table
        for one in found
        if one.about.get("test") == test
        and (table := molecular.table_of(session.records, one.label, CURVE_FILE, read)) is not None
    }
    if curves:
        rows = molecular.joined(curves)
        show_plot(session, plots.stress(curves), f"md-{test}", text("md.curve_note"), rows)


def _one(session: Session, found: list[molecular.Simulation]) -> None:
    labels = [one.label for one in found]
    titles = {one.label: one.title for one in found}
    label = st.selectbox(text("md.simulation"), labels, format_func=lambda name: titles[name], width=420)
    read = session.workspace.artefacts.read
    left, right = st.columns(2)
    with left:
        snapshots = molecular.table_of(session.records, label, SNAPSHOT_FILE, read)
        if snapshots is not None:
            show_plot(session, plots.bonds(snapshots), "bonds", text("md.bonds_note"), snapshots)
        movie = molecular.movie_of(session.records, label, read)
        if movie is not None:
            st.image(movie, caption=text("md.movie"))
    with right:
        moments = molecular.atoms_of(session.records, label, read)
        if moments:
            moment = st.segmented_control(text("md.moment"), list(moments), default=next(iter(moments)))
            atoms = moments[moment or next(iter(moments))]
            show_plot(session, plots.atoms(atoms), "atoms", text("md.atoms_note"), atoms)


def _start() -> None:
    st.markdown(text("md.how"))
    requests.ask_for_simulations()


show()
