"""Parts that several screens share: the mark for simulated data, progress cards, plots with their data."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from dashboard.access import Session
from dashboard.plots.style import config, mark_simulated
from dashboard.texts import counted, text
from lab.errors import FilmlabError
from lab.export.summary import Progress, is_simulated, progress, simulated_share
from lab.export.wording import name_text, unit_text
from lab.properties import Property

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


PICTURES = ("SVG", "PNG")
"""What plots can be saved as."""
_PICTURE = "picture"
_ROW, _EDGES = 35, 3
"""Pixels of a table: a row or its heading, and both edges."""


def plain(words: object) -> str:
    """Return words so that markdown shows them as they are: a film's label may hold anything."""
    return _MARKDOWN.sub(r"\\\1", str(words))


def explained(error: FilmlabError) -> str:
    """Return what went wrong, each fault on a line of its own, and what to do about it, for markdown."""
    what_to_do = f"  \n{plain(text('app.to_do', hint=error.hint))}" if error.hint else ""
    return plain(error.message).replace("\n", "  \n") + what_to_do


def simulated_banner(session: Session) -> None:
    """Say at the top of a page that the virtual lab made the data."""
    if not is_simulated(session.records):
        return
    share = simulated_share(session.records) or text("app.simulated_records")
    _marked_caption(f":material/science: {text('app.simulated_data')}", text("app.simulated", share=share))


def _marked_caption(mark: str, words: str) -> None:
    """Show a caption after the mark for simulated data; in one of Streamlit's own the mark would be as faint as it."""
    st.markdown(f":orange-badge[{mark}] :small[:gray[{words}]]", width="stretch")


def progress_cards(session: Session) -> None:
    """Show how far the campaign is, as a row of numbers."""
    done: Progress = progress(session.definition, session.records)
    cards = [
        (text("progress.planned"), f"{done.planned:,}", counted("progress.decks", done.decks)),
        (text("progress.made"), f"{done.made:,}", ""),
        (text("progress.graded"), f"{done.graded:,}", text("progress.usable", count=done.usable)),
        (text("progress.measured"), f"{done.measured:,}", ""),
        (text("progress.loops"), f"{done.loops_done} / {done.loops_planned}", ""),
        (
            text("progress.designs"),
            f"{done.designs_verified} / {done.designs}",
            text("progress.wishes", done=done.wishes_answered, count=done.wishes),
        ),
    ]
    # A row that wraps where the screen is narrow, unlike columns.
    with st.container(horizontal=True, gap="small"):
        for label, value, note in cards:
            st.metric(label, value, note or None, delta_color="off", delta_arrow="off", border=True, height=118)


def show_plot(
    session: Session, figure: go.Figure, name: str, note: str, data: pd.DataFrame, *, simulated: bool | None = None
) -> None:
    """Show a plot with its note, the mark for simulated data, and its numbers to download.

    Args:
        session: The campaign.
        figure: The plot; its toolbar downloads it as SVG or PNG.
        name: Name of the downloads, unique on the page.
        note: What it shows and how to read it.
        data: The numbers in it.
        simulated: Whether the virtual lab made them; as the campaign's records say where it is left out.
    """
    if simulated is None:
        simulated = is_simulated(session.records)
    if simulated:
        # In the picture too: it may be saved and shown elsewhere.
        mark_simulated(figure)
    picture = config(f"{session.entry.name}-{name}", picture_format())
    st.plotly_chart(figure, width="stretch", config=picture, key=f"plot-{name}")
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
        if simulated:
            _marked_caption(text("app.simulated_short"), note)
        else:
            st.caption(note, width="stretch")
        download_csv(session, data, name)


def download_csv(session: Session, data: pd.DataFrame | Callable[[], pd.DataFrame], name: str) -> None:
    """Offer a table as CSV; it is made and written only when somebody asks for it."""
    st.download_button(
        text("app.download_csv"),
        lambda: (data() if callable(data) else data).to_csv(index=False),
        file_name=f"{session.entry.name}-{name}.csv",
        mime="text/csv",
        icon=":material/download:",
        key=f"csv-{name}",
        type="tertiary",
        on_click="ignore",
    )


def show_table(session: Session, data: pd.DataFrame, name: str, *, shares: Sequence[str] = (), **options: Any) -> None:
    """Show a table with its download as CSV.

    Args:
        session: The campaign.
        data: The table; a column "property" holds names of properties.
        name: Name of the download, unique on the page.
        shares: Columns of fractions, shown in whole percents.
        options: What `st.dataframe` takes; it is lower than `height` where it has few rows.
    """
    shown = data.round(dict.fromkeys(shares, 2))
    if "property" in shown:
        shown = shown.assign(property=[name_text(found) for found in shown["property"]])
    columns = {share: st.column_config.NumberColumn(format="percent") for share in shares}
    columns |= options.pop("column_config", {})
    looks = {"placeholder": "", **options}
    if "height" in looks:
        looks["height"] = table_height(len(shown), looks["height"])
    st.dataframe(shown, width="stretch", hide_index=True, key=f"table-{name}", column_config=columns, **looks)
    with st.container(horizontal=True, horizontal_alignment="right"):
        download_csv(session, data, name)


def table_height(rows: int, most: int) -> int:
    """Return how high a table is, pixels: as its rows ask for, with none left over, and not above the most."""
    return min(most, _ROW * (1 + max(1, rows)) + _EDGES)


def show_tabs(key: str, tabs: Mapping[str, Callable[[], None]]) -> None:
    """Show tabs of which only the open one is worked out.

    Args:
        key: Name of the tabs, unique in the dashboard; the session's state holds the open one's name under it.
        tabs: What each tab shows, by its name.
    """
    containers = st.tabs(list(tabs), key=key, on_change="rerun")
    for container, show in zip(containers, tabs.values(), strict=True):
        if container.open:
            with container:
                show()


def picture_choice() -> None:
    """Let people choose as what the camera button of plots saves them."""
    st.segmented_control(text("app.picture"), list(PICTURES), default=PICTURES[0], key=_PICTURE)


def picture_format() -> str:
    """Return as what plots are saved: ``svg`` or ``png``."""
    return str(st.session_state.get(_PICTURE) or PICTURES[0]).lower()


def choose_property(properties: Sequence[Property], key: str | None = None) -> Property | None:
    """Let people choose a property by its title; None where there is none.

    Args:
        properties: What they can choose from.
        key: Key of the choice in the session's state.
    """
    chosen: Property | None = st.selectbox(
        text("campaign.property"), properties, format_func=property_title, width=380, key=key
    )
    return chosen


def property_title(prop: Property) -> str:
    """Return a property's title with its unit."""
    unit = unit_text(prop.unit)
    return f"{prop.title}, {unit}" if unit else prop.title


def moment_column(label: str | None = None) -> Any:
    """Return how a column of moments is shown.

    Args:
        label: Its heading; "when (UTC)" where it is left out.
    """
    label = text("records.when") if label is None else label
    return st.column_config.DatetimeColumn(label, format="YYYY-MM-DD HH:mm")


def interval_columns(digits: str = "%.4g") -> dict[str, Any]:
    """Return how the ends of predicted intervals are shown, by column."""
    return {name: st.column_config.NumberColumn(text(f"films.{name}"), format=digits) for name in ("p05", "p95")}


def missing(words: str) -> None:
    """Say that something is not there yet."""
    st.info(words, icon=":material/hourglass_empty:")
