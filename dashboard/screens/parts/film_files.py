"""Photos, instrument files and measured curves of one film."""

import streamlit as st

from dashboard.access import Session
from dashboard.parts import plain, show_plot
from dashboard.plots import measured
from dashboard.texts import text
from dashboard.views.film_files import curves_in, raw_files_of
from dashboard.views.photos import photos_of
from dashboard.views.uploads import MOST_CURVES
from lab.errors import FilmlabError


def show(session: Session, film: str) -> None:
    """Show the files of a film; nothing where there are none."""
    read = session.workspace.artefacts.read
    for number, photo in enumerate(photos_of(session.records, film)):
        try:
            st.image(read(photo.sha256), caption=plain(photo.name), width=420)
        except (FilmlabError, OSError) as error:
            st.error(text("records.unreadable", name=plain(photo.name), message=plain(error)))
        if number == 0:
            st.caption(text("films.photo"))
    raw = raw_files_of(session.records, film)
    if not raw:
        return
    st.markdown(f"**{text('films.raw')}**")
    curves = []
    for artefact in raw:
        name = artefact.name.rsplit("/", 1)[-1]
        try:
            content = read(artefact.sha256)
        except FilmlabError as error:
            st.error(text("records.unreadable", name=plain(name), message=plain(error.message)))
            continue
        key = f"raw-{artefact.sha256}"
        st.download_button(plain(name), content, file_name=name, icon=":material/download:", key=key, on_click="ignore")
        curves += curves_in(name, content)
    if curves:
        shown = curves[:MOST_CURVES]
        figure = measured.curves(shown)
        show_plot(session, figure, "curves-of-film", text("measure.curves"), measured.curve_table(shown))
