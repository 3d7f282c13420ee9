"""Design: ask for a film and see recipes at once; what became of the campaign's wishes."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from active_learning.campaign.choices import Chooser, DesignAnswers
from active_learning.campaign.trained_models import TrainedModels
from active_learning.inverse_design import DesignCandidate
from dashboard.access import Session
from dashboard.login import act, desk, may_write
from dashboard.parts import download_csv, missing, plain, show_plot, show_tabs
from dashboard.plots import designs
from dashboard.screens.parts import promises
from dashboard.session import current
from dashboard.texts import text
from dashboard.views import asking
from lab.errors import FilmlabError
from lab.export.figures import number, wish_text
from lab.requirements import Requirement

_TOP = 4
_CHOSEN = "ask-for"


def show() -> None:
    """Show the page."""
    session = current()
    tabs = {text("design.ask"): partial(_ask, session), text("design.wishes"): partial(promises.show, session)}
    show_tabs("design-tabs", tabs)


@st.cache_resource(max_entries=4, show_spinner=False)
def _trained(_session: Session, root: str) -> TrainedModels:
    return TrainedModels(_session.workspace.artefacts)


@st.cache_resource(max_entries=64, show_spinner=False)
def _answers(
    _session: Session, root: str, campaign: str, models: str, requirements: tuple[str, ...], top: int
) -> DesignAnswers:
    chooser = Chooser(_session.definition, _session.entry.seed, _trained(_session, root))
    return asking.ask(chooser, _session.records, requirements, top)


def _ask(session: Session) -> None:
    if not asking.can_answer(session.records):
        missing(text("design.no_models"))
        return
    found = asking.sliders(session.definition, session.records)
    left, right = st.columns([1, 2], gap="large")
    with left:
        requirements = _requirements(session, found)
    with right:
        if not requirements:
            st.info(text("design.nothing_asked"), icon=":material/tune:")
            return
        root = str(session.workspace.root)
        try:
            with st.spinner(text("design.searching"), show_time=True):
                key = asking.model_key(session.records)
                answers = _answers(session, root, session.entry.name, key, requirements, _TOP)
        except FilmlabError as error:
            st.error(plain(error.message) + f"  \n{plain(error.hint)}")
            return
        _answered(session, answers)


def _requirements(session: Session, found: Mapping[str, asking.Slider]) -> tuple[str, ...]:
    presets = asking.presets(session.definition)
    preset = st.pills(text("design.preset"), list(presets), key="ask-preset", format_func=plain)
    if preset != st.session_state.get("ask-preset-set"):
        st.session_state["ask-preset-set"] = preset
        _set(found, presets.get(preset or "", ()))
    chosen = st.multiselect(
        text("design.names"), list(found), key=_CHOSEN, format_func=lambda name: plain(found[name].title)
    )
    texts = []
    for name in chosen:
        slider = found[name]
        label = f"{plain(slider.title)}, {slider.unit}" if slider.unit else plain(slider.title)
        key = f"ask-{name}"
        st.session_state.setdefault(key, (slider.values[0], slider.values[-1]))
        chosen_steps: Any = st.select_slider(label, slider.values, key=key, format_func=number)
        low, high = chosen_steps
        if asked := slider.text(low, high):
            texts.append(asked)
    for asked in texts:
        st.markdown(f"- {plain(wish_text(asked))}")
    return tuple(texts)


def _set(found: Mapping[str, asking.Slider], requirements: Sequence[Requirement]) -> None:
    """Set the sliders to a preset."""
    known = [one for one in requirements if one.name in found]
    if not known:
        return
    st.session_state[_CHOSEN] = list(dict.fromkeys(one.name for one in known))
    for one in known:
        slider = found[one.name]
        low, high = slider.nearest(max(one.lower, slider.values[0])), slider.nearest(min(one.upper, slider.values[-1]))
        st.session_state[f"ask-{one.name}"] = (low, high)


def _answered(session: Session, answers: DesignAnswers) -> None:
    if not answers.found:
        missing(text("design.no_recipe"))
    for note in answers.found.notes:
        st.caption(f":material/info: {plain(note)}")
    for conflict in answers.found.conflicts:
        st.warning(plain(conflict))
    table = asking.receipt_table(session.definition, answers)
    columns = st.columns(max(1, len(answers.found)))
    for index, (column, one) in enumerate(zip(columns, answers.found, strict=False), 1):
        with column.container(border=True, height="stretch"):
            _receipt(session, index, one)
    if len(table):
        with st.container(horizontal=True, horizontal_alignment="right"):
            download_csv(session, table, "recipes")
        _curves(session, answers)
        models = plain(", ".join(answers.models))
        st.caption(text("design.asked", models=models, searched=f"{answers.found.searched:,}"))


def _receipt(session: Session, index: int, one: DesignCandidate) -> None:
    st.markdown(f"**{text('design.recipe', number=index)}**")
    parts = zip(session.definition.material_names, one.composition.tolist(), strict=True)
    st.markdown("  \n".join(f"{plain(name)} **{100 * part:.0f}** wt%" for name, part in parts if part > 0))
    st.metric(text("design.probability"), f"{one.probability:.0%}", help=text("design.probability_help"))
    st.caption(text("design.quality", quality=one.quality))
    for asked, chance in one.chances.items():
        st.caption(text("design.chance", asked=plain(wish_text(asked)), chance=chance))
    with st.popover(text("design.details"), width="stretch"):
        numbers = {name: st.column_config.NumberColumn(format="%.3g") for name in ("value", "p05", "p95", "distance")}
        st.markdown(f"**{text('design.predictions')}**")
        predicted = asking.prediction_table(session.definition, one)
        st.dataframe(predicted, hide_index=True, column_config=numbers)
        st.markdown(f"**{text('design.nearest')}**")
        nearest = asking.nearest_films(session.definition, session.records, one.composition)
        st.dataframe(nearest, hide_index=True, column_config=numbers)
    if st.button(
        text("design.propose"),
        key=f"propose-{index}",
        icon=":material/send:",
        disabled=not may_write(),
        width="stretch",
    ):
        _send(session, one)


@st.dialog(text("design.propose_title"))
def _send(session: Session, one: DesignCandidate) -> None:
    """Ask for a label, and propose the film."""
    recipe = asking.recipe_of(session.definition, one)
    st.markdown(" · ".join(f"{plain(name)} {100 * part:.0f} wt%" for name, part in recipe.items() if part > 0))
    label = st.text_input(text("design.label"), value=asking.next_label(session.campaign.records()))
    st.caption(text("design.propose_note"))
    if st.button(text("design.propose_sure"), type="primary", key="propose-sure") and act(
        lambda: desk().propose(label, recipe)
    ):
        st.session_state["said"] = text("design.proposed", label=plain(label))
        st.rerun()


def _curves(session: Session, answers: DesignAnswers) -> None:
    curves = [
        (text("design.recipe", number=index), points)
        for index, one in enumerate(answers.found, 1)
        if (points := asking.curve_points(one, session.entry.seed)) is not None
    ]
    if not curves:
        return
    table = pd.concat([points.assign(recipe=name) for name, points in curves])
    show_plot(session, designs.stress_strain(curves), "stress-strain", text("design.curve_note"), table)


if said := st.session_state.pop("said", None):
    st.success(said, icon=":material/check:")
show()
