"""Records: who did what, and what can be taken home."""

import streamlit as st

from dashboard.access import Session
from dashboard.parts import moment_column, plain, show_table
from dashboard.session import current
from dashboard.texts import text
from dashboard.views.provenance import artefact_table, event_table, tables_zip
from lab.errors import FilmlabError
from lab.records.artefacts import REPORT


def show() -> None:
    """Show the page."""
    session = current()
    st.header(text("records.take"))
    _downloads(session)
    st.header(text("records.acts"))
    _acts(session)
    st.header(text("records.files"))
    _files(session)


def _downloads(session: Session) -> None:
    name = session.entry.name
    left, right, _ = st.columns([1, 1, 2])
    left.download_button(
        text("records.tables"),
        lambda: tables_zip(session.definition, session.records),
        file_name=f"{name}-tables.zip",
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
    with right:
        if REPORT in session.records.artefacts:
            _download_file(session, REPORT, text("records.report"), f"{name}-report.html")
        else:
            st.caption(text("records.no_report", command=f"`{session.command('report')}`"))


def _download_file(session: Session, name: str, label: str, file_name: str) -> None:
    artefact = session.records.artefacts[name]
    try:
        content = session.workspace.artefacts.read(artefact.sha256)
    except FilmlabError as error:
        st.error(text("records.unreadable", name=plain(name), message=plain(error.message)))
        return
    st.download_button(
        label,
        content,
        file_name=file_name,
        mime=artefact.media_type,
        icon=":material/download:",
        key=f"file-{name}",
        on_click="ignore",
        width="stretch",
    )


def _acts(session: Session) -> None:
    table = event_table(session.records)
    choices = [text("records.any"), text("records.simulated"), text("records.real")]
    chosen = st.segmented_control(text("records.origin"), choices, default=choices[0])
    if chosen in choices[1:]:
        table = table[table["simulated"] == (chosen == choices[1])]
    moments = {"when": moment_column()}
    show_table(session, table, "acts", height=320, column_config=moments)


def _files(session: Session) -> None:
    table = artefact_table(session.records)
    numbers = {"kilobytes": st.column_config.NumberColumn("kB", format="%.1f")}
    show_table(session, table, "files", height=320, column_config=numbers)
    name = st.selectbox(text("records.file"), list(table["name"]), index=None)
    if name:
        _download_file(session, name, text("records.download"), name.replace("/", "_"))


show()
