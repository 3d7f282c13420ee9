"""Campaign: progress, learning curve, loops, maps, parity."""

import pandas as pd
import streamlit as st

from dashboard.access import Session
from dashboard.parts import missing, plain, progress_cards, show_plot
from dashboard.plots import curves, maps
from dashboard.session import current, films_of
from dashboard.texts import text
from dashboard.views.campaign import learning_table, loop_table, parity_table
from lab.errors import FilmlabError
from lab.export.geometry import section_plan
from lab.export.summary import latest_explanation


def show() -> None:
    """Show the page."""
    session = current()
    progress_cards(session)
    names = ("learning", "loops", "maps", "parity", "explanation")
    learning, loops, space, parity, explanation = st.tabs([text(f"campaign.{name}") for name in names])
    with learning:
        _learning(session)
    with loops:
        _loops(session)
    with space:
        _maps(session)
    with parity:
        _parity(session)
    with explanation:
        _explanation(session)


def _learning(session: Session) -> None:
    table = learning_table(session.records)
    if table.empty:
        missing(text("campaign.no_learning"))
        return
    beside = st.multiselect(text("campaign.beside"), session.definition.property_names)
    left, right = st.columns(2)
    with left:
        error = curves.learning(table, "mre", beside)
        show_plot(session, error, "error", text("campaign.mre_note"), table[table["metric"] == "mre"])
    with right:
        coverage = curves.learning(table, "coverage_90", beside)
        note = text("campaign.coverage_note")
        show_plot(session, coverage, "coverage", note, table[table["metric"] == "coverage_90"])


def _loops(session: Session) -> None:
    table = loop_table(session.definition, session.records)
    if table.empty:
        missing(text("campaign.no_loops"))
        return
    show_plot(session, curves.loop_shares(table), "loops", text("campaign.loops_note"), table)
    columns = {
        "quality": st.column_config.NumberColumn(format="percent"),
        "score": st.column_config.NumberColumn(format="%.4g"),
    }
    st.dataframe(table, width="stretch", hide_index=True, column_config=columns)


def _maps(session: Session) -> None:
    table = films_of(session)
    if table.empty:
        missing(text("campaign.no_maps"))
        return
    measured = [name for name in session.definition.property_names if table[name].notna().any()]
    colour = st.selectbox(text("campaign.colour"), [maps.GRADE, *measured], key="map-colour")
    left, right = st.columns(2)
    with left:
        _section(session, table, colour)
    with right:
        st.markdown(f"**{text('campaign.space')}**")
        if len(session.definition.ranges) < 4:
            missing(text("campaign.space_missing"))
        else:
            figure = maps.tetrahedron(session.definition, table, colour)
            show_plot(session, figure, "space", text("campaign.space_note"), table)


def _section(session: Session, table: pd.DataFrame, colour: str) -> None:
    st.markdown(f"**{text('campaign.section')}**")
    if len(session.definition.ranges) < 3:
        missing(text("campaign.two_materials"))
        return
    plan = section_plan(session.definition)
    chosen = {}
    for name, found in maps.levels(session.definition, table, plan).items():
        label = text("campaign.level", material=plain(name))
        chosen[name] = found[0] if len(found) == 1 else st.select_slider(label, found, key=f"level-{name}")
    inside = maps.at_levels(session.definition, table, chosen)
    figure = maps.ternary(session.definition, inside, plan, colour)
    show_plot(session, figure, "section", text("campaign.section_note"), inside)


def _parity(session: Session) -> None:
    try:
        table = parity_table(session.definition, session.records, session.workspace.artefacts.read)
    except FilmlabError as error:
        st.error(plain(f"{error.message}. {error.hint}"))
        return
    if table.empty:
        missing(text("campaign.no_parity"))
        return
    known = [prop for prop in session.definition.properties if (table["property"] == prop.name).any()]
    name = st.selectbox(text("campaign.property"), [prop.name for prop in known])
    prop = next(prop for prop in known if prop.name == name)
    left, _ = st.columns([3, 2])
    with left:
        rows = table[table["property"] == name]
        show_plot(session, curves.parity(table, prop), f"parity-{name}", text("campaign.parity_note"), rows)


def _explanation(session: Session) -> None:
    artefact = latest_explanation(session.records)
    if artefact is None:
        missing(text("campaign.no_explanation"))
        return
    try:
        content = session.workspace.artefacts.read(artefact.sha256)
    except FilmlabError as error:
        st.error(plain(f"{error.message}. {error.hint}"))
        return
    # Only PNG: an SVG would become part of the page.
    if artefact.name.endswith(".png"):
        st.image(content, width="content")
    st.caption(text("campaign.explanation_note", name=plain(artefact.name)))


show()
