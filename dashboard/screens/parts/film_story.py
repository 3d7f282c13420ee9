"""One film's whole story: recipe, transfers, grade, values, files, what happened."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.access import Session
from dashboard.parts import explained, interval_columns, moment_column, plain, show_table
from dashboard.screens.parts import film_files
from dashboard.texts import text
from dashboard.views import models
from dashboard.views.film_story import FilmStory
from dashboard.views.film_story import film_story as story_of
from lab.errors import FilmlabError
from lab.records import ModelKind


def show(session: Session, label: str) -> None:
    """Show everything that is known about a film."""
    story = story_of(session.definition, session.records, label, _unseen(session))
    mark = f" :orange-badge[{text('app.simulated_short')}]" if story.simulated else ""
    st.header(text("films.story", label=plain(label)) + mark)
    st.markdown(_grade_words(story))
    for words in _reasons(story):
        st.markdown(words)
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.markdown(f"**{text('films.recipe')}**")
        show_table(session, story.recipe, "recipe", column_config=_numbers("asked", "made") | _spread("made_sd"))
        st.markdown(f"**{text('films.transfers')}**")
        if story.transfers.empty:
            st.caption(text("films.no_transfers"))
        else:
            volumes = _numbers("requested", "delivered") | _spread("sd")
            show_table(session, story.transfers, "transfers-of-film", column_config=volumes)
    with right:
        st.markdown(f"**{text('films.measurements')}**")
        if story.measurements.empty:
            st.caption(text("films.no_measurements"))
        else:
            numbers = _numbers("value", "promised", "predicted", digits="%.4g")
            numbers |= _spread("sd", digits="%.3g") | _spread("predicted sd", digits="%.3g")
            numbers |= interval_columns()
            shown = story.measurements.dropna(axis=1, how="all")
            # All of a film's properties are in view, on paper too.
            show_table(session, shown, "measurements-of-film", column_config=numbers, height=700)
            if "predicted" in shown:
                st.caption(text("films.predicted"))
        film_files.show(session, label)
    st.markdown(f"**{text('films.timeline')}**")
    show_table(session, story.timeline, "timeline", column_config={"when": moment_column()})


def _unseen(session: Session) -> pd.DataFrame | None:
    """Return what the newest models say of films that they had not seen; None where that was not stored."""
    known = models.labels(session.records, ModelKind.PROPERTIES)
    if not known:
        return None
    try:
        return _held_out(session, session.entry.name, known[0], session.seal)
    except FilmlabError as error:
        st.error(explained(error))
        return None


@st.cache_resource(max_entries=2, show_spinner=False)
def _held_out(_session: Session, campaign: str, model: str, seal: str) -> pd.DataFrame:
    return models.held_out_table(_session.definition, _session.records, model, _session.workspace.artefacts.read)


def _numbers(*names: str, digits: str = "%.2f") -> dict[str, Any]:
    return {name: st.column_config.NumberColumn(format=digits) for name in names}


def _spread(name: str, digits: str = "%.2f") -> dict[str, Any]:
    return {name: st.column_config.NumberColumn("± sd", format=digits)}


def _grade_words(story: FilmStory) -> str:
    if story.grade is None:
        return text("films.not_graded")
    grade = story.grade.grade
    words = text(
        "films.graded",
        grade=f"**{grade.value}**",
        detachable=text("films.comes_off" if grade.detachable else "films.sticks"),
        flat=text("films.flat" if grade.flat else "films.not_flat"),
    )
    note = story.grade.note
    return f"{words} {text('films.note', note=plain(note))}" if note else words


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
