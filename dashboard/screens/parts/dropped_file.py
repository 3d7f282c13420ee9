"""A file that was dropped on the page Measure: what was read of it, and what a person says of it."""

from collections.abc import Mapping

import attrs
import streamlit as st

from dashboard.access import Session
from dashboard.parts import explained, plain, show_plot, show_table
from dashboard.plots import measured
from dashboard.screens.parts import recording
from dashboard.session import here
from dashboard.texts import text
from dashboard.views.uploads import MOST_CURVES, ReadUpload, specimen_labels, specimen_table, with_rejections
from lab.instruments import InstrumentResult


@attrs.frozen
class Said:
    """What a person says of a file."""

    film: str | None = None
    """The film that it is of; None as the file says."""
    instead_of: str | None = None
    """The film that it is not of, though it is named or was imported so."""
    rejected: Mapping[str, str] = attrs.field(factory=dict)
    """Reasons by specimen that is left out."""


def show(session: Session, upload: ReadUpload, key: str, *, folded: bool) -> Said:
    """Show what was read, and ask what the file does not say; of many files only where somebody looks at one.

    Returns:
        What a person says of the file.
    """
    name = f"**{plain(upload.raw.name)}**"
    if upload.error is not None:
        with st.container(border=True):
            st.markdown(name)
            st.error(explained(upload.error))
        return Said()
    if upload.grading is not None:
        with st.container(border=True):
            st.markdown(f"{name} · {text('measure.grading_sheet')}")
        return Said()
    title = plain(", ".join(dict.fromkeys(f"{result.format} · {result.instrument}" for result in upload.results)))
    if folded:
        place = st.expander(f"{name} · {title}", key=f"file-{key}", on_change="rerun")
        if place.open:
            with place:
                _details(session, upload, key)
        else:
            _warnings(upload, _said(key))
    else:
        with st.container(border=True):
            st.markdown(f"{name} · {title}")
            _details(session, upload, key)
    return _said(key)


def taken(upload: ReadUpload, said: Said) -> tuple[InstrumentResult, ...] | None:
    """Return what is taken of a file; None while something is left out without a reason."""
    complete = all(reason.strip() for reason in said.rejected.values())
    return with_rejections(upload, said.rejected) if complete else None


def _details(session: Session, upload: ReadUpload, key: str) -> None:
    left, right = st.columns([3, 2], gap="medium")
    with right:
        _ask(session, upload, key)
        said = _said(key)
        _warnings(upload, said)
    with left:
        shown = specimen_table(
            ReadUpload(upload.raw, taken(upload, said) or upload.results), session.records, said.film
        )
        show_table(session, shown, f"read-{key}", column_config=recording.NUMBERS, height=240)
        _curves(session, upload, key)


def _ask(session: Session, upload: ReadUpload, key: str) -> None:
    """Ask which film a file is of, and what of it is left out; the answers stay while the file is folded away."""
    films = list(session.records.films)
    film = st.selectbox(
        text("measure.film"),
        films,
        index=None,
        placeholder=text("measure.as_file"),
        key=here(f"film-{key}"),
        persist_state="page",
    )
    if film is not None:
        st.selectbox(
            text("measure.instead_of"),
            films,
            index=None,
            placeholder="–",
            key=here(f"instead-{key}"),
            persist_state="page",
        )
    labels = specimen_labels(upload)
    names = {label: label or text("measure.whole_file") for label in labels}
    left_out = st.multiselect(
        text("measure.leave_out"), labels, format_func=names.__getitem__, key=here(f"out-{key}"), persist_state="page"
    )
    for label in left_out:
        words = text("measure.reason", name=plain(names[label]))
        st.text_input(words, key=here(f"why-{key}-{label}"), persist_state="page")


def _said(key: str) -> Said:
    """Return what a person said of a file, also where it is folded away."""
    state = st.session_state
    film = state.get(here(f"film-{key}"))
    wrong = state.get(here(f"instead-{key}")) if film is not None else None
    left_out = state.get(here(f"out-{key}"), [])
    return Said(film, wrong, {label: str(state.get(here(f"why-{key}-{label}")) or "") for label in left_out})


def _warnings(upload: ReadUpload, said: Said) -> None:
    for warning in dict.fromkeys(warning for result in upload.results for warning in result.warnings):
        st.warning(plain(warning))
    if taken(upload, said) is None:
        st.warning(text("measure.reason_missing"))


def _curves(session: Session, upload: ReadUpload, key: str) -> None:
    found = [
        (specimen.label or upload.raw.name, specimen.curve)
        for result in upload.results
        for specimen in result.specimens
        if specimen.curve is not None
    ][:MOST_CURVES]
    if not found:
        return
    with st.expander(text("measure.open_curves"), expanded=True):
        figure = measured.curves(found)
        table = measured.curve_table(found)
        # A file that a person brings is not of the virtual lab, whatever the campaign's other records are.
        show_plot(session, figure, f"curves-{key}", text("measure.curves"), table, simulated=False)
