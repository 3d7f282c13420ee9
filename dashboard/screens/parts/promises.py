"""Wishes, recipes, promises and what became of them."""

from typing import Any

import streamlit as st

from dashboard.access import Session
from dashboard.parts import interval_columns, missing, plain, show_plot, show_table
from dashboard.plots import curves
from dashboard.texts import text
from dashboard.views.designs import Wish, promise_table, recipe_table, wishes
from lab.export.promises import PromiseCheck
from lab.export.wording import wish_text

_ACROSS = 4
"""Wishes beside each other."""


def show(session: Session) -> None:
    """Show the campaign's wishes and their answers."""
    found = wishes(session.definition, session.records)
    if not found:
        missing(text("designs.none"))
        return
    for first in range(0, len(found), _ACROSS):
        row = found[first : first + _ACROSS]
        for column, wish in zip(st.columns(min(len(found), _ACROSS)), row, strict=False):
            with column.container(border=True, height="stretch"):
                _wish(wish)
    checks = tuple(check for wish in found for check in wish.checks)
    if checks:
        _checks(session, checks)
    if session.records.designs:
        _recipes(session)


def _checks(session: Session, checks: tuple[PromiseCheck, ...]) -> None:
    st.header(text("designs.promises"))
    if any(check.prediction for check in checks):
        table = promise_table(checks)
        show_plot(session, curves.promises(checks), "promises", text("designs.promise_note"), table)
    numbers = {name: st.column_config.NumberColumn(format="%.4g") for name in ("promised", "measured")}
    columns = numbers | interval_columns() | {"sd": st.column_config.NumberColumn("± sd", format="%.3g")}
    columns["met"] = st.column_config.TextColumn(width="medium")  # it may say why nothing is known
    show_table(session, promise_table(checks), "promise-table", column_config=columns)


def _wish(wish: Wish) -> None:
    st.markdown(f"**{plain(wish.request.name)}**")
    for requirement in wish.request.require:
        st.markdown(f"- {plain(wish_text(requirement))}")
    if wish.answer is None:
        st.caption(text("designs.open"))
        return
    st.caption(text("designs.found", found=wish.answer.found, note=plain(wish.answer.note)))
    if wish.judged:
        st.caption(text("designs.kept", kept=wish.kept, judged=wish.judged))
    elif wish.checks:
        st.caption(text("designs.unverified"))


def _recipes(session: Session) -> None:
    st.header(text("designs.recipes"))
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(format="%.1f") for name in session.definition.material_names
    }
    table = recipe_table(session.definition, session.records)
    show_table(session, table, "design-recipes", shares=["probability", "quality"], column_config=config)
