"""Grade: dry films one after another, with the keyboard alone."""

from functools import partial

import streamlit as st

from dashboard.access import Session
from dashboard.login import act, desk, may_write
from dashboard.parts import missing, plain
from dashboard.session import current
from dashboard.texts import text
from dashboard.views.grading import Waiting, waiting_films, wet_decks
from dashboard.views.uploads import bare_name
from lab.errors import FilmlabError
from lab.grades import Grade
from lab.instruments.photos.hints import hints_of
from lab.instruments.photos.images import read_photo
from lab.instruments.raw_files import RawFile, open_raw

_COMES_OFF, _FLAT, _NOTE = "grade-comes-off", "grade-flat", "grade-note"
_DONE, _SKIPPED, _AGAIN, _SAID = "grade-done", "grade-skipped", "grade-again", "grade-said"
_PHOTO_TYPES = ["jpg", "jpeg", "png", "tif", "tiff"]


def show() -> None:
    """Show the page."""
    session = current()
    if not may_write():
        st.info(text("app.viewer"), icon=":material/visibility:")
    _wet(session)
    _grading()


@st.fragment
def _grading() -> None:
    """Grade film after film: only this part of the page runs anew at a key."""
    records = current().followed.records()
    queue = _queue(waiting_films(records))
    again = st.session_state.get(_AGAIN)
    if said := st.session_state.pop(_SAID, None):
        st.error(plain(said))
    if again is None and not queue:
        _finished(bool(st.session_state.get(_DONE)))
        return
    film = again or queue[0].film
    left, right = st.columns([3, 2], gap="large")
    with left:
        _heading(film, queue, again=again is not None)
        letter = _findings()
        _buttons(film, letter, queue)
    with right:
        photo = _photo(film)
    if st.session_state.pop("grade-record", False):
        _record(film, letter, photo, correction=again is not None)


def _queue(waiting: list[Waiting]) -> list[Waiting]:
    """Return the films to grade, those that were put off at the end."""
    skipped: list[str] = st.session_state.setdefault(_SKIPPED, [])
    return sorted(waiting, key=lambda item: skipped.index(item.film) + 1 if item.film in skipped else 0)


def _heading(film: str, queue: list[Waiting], *, again: bool) -> None:
    place = next((item.place for item in queue if item.film == film), "")
    done: list[str] = st.session_state.setdefault(_DONE, [])
    st.subheader(text("grade.again" if again else "grade.film", film=plain(film)), anchor=False)
    st.caption(text("grade.place", place=plain(place) or "–", done=len(done), left=len(queue)))
    total = len(done) + len(queue)
    st.progress(len(done) / total if total else 1.0)


def _findings() -> Grade:
    comes_off, flat = bool(st.session_state.get(_COMES_OFF)), bool(st.session_state.get(_FLAT))
    left, middle, right = st.columns([3, 3, 2], vertical_alignment="center")
    for column, key, shortcut, yes, name in (
        (left, _COMES_OFF, "D", comes_off, "comes_off"),
        (middle, _FLAT, "F", flat, "flat"),
    ):
        column.button(
            text(f"grade.{name}_yes") if yes else text(f"grade.{name}_no"),
            key=f"{key}-button",
            shortcut=shortcut,
            on_click=_toggle,
            args=(key,),
            type="primary" if yes else "secondary",
            icon=":material/check_circle:" if yes else ":material/cancel:",
            width="stretch",
        )
    letter = Grade.from_findings(detachable=comes_off, flat=flat)
    right.metric(text("grade.grade"), letter.value, border=True)
    return letter


def _buttons(film: str, letter: Grade, queue: list[Waiting]) -> None:
    st.text_input(text("grade.note"), key=_NOTE, placeholder=text("grade.note_example"))
    with st.container(horizontal=True):
        st.button(
            text("grade.record", letter=letter.value),
            shortcut="Enter",
            type="primary",
            on_click=_ask_to_record,
            icon=":material/check:",
            disabled=not may_write(),
            key="grade-enter",
        )
        st.button(
            text("grade.later"),
            shortcut="N",
            on_click=_put_off,
            args=(film,),
            icon=":material/skip_next:",
            disabled=len(queue) < 2,
            key="grade-later",
        )
        st.button(
            text("grade.undo"),
            shortcut="U",
            on_click=_undo,
            icon=":material/undo:",
            disabled=not st.session_state.get(_DONE),
            key="grade-undo",
        )
    st.caption(text("grade.keys"))


