"""Explain: what each material does to each property, by the newest model that was explained."""

import pandas as pd
import streamlit as st

from dashboard.access import Session
from dashboard.parts import choose_property, explained, missing, show_plot
from dashboard.plots import learned, molecular
from dashboard.session import current
from dashboard.texts import text
from dashboard.views.explanations import explained_models, importance_table, shapley_table, simulated_numbers
from lab.errors import FilmlabError
from lab.properties import Property


def show() -> None:
    """Show the page."""
    session = current()
    known = explained_models(session.records)
    if not known:
        missing(text("campaign.no_explanation"))
        return
    with st.container(horizontal=True):
        label = st.selectbox(text("models.model"), known, width=260)
        try:
            table = shapley_table(session.definition, session.records, label, session.workspace.artefacts.read)
        except FilmlabError as error:
            st.error(explained(error))
            return
        if table.empty:
            missing(text("explain.empty"))
            return
        shown = [prop for prop in session.definition.properties if (table["property"] == prop.name).any()]
        prop = choose_property(shown)
    if prop is None:
        return
    shown_films, films = table["film"].nunique(), session.records.models[label].films
    if shown_films < films:
        st.caption(text("explain.drawn", shown=f"{shown_films:,}", films=f"{films:,}"))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        rows = table[table["property"] == prop.name]
        show_plot(session, learned.shapley(table, prop), "shapley", text("explain.note"), rows)
        _dependence(session, table, prop)
    with right:
        shares = importance_table(table)
        figure = learned.importance(shares)
        show_plot(session, figure, "importance", text("explain.importance_note"), shares.reset_index())
        st.caption(text("explain.how"))
        _beside(session, prop)


def _beside(session: Session, prop: Property) -> None:
    """Show what molecular dynamics says about the property: a second witness, not a measurement."""
    st.markdown(f"**{text('explain.md')}**")
    number, rows = simulated_numbers(session.records, prop.name)
    if rows.empty:
        missing(text("explain.md_none"))
        return
    title = text("explain.md_value", number=text(f"explain.md_numbers.{number}"))
    note = text("explain.md_note", test=rows["test"].iloc[0], profile=rows["profile"].iloc[0])
    show_plot(session, molecular.beside(rows, title), "md-beside", note, rows)


def _dependence(session: Session, table: pd.DataFrame, prop: Property) -> None:
    materials = list(dict.fromkeys(table["material"]))
    material = st.segmented_control(text("explain.material"), materials, default=materials[0])
    if material:
        rows = table[(table["property"] == prop.name) & (table["material"] == material)]
        figure = learned.dependence(table, prop, material)
        show_plot(session, figure, "dependence", text("explain.dependence_note"), rows)


show()
