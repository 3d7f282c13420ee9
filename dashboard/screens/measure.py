"""Measure: files of instruments and sheets are read, looked at, and recorded."""

from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFile

from dashboard.access import Session
from dashboard.acts import act_button, show_outcome, times_done
from dashboard.login import desk, may_write
from dashboard.numbers import Typed, read_number, read_numbers
from dashboard.parts import explained, missing, moment_column, plain, property_title, show_table, show_tabs
from dashboard.screens.parts import dropped_file, recording
from dashboard.session import current, here
from dashboard.texts import text
from dashboard.views.measurements import measured_table
from dashboard.views.uploads import (
    ReadUpload,
    bare_name,
    read_upload,
)
from lab.errors import FilmlabError, InvalidInputError
from lab.export.wording import name_text
from lab.instruments import InstrumentResult, Ordinate, RawFile, ReadOptions
from lab.instruments.photos.flame import read_flame
from lab.records import Records
from lab.sheets import Grid

_REJECT = "reject"
_READ = "read-files"
"""Key of what was read, and by which definition, films and options."""
_PHOTOS = ["jpg", "jpeg", "png", "tif"]
_MOST_OPEN = 12
"""Files that are shown without being asked for: to draw hundreds takes minutes."""


def show() -> None:
    """Show the page."""
    session = current()
    if not may_write():
        st.info(text("app.viewer"), icon=":material/visibility:")
    tabs = {"files": _files, "flame": _flame, "reject": _reject}
    show_tabs("measure-tabs", {text(f"measure.{name}"): partial(show, session) for name, show in tabs.items()})


def _files(session: Session) -> None:
    # Recording empties the drop zone: its key says how often that was done.
    key = here(f"files-{times_done(recording.ABOUT)}")
    dropped = st.file_uploader(
        text("measure.drop"), accept_multiple_files=True, key=key, help=text("measure.drop_help")
    )
    try:
        options = _options()
    except FilmlabError as error:
        st.error(explained(error))
        return
    gone = _tell_gone(key)
    if not dropped:
        st.caption(text("measure.formats"))
        return
    replace = st.toggle(text("measure.replace"), help=text("measure.replace_help"))
    groups: dict[tuple[str | None, str | None], list[InstrumentResult]] = {}
    sheets: list[Grid] = []
    faulty = gone
    uploads = _read(session, dropped, options)
    for key, upload in uploads.items():
        said = dropped_file.show(session, upload, key, folded=len(uploads) > _MOST_OPEN)
        taken = None if upload.error is not None else dropped_file.taken(upload, said)
        faulty |= taken is None
        if upload.grading is not None:
            sheets.append(upload.grading)
        else:
            groups.setdefault((said.film, said.instead_of), []).extend(taken or upload.results)
    gradings = recording.plan_grades(sheets, replace=replace)
    recording.propose(session, recording.plan(groups, replace=replace), gradings, usable=not faulty)


def _tell_gone(*keys: str) -> bool:
    """Tell of files that went away as the dashboard was started again, and return whether any did; lists show them."""
    handed = [st.session_state[key] for key in keys]
    files = [file for found in handed for file in (found if isinstance(found, list) else [found])]
    gone = any(isinstance(file, DeletedFile) for file in files)
    if gone:
        st.error(f"{text('measure.gone')}  \n{text('measure.gone_hint')}")
    return gone


def _read(session: Session, dropped: Sequence[UploadedFile], options: ReadOptions) -> dict[str, ReadUpload]:
    """Return what is in the files, by a key for each, as one may be dropped twice; a file is read once."""
    about = (session.entry.name, session.definition, tuple(session.records.films), options)
    kept_about, kept = st.session_state.get(_READ, (None, {}))
    known: dict[str, ReadUpload] = kept if kept_about == about else {}
    found: dict[str, ReadUpload] = {}
    for file in dropped:
        found[file.file_id] = known.get(file.file_id) or read_upload(
            file.name, file.getvalue(), options, session.definition, session.records
        )
    # What cannot be used may be huge.
    st.session_state[_READ] = about, {key: upload for key, upload in found.items() if upload.error is None}
    return found


def _options() -> ReadOptions:
    with st.expander(text("measure.options")), st.container(horizontal=True):
        ordinate = st.selectbox(
            text("measure.ordinate"), Ordinate.ALL, index=None, placeholder=text("measure.as_file"), width=220
        )
        labels = [text(f"measure.{name}") for name in ("width", "thickness", "gauge_length")]
        typed = [Typed(label, st.text_input(label, width=180)) for label in labels]
        ends = st.checkbox(text("measure.ends_at_break"))
    width, thickness, gauge_length = (number or None for number in read_numbers(typed))
    return ReadOptions(ordinate, width, thickness, gauge_length, ends)


def _flame(session: Session) -> None:
    st.caption(text("measure.flame_note"))
    number = times_done(recording.ABOUT)
    keys = [here(f"{name}-{number}") for name in ("before", "after")]
    left, right = st.columns(2)
    before = left.file_uploader(text("measure.before"), type=_PHOTOS, key=keys[0])
    after = right.file_uploader(text("measure.after"), type=_PHOTOS, key=keys[1])
    _tell_gone(*keys)
    with st.container(horizontal=True):
        typed = Typed(text("measure.marker"), st.text_input(text("measure.marker"), "10", width=220), least=0.1)
        film = st.selectbox(text("measure.film"), list(session.records.films), index=None, width=260)
    if before is None or after is None or film is None:
        return
    try:
        marker = read_number(typed)
        pair = [RawFile(bare_name(file.name), file.getvalue()) for file in (before, after)]
        found = read_flame(pair[0], pair[1], marker)
    except FilmlabError as error:
        st.error(explained(error))
        return
    st.image(found.overlay, caption=text("measure.overlay", ratio=found.ratio), width=900)
    recording.propose(session, recording.plan({(film, None): [found.result]}, replace=False))


def _reject(session: Session) -> None:
    table = measured_table(session.definition, session.records)
    if table.empty:
        missing(text("measure.nothing_measured"))
        return
    st.caption(text("measure.reject_note"))
    columns = {"when": moment_column(), **recording.NUMBERS}
    show_table(session, table, "measured", height=320, column_config=columns)
    films = list(dict.fromkeys(table["film"]))
    titles = {prop.name: property_title(prop) for prop in session.definition.properties}
    # A value that was rejected leaves an empty form: its keys say how often that was done.
    key = here(f"{_REJECT}-{times_done(_REJECT)}")
    with st.form(_REJECT):
        left, middle, right = st.columns([2, 2, 4])
        left.selectbox(text("measure.film"), films, index=None, key=f"{key}-film")
        middle.selectbox(
            text("campaign.property"), list(titles), index=None, format_func=titles.__getitem__, key=f"{key}-property"
        )
        right.text_input(text("measure.why"), key=f"{key}-why")
        act_button(
            _REJECT, text("measure.reject_value"), partial(_rejected, key, session.records), place=st.form_submit_button
        )
    show_outcome(_REJECT)


def _rejected(key: str, shown: Records) -> str:
    """Take the value that stands in the form out of use as it was shown; return what there is to say of it."""
    film, name = st.session_state[f"{key}-film"], st.session_state[f"{key}-property"]
    if film is None or name is None:
        raise InvalidInputError(text("measure.reject"), [text("measure.nothing_chosen")])
    why = str(st.session_state[f"{key}-why"])
    desk().reject(film, name, why, seen=shown.measurements.get((film, name)))
    return text("measure.rejected", film=plain(film), name=plain(name_text(name)))


show()