def _photo(film: str) -> RawFile | None:
    """Return the photo that goes with the grade, after saying what it shows."""
    st.markdown(f"**{text('grade.photo')}**")
    way = st.segmented_control(
        text("grade.photo_from"), ["file", "camera"], format_func=lambda name: text(f"grade.{name}"), default="file"
    )
    if way == "camera":
        taken = st.camera_input(text("grade.camera"), key=f"camera-{film}", label_visibility="collapsed")
    else:
        taken = st.file_uploader(
            text("grade.file"), type=_PHOTO_TYPES, key=f"photo-{film}", label_visibility="collapsed"
        )
    if taken is None:
        return None
    try:
        raw = open_raw(taken.getvalue(), name=bare_name(taken.name))
        read_photo(raw)
        st.image(raw.content)
    except FilmlabError as error:
        st.error(plain(f"{error.message}. {error.hint}"))
        return None
    _hints(raw)
    return raw


def _hints(raw: RawFile) -> None:
    marker = st.number_input(text("grade.marker"), min_value=0.0, value=0.0, step=1.0, help=text("grade.marker_help"))
    if marker > 0:
        try:
            said = hints_of(raw, marker).sentences
        except FilmlabError as error:
            said = (error.message,)
        st.caption(text("grade.hints", said=plain("; ".join(said))))


def _toggle(key: str) -> None:
    st.session_state[key] = not st.session_state.get(key)


def _ask_to_record() -> None:
    st.session_state["grade-record"] = True


def _put_off(film: str) -> None:
    skipped: list[str] = st.session_state[_SKIPPED]
    if film in skipped:
        skipped.remove(film)
    skipped.append(film)
    _start_anew()


def _undo() -> None:
    """Take up the film that was graded last: its next grade is recorded as a correction."""
    film = st.session_state[_DONE].pop()
    _start_anew()
    st.session_state[_AGAIN] = film
    known = current().followed.records().grades.get(film)
    if known is not None:
        st.session_state[_COMES_OFF], st.session_state[_FLAT] = known.grade.detachable, known.grade.flat


def _start_anew() -> None:
    for key in (_COMES_OFF, _FLAT, _NOTE, _AGAIN):
        st.session_state.pop(key, None)


def _record(film: str, letter: Grade, photo: RawFile | None, *, correction: bool) -> None:
    note = str(st.session_state.get(_NOTE) or "")
    try:
        desk().grade(film, letter, note=note, photo=photo, correction=correction)
        st.session_state[_DONE].append(film)
    except FilmlabError as error:
        # Kept for the next run: by then a film that somebody else graded has left the queue.
        st.session_state[_SAID] = f"{error.message}. {error.hint}"
    _start_anew()
    st.rerun(scope="fragment")


def _finished(any_graded: bool) -> None:
    if not any_graded:
        missing(text("grade.none"))
        return
    st.success(text("grade.all", count=len(st.session_state[_DONE])), icon=":material/done_all:")
    st.button(text("grade.undo"), shortcut="U", on_click=_undo, icon=":material/undo:", key="grade-undo-last")


def _wet(session: Session) -> None:
    """Offer to record that wet films are dry."""
    decks = wet_decks(session.records)
    if not decks:
        return
    films = sum(len(deck.films) for deck in decks)
    with st.expander(text("grade.wet", films=films, decks=len(decks)), expanded=not waiting_films(session.records)):
        for deck in decks:
            with st.form(f"dry-{deck.deck}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
                st.markdown(f"**{plain(deck.deck) or '–'}** · {text('today.films', count=len(deck.films))}", width=220)
                temperature = st.number_input(text("grade.temperature"), 0.0, 200.0, 40.0, 5.0, width=160)
                hours = st.number_input(text("grade.hours"), 0.0, 1000.0, 48.0, 1.0, width=160)
                dry = st.form_submit_button(text("grade.dry"), disabled=not may_write())
            if dry and act(partial(desk().record_drying, deck.films, temperature, hours)):
                st.rerun()


show()
