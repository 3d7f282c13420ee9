"""Films: a table with filters, and one film's whole story."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.access import Session
from dashboard.parts import download_csv, missing, moment_column, plain, show_table
from dashboard.screens.parts import film_files
from dashboard.session import current, films_of
from dashboard.texts import text
from dashboard.views.films import NOT_GRADED, FilmFilter, FilmStory, film_story
from lab.campaigns import CampaignDefinition
from lab.export.figures import unit_text
from lab.records import Purpose

_FILM = "film"


def show() -> None:
    """Show the page."""
    session = current()
    if not session.records.films:
        missing(text("films.none"))
        return
    table = films_of(session)
    shown = _filter(table).apply(table)
    st.caption(text("films.count", shown=f"{len(shown):,}", all=f"{len(table):,}"))
    picked = st.dataframe(
        shown,
        width="stretch",
        height=360,
        placeholder="",
        hide_index=True,
        column_config=_columns(session.definition),
        on_select="rerun",
        selection_mode="single-row",
        key="film-table",
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        download_csv(session, shown, "films")
    rows = picked.selection.rows
    label = str(shown["film"].iloc[rows[0]]) if rows and rows[0] < len(shown) else _named(session)
    if label:
        _story(session, label)


def _filter(table: pd.DataFrame) -> FilmFilter:
    search, purpose, grade, loop, measured = st.columns([2, 3, 2, 2, 2], vertical_alignment="bottom")
    loops = sorted(int(found) for found in table["loop"].dropna().unique())
    return FilmFilter(
        search=search.text_input(text("films.search")),
        purposes=purpose.multiselect(
            text("films.purpose"), list(Purpose), format_func=lambda found: text(f"films.purposes.{found.value}")
        ),
        grades=grade.multiselect(text("films.grade"), [*"ABCD", NOT_GRADED]),
        loops=loop.multiselect(text("films.loop"), loops),
        measured_only=measured.toggle(text("films.measured_only")),
    )


def _columns(definition: CampaignDefinition) -> dict[str, Any]:
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(f"{name}, wt%", format="%.1f") for name in definition.material_names
    }
    for prop in definition.properties:
        unit = unit_text(prop.unit)
        config[prop.name] = st.column_config.NumberColumn(
            f"{prop.name}, {unit}" if unit else prop.name, format="%.4g", help=prop.title
        )
    return config


def _named(session: Session) -> str | None:
    """Return the film that the page's address or the box below the table names."""
    labels = list(session.records.films)
    asked = st.query_params.get(_FILM)
    index = labels.index(asked) if asked is not None and asked in session.records.films else None
    return st.selectbox(text("films.choose"), labels, index=index, key="film-named")


def _story(session: Session, label: str) -> None:
    story = film_story(session.definition, session.records, label)
    mark = f" :orange-badge[{text('app.simulated_short')}]" if story.simulated else ""
    st.subheader(text("films.story", label=plain(label)) + mark)
    st.markdown(_grade_words(story))
    for words in _reasons(story):
        st.markdown(words)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(f"**{text('films.recipe')}**")
        show_table(session, story.recipe, "recipe", column_config=_numbers("asked", "made", "made_sd"))
        st.markdown(f"**{text('films.transfers')}**")
        if story.transfers.empty:
            st.caption(text("films.no_transfers"))
        else:
            volumes = _numbers("requested", "delivered", "sd")
            show_table(session, story.transfers, "transfers-of-film", column_config=volumes)
    with right:
        st.markdown(f"**{text('films.measurements')}**")
        if story.measurements.empty:
            st.caption(text("films.no_measurements"))
        else:
            numbers = _numbers("value", "sd", "promised", "p05", "p95", digits="%.4g")
            shown = story.measurements.dropna(axis=1, how="all")
            show_table(session, shown, "measurements-of-film", column_config=numbers)
        film_files.show(session, label)
    st.markdown(f"**{text('films.timeline')}**")
    show_table(session, story.timeline, "timeline", column_config={"when": moment_column()})


def _numbers(*names: str, digits: str = "%.2f") -> dict[str, Any]:
    return {name: st.column_config.NumberColumn(format=digits) for name in names}


def _grade_words(story: FilmStory) -> str:
    if story.grade is None:
        return text("films.not_graded")
    grade = story.grade.grade
    return text(
        "films.graded",
        grade=f"**{grade.value}**",
        detachable=text("films.comes_off" if grade.detachable else "films.sticks"),
        flat=text("films.flat" if grade.flat else "films.not_flat"),
        note=plain(story.grade.note),
    )


def _reasons(story: FilmStory) -> list[str]:
    words = []
    if chosen := story.suggestion:
        models = plain(", ".join(chosen.models))
        words.append(
            text(
                "films.suggested",
                loop=chosen.loop,
                rule=plain(chosen.rule),
                rank=chosen.rank,
                quality=chosen.quality,
                models=models,
            )
        )
    if story.design:
        words.append(text("films.verifies", design=plain(story.design.label), wish=plain(story.design.request)))
    return words


show()
