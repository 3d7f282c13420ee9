"""Models: how good they are, whether their intervals hold, what they were made from, and when they are trained."""

from functools import partial

import streamlit as st

from dashboard.access import Session
from dashboard.parts import choose_property, explained, missing, moment_column, show_plot, show_table, show_tabs
from dashboard.plots import curves, learned
from dashboard.screens.parts import requests
from dashboard.session import current
from dashboard.texts import counted, name_of, text
from dashboard.views import models
from lab.errors import FilmlabError
from lab.records import ModelKind, RequestedWork

_METRICS = ("mre", "rmse", "r2", "coverage_90")


def show() -> None:
    """Show the page."""
    session = current()
    if not session.records.models:
        missing(text("models.none"))
        _train(session)
        return
    tabs = {"held_out": _held_out, "compare": _compare, "card": _card, "train": _train}
    show_tabs("models-tabs", {text(f"models.{name}"): partial(show, session) for name, show in tabs.items()})


def _held_out(session: Session) -> None:
    known = models.labels(session.records, ModelKind.PROPERTIES)
    if not known:
        missing(text("campaign.no_learning"))
        return
    with st.container(horizontal=True):
        label = st.selectbox(text("models.model"), known, width=260, key="model")
        try:
            table = models.held_out_table(session.definition, session.records, label, session.workspace.artefacts.read)
        except FilmlabError as error:
            st.error(explained(error))
            return
        shown = [prop for prop in session.definition.properties if (table["property"] == prop.name).any()]
        if not shown:
            missing(text("campaign.no_parity"))
            return
        prop = choose_property(shown, key="model-property")
    if prop is None:
        return
    left, right = st.columns(2)
    with left:
        rows = table[table["property"] == prop.name]
        show_plot(session, curves.parity(table, prop), f"parity-{prop.name}", text("campaign.parity_note"), rows)
    with right:
        calibration = models.calibration_table(table)
        figure = learned.calibration(calibration, prop.name)
        show_plot(session, figure, "calibration", text("models.calibration_note"), calibration)


def _compare(session: Session) -> None:
    found = models.model_table(session.records)
    columns = {"trained": moment_column(text("models.trained"))}
    columns |= {
        name: st.column_config.NumberColumn(_metric_name(name), format="%.3g") for name in models.metric_names(found)
    }
    show_table(session, found, "models", column_config=columns, height=300)
    chosen = st.segmented_control(text("models.metric"), _METRICS, default=_METRICS[0], format_func=_metric_name)
    metric = chosen or _METRICS[0]
    table = models.comparison_table(session.records, metric)
    if not table.empty:
        figure = learned.comparison(table, metric)
        show_plot(session, figure, "comparison", text("models.compare_note"), table.reset_index(names="property"))


def _metric_name(metric: str) -> str:
    return name_of("models.metrics_short", metric)


def _card(session: Session) -> None:
    label = st.selectbox(text("models.model"), list(session.records.models)[::-1], width=260, key="card-of")
    try:
        card = models.card_of(session.records, label, session.workspace.artefacts.read)
    except FilmlabError as error:
        st.error(explained(error))
        return
    if card is None:
        missing(text("models.no_card"))
        return
    with st.container(border=True):
        st.markdown(card)
    st.download_button(
        text("records.download"),
        card,
        file_name=f"{label}.md",
        mime="text/markdown",
        icon=":material/download:",
        on_click="ignore",
    )
    model = models.named(session.records, label)
    st.caption(text("models.hashes", data=model.data_sha256, content=model.content_sha256))


def _train(session: Session) -> None:
    for kind in ModelKind:
        films = counted("today.films", models.new_films(session.records, kind))
        st.markdown(text("models.new_films", kind=text(f"models.kinds.{kind}"), films=films))
    st.markdown(text("models.when"))
    requests.show_open(session, RequestedWork.TRAIN)
    requests.ask_for_training()


show()
