"""Grade: dry films one after another, with the keyboard alone."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from dashboard.access import Session
from dashboard.acts import act_button, show_outcome
from dashboard.keys import listen, mark_handled
from dashboard.login import desk, may_write
from dashboard.numbers import Typed, needed_numbers
from dashboard.parts import explained, missing, plain
from dashboard.screens.parts.grade_photo import given_photo, show_photo
from dashboard.session import current, here
from dashboard.texts import counted, text
from dashboard.views.grading import Waiting, waiting_films, wet_decks
from dashboard.views.sitting import COMES_OFF, FLAT, LATER, RECORD, UNDO, GradeBook, Sitting
from lab.grades import Grade

_BUTTONS = {
    COMES_OFF: "grade-comes-off",
    FLAT: "grade-flat",
    RECORD: "grade-enter",
    LATER: "grade-later",
    UNDO: "grade-undo",
}
"""Keys of the buttons by the key on the keyboard."""


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
    sitting, book = _sitting(), _book()
    presses = listen("grade-keys", _BUTTONS, turn=sitting.turn, handled=sitting.handled)
    sitting.take(presses, book)
    waiting = {item.film: item for item in waiting_films(current().followed.records())}
    sitting.see(list(waiting))
    if refusal := sitting.refusal:
        st.error(explained(refusal) + "  \n" + text("grade.refused"))
    if sitting.film is None:
        _finished(sitting)
    else:
        _in_hand(sitting, sitting.film, waiting.get(sitting.film))
    mark_handled(sitting.handled)


def _in_hand(sitting: Sitting, film: str, waiting: Waiting | None) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left:
        _heading(sitting, waiting)
        _findings(sitting)
        _buttons(sitting)
    with right:
        show_photo(film)


def _sitting() -> Sitting:
    """Return this person's sitting: one object, changed in place.

    Streamlit may stop a run whenever it touches the session's state, to begin the next one; a key is done wholly or not
    at all, as nothing in between touches it.
    """
    sitting: Sitting = st.session_state.setdefault(f"sitting-{current().entry.name}", Sitting())
    return sitting


def _book() -> GradeBook:
    followed = current().followed
    return GradeBook(
        grade_of=lambda film: known.grade if (known := followed.records().grades.get(film)) else None,
        record=_record,
    )


def _record(film: str, letter: Grade, correction: bool) -> None:
    note = str(st.session_state.get(_note_key(film)) or "")
    desk().grade(film, letter, note=note, photo=given_photo(film), correction=correction)


def _press(key: str) -> None:
    """Do what a button stands for, where its click was not taken by `listen`."""
    _sitting().press(key, _book())


def _heading(sitting: Sitting, waiting: Waiting | None) -> None:
    film, done, left = plain(sitting.film), len(sitting.done), len(sitting.line)
    st.header(text("grade.again" if sitting.corrects else "grade.film", film=film), anchor=False)
    place = "–" if waiting is None else plain(waiting.place) or text("grade.no_place")
    st.caption(text("grade.place", place=place, done=done, left=left))
    st.progress(done / (done + left))


def _findings(sitting: Sitting) -> None:
    left, middle, right = st.columns([3, 3, 2], vertical_alignment="center")
    for column, key, yes, name in (
        (left, COMES_OFF, sitting.comes_off, "comes_off"),
        (middle, FLAT, sitting.flat, "flat"),
    ):
        column.button(
            text(f"grade.{name}_yes") if yes else text(f"grade.{name}_no"),
            key=_BUTTONS[key],
            shortcut=key,
            on_click=_press,
            args=(key,),
            type="primary" if yes else "secondary",
            icon=":material/check_circle:" if yes else ":material/cancel:",
            width="stretch",
        )
    right.metric(text("grade.grade"), sitting.letter.value, border=True)


def _note_key(film: str) -> str:
    return here(f"grade-note-{film}")


def _buttons(sitting: Sitting) -> None:
    st.text_input(text("grade.note"), key=_note_key(str(sitting.film)), placeholder=text("grade.note_example"))
    with st.container(horizontal=True):
        st.button(
            text("grade.record", letter=sitting.letter.value),
            shortcut=RECORD,
            type="primary",
            on_click=_press,
            args=(RECORD,),
            icon=":material/check:",
            disabled=not may_write(),
            key=_BUTTONS[RECORD],
        )
        st.button(
            text("grade.later"),
            shortcut=LATER,
            on_click=_press,
            args=(LATER,),
            icon=":material/skip_next:",
            disabled=len(sitting.line) < 2,
            key=_BUTTONS[LATER],
        )
        _undo_button(sitting)
    st.caption(text("grade.keys"))


def _undo_button(sitting: Sitting) -> None:
    st.button(
        text("grade.undo"),
        shortcut=UNDO,
        on_click=_press,
        args=(UNDO,),
        icon=":material/undo:",
        disabled=not sitting.done,
        key=_BUTTONS[UNDO],
    )


def _finished(sitting: Sitting) -> None:
    if not sitting.done:
        missing(text("grade.none"))
        return
    st.success(text("grade.all", count=len(sitting.done)), icon=":material/done_all:")
    _undo_button(sitting)


def _wet(session: Session) -> None:
    """Offer to record that wet films are dry."""
    decks = wet_decks(session.records)
    if not decks:
        return
    films = sum(len(deck.films) for deck in decks)
    with st.expander(
        text("grade.wet", films=counted("today.films", films)), expanded=not waiting_films(session.records)
    ):
        for deck in decks:
            with st.form(f"dry-{deck.deck}", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
                st.markdown(f"**{plain(deck.deck)}** · {counted('today.films', len(deck.films))}", width=220)
                key = here(f"dry-{deck.deck}")
                st.text_input(text("grade.temperature"), "40", width=160, key=f"{key}-temperature")
                st.text_input(text("grade.hours"), "48", width=160, key=f"{key}-hours")
                dry, place = partial(_dried, deck.films, key), st.form_submit_button
                act_button(f"dry-{deck.deck}-done", text("grade.dry"), dry, about="dry", place=place)
        show_outcome("dry")


def _dried(films: Sequence[str], key: str) -> None:
    """Record what stands in the form of a deck."""
    temperature = Typed(text("grade.temperature"), st.session_state[f"{key}-temperature"], most=200.0)
    hours = Typed(text("grade.hours"), st.session_state[f"{key}-hours"], most=1000.0)
    desk().record_drying(films, *needed_numbers([temperature, hours]))


show()
