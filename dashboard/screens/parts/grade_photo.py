"""The photo that goes with a film's grade."""

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile

from dashboard.numbers import Typed, read_number
from dashboard.parts import explained, plain
from dashboard.session import here
from dashboard.texts import text
from dashboard.views.uploads import bare_name
from lab.errors import FilmlabError, InvalidInputError
from lab.instruments.photos.hints import hints_of
from lab.instruments.photos.images import read_photo
from lab.instruments.raw_files import RawFile, open_raw

_WAY, _CAMERA = "grade-photo-from", "camera"
_TYPES = ["jpg", "jpeg", "png", "tif", "tiff"]


def given_photo(film: str) -> RawFile | None:
    """Return the photo that the page holds for a film, None where there is none.

    Raises:
        FilmlabError: If it cannot be read.
    """
    camera = st.session_state.get(_WAY) == _CAMERA
    taken = st.session_state.get(_key(film, camera=camera))
    if taken is None:
        return None
    if isinstance(taken, DeletedFile):
        raise InvalidInputError(text("grade.photo"), [text("measure.gone")], hint=text("measure.gone_hint"))
    raw = open_raw(taken.getvalue(), name=bare_name(taken.name))
    read_photo(raw)
    return raw


def show_photo(film: str) -> None:
    """Ask for a film's photo, and show what is in it."""
    st.markdown(f"**{text('grade.photo')}**")
    way = st.segmented_control(
        text("grade.photo_from"),
        ["file", _CAMERA],
        format_func=lambda name: text(f"grade.{name}"),
        default="file",
        key=_WAY,
    )
    if way == _CAMERA:
        st.camera_input(text("grade.camera"), key=_key(film, camera=True), label_visibility="collapsed")
    else:
        st.file_uploader(text("grade.file"), type=_TYPES, key=_key(film, camera=False), label_visibility="collapsed")
    try:
        raw = given_photo(film)
    except FilmlabError as error:
        st.error(explained(error))
        return
    if raw is not None:
        st.image(raw.content)
        _hints(raw)


def _key(film: str, *, camera: bool) -> str:
    return here(f"camera-{film}" if camera else f"photo-{film}")


def _hints(raw: RawFile) -> None:
    typed = st.text_input(text("grade.marker"), help=text("grade.marker_help"))
    if typed.strip():
        try:
            said = hints_of(raw, read_number(Typed(text("grade.marker"), typed, least=0.1))).sentences
        except FilmlabError as error:
            said = (error.message,)
        st.caption(text("grade.hints", said=plain("; ".join(said))))
