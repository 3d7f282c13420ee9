"""Campaign: progress, learning curve, loops, maps, parity."""

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from active_learning.campaign.reviews import Review, latest_review
from dashboard.access import Session
from dashboard.parts import missing, plain, progress_cards, property_title, show_plot, show_table, show_tabs
from dashboard.plots import curves, maps, progress
from dashboard.screens.parts import courses
from dashboard.screens.parts.alarm_list import show_alarms
from dashboard.session import coverage_of, current, films_of
from dashboard.texts import text
from dashboard.views.campaign import learning_table, loop_table
from dashboard.views.coverage import review_table, stop_table
from lab.export.geometry import section_plan
from lab.export.tetrahedra import shown_materials
from lab.records import Advice


def show() -> None:
    """Show the page."""
    session = current()
    progress_cards(session)
    tabs = {
        "learning": _learning,
        "loops": _loops,
        "maps": _maps,
        "coverage": _coverage,
        "health": _health,
    }
    show_tabs("campaign-tabs", {text(f"campaign.{name}"): partial(show, session) for name, show in tabs.items()})


def _learning(session: Session) -> None:
    table = learning_table(session.records)
    if table.empty:
        missing(text("campaign.no_learning"))
        return
    titles = {prop.name: property_title(prop) for prop in session.definition.properties}
    beside = st.multiselect(text("campaign.beside"), list(titles), format_func=titles.__getitem__)
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
    columns = {"score": st.column_config.NumberColumn(format="%.4g")}
    show_table(session, table, "loop-table", shares=["quality"], column_config=columns)


def _maps(session: Session) -> None:
    table = films_of(session)
    if table.empty:
        missing(text("campaign.no_maps"))
        return
    titles = {maps.GRADE: text("campaign.grade")}
    measured = [prop for prop in session.definition.properties if table[prop.name].notna().any()]
    titles |= {prop.name: property_title(prop) for prop in measured}
    top, below = st.container(horizontal=True, gap="medium"), st.columns(2)
    with top:
        label = text("campaign.colour")
        colour = st.selectbox(label, list(titles), format_func=titles.__getitem__, width=380, key="map-colour")
    with below[0]:
        _section(session, table, colour, top)
    with below[1]:
        st.markdown(f"**{text('campaign.space')}**")
        if len(session.definition.ranges) < 4:
            missing(text("campaign.space_missing"))
        else:
            figure = maps.tetrahedron(session.definition, table, colour)
            note = _with_left_out(session, text("campaign.space_note"), shown_materials(session.definition))
            show_plot(session, figure, "space", note, table)


def _section(session: Session, table: pd.DataFrame, colour: str, choices: DeltaGenerator) -> None:
    """Show a triangle of films; where it is cut is asked for among the other choices."""
    st.markdown(f"**{text('campaign.section')}**")
    if len(session.definition.ranges) < 3:
        missing(text("campaign.two_materials"))
        return
    plan = section_plan(session.definition)
    chosen = {}
    for name, found in maps.levels(session.definition, table, plan).items():
        label = text("campaign.level", material=plain(name))
        key, only = f"level-{name}", found[0]
        chosen[name] = (
            only
            if len(found) == 1
            else choices.select_slider(label, found, width=380, key=key, format_func=_in_percent)
        )
    inside = maps.at_levels(session.definition, table, chosen)
    figure = maps.ternary(session.definition, inside, plan, colour)
    said = text("campaign.section_note" if plan.fixed else "campaign.section_whole")
    note = _with_left_out(session, said, (*plan.fixed, *plan.corners))
    show_plot(session, figure, "section", note, inside)


def _in_percent(level: float) -> str:
    return f"{100 * level:g}"


def _with_left_out(session: Session, note: str, shown: Sequence[int]) -> str:
    """Return what a map shows and, where a campaign has more materials than a map has room for, which it leaves out."""
    names = session.definition.material_names
    others = [plain(name) for index, name in enumerate(names) if index not in shown]
    return text("campaign.left_out", note=note, materials=", ".join(others)) if others else note


def _coverage(session: Session) -> None:
    table = coverage_of(session)
    if table.empty:
        missing(text("campaign.no_coverage"))
        return
    left, _ = st.columns([3, 2])
    with left:
        show_plot(session, progress.coverage(table), "coverage-of-recipes", text("campaign.coverage_of_note"), table)


def _health(session: Session) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        table = stop_table(session.definition, session.records)
        if table["error"].notna().any():
            show_plot(session, progress.stopping(table), "stopping", text("campaign.stop_note"), table)
        else:
            missing(text("campaign.no_learning"))
    review = latest_review(session.records)
    with right:
        if review is not None:
            _advice(review)
        courses.show(session)
        show_alarms(session)
    if review is not None:
        # As wide as the page: findings are sentences.
        show_table(session, review_table(review), "review")


def _advice(review: Review) -> None:
    """Say whether the campaign thinks that another loop is worth making."""
    st.header(text("campaign.review", name=plain(review.name)))
    say = {Advice.GO_ON: st.success, Advice.LOOK: st.warning, Advice.STOP: st.info}[review.advice]
    say(f"**{text(f'campaign.advice.{review.advice}')}**  \n{plain(review.reason)}")


show()
