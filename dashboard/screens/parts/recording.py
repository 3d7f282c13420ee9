"""What would be recorded of instrument files and sheets, and recording it."""

from collections.abc import Mapping, Sequence
from functools import partial

import pandas as pd
import streamlit as st

from dashboard.access import Session
from dashboard.acts import act_button, show_outcome
from dashboard.login import desk
from dashboard.parts import explained, plain, show_table
from dashboard.texts import counted, text
from dashboard.views.uploads import measurement_table
from lab.errors import FilmlabError
from lab.instruments import InstrumentResult
from lab.instruments.importing import ImportPlan
from lab.sheets import GradingPlan, Grid

ABOUT = "record"
"""Name of the act."""
NUMBERS = {name: st.column_config.NumberColumn(format="%.4g") for name in ("value", "sd")}
"""How numbers of measurements are shown."""


def plan(
    groups: Mapping[tuple[str | None, str | None], Sequence[InstrumentResult]], *, replace: bool
) -> list[ImportPlan] | None:
    """Return what would be recorded of instrument files; None, and a word why, where that is refused."""
    try:
        return desk().plan_imports(groups, replace=replace)
    except FilmlabError as error:
        st.error(explained(error))
        return None


def plan_grades(sheets: Sequence[Grid], *, replace: bool) -> list[GradingPlan] | None:
    """Return what would be recorded of grading sheets; None, and a word why, where one is refused."""
    try:
        return [desk().plan_grading(sheet, replace=replace) for sheet in sheets]
    except FilmlabError as error:
        st.error(explained(error))
        return None


def propose(
    session: Session,
    plans: Sequence[ImportPlan] | None,
    gradings: Sequence[GradingPlan] | None = (),
    *,
    usable: bool = True,
) -> None:
    """Show what would be recorded, and record all of it when somebody says so.

    Args:
        session: The campaign.
        plans: See `plan`.
        gradings: See `plan_grades`.
        usable: Whether every file could be read: nothing is recorded while one could not.
    """
    what = [*_show_grades(session, gradings or ()), *_show_measurements(session, plans or ())]
    if not what:
        return
    ready = usable and plans is not None and gradings is not None
    if not ready:
        st.warning(text("measure.faulty"))
    words = text("measure.and").join(what)
    act_button(
        "record-measurements",
        text("measure.record", what=words),
        partial(_record, plans or (), gradings or (), words),
        about=ABOUT,
        type="primary",
        icon=":material/save:",
        disabled=not ready,
    )
    show_outcome(ABOUT)


def _show_measurements(session: Session, plans: Sequence[ImportPlan]) -> list[str]:
    """Show measurements that would be recorded, and return their number in words; nothing where there are none."""
    if not plans:
        return []
    table = measurement_table(plans, session.definition)
    what = counted("measure.measurements", len(table))
    st.markdown(f"**{text('measure.to_record', what=what)}**")
    show_table(session, table, "to-record", column_config=NUMBERS)
    for note in dict.fromkeys(note for plan in plans for note in plan.notes):
        st.caption(f":material/info: {plain(note)}")
    return [what]


def _show_grades(session: Session, plans: Sequence[GradingPlan]) -> list[str]:
    """Show grades that would be recorded, and return their number in words; nothing where there are none."""
    if not plans:
        return []
    rows = [
        {"film": grade.film, "grade": grade.grade.value, "note": grade.note} for plan in plans for grade in plan.grades
    ]
    show_table(session, pd.DataFrame(rows, columns=["film", "grade", "note"]), "grades-to-record")
    for note in dict.fromkeys(note for plan in plans for note in plan.notes):
        st.caption(f":material/info: {plain(note)}")
    return [counted("measure.grades", len(rows))]


def _record(plans: Sequence[ImportPlan], gradings: Sequence[GradingPlan], words: str) -> str:
    """Record what was shown, file by file; return what there is to say of it."""
    done: list[str] = []
    try:
        for grading in gradings:
            desk().record_grading(grading)
            done.append(grading.event.source)
        for found in plans:
            desk().record_imports([found])
            done.append(found.event.source)
    except FilmlabError as error:
        if done:
            error.hint = f"{error.hint} {text('measure.partly', what='; '.join(done))}".strip()
        raise
    return text("measure.recorded", what=words)
