"""Films: a table with filters, and one film's whole story."""

from functools import partial
from typing import Any

import streamlit as st

from dashboard.access import Session
from dashboard.parts import download_csv, explained, missing, plain
from dashboard.screens.parts import film_story
from dashboard.session import current
from dashboard.texts import text
from dashboard.views.films import NOT_GRADED, FilmPage, film_page, film_table, labels_of
from lab.campaigns import CampaignDefinition
from lab.errors import FilmlabError
from lab.export.wording import name_text, unit_text
from lab.grades import Grade
from lab.names import in_one_piece, near_name
from lab.records import Purpose
from lab.store import FilmQuery

_FILM = "film"
# Keys of the last question and of the open page of its answer in the session's state.
_ASKED, _PAGE = "films-asked", "films-page"
_TALL, _SHORT = 360, 150
"""Height of the table, pixels: an address that names a film is about the film, which stands below."""


def show() -> None:
    """Show the page."""
    session = current()
    if not session.records.films:
        missing(text("films.none"))
        return
    query = _query(session)
    try:
        page = film_page(session.store, session.entry.name, query, _page_number(query))
    except FilmlabError as error:
        st.error(explained(error))
        return
    shown = film_table(session.definition, session.records, page.labels)
    st.caption(text("films.count", shown=f"{page.total:,}", all=f"{len(session.records.films):,}"))
    picked = st.dataframe(
        shown,
        width="stretch",
        height=_SHORT if _FILM in st.query_params else _TALL,
        placeholder="",
        hide_index=True,
        column_config=_columns(session.definition),
        on_select="rerun",
        selection_mode="single-row",
        key="film-table",
    )
    _turn(session, page, query)
    rows = picked.selection.rows
    label = str(shown["film"].iloc[rows[0]]) if rows and rows[0] < len(shown) else _named(session)
    if label:
        film_story.show(session, label)


def _query(session: Session) -> FilmQuery:
    search, purpose, grade, loop, measured = st.columns([2, 3, 2, 2, 2], vertical_alignment="bottom")
    loops = sorted({film.loop for film in session.records.films.values() if film.loop is not None})
    letters = {**{letter.value: letter for letter in Grade}, NOT_GRADED: None}
    return FilmQuery(
        search=search.text_input(text("films.search")),
        purposes=tuple(
            purpose.multiselect(
                text("films.purpose"), list(Purpose), format_func=lambda found: text(f"films.purposes.{found.value}")
            )
        ),
        grades=tuple(letters[name] for name in grade.multiselect(text("films.grade"), list(letters))),
        loops=tuple(loop.multiselect(text("films.loop"), loops)),
        measured_only=measured.toggle(text("films.measured_only")),
    )


def _page_number(query: FilmQuery) -> int:
    """Return which page is open; another question begins with its first one."""
    if st.session_state.get(_ASKED) != query:
        st.session_state[_ASKED], st.session_state[_PAGE] = query, 1
    return int(st.session_state[_PAGE])


def _turn(session: Session, page: FilmPage, query: FilmQuery) -> None:
    """Show where in the list this is, with buttons to go on and the whole list to download."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if page.pages > 1:
            st.caption(text("films.place", first=f"{page.first:,}", last=f"{page.last:,}", total=f"{page.total:,}"))
            for name, icon, step, end in (
                ("back", ":material/chevron_left:", -1, 1),
                ("further", ":material/chevron_right:", 1, page.pages),
            ):
                key, words = f"films-{name}", text(f"films.{name}")
                turned = partial(_turn_to, page.number + step)
                st.button("", icon=icon, key=key, help=words, disabled=page.number == end, on_click=turned)
        download_csv(
            session,
            lambda: film_table(
                session.definition, session.records, labels_of(session.store, session.entry.name, query)
            ),
            "films",
        )


def _turn_to(number: int) -> None:
    st.session_state[_PAGE] = number


def _columns(definition: CampaignDefinition) -> dict[str, Any]:
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(f"{name}, wt%", format="%.1f") for name in definition.material_names
    }
    for prop in definition.properties:
        heading = ", ".join(filter(None, (name_text(prop.name), unit_text(prop.unit))))
        config[prop.name] = st.column_config.NumberColumn(heading, format="%.4g", help=prop.title)
    return config


def _named(session: Session) -> str | None:
    """Return the film that the page's address or the box below the table names."""
    known = session.records.films
    asked = in_one_piece(st.query_params.get(_FILM, "").strip())
    above = st.empty()
    labels = list(dict.fromkeys([*([asked] if asked in known else []), *known]))
    first = 0 if asked in known else None
    named: str | None = st.selectbox(text("films.choose"), labels, index=first, width=380, key="film-named")
    if asked and asked not in known and named is None:
        near = near_name(asked, known)
        meant = text("films.meant", film=plain(near)) if near else ""
        above.warning(f"{text('films.unknown', film=plain(asked))} {meant}")
    return named


show()
